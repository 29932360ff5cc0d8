/** Whether an index of a table lets the server find rows without reading the whole table. */
import type { SourceTable } from './source-tables.js';

/** Columns of each index in lower case, as names are compared on both servers. */
const indexesOf = (table: SourceTable): readonly (readonly string[])[] =>
  (table.indexes ?? []).map((index) => index.map((name) => name.toLowerCase()));

/** How many leading columns of an index are held equal. */
function leading(index: readonly string[], equal: readonly string[]): number {
  const wanted = new Set(equal.map((name) => name.toLowerCase()));
  const free = index.findIndex((name) => !wanted.has(name));
  return free === -1 ? index.length : free;
}

/** An index helps if the equalities come first, in any order, and then the column that is read in ranges. */
export function hasIndexForRange(table: SourceTable, equal: readonly string[], ranged: string): boolean {
  return indexesOf(table).some((index) => index[leading(index, equal)] === ranged.toLowerCase());
}

/** Equalities narrow enough if one of `narrow` is among an index's leading columns, all of which are held equal. */
export function hasIndexForLookup(table: SourceTable, equal: readonly string[], narrow: readonly string[]): boolean {
  const names = new Set(narrow.map((name) => name.toLowerCase()));
  return indexesOf(table).some((index) => index.slice(0, leading(index, equal)).some((name) => names.has(name)));
}
