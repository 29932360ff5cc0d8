import { describe, expect, test } from 'vitest';
import { type CsvRecord, CsvRecordReader, csvRecordsOf } from '../../../src/io/csv/csv-records.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('records', () => {
  test.each([1, 2, 3, 7, 1000])('come whole and in order, with their lines, from pieces of %d bytes', (size) => {
    const text = bytes('id,"note"\r\n1,"a ""b"""\r\n\r\n"2","two\nlines"\r\n3,ä\r\n,\r\n');
    const reader = new CsvRecordReader();
    const records: CsvRecord[] = [];
    for (let at = 0; at < text.length; at += size) records.push(...reader.push(text.subarray(at, at + size)));
    records.push(...reader.finish());
    expect(records).toEqual([
      { line: 1, cells: ['id', 'note'] },
      { line: 2, cells: ['1', 'a "b"'] },
      { line: 4, cells: ['2', 'two\nlines'] },
      { line: 6, cells: ['3', 'ä'] },
      { line: 7, cells: ['', ''] },
    ]);
  });

  test('before a fault are given, and then the fault', () => {
    const reader = new CsvRecordReader();
    expect(reader.push(bytes('a,b\n1,2\n3\n4,5\n')).map(({ line }) => line)).toEqual([1, 2]);
    expect(() => reader.push(bytes('6,7\n'))).toThrow('line 3, column 2: 1 cell where the header has 2');
    expect(() => reader.finish()).toThrow('line 3');
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
