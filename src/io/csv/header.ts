/** The header row of a CSV file alone, so that wrong names are told before a large file is read. */

import { open } from 'node:fs/promises';
import Papa from 'papaparse';
import { CsvError } from './frame-from-csv.js';

/** Bytes that surely hold a header row. */
const PIECE = 1 << 20;

/** Names of the columns, in order. An empty file is a fault that names the file and the line. */
export async function readCsvHeader(path: string): Promise<readonly string[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, 0);
    // The decoder leaves out a byte order mark.
    const text = new TextDecoder('utf-8').decode(buffer.subarray(0, bytesRead));
    const names = Papa.parse<string[]>(text, { delimiter: ',', preview: 1 }).data[0];
    if (names === undefined) throw new CsvError('the file is empty: there is no header row', 1, path);
    return names;
  } finally {
    await file.close();
  }
}
