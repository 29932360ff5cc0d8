/** Laws of reading cells from their bytes: whatever the bytes, the answer is that of the plain way through strings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteDictionary } from '../../../src/io/mysql/byte-dictionary.js';
import { CategoryCells } from '../../../src/io/mysql/category-cells.js';
import { CategoryBuilder, NumericBuilder } from '../../../src/io/mysql/column-builder.js';
import { decimalOf } from '../../../src/io/mysql/decimal-bytes.js';
import { setFeatures } from '../../../src/io/mysql/frame-builder.js';
import { SeenIds } from '../../../src/io/mysql/seen-ids.js';
import { JsonCells } from '../../../src/io/mysql/json-cells.js';
import { featuresOf } from '../../../src/io/mysql/json-features.js';
import type { Column } from '../../../src/model/frame.js';

const NUMERIC = ['age', 'é', '__proto__'];
const CATEGORICAL = ['job', 'toString', ''];

const plain = (column: Column): unknown =>
  column.kind === 'numeric'
    ? { ...column, values: [...column.values].map((value) => (Object.is(value, -0) ? '-0' : String(value))) }
    : { ...column, codes: [...column.codes] };

const builders = (): (NumericBuilder | CategoryBuilder)[] => [
  ...NUMERIC.map((name) => new NumericBuilder(name)),
  ...CATEGORICAL.map((name) => new CategoryBuilder(name)),
];

/** Features of the cells and which of them were no object, by way of the bytes or of strings. */
function readBytes(cells: readonly Buffer[]): unknown {
  const made = builders();
  const plan = { kind: 'json', numeric: NUMERIC, categorical: CATEGORICAL } as const;
  const json = new JsonCells(plan, made);
  let rows = 0;
  const used = cells.map((cell) => {
    const padded = Buffer.concat([Buffer.from('9"'), cell, Buffer.from('9"}')]);
    const isUsed = json.set(rows, padded, 2, 2 + cell.length);
    if (isUsed) rows += 1;
    return isUsed;
  });
  return { used, columns: made.map((builder) => plain(builder.finish(rows))) };
}

function readStrings(cells: readonly Buffer[]): unknown {
  const made = builders();
  let rows = 0;
  const used = cells.map((cell) => {
    const features = featuresOf(cell.toString('utf8'), CATEGORICAL);
    if (features === undefined) return false;
    setFeatures(made, rows, features);
    rows += 1;
    return true;
  });
  return { used, columns: made.map((builder) => plain(builder.finish(rows))) };
}

const name = fc.constantFrom(...NUMERIC, ...CATEGORICAL, 'other', 'a"b');
const scalar = fc.oneof(
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.integer(),
  fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(true, false, null, 'x', '1', '1.0', -0, 1, 1e20),
);
const cell = fc
  .dictionary(name, fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: fc.jsonValue() }), {
    maxKeys: 7,
  })
  .chain((object) => fc.constantFrom(JSON.stringify(object), JSON.stringify(object, null, 1)))
  // Long integers stand as numbers, which `JSON.stringify` cannot write.
  .map((json) => json.replace(/"(-?\d{5,})"/g, '$1'));
/** One byte of a cell changed, which nearly always breaks it. */
const hurt = fc.tuple(cell, fc.nat(), fc.nat(255)).map(([json, place, byte]) => {
  const bytes = Buffer.from(json);
  bytes[place % bytes.length] = byte;
  return bytes;
});

describe('cells read from their bytes', () => {
  it('a JSON cell gives the features, levels and counts that it gives as a string', () => {
    const cells = fc.array(
      fc.oneof({ weight: 4, arbitrary: cell.map((json) => Buffer.from(json)) }, { weight: 1, arbitrary: hurt }),
    );
    fc.assert(
      fc.property(cells, (given) => {
        expect(readBytes(given)).toEqual(readStrings(given));
      }),
      { numRuns: 300 },
    );
  });

  it('names that are data are not remembered without end, and are read all the same', () => {
    const cells = Array.from({ length: 12_000 }, (_, i) =>
      Buffer.from(`{"n${String(i)}": ${String(i)}, "age": ${String(i)}}`),
    );
    expect(readBytes(cells)).toEqual(readStrings(cells));
  });

  it('a decimal is the double that Number makes of it, or is left to it', () => {
    const digits = fc.stringMatching(/^-?\d{0,17}(\.\d{0,17})?([eE][+-]?\d{0,4})?$/);
    const text = fc.oneof(
      digits,
      fc.double().map(String),
      fc.string({ maxLength: 6 }),
      fc.constantFrom('-0', '0e5', '00', '1e22', '1e23', '1e-22'),
    );
    fc.assert(
      fc.property(text, (spelled) => {
        const bytes = Buffer.from(`7${spelled}7`);
        const value = decimalOf(bytes, 1, bytes.length - 1);
        if (value !== undefined) expect(value).toBe(Number(spelled));
      }),
      { numRuns: 2000 },
    );
    expect(decimalOf(Buffer.from('-12.5e1'), 0, 7)).toBe(-125);
  });

  it('byte strings are numbered by first appearance, however many and however alike', () => {
    const keys = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(300).map((n) => new Uint8Array(Buffer.from(String(n)))),
      ),
      { maxLength: 500 },
    );
    fc.assert(
      fc.property(keys, (given) => {
        const dictionary = new ByteDictionary();
        const seen = new Map<string, number>();
        for (const key of given) {
          const text = Buffer.from(key).toString('hex');
          const expected = seen.get(text) ?? seen.size;
          seen.set(text, expected);
          const place = new Uint8Array([1, ...key, 2]);
          expect(dictionary.intern(place, 1, 1 + key.length)).toBe(expected);
        }
        expect(dictionary.size).toBe(seen.size);
      }),
    );
  });

  it('an id is new once, in whatever order ids come, as texts and as numbers', () => {
    const rising = fc
      .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
      .map((ids) => ids.sort((a, b) => (a < b ? -1 : 1)));
    const ids = fc.oneof(
      rising,
      fc.tuple(rising, fc.array(fc.bigInt({ min: 0n, max: 40n }))).map((parts) => parts.flat()),
      fc.array(fc.bigInt({ min: 0n, max: 300n }), { maxLength: 400 }),
    );
    fc.assert(
      fc.property(ids, fc.boolean(), (given, asNumbers) => {
        const seen = new SeenIds(asNumbers);
        const known = new Set<bigint>();
        for (const id of given) {
          const cell = asNumbers ? Buffer.alloc(8) : Buffer.from(String(id));
          if (asNumbers) cell.writeBigUInt64LE(id);
          const padded = Buffer.concat([Buffer.from([1]), cell, Buffer.from([2])]);
          expect(seen.add(padded, 1, 1 + cell.length)).toBe(!known.has(id));
          known.add(id);
        }
      }),
    );
  });

  it('ids by the thousands, rising and not, are told apart', () => {
    const seen = new SeenIds(false);
    const cells = Array.from({ length: 20_000 }, (_, i) =>
      Buffer.from(`id-${String(i % 3 === 0 ? i : 1_000_000 + i)}`),
    );
    expect(cells.every((cell) => seen.add(cell, 0, cell.length))).toBe(true);
    expect(cells.some((cell) => seen.add(cell, 0, cell.length))).toBe(false);
  });

  it('a category gets wider codes when its levels need them, and keeps those it has', () => {
    const category = new CategoryBuilder('level');
    category.grow(40_000);
    for (let row = 0; row < 40_000; row += 1) category.setCell(row, row % 10 === 9 ? null : `level ${String(row)}`);
    const column = category.finish(40_000);
    if (column.kind !== 'category') throw new Error('it is a category');
    expect(
      column.codes.every((code, row) =>
        row % 10 === 9 ? code === -1 : column.levels[code] === `level ${String(row)}`,
      ),
    ).toBe(true);
    expect(new CategoryBuilder('empty').finish(0)).toMatchObject({ levels: [] });
  });
});

it('cells of up to nine bytes have the codes of their texts, in whatever order they come', () => {
  const letter = fc.constantFrom('a', 'b', '\0', '0');
  const texts = fc.array(fc.string({ unit: letter, maxLength: 9 }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(texts, (cells) => {
      const expected = new CategoryBuilder('c');
      const builder = new CategoryBuilder('c');
      const byBytes = new CategoryCells(builder, (cell) => cell.toString('latin1'));
      cells.forEach((cell, row) => {
        expected.setCell(row, cell);
        // Other bytes around it belong to other cells.
        const bytes = Buffer.from(`xy${cell}z`, 'latin1');
        byBytes.set(row, bytes, 2, 2 + cell.length);
      });
      expect(builder.finish(cells.length)).toEqual(expected.finish(cells.length));
    }),
    { numRuns: 300 },
  );
});
