/** What is wrong with a table's file, in one line. */
import { CsvError } from '../../io/csv/csv-error.js';
import { ParquetError } from '../../io/parquet/parquet-error.js';

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** The fault of a file in one line; `undefined` where the error is none of the file. */
export function tableFault(path: string, error: unknown): string | undefined {
  if (error instanceof CsvError || error instanceof ParquetError)
    return error.message.startsWith(path) ? error.message : `${path}: ${error.message}`;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const told = FILE_FAULTS[code];
  return told === undefined ? undefined : `${path}: ${told}`;
}
