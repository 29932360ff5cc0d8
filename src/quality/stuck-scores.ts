/** Scores that stand still although the requests change. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate } from '../model/estimate.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { sortWithOrder } from '../numeric/sort.js';

/**
 * Different requests in a row with the same answer from which on a stretch counts as stuck. Five equal observations
 * fail the flat-line test of ocean sensors: U.S. IOOS, Manual for Real-Time Quality Control of In-situ Temperature and
 * Salinity Data (QARTOD), test 8.
 */
const STUCK_FROM = 5;

/** What the model answered: its scores, or the number that it predicts. Classes alone repeat by nature. */
function answersOf(frame: Frame, roles: Roles): readonly Float64Array[] {
  const names =
    roles.task === 'regression'
      ? [roles.prediction]
      : roles.task === 'binary'
        ? [roles.score]
        : (roles.scores ?? []).map(([, name]) => name);
  return names.flatMap((name) => {
    const column = columnOf(frame, name);
    return column === undefined ? [] : [numbersOf(column)];
  });
}

/** Rows in the order of time, those without one left out; as they stand where the frame has no time. */
function inTime(frame: Frame, roles: Roles): Uint32Array {
  const column = columnOf(frame, roles.time);
  const times = column && numbersOf(column);
  const rows = new Uint32Array(frame.rows);
  let n = 0;
  let rising = true;
  for (let row = 0; row < frame.rows; row++) {
    if (times && !Number.isFinite(times[row])) continue;
    if (times && n > 0 && (times[row] as number) < (times[rows[n - 1] as number] as number)) rising = false;
    rows[n++] = row;
  }
  const timed = rows.subarray(0, n);
  if (rising || times === undefined) return timed;
  const { order } = sortWithOrder(Float64Array.from(timed, (row) => times[row] as number));
  return order.map((at) => timed[at] as number);
}

function sameAnswer(answers: readonly Float64Array[], a: number, b: number): boolean {
  return answers.every((values) => values[a] === values[b]);
}

/** A missing cell equals a missing cell. Without features, every row is a request of its own. */
function sameRequest(features: readonly Column[], a: number, b: number): boolean {
  if (features.length === 0) return false;
  return features.every((column) =>
    column.kind === 'category'
      ? column.codes[a] === column.codes[b]
      : Object.is(column.values[a], column.values[b]) || column.values[a] === column.values[b],
  );
}

/**
 * Share of stuck answers: rows within stretches of time in which the model gave one and the same answer (all scores, or
 * the predicted number, equal to the last bit) to at least five different requests in a row, over the rows with an
 * answer. A request that only repeats the features of the one before it lengthens no stretch: the same answer is then
 * right. In [0, 1], lower is better. n = rows with an answer, in the order of time (of the rows, where there is no time).
 *
 * Models with few distinct answers, such as small trees, have such stretches by nature: hold the share against that of
 * the reference, not against 0. No interval, because stretches are no independent rows. No value without answers.
 */
export function stuckShare(frame: Frame, roles: Roles): Estimate {
  const answers = answersOf(frame, roles);
  const features = [...roles.numeric, ...roles.categorical].flatMap((name) => frame.columns.get(name) ?? []);
  const order = inTime(frame, roles);
  let n = 0;
  let stuck = 0;
  let last = -1;
  let rows = 0;
  let requests = 0;
  const endStretch = (): void => {
    if (requests >= STUCK_FROM) stuck += rows;
  };
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    if (answers.some((values) => Number.isNaN(values[row]))) continue;
    n++;
    if (last >= 0 && sameAnswer(answers, last, row)) {
      rows++;
      if (!sameRequest(features, last, row)) requests++;
    } else {
      endStretch();
      rows = 1;
      requests = 1;
    }
    last = row;
  }
  endStretch();
  return n === 0 ? absent(0, 'no row has an answer') : { value: stuck / n, n };
}

/** Whether the task and the columns have answers of which stretches say something. */
export function hasAnswers(frame: Frame, roles: Roles): boolean {
  return answersOf(frame, roles).length > 0;
}
