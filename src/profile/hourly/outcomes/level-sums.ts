/** Outcomes by levels that the reference has fixed: what the parts of a change of performance are made of. */

import type { Frame, Roles } from '../../../model/frame.js';
import { type LevelSlot, outcomesOf, ownColumn, tableBy } from '../../level-outcomes.js';
import { addLists } from './sums.js';

/** The levels of one column; `feature` is undefined for the model as a whole, which is cut by its own score or prediction. */
export interface FrozenLevels {
  readonly feature: string | undefined;
  readonly slots: readonly LevelSlot[];
}

/** Rows with an outcome, the sum of the outcomes and that of their squares, level by level. */
export interface LevelSums {
  readonly feature: string | undefined;
  /** False where the frame lacks the column, the label or the prediction. */
  readonly present: boolean;
  readonly rows: Float64Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

export function levelSums(frame: Frame, roles: Roles, frozen: readonly FrozenLevels[]): LevelSums[] {
  const outcomes = outcomesOf(frame, roles);
  return frozen.map(({ feature, slots }) => {
    const column = feature === undefined ? ownColumn(frame, roles) : frame.columns.get(feature);
    const present = outcomes !== undefined && column !== undefined;
    const table = present
      ? tableBy(column, outcomes, slots)
      : slots.map((slot) => ({ ...slot, n: 0, sum: 0, squares: 0 }));
    return {
      feature,
      present,
      rows: Float64Array.from(table, ({ n }) => n),
      sums: Float64Array.from(table, ({ sum }) => sum),
      squares: Float64Array.from(table, ({ squares }) => squares),
    };
  });
}

/** Throws `RangeError` where the parts have other levels. */
export function mergeLevels(a: LevelSums, b: LevelSums): LevelSums {
  if (a.feature !== b.feature || a.rows.length !== b.rows.length) {
    throw new RangeError('sums of other levels cannot be added up');
  }
  return {
    feature: a.feature,
    present: a.present || b.present,
    rows: addLists(a.rows, b.rows),
    sums: addLists(a.sums, b.sums),
    squares: addLists(a.squares, b.squares),
  };
}
