/**
 * The profile of a window: what drift and quality need of its rows. The stored reference and the current window have
 * the same form, so the reference is read from its rows once per model version and never again.
 */

import type { Column, Frame, Intake, Roles } from '../model/frame.js';
import { type CategoryProfile, profileCategory } from './category-profile.js';
import { type NumericProfile, profileNumeric } from './numeric-profile.js';

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

/** Profile of the features, prediction, scores and label of a frame. Columns that the frame lacks are left out. */
export function profileFrame(frame: Frame, roles: Roles): WindowProfile {
  const names = watchedColumns(roles);
  const columns = new Map<string, ColumnProfile>();
  for (const name of roles.label === undefined ? names : [...names, roles.label]) {
    const column = frame.columns.get(name);
    if (column !== undefined && !columns.has(name)) columns.set(name, profileColumn(column));
  }
  return { rows: frame.rows, intake: frame.intake, columns };
}
