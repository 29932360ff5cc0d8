/** Files that cannot be read are told to whoever reads, whenever that is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { IngestFault, openRecords, type FileFormat } from '../../../src/run/ingest/file-records.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function faultOf(file: string, format: FileFormat): Promise<unknown> {
  const { records } = openRecords(file, format);
  // Between opening and reading the database is asked how far an earlier run came.
  await wait(50);
  try {
    for await (const _ of records);
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
    const { records, share } = openRecords(file, 'csv');
    expect(share()).toBe(0);
    const ids: unknown[] = [];
    for await (const { cells } of records) ids.push(cells['id']);
    expect(ids).toEqual(['a', 'b']);
    expect(share()).toBe(1);
  });
});
