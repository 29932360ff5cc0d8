/** What a look at the source's tables found, with its place in the definition file. */
export interface SourceFinding {
  readonly level: 'fault' | 'warning';
  /** Keys of the definition file: `source`, `columns`, `score`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly cure: string;
}
