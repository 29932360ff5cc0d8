import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CsvRecord, CsvRecordReader, csvRecordsOf } from '../../../src/io/csv/csv-records.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('records', () => {
  test.each([1, 2, 3, 7, 1000])('come whole and in order, with their lines, from pieces of %d bytes', (size) => {
    const text = bytes('id,"note"\r\n1,"a ""b"""\r\n\r\n"2","two\nlines"\r\n3,ä\r\nÄ,4\r\n,\r\n');
    const reader = new CsvRecordReader();
    const records: CsvRecord[] = [];
    for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.subarray(at, at + size)));
    records.push(...reader.finish());
    expect(records).toEqual([
      { line: 1, cells: ['id', 'note'] },
      { line: 2, cells: ['1', 'a "b"'] },
      { line: 4, cells: ['2', 'two\nlines'] },
      { line: 6, cells: ['3', 'ä'] },
      { line: 7, cells: ['Ä', '4'] },
      { line: 8, cells: ['', ''] },
    ]);
  });

  test('before a fault are given, and then the fault', () => {
    const reader = new CsvRecordReader();
    expect(reader.push(bytes('a,b\n1,2\n3\n4,5\n')).map(({ line }) => line)).toEqual([1, 2]);
    expect(() => reader.push(bytes('6,7\n'))).toThrow('line 3, column 2: 1 cell where the header has 2');
    expect(() => reader.finish()).toThrow('line 3');
  });

  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', 'ä', '漢', ' '), maxLength: 6 });
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }));
  test('are what was written, in whatever pieces they come', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 40 }), fc.boolean(), (rows, size, quoteAll) => {
        const quoted = (text: string): string =>
          quoteAll || text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const text = bytes(rows.map((row) => row.map(quoted).join(',')).join('\n'));
        const reader = new CsvRecordReader();
        const records: CsvRecord[] = [];
        for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.slice(at, at + size)));
        records.push(...reader.finish());
        reader.check();
        expect(records.map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  test('of a file without a header are a fault', () => {
    const reader = new CsvRecordReader();
    expect([...reader.push(bytes('')), ...reader.finish()]).toEqual([]);
    expect(() => {
      reader.check();
    }).toThrow('the file is empty');
  });

  test('by name', () => {
    expect(csvRecordsOf('a,b\n1,2\n3,')).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '' },
    ]);
    expect(() => csvRecordsOf('a,b\n1\n')).toThrow('line 2, column 2: 1 cell where the header has 2');
  });
});
