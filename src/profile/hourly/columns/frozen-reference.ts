/**
 * What the reference fixes for the profiles of all hours that will be held against it: bins of numbers and a dictionary of
 * categories. Hours are only added up where these are the same.
 */

import type { WindowProfile } from '../../reference-profile.js';
import { freezeNumeric, type FrozenNumeric } from './frozen-bins.js';
import { categoryOfLevels, freezeCategory, type FrozenCategory } from './frozen-levels.js';
import { markOf } from './mark.js';

export type FrozenColumn = FrozenNumeric | FrozenCategory;

export interface FrozenReference {
  readonly columns: ReadonlyMap<string, FrozenColumn>;
  /** 32 bits of all that is frozen: profiles of another mark are not added up. */
  readonly mark: number;
}

/** For columns that the reference does not have, or has in another kind. */
const UNKNOWN: { readonly [K in FrozenColumn['kind']]: Extract<FrozenColumn, { kind: K }> } = {
  numeric: freezeNumeric(new Float64Array(0)),
  category: categoryOfLevels([], []),
};

export const UNKNOWN_CATEGORY = UNKNOWN.category;

export function frozenOfColumns(columns: ReadonlyMap<string, FrozenColumn>): FrozenReference {
  return { columns, mark: markOf(columns) };
}

/** Fixes bins and dictionaries by the profile of a reference. */
export function freezeReference(reference: WindowProfile): FrozenReference {
  const columns = new Map<string, FrozenColumn>();
  for (const [name, column] of reference.columns) {
    columns.set(name, column.kind === 'numeric' ? freezeNumeric(column.sorted) : freezeCategory(column));
  }
  return frozenOfColumns(columns);
}

/** What is frozen for a column that an hour holds as numbers, or as categories. */
export function frozenColumn<K extends FrozenColumn['kind']>(
  { columns }: FrozenReference,
  name: string,
  kind: K,
): Extract<FrozenColumn, { kind: K }> {
  const frozen = columns.get(name);
  return frozen?.kind === kind ? (frozen as Extract<FrozenColumn, { kind: K }>) : UNKNOWN[kind];
}
