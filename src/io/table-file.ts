/** Tables from disk, by what the file holds and not by its name: Parquet, or CSV that may be packed by gzip. */

import { open } from 'node:fs/promises';
import type { Frame, Roles } from '../model/frame.js';
import { readCsvFile, readCsvHeader } from './csv/read-csv-file.js';
import { ParquetError } from './parquet/parquet-error.js';

/** First bytes of a Parquet file, plain or with an encrypted footer. */
const MARKS = ['PAR1', 'PARE'];

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 4 && MARKS.includes(buffer.toString('latin1'))) return true;
  } finally {
    await file.close();
  }
  if (path.endsWith('.parquet')) throw new ParquetError(path, 'it is no Parquet file: it does not begin as one');
  return false;
}

/** The reader of Parquet is loaded where there is such a file: a start with CSV does not wait for it. */
const parquet = () => import('./parquet/read-parquet-file.js');

/** The frame of a table. Faults name the file and the place. */
export async function readTableFile(path: string, roles: Roles): Promise<Frame> {
  return (await isParquet(path)) ? (await parquet()).readParquetFile(path, roles) : readCsvFile(path, roles);
}

export interface TableHeader {
  /** Names of the columns, in order. */
  readonly names: readonly string[];
  /** Where they stand, before what is said of them: empty where a file has no lines. */
  readonly place: string;
}

export async function readTableHeader(path: string): Promise<TableHeader> {
  if (await isParquet(path)) return { names: await (await parquet()).readParquetHeader(path), place: '' };
  return { names: await readCsvHeader(path), place: 'line 1: ' };
}
