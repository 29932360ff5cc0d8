/** What is wrong with a Parquet file, and in which column where one is at fault. */
export class ParquetError extends Error {
  override readonly name = 'ParquetError';

  /** Without the path. */
  readonly detail: string;

  constructor(path: string, detail: string, column?: string) {
    const place = column === undefined ? detail : `column "${column}": ${detail}`;
    super(`${path}: ${place}`);
    this.detail = place;
  }
}
