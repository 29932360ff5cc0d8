/**
 * The profile of a window: what drift and quality need of its rows. The stored reference and the current window have
 * the same form, so the reference is read from its rows once per model version and never again.
 */

import type { Column, Frame, Intake, Roles } from '../model/frame.js';
import { lendScratch } from '../numeric/scratch.js';
import { type CategoryProfile, profileCategory } from './category-profile.js';
import { type NumericProfile, profileNumeric, profileNumericInPlace } from './numeric-profile.js';

export type ColumnProfile = NumericProfile | CategoryProfile;

export interface WindowProfile {
  readonly rows: number;
  readonly intake: Intake;
  readonly columns: ReadonlyMap<string, ColumnProfile>;
}

/** Features, then prediction and scores; without the label, whose drift is a matter of its own. */
export function watchedColumns(roles: Roles): readonly string[] {
  const names = [...roles.numeric, ...roles.categorical];
  if (roles.prediction !== undefined) names.push(roles.prediction);
  if (roles.score !== undefined) names.push(roles.score);
  for (const [, column] of roles.scores ?? []) names.push(column);
  return [...new Set(names)];
}

export function profileColumn(column: Column): ColumnProfile {
  return column.kind === 'numeric' ? profileNumeric(column) : profileCategory(column);
}

function profiledColumns(roles: Roles): readonly string[] {
  const names = watchedColumns(roles);
  return roles.label === undefined || names.includes(roles.label) ? names : [...names, roles.label];
}

/** Profile of the features, prediction, scores and label of a frame. Columns that the frame lacks are left out. */
export function profileFrame(frame: Frame, roles: Roles): WindowProfile {
  const columns = new Map<string, ColumnProfile>();
  for (const name of profiledColumns(roles)) {
    const column = frame.columns.get(name);
    if (column !== undefined) columns.set(name, profileColumn(column));
  }
  return { rows: frame.rows, intake: frame.intake, columns };
}

/**
 * The same for tables that fill the memory: the columns in `given` are used up, their memory becomes that of their
 * profiles. The frame returned is what is left for measuring rows.
 */
export function profileUsingUp(
  frame: Frame,
  roles: Roles,
  given: ReadonlySet<string>,
): { readonly profile: WindowProfile; readonly frame: Frame } {
  const left = new Map(frame.columns);
  const columns = new Map<string, ColumnProfile>();
  for (const name of profiledColumns(roles)) {
    const column = left.get(name);
    if (column === undefined) continue;
    const usedUp = given.has(name);
    columns.set(name, usedUp && column.kind === 'numeric' ? profileNumericInPlace(column) : profileColumn(column));
    if (usedUp) left.delete(name);
  }
  const { rows, intake } = frame;
  return { profile: { rows, intake, columns }, frame: { rows, intake, columns: left } };
}

/** Nobody needs the values of the profile any more: their memory is worked with. */
export function lendProfile({ columns }: WindowProfile): void {
  for (const column of columns.values()) if (column.kind === 'numeric') lendScratch(column.sorted);
}
