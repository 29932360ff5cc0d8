/** Files that cannot be read are told to whoever reads, whenever that is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  IngestFault,
  type NumberedRecord,
  openRecords,
  type FileFormat,
} from '../../../src/run/ingest/file-records.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function faultOf(file: string, format: FileFormat): Promise<unknown> {
  const { pieces } = openRecords(file, format);
  // Between opening and reading the database is asked how far an earlier run came.
  await wait(50);
  try {
    for await (const _ of pieces);
    return null;
  } catch (error) {
    return error;
  }
}

describe('a file that cannot be read', () => {
  it.each([
    ['csv', 'nothing.csv'],
    ['jsonl', 'nothing.jsonl'],
    ['csv', 'nothing.csv.gz'],
  ] as const)('as %s is a fault of the file, also where its reading begins late: %s', async (format, name) => {
    const fault = await faultOf(join(folder, name), format);
    expect(fault).toBeInstanceOf(IngestFault);
    expect(fault).toMatchObject({ line: 0, message: 'there is no such file' });
  });

  it('because it is no gzip file is told as such', async () => {
    const file = join(folder, 'plain.csv.gz');
    writeFileSync(file, 'id,time\n');
    expect(await faultOf(file, 'csv')).toMatchObject({ message: 'it is no gzip file' });
  });

  it('is all read before its share of bytes is whole', async () => {
    const file = join(folder, 'rows.csv');
    writeFileSync(file, 'id,time\na,1\nb,2\n');
    const { pieces, share } = openRecords(file, 'csv');
    expect(share()).toBe(0);
    const ids: unknown[] = [];
    for await (const records of pieces) ids.push(...records.map(({ cells }) => cells['id']));
    expect(ids).toEqual(['a', 'b']);
    expect(share()).toBe(1);
  });
});

interface Read {
  readonly records: readonly NumberedRecord[];
  readonly fault: unknown;
}

async function read(name: string, content: string | Buffer): Promise<Read> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const records: NumberedRecord[] = [];
  try {
    for await (const some of openRecords(file, name.endsWith('.csv') ? 'csv' : 'jsonl').pieces) records.push(...some);
    return { records, fault: null };
  } catch (fault) {
    return { records, fault };
  }
}

describe('records', () => {
  it('of JSON lines come with their lines, whatever ends them; empty lines and the byte order mark are none', async () => {
    const text = '\ufeff{"id":"ä"}\r\n\n  \n{"id":2}\r{"id":{"x":null}}\r\n{"id":4}';
    const { records, fault } = await read('rows.jsonl', text);
    expect([fault, records.map(({ line, cells }) => [line, cells['id']])]).toEqual([
      null,
      [
        [1, 'ä'],
        [4, 2],
        [5, { x: null }],
        [6, 4],
      ],
    ]);
  });

  it.each([
    ['is no JSON', Buffer.from('{"id":1}\n{"id":}\n{"id":3}\n'), 2, 'not JSON'],
    ['is two objects', Buffer.from('{"id":1}\n{"id":2},{"id":3}\n'), 2, 'not JSON'],
    ['is half an object', Buffer.from('{"id":1}\n{"id":2\n"x":3}\n'), 2, 'not JSON'],
    ['is a list', Buffer.from('{"id":1}\n[2]\n'), 2, 'not a JSON object; write one object a line'],
    [
      'is no UTF-8',
      Buffer.concat([Buffer.from('{"id":1}\r\n{"id":"'), Buffer.from([0xe9]), Buffer.from('"}\n')]),
      2,
      'not UTF-8',
    ],
    [
      'is the last and no UTF-8',
      Buffer.concat([Buffer.from('{"id":1}\n{"id":"ä'), Buffer.from([0xc3])]),
      2,
      'not UTF-8',
    ],
  ])('come before the fault of a line that %s', async (_, content, line, message) => {
    const { records, fault } = await read('rows.jsonl', content);
    expect(records.map(({ cells }) => cells)).toEqual([{ id: 1 }]);
    expect(fault).toBeInstanceOf(IngestFault);
    expect(fault).toMatchObject({ line, message: expect.stringContaining(message) as string });
  });

  it('of a line that never ends are refused', async () => {
    const { fault } = await read('rows.jsonl', Buffer.alloc(2 ** 26 + 2 ** 17, ' '));
    expect(fault).toMatchObject({ line: 1, message: 'the line that begins here is longer than 64 MiB' });
  });

  it('of files larger than a piece are the same as they were written, in CSV and as lines', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      id: `r${String(i)}`,
      word: i % 7 === 0 ? 'größe, "neu"' : 'x',
    }));
    const csv = ['id,word', ...rows.map(({ id, word }) => `${id},"${word.replaceAll('"', '""')}"`)].join('\n');
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    for (const { records, fault } of [await read('rows.csv', csv), await read('rows.jsonl', lines)]) {
      expect(fault).toBeNull();
      expect(records.map(({ cells }) => cells)).toEqual(rows);
    }
  });

  it('have the names of the header, also one that objects have of their own', async () => {
    const { records } = await read('rows.csv', '__proto__,constructor,id\n1,2,\n');
    expect(records.map(({ cells }) => Object.entries(cells))).toEqual([
      [
        ['__proto__', '1'],
        ['constructor', '2'],
        ['id', null],
      ],
    ]);
  });

  it.each([
    ['other names', 'a,b\n1,2\n', 'a,c\n1,2\n'],
    ['cells cut elsewhere', 'a,b\n12,3\n', 'a,b\n1,23\n'],
    ['a line end inside a cell', 'a,b\n1,"2\n3"\n4,5\n', 'a,b\n1,2\n"3\n4",5\n'],
  ])('of files with %s differ in their texts', async (_, one, other) => {
    const texts = async (content: string): Promise<readonly string[]> =>
      (await read('rows.csv', content)).records.map(({ text }) => text);
    expect(await texts(one)).not.toEqual(await texts(other));
  });
});
