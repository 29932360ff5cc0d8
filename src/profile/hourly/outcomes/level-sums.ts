/** Outcomes by levels that the reference has fixed: what the parts of a change of performance are made of. */

import type { Frame, Roles } from '../../../model/frame.js';
import { type LevelSlot, outcomesOf, ownColumn, tableBy } from '../../level-outcomes.js';
import { addTo } from './sums.js';

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

/** Adds up sums by the same levels. */
export class LevelAdder {
  readonly #feature: string | undefined;
  readonly #rows: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #present: boolean;

  constructor({ feature, present, rows, sums, squares }: LevelSums) {
    this.#feature = feature;
    this.#present = present;
    [this.#rows, this.#sums, this.#squares] = [rows.slice(), sums.slice(), squares.slice()];
  }

  /** Throws `RangeError` where the part has other levels. */
  add({ feature, present, rows, sums, squares }: LevelSums): void {
    if (feature !== this.#feature || rows.length !== this.#rows.length) {
      throw new RangeError('sums of other levels cannot be added up');
    }
    this.#present ||= present;
    addTo(this.#rows, rows);
    addTo(this.#sums, sums);
    addTo(this.#squares, squares);
  }

  sum(): LevelSums {
    const [rows, sums, squares] = [this.#rows.slice(), this.#sums.slice(), this.#squares.slice()];
    return { feature: this.#feature, present: this.#present, rows, sums, squares };
  }
}
