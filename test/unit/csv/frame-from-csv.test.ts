import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { CsvFrameReader, frameFromCsv } from '../../../src/io/csv/frame-from-csv.js';
import { parseNumber, parseTime } from '../../../src/io/csv/parse-cell.js';
import { readCsvFile, readCsvHeader } from '../../../src/io/csv/read-csv-file.js';
import type { Frame } from '../../../src/model/frame.js';
import { regressionRoles } from '../../support/frames.js';

const { label: _label, prediction: _prediction, ...noOutcome } = regressionRoles();
const roles = { ...noOutcome, numeric: ['x'], categorical: ['c'] };

function cellsOf(frame: Frame, name: string): unknown[] {
  const column = frame.columns.get(name);
  if (!column) return [];
  if (column.kind === 'numeric') return [...column.values];
  return [...column.codes].map((code) => (code < 0 ? null : column.levels[code]));
}

describe('cells', () => {
  test.each([
    ['1', 1],
    [' 2.5 ', 2.5],
    ['-1e-3', -0.001],
    ['.5', 0.5],
    ['1_000', 1000],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['1e400', Infinity],
    ['nan', NaN],
    ['0', 0],
    ['0x10', undefined],
    ['0b1', undefined],
    [' 0o7', undefined],
    ['  ', undefined],
    ['NA', undefined],
    ['None', undefined],
    ['1,5', undefined],
    ['_1', undefined],
    ['true', undefined],
  ])('"%s" is the number %s, as Python has it', (text, value) => {
    expect(parseNumber(text)).toEqual(value);
  });

  test.each([
    ['1970-01-02', 86_400_000],
    ['1970-01-01 00:00:01.500', 1500],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1970-01-01T01:00:00+0100', 0],
    ['1970-01-01T00:00Z', 0],
    ['01/02/1970', undefined],
    ['1970-13-01', undefined],
    ['yesterday', undefined],
  ])('"%s" is the time %s in milliseconds, UTC unless it says otherwise', (text, value) => {
    expect(parseTime(text)).toBe(value);
  });
});

test.each([
  ['plain', 'x,c\n1,a\n2,b\n'],
  ['without a last line end', 'x,c\n1,a\n2,b'],
  ['with CRLF', 'x,c\r\n1,a\r\n2,b\r\n'],
  ['with a byte order mark', '\uFEFFx,c\n1,a\n2,b\n'],
  ['with quotes', '"x","c"\n"1","a"\n2,"b"\n'],
  ['with quotes and CRLF', '"x","c"\r\n"1","a"\r\n2,"b"\r\n'],
  ['with empty lines', 'x,c\n\n1,a\n2,b\n\n'],
  ['with CR alone', 'x,c\r1,a\r2,b\r'],
  ['with line ends of all kinds', 'x,c\r\n1,a\r2,b\n\r\n'],
  ['with an empty line before the header', '\nx,c\n1,a\n2,b\n'],
  ['with quotes around numbers and without a last line end', 'x,c\n"1",a\n"2","b"'],
  ['with columns that nobody asked for', 'id,x,other,c\n7,1,?,a\n8,2,?,b\n'],
])('a file %s is read', (_, text) => {
  const frame = frameFromCsv(text, roles);
  expect(frame.rows).toBe(2);
  expect(cellsOf(frame, 'x')).toEqual([1, 2]);
  expect(cellsOf(frame, 'c')).toEqual(['a', 'b']);
  expect([...frame.columns.keys()]).toEqual(['x', 'c']);
});

test('empty cells are missing, texts like NA are categories, and cells that are no numbers are counted', () => {
  const frame = frameFromCsv('x,c\n,\n1,NA\noops,None\ninf,null\n', roles);
  expect(cellsOf(frame, 'x')).toEqual([NaN, 1, NaN, Infinity]);
  expect(frame.columns.get('x')).toMatchObject({ typeMismatches: 1 });
  expect(cellsOf(frame, 'c')).toEqual([null, 'NA', 'None', 'null']);
});

test('quoted cells may hold commas, quotes and line ends', () => {
  const frame = frameFromCsv('x,c\n1,"a,b"\n2,"say ""no"""\n3,"two\nlines"\n4,"a,b"\n', roles);
  expect(cellsOf(frame, 'c')).toEqual(['a,b', 'say "no"', 'two\nlines', 'a,b']);
});

test('a quote inside a cell that does not begin with one is taken as it stands', () => {
  expect(cellsOf(frameFromCsv('x,c\n1,5" pipe\n', roles), 'c')).toEqual(['5" pipe']);
});

test('cells of columns that nobody asked for may hold anything but a NUL byte or a half quote', () => {
  const frame = frameFromCsv('other,x,c\n"a,""\nb",1,a\n"plain, quoted",2,b\n,3,c\n', roles);
  expect(cellsOf(frame, 'x')).toEqual([1, 2, 3]);
});

test.each([
  ['an empty file', '', 'line 1: the file is empty: there is no header row'],
  ['a row with a cell too few', 'x,c\n1,a\n2\n', 'line 3, column 2: 1 cell where the header has 2'],
  [
    'a row with a cell too many, behind a cell of two lines',
    'x,c\n1,"a\nb"\n2,b,c\n',
    'line 4, column 3: 3 cells where the header has 2',
  ],
  ['a column that is missing', 'x,d\n1,a\n', 'line 1: no column "c"; the file has: x, d'],
  ['a column that stands twice', 'x,c,x\n1,a,2\n', 'line 1: the column "x" stands twice in the header'],
  ['nothing but empty lines', '\n\r\n\n', 'line 1: the file is empty: there is no header row'],
  [
    'a quote that is never closed',
    'x,c\n1,a\n2,"b\n3,c\n',
    'line 3, column 2: the quote that opens this cell is never closed',
  ],
  ['a quote that is never closed in the header', 'x,"c\n1,a\n', 'line 1, column 2: the quote that opens this cell'],
  ['text behind a closing quote', 'x,c\n1,"a"b\n', 'line 2, column 2: text behind the closing quote'],
  ['a NUL byte in a number', 'x,c\n1\0,a\n', 'line 2, column 1: a NUL byte'],
  ['a NUL byte in a category', 'x,c\n1,a\n2,\0b\n', 'line 3, column 2: a NUL byte'],
  ['a NUL byte inside quotes', 'x,c\n1,"a\0"\n', 'line 2, column 2: a NUL byte'],
  ['a NUL byte where nobody reads', 'other,x,c\n\0,1,a\n', 'line 2, column 1: a NUL byte'],
])('%s is an error that says where', (_, text, message) => {
  expect(() => frameFromCsv(text, roles)).toThrow(message);
});

test.each([1, 127, 128, 129, 32_767, 32_768, 32_769, 40_000])(
  '%d levels are kept apart, however wide their codes',
  (levels) => {
    const cells = Array.from({ length: levels + 10 }, (_, row) =>
      row === levels + 3 ? '' : `level ${String(row % levels)}`,
    );
    const frame = frameFromCsv(`x,c\n${cells.map((cell) => `1,${cell}`).join('\n')}\n`, roles);
    expect(cellsOf(frame, 'c')).toEqual(cells.map((cell) => (cell === '' ? null : cell)));
  },
);

test('a header alone is a frame without rows', () => {
  expect(frameFromCsv('x,c\n', roles)).toMatchObject({ rows: 0 });
});

const anyText = fc
  .array(
    fc.tuple(
      fc.constantFrom('1', '-2.5', '', 'oops', '"7"'),
      fc.constantFrom('a', '', '"b,c"', '"d ""e"""', '"f\ng"', '"h\r\ni"', 'é', '🙂'),
      fc.constantFrom('\n', '\r\n', '\r'),
    ),
    { maxLength: 12 },
  )
  .map((rows) => `x,c\n${rows.map(([x, c, end]) => `${x},${c}${end}`).join('')}`);

test('where a file is cut into pieces makes no difference', () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat({ max: 120 }), { maxLength: 5 }), (text, cuts) => {
      const reader = new CsvFrameReader(roles);
      const bytes = new TextEncoder().encode(text);
      let from = 0;
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        reader.push(bytes.subarray(from, cut));
        from = Math.max(from, Math.min(cut, bytes.length));
      }
      reader.push(bytes.subarray(from));
      expect(reader.finish()).toEqual(frameFromCsv(text, roles));
    }),
  );
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-csv-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test('a file of many pieces is read whole', async () => {
    const rows = Array.from({ length: 200_000 }, (_, row) => `${String(row)},level ${String(row % 7)} ä`);
    const frame = await readCsvFile(write('large.csv', `x,c\n${rows.join('\n')}\n`), roles);
    const x = frame.columns.get('x');
    const c = frame.columns.get('c');
    expect(frame.rows).toBe(200_000);
    expect(x?.kind === 'numeric' && x.values[199_999]).toBe(199_999);
    expect(c?.kind === 'category' && c.levels).toHaveLength(7);
  });

  test('faults name the file and the line', async () => {
    const path = write('ragged.csv', 'x,c\n1,a\n2\n');
    await expect(readCsvFile(path, roles)).rejects.toThrow(`${path}: line 3, column 2: 1 cell where the header has 2`);
  });

  test.each<readonly [string, readonly number[], string]>([
    ['a category', [...Buffer.from('x,c\n1,'), 0xe9, 0x0a], 'line 2, column 2: the cell is not UTF-8'],
    ['a quoted category', [...Buffer.from('x,c\n1,"'), 0xe9, 0x22, 0x0a], 'line 2, column 2: the cell is not UTF-8'],
    [
      'a number',
      [...Buffer.from('x,c\n'), 0xff, 0x31, ...Buffer.from(',a\n')],
      'line 2, column 1: the cell is not UTF-8',
    ],
    ['the header', [0x78, 0x2c, 0x63, 0xc3, 0x0a], 'line 1, column 2: the cell is not UTF-8'],
  ])('bytes in %s that are no UTF-8 are a fault', async (_, bytes, message) => {
    await expect(readCsvFile(write('latin1.csv', Uint8Array.from(bytes)), roles)).rejects.toThrow(message);
  });

  test.each([
    ['little-endian', [0xff, 0xfe, 0x78, 0x00]],
    ['big-endian', [0xfe, 0xff, 0x00, 0x78]],
  ])('UTF-16, %s, is told by its mark', async (_, bytes) => {
    const path = write('utf16.csv', Uint8Array.from(bytes));
    await expect(readCsvFile(path, roles)).rejects.toThrow('line 1: the file is UTF-16; write it as UTF-8');
  });

  test('a gzip file is unpacked', async () => {
    const frame = await readCsvFile(write('packed.csv.gz', gzipSync('x,c\n1,a\n2,b\n')), roles);
    expect(cellsOf(frame, 'x')).toEqual([1, 2]);
    expect(await readCsvHeader(write('packed.csv.gz', gzipSync('x,c\n1,a\n')))).toEqual(['x', 'c']);
  });

  test.each<readonly [string, (bytes: Buffer) => Uint8Array, string]>([
    ['cut off', (bytes) => bytes.subarray(0, -9), 'the gzip file ends too early'],
    ['damaged', (bytes) => bytes.map((byte, at) => (at === 12 ? byte ^ 0xff : byte)), 'the gzip file is damaged'],
  ])('a gzip file that is %s is a fault', async (_, spoil, message) => {
    const rows = Array.from({ length: 100 }, (__, row) => `${String(row * row)},a`);
    const path = write('spoilt.csv.gz', spoil(gzipSync(`x,c\n${rows.join('\n')}\n`)));
    await expect(readCsvFile(path, roles)).rejects.toThrow(`${path}: ${message}`);
  });

  test('a million distinct categories are kept apart', async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, row) => `1,${String((row * 7919) % 1_000_003)}`);
    const frame = await readCsvFile(write('distinct.csv', `x,c\n${rows.join('\n')}\n`), roles);
    const c = frame.columns.get('c');
    expect(c?.kind === 'category' && new Set(c.levels).size).toBe(1_000_000);
  });

  test('a quote that opens in a file of many pieces and is never closed is told with its line', async () => {
    const path = write('open.csv', `x,c\n1,"a\n${'2,b\n'.repeat(2_000_000)}`);
    await expect(readCsvFile(path, roles)).rejects.toThrow('line 2, column 2: the quote that opens this cell is never');
  });
});
