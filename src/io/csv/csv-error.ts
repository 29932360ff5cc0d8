/** What is wrong with a CSV file, and where: lines and columns count from 1, columns in cells. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  readonly detail: string;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(
    detail: string,
    place: { readonly line?: number | undefined; readonly column?: number | undefined; readonly path?: string } = {},
  ) {
    const { line, column, path } = place;
    const row = line === undefined ? undefined : `line ${String(line)}`;
    const where = column === undefined ? row : `${row ?? ''}, column ${String(column)}`;
    super([path, where, detail].filter((part) => part !== undefined).join(': '));
    this.detail = detail;
    this.line = line;
    this.column = column;
  }
}
