/** What is wrong with a Parquet file, and in which column where one is at fault. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';

  constructor(path: string, detail: string, column?: string) {
    super([path, column === undefined ? undefined : `column "${column}"`, detail].filter(Boolean).join(': '));
  }
}
