/** CSV files from disk, in pieces. */

import type { Frame, Roles } from '../../model/frame.js';
import { CsvError } from './csv-error.js';
import { CsvScanner } from './csv-scanner.js';
import { bytesOf, sizeOf } from './file-bytes.js';
import { CsvFrameReader } from './frame-from-csv.js';

/** Faults of the content, named with their file. */
async function ofFile<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (fault) {
    if (fault instanceof CsvError) throw new CsvError(fault.detail, { line: fault.line, column: fault.column, path });
    throw fault;
  }
}

/** The frame of a CSV file. Faults name the file, the line and the column. */
export function readCsvFile(path: string, roles: Roles, extra: readonly string[] = []): Promise<Frame> {
  return ofFile(path, async () => {
    const reader = new CsvFrameReader(roles, extra);
    const size = await sizeOf(path);
    if (size !== undefined) reader.expect(size);
    for await (const piece of bytesOf(path)) reader.push(piece);
    return reader.finish();
  });
}

/** Names of the columns, in order, without reading the rows: wrong names are told before a large file is read. */
export function readCsvHeader(path: string): Promise<readonly string[]> {
  return ofFile(path, async () => {
    let header: readonly string[] = [];
    const scanner = new CsvScanner((names) => {
      header = names;
      return names.map(() => null);
    });
    for await (const piece of bytesOf(path)) {
      scanner.push(piece);
      if (scanner.opened) return header;
    }
    scanner.finish();
    return header;
  });
}
