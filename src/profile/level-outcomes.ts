/** Outcomes of the rows (right or wrong, or the size of the error) by levels of a column that the reference has fixed. */

import { commonClasses } from '../model/class-codes.js';
import { columnOf, numbersOf } from '../model/columns.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { doublesBy } from '../numeric/doubles.js';

/**
 * `level`: rows with the category `name`; `from`: rows whose number is at or above `name`, below the next row's;
 * `missing`: rows without a value; `other`: all the rest.
 */
export interface Level {
  readonly kind: 'level' | 'from' | 'missing' | 'other';
  readonly name: string;
  readonly n: number;
  /** Sum of the outcomes, and of their squares. */
  readonly sum: number;
  readonly squares: number;
}

export type LevelSlot = Pick<Level, 'kind' | 'name'>;

/**
 * What each row adds to the figure: 1 for a right class and 0 for a wrong one, or the absolute error of a regression; NaN
 * for rows without label or prediction, or with an infinite one.
 */
export function outcomesOf(frame: Frame, roles: Roles): Float64Array | undefined {
  const label = columnOf(frame, roles.label);
  const prediction = columnOf(frame, roles.prediction);
  if (label === undefined || prediction === undefined) return undefined;
  if (roles.task === 'regression') {
    const predicted = numbersOf(prediction);
    const errors = numbersOf(label).map((y, row) => Math.abs((predicted[row] as number) - y));
    return errors.map((error) => (Number.isFinite(error) ? error : NaN));
  }
  const [labels, predictions] = commonClasses([label, prediction]).codes as [Int32Array, Int32Array];
  return doublesBy(labels.length, (row) => {
    const code = labels[row] as number;
    const said = predictions[row] as number;
    return code < 0 || said < 0 ? NaN : Number(code === said);
  });
}

/** The column that the whole model is cut by: the score, the predicted number, or else the predicted class. */
export function ownColumn(frame: Frame, roles: Roles): Column | undefined {
  const score = roles.task === 'binary' ? columnOf(frame, roles.score) : undefined;
  if (score !== undefined) return { kind: 'numeric', name: score.name, values: numbersOf(score), typeMismatches: 0 };
  const prediction = columnOf(frame, roles.prediction);
  if (prediction === undefined || roles.task !== 'regression') return asCategory(prediction);
  return { kind: 'numeric', name: prediction.name, values: numbersOf(prediction), typeMismatches: 0 };
}

function asCategory(column: Column | undefined): Column | undefined {
  if (column === undefined || column.kind === 'category') return column;
  const { classes, codes } = commonClasses([column]);
  return { kind: 'category', name: column.name, levels: classes, codes: codes[0] as Int32Array };
}

/** The place of each row among the slots. */
function placesOf(column: Column, slots: readonly LevelSlot[]): Int32Array {
  const missing = slots.findIndex(({ kind }) => kind === 'missing');
  const other = slots.findIndex(({ kind }) => kind === 'other');
  const places = new Int32Array(column.kind === 'category' ? column.codes.length : column.values.length);
  if (column.kind === 'category') {
    const known = new Map(slots.flatMap(({ kind, name }, at) => (kind === 'level' ? [[name, at] as const] : [])));
    const placeOf = column.levels.map((level) => known.get(level) ?? other);
    for (let row = 0; row < places.length; row++) {
      const code = column.codes[row] as number;
      places[row] = code < 0 ? missing : (placeOf[code] as number);
    }
    return places;
  }
  const edges = slots.flatMap(({ kind, name }) => (kind === 'from' ? [Number(name)] : []));
  for (let row = 0; row < places.length; row++) {
    const value = column.values[row] as number;
    let at = edges.length - 1;
    while (at > 0 && value < (edges[at] as number)) at--;
    places[row] = Number.isNaN(value) ? missing : at < 0 ? other : at;
  }
  return places;
}

/** The outcomes of a column by the levels of a table; rows without an outcome are left out. */
export function tableBy(column: Column, outcomes: Float64Array, slots: readonly LevelSlot[]): Level[] {
  const n = new Float64Array(slots.length);
  const sum = new Float64Array(slots.length);
  const squares = new Float64Array(slots.length);
  const places = placesOf(column, slots);
  for (let row = 0; row < outcomes.length; row++) {
    const outcome = outcomes[row] as number;
    if (Number.isNaN(outcome)) continue;
    const at = places[row] as number;
    n[at] = (n[at] as number) + 1;
    sum[at] = (sum[at] as number) + outcome;
    squares[at] = (squares[at] as number) + outcome * outcome;
  }
  return slots.map(({ kind, name }, at) => ({
    ...{ kind, name, n: n[at] as number },
    ...{ sum: sum[at] as number, squares: squares[at] as number },
  }));
}
