/** CSV files from disk, in pieces. */

import { createReadStream } from 'node:fs';
import type { Frame, Roles } from '../../model/frame.js';
import { CsvError, CsvFrameReader } from './frame-from-csv.js';

/** Bytes read at once; larger pieces cost memory and gain nothing. */
const PIECE = 1 << 20;

/** The frame of a CSV file. Faults name the file and the line; bytes that are no UTF-8 are a fault, not a question mark. */
export async function readCsvFile(path: string, roles: Roles, extra: readonly string[] = []): Promise<Frame> {
  const reader = new CsvFrameReader(roles, extra);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Buffer): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new CsvError('the file is not UTF-8');
    }
  };
  try {
    for await (const piece of createReadStream(path, { highWaterMark: PIECE })) reader.push(decode(piece as Buffer));
    reader.push(decode());
    return reader.finish();
  } catch (fault) {
    if (fault instanceof CsvError) throw new CsvError(fault.detail, fault.line, path);
    throw fault;
  }
}
