/** Features in one JSON cell, as odd as JSON allows: what `JSON.parse` says of a cell is what is measured. */
import { describe, expect, it } from 'vitest';
import { change } from '../../src/io/mysql/rows.js';
import { at, cellsOf, mismatchesOf, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

interface JsonCase {
  readonly title: string;
  readonly cell: string;
  /** The number under `x`, and the category under `c`. */
  readonly x?: number | null;
  readonly c?: string | null;
  readonly mismatches?: number;
}

/** Within what both servers' JSON type takes: 32 on MariaDB, 100 on MySQL. */
const DEEP = 30;

const CASES: readonly JsonCase[] = [
  { title: 'an empty object', cell: '{}' },
  { title: 'spaces, tabs and line ends everywhere', cell: ' \n{\t"x" :\r\n 1 , "c": "a" }\n ', x: 1, c: 'a' },
  { title: 'numbers of every form', cell: '{"x": -12.50e-1, "c": 1.50}', x: -1.25, c: '1.5' },
  { title: 'an exponent without a sign, in capitals', cell: '{"x": 1E3, "c": 1e3}', x: 1000, c: '1000' },
  { title: 'a whole number with a point', cell: '{"x": 7.0, "c": 7.0}', x: 7, c: '7' },
  { title: 'minus zero', cell: '{"x": "-0", "c": "-0"}', x: -0, c: '-0' },
  {
    title: 'seventeen digits',
    cell: '{"x": 0.30000000000000004, "c": 0.30000000000000004}',
    x: 0.1 + 0.2,
    c: '0.30000000000000004',
  },
  {
    title: 'an integer over 2^53: rounded as a number, whole as a category',
    cell: '{"x": -9007199254740993, "c": -9007199254740993}',
    x: -9007199254740992,
    c: '-9007199254740993',
  },
  {
    title: 'an unsigned integer of 64 bits',
    cell: '{"x": 18446744073709551615, "c": 18446744073709551615}',
    x: 2 ** 64,
    c: '18446744073709551615',
  },
  { title: 'a number as a text', cell: '{"x": " 12.5 ", "c": " 12.5 "}', x: 12.5, c: ' 12.5 ' },
  { title: 'a text that is no number', cell: '{"x": "12,5", "c": ""}', x: null, c: '', mismatches: 1 },
  { title: 'true and false', cell: '{"x": true, "c": false}', x: 1, c: 'false' },
  { title: 'null', cell: '{"x": null, "c": null}' },
  { title: 'a list as a number is a mismatch', cell: '{"x": [1], "c": [1, "a"]}', c: '[1,"a"]', mismatches: 1 },
  { title: 'an object as a number is a mismatch', cell: '{"x": {"x": 1}, "c": {"c": 1}}', c: '{"c":1}', mismatches: 1 },
  { title: 'keys of objects within are not the features', cell: '{"a": {"x": 9, "c": "no"}, "x": 1}', x: 1 },
  { title: 'keys within lists are not the features', cell: '{"a": [{"x": 9}, "x", 3], "c": "a"}', c: 'a' },
  { title: 'texts that look like keys', cell: '{"a": "\\"x\\": 9", "b": "}{][,:", "x": 2}', x: 2 },
  { title: 'escaped keys', cell: '{"\\u0078": 5, "\\u0063": "a"}', x: 5, c: 'a' },
  { title: 'a key that only begins alike', cell: '{"xx": 9, "": 8, "X": 7, "c ": "no"}' },
  { title: 'escapes in a text', cell: '{"c": "a\\"b\\\\c\\/d\\n\\t\\u00e9"}', c: 'a"b\\c/d\n\té' },
  { title: 'a backslash at the end of a text', cell: '{"c": "a\\\\", "x": 1}', c: 'a\\', x: 1 },
  { title: 'a pair of surrogates, escaped and as it is', cell: '{"c": "\\ud83d\\ude00😀"}', c: '😀😀' },
  { title: 'letters of other scripts', cell: '{"c": "日本語 ʼn ß"}', c: '日本語 ʼn ß' },
  { title: 'separators of lines that JavaScript alone minds', cell: '{"c": "a\u2028b\u2029c"}', c: 'a\u2028b\u2029c' },
  {
    title: 'depth',
    cell: `{"a": ${'['.repeat(DEEP - 1)}${']'.repeat(DEEP - 1)}, "x": 3}`,
    x: 3,
  },
  {
    title: 'a long text before and after',
    cell: `{"a": "${'x'.repeat(70_000)}", "x": 4, "z": "${'y'.repeat(70_000)}"}`,
    x: 4,
  },
  {
    title: 'very small and very large numbers',
    cell: '{"x": 5e-324, "c": 1.7976931348623157e308}',
    x: 5e-324,
    c: '1.7976931348623157e+308',
  },
];

onEachServer((database) => {
  const columns = { featuresJson: 'f' };
  const features = { columns, numeric: ['x'], categorical: ['c'] };
  const run = (sql: string, values: readonly string[] = []): Promise<number> => change(database().pool, sql, values);

  async function write(table: string, type: string, cells: readonly string[]): Promise<void> {
    await run(
      `CREATE TABLE ${table} (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), f ${type} NULL)`,
    );
    for (const cell of cells)
      await run(`INSERT INTO ${table} (at, said, f) VALUES ('${at('10:00:00')}', 'yes', ?)`, [cell]);
  }

  describe('a cell gives its features', () => {
    for (const type of ['JSON', 'LONGTEXT CHARACTER SET utf8mb4']) {
      for (const [i, { title, cell, x = null, c = null, mismatches = 0 }] of CASES.entries()) {
        it(`${title} (${type})`, async () => {
          const table = `cell_${type.slice(0, 4)}_${String(i)}`;
          await write(table, type, [cell]);
          const frame = await readDay(database().pool, readerOf({ table, ...features }));
          expect(frame.intake).toEqual({ read: 1, duplicateIds: 0, poison: 0 });
          expect([cellsOf(frame, 'x'), mismatchesOf(frame, 'x'), cellsOf(frame, 'c')]).toEqual([[x], mismatches, [c]]);
        });
      }
    }
  });

  it('of a key that comes twice the last one counts', async () => {
    await write('twice', 'LONGTEXT', [
      '{"x": 1, "c": "a", "x": 2, "c": "b"}',
      '{"x": 1, "x": null}',
      '{"x": "old", "x": 3}',
    ]);
    const frame = await readDay(database().pool, readerOf({ table: 'twice', ...features }));
    expect([cellsOf(frame, 'x'), cellsOf(frame, 'c'), mismatchesOf(frame, 'x')]).toEqual([
      [2, null, 3],
      ['b', null, null],
      0,
    ]);
  });

  it('a cell that is no JSON, or no object, sets its row aside and leaves nothing behind', async () => {
    const bad = [
      ...['', ' ', '[]', '1', '"x"', 'true', '{', '}', '{"x": 1', '{"x": 1}}', '{"x": 1} 2', '{x: 1}', "{'x': 1}"],
      ...[
        '{"x": 01}',
        '{"x": .5}',
        '{"x": 5.}',
        '{"x": +5}',
        '{"x": 1e}',
        '{"x": 0x10}',
        '{"x": NaN}',
        '{"x": Infinity}',
      ],
      ...[
        '{"x": 1,}',
        '{"x" 1}',
        '{"x": }',
        '{"c": "a\nb"}',
        '{"c": "a\\x"}',
        '{"c": "\\u12"}',
        '{"c": "a}',
        '{"x": tru}',
      ],
      ...['{"x": 1 "c": 2}', '{"x": [1}', '{"a": [1,]}', '{"a": {"b"}}', '\ufeff{"x": 1}', '{"x": -}', '{"x": nulls}'],
    ];
    await write('bad', 'LONGTEXT CHARACTER SET utf8mb4', ['{"x": 1, "c": "first"}', ...bad, '{"x": 2, "c": "last"}']);
    const frame = await readDay(database().pool, readerOf({ table: 'bad', ...features }));
    expect(frame.intake).toEqual({ read: bad.length + 2, duplicateIds: 0, poison: bad.length });
    expect([cellsOf(frame, 'x'), cellsOf(frame, 'c'), mismatchesOf(frame, 'x')]).toEqual([
      [1, 2],
      ['first', 'last'],
      0,
    ]);
    const categories = frame.columns.get('c');
    expect(categories?.kind === 'category' ? categories.levels : []).toEqual(['first', 'last']);
  });

  it('JSON null in the cell is a row without features, as NULL is', async () => {
    await write('nothing_there', 'LONGTEXT', ['null', ' null\n']);
    await run(`INSERT INTO nothing_there (at, said) VALUES ('${at('10:00:00')}', 'yes')`);
    const frame = await readDay(database().pool, readerOf({ table: 'nothing_there', ...features }));
    expect([frame.rows, frame.intake.poison, cellsOf(frame, 'x'), cellsOf(frame, 'c')]).toEqual([
      ...[3, 0],
      ...[
        [null, null, null],
        [null, null, null],
      ],
    ]);
  });

  it.each(['BLOB', 'VARCHAR(200) CHARACTER SET latin1', 'VARCHAR(200) CHARACTER SET utf16'])(
    'a cell of type %s is read as the text it is',
    async (type) => {
      const table = `as_${type.replaceAll(/\W/g, '_')}`;
      await write(table, type, ['{"x": 1.5, "c": "é"}']);
      const frame = await readDay(database().pool, readerOf({ table, ...features }));
      expect([cellsOf(frame, 'x'), cellsOf(frame, 'c')]).toEqual([[1.5], ['é']]);
    },
  );

  it('names of features may be anything a key can be', async () => {
    const names = [
      '',
      ' ',
      'a.b',
      '$.x',
      '"',
      '\\',
      "'",
      '`',
      '日本',
      'é',
      '__proto__',
      'toString',
      '0',
      'x'.repeat(300),
    ];
    await write('named', 'LONGTEXT CHARACTER SET utf8mb4', [
      `{${names.map((name, i) => `${JSON.stringify(name)}: ${String(i)}`).join(', ')}}`,
    ]);
    const frame = await readDay(database().pool, readerOf({ table: 'named', columns, numeric: names }));
    expect(names.map((name) => cellsOf(frame, name))).toEqual(names.map((_, i) => [i]));
  });
});
