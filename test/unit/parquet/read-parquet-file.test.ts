import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ParquetError } from '../../../src/io/parquet/parquet-error.js';
import { readTableFile, readTableHeader } from '../../../src/io/table-file.js';
import type { Frame, Roles } from '../../../src/model/frame.js';

const data = (name: string): string => join(import.meta.dirname, 'data', name);

const rolesOf = (roles: Partial<Roles>): Roles => ({
  task: 'binary',
  numeric: [],
  categorical: [],
  sensitive: [],
  scoresAreProbabilities: true,
  ...roles,
});

function cellsOf(frame: Frame, name: string): unknown[] {
  const column = frame.columns.get(name);
  if (!column) return [];
  if (column.kind === 'numeric') return [...column.values];
  return [...column.codes].map((code) => (code < 0 ? null : column.levels[code]));
}

const SHORTEST_SINGLE = Math.fround(0.1);

describe.each(['types.parquet', 'types-v2.parquet'])('%s, as numbers', (file) => {
  test.each<readonly [string, readonly number[]]>([
    ['whole', [2 ** 53, -(2 ** 63), NaN, 7]],
    ['unsigned', [2 ** 64, 0, 1, NaN]],
    ['small', [-128, 127, NaN, 0]],
    ['real', [0.1, -0, NaN, NaN]],
    ['far', [Infinity, -Infinity, 5e-324, Number.MAX_VALUE]],
    ['single', [0.5, NaN, SHORTEST_SINGLE, 3]],
    ['half', [0.5, NaN, -2, 65_504]],
    ['price', [0.3, -1234.57, NaN, 99_999_999.99]],
    ['wide', [1.1, -0.7, Number('123456789012345678.9'), 0]],
    ['flag', [1, 0, NaN, 1]],
  ])('%s', async (name, values) => {
    const frame = await readTableFile(data(file), rolesOf({ numeric: [name] }));
    expect(cellsOf(frame, name)).toEqual(values);
    expect(frame.columns.get(name)).toMatchObject({ typeMismatches: 0 });
  });

  test.each([
    ['word', 2],
    ['day', 3],
    ['millis', 4],
  ])('%s is no number where it is there', async (name, mismatches) => {
    const frame = await readTableFile(data(file), rolesOf({ numeric: [name] }));
    expect(cellsOf(frame, name)).toEqual([NaN, NaN, NaN, NaN]);
    expect(frame.columns.get(name)).toMatchObject({ typeMismatches: mismatches });
  });
});

describe.each(['types.parquet', 'types-v2.parquet'])('%s, as categories', (file) => {
  test.each<readonly [string, ReadonlyArray<string | null>]>([
    ['whole', ['9007199254740993', '-9223372036854775808', null, '7']],
    ['unsigned', ['18446744073709551615', '0', '1', null]],
    ['real', ['0.1', '0', null, null]],
    ['single', ['0.5', null, String(SHORTEST_SINGLE), '3']],
    ['price', ['0.30', '-1234.57', null, '99999999.99']],
    ['wide', ['1.1', '-0.7', '123456789012345678.9', '0.0']],
    ['flag', ['true', 'false', null, 'true']],
    ['word', ['a', null, null, 'ä🙂']],
    ['level', ['x', 'y', 'x', null]],
    ['raw', ['plain', 'text', null, null]],
    ['day', ['2026-01-31', null, '1969-12-31', '1970-01-01']],
    ['micros', ['2026-01-31T08:00:00.250Z', null, '2026-01-31T08:00:02.250Z', '2026-01-31T08:00:03.250Z']],
  ])('%s', async (name, texts) => {
    const frame = await readTableFile(data(file), rolesOf({ categorical: [name] }));
    expect(cellsOf(frame, name)).toEqual(texts);
  });
});

test.each(['millis', 'nanos', 'micros', 'day'])('%s gives times in milliseconds', async (name) => {
  const frame = await readTableFile(data('types.parquet'), rolesOf({ time: name }));
  const first = name === 'day' ? Date.UTC(2026, 0, 31) : Date.UTC(2026, 0, 31, 8, 0, 0, 250);
  expect(cellsOf(frame, name)[0]).toBe(first);
  expect(cellsOf(frame, name)[1]).toBe(name === 'millis' || name === 'nanos' ? first + 1000 : NaN);
});

test('the old 96-bit times are times too', async () => {
  const frame = await readTableFile(data('int96.parquet'), rolesOf({ time: 'nanos' }));
  expect(cellsOf(frame, 'nanos')[3]).toBe(Date.UTC(2026, 0, 31, 8, 0, 3, 250));
});

test.each([
  ['1', '1', '0'],
  ['True', 'True', 'False'],
  ['true', 'true', 'false'],
])('truth values are written as the positive class "%s" is', async (positive, yes, no) => {
  const frame = await readTableFile(data('types.parquet'), rolesOf({ label: 'flag', positive }));
  expect(cellsOf(frame, 'flag')).toEqual([yes, no, null, yes]);
});

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('pages packed by %s are unpacked', async (codec) => {
  const roles = rolesOf({ numeric: ['whole', 'real'], categorical: ['word'] });
  const frame = await readTableFile(data(`${codec}.parquet`), roles);
  expect(cellsOf(frame, 'real')).toEqual([0.1, -0, NaN, NaN]);
  expect(cellsOf(frame, 'word')).toEqual(['a', null, null, 'ä🙂']);
});

test.each(['reference', 'current'])('the %s table is the same in Parquet and in CSV', async (name) => {
  const roles = rolesOf({
    numeric: ['age', 'income'],
    categorical: ['city'],
    prediction: 'guess',
    score: 'score',
    label: 'label',
    positive: '1',
  });
  expect(await readTableFile(data(`${name}.parquet`), roles)).toEqual(await readTableFile(data(`${name}.csv`), roles));
});

test('a file without rows is a frame without rows, and tells its columns', async () => {
  expect(await readTableFile(data('no-rows.parquet'), rolesOf({ numeric: ['whole'] }))).toMatchObject({ rows: 0 });
  expect(await readTableHeader(data('types.parquet'))).toMatchObject({
    names: expect.arrayContaining(['whole', 'pair']) as string[],
  });
});

const folder = mkdtempSync(join(tmpdir(), 'plumbline-parquet-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('a fault names the file and the column', () => {
  test.each<readonly [string, string, Partial<Roles>, string]>([
    ['a codec that nobody unpacks', 'lzo.parquet', { numeric: ['whole'] }, 'column "whole": it cannot be read: '],
    ['a list', 'types.parquet', { categorical: ['tags'] }, 'column "tags": its type holds no single number'],
    ['a structure', 'types.parquet', { numeric: ['pair'] }, 'column "pair": its type holds no single number'],
    ['a missing column', 'types.parquet', { numeric: ['weight'] }, 'no column "weight"; the file has: whole, '],
    [
      'bytes that are no text',
      'not-utf8.parquet',
      { categorical: ['word'] },
      'column "word": row 2: a text is not UTF-8',
    ],
  ])('%s', async (_, file, roles, message) => {
    const reading = readTableFile(data(file), rolesOf(roles));
    await expect(reading).rejects.toThrow(ParquetError);
    await expect(reading).rejects.toThrow(`${file}: ${message}`);
  });

  test.each<readonly [string, string | Uint8Array, string]>([
    ['text under the name of a Parquet file', 'a,b\n1,2\n', 'it is no Parquet file'],
    ['an empty file', '', 'it is no Parquet file'],
    [
      'a file cut off',
      readFileSync(data('types.parquet')).subarray(0, 3000),
      'it is no Parquet file, or its end is damaged',
    ],
    ['nothing but the mark', 'PAR1', 'it is no Parquet file'],
  ])('%s', async (_, content, message) => {
    await expect(readTableFile(write('faulty.parquet', content), rolesOf({}))).rejects.toThrow(message);
  });
});

test('a damaged file is a fault or a frame, never anything else', async () => {
  const whole = readFileSync(data('zstd.parquet'));
  const roles = rolesOf({ numeric: ['whole', 'real'], categorical: ['word'] });
  const damage = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(damage, async (changes) => {
      const bytes = Uint8Array.from(whole);
      for (const [at, byte] of changes) bytes[at] = byte;
      const path = write('damaged.parquet', bytes);
      try {
        const frame = await readTableFile(path, roles);
        for (const column of frame.columns.values())
          expect(column.kind === 'numeric' ? column.values.length : column.codes.length).toBe(frame.rows);
      } catch (error) {
        expect(error).toBeInstanceOf(ParquetError);
      }
    }),
    { numRuns: 300 },
  );
});
