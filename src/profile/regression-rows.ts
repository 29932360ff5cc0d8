/** Rows of a regression that can be held against their labels. */

import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame, Roles } from '../model/frame.js';

/** Labels and predictions of the rows that have both, finite. */
export interface RegressionRows {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  readonly errors: Float64Array;
}

/** Rows with both values; `infinite` where one of them is not finite, which leaves every figure without a value. */
export function pairRows(
  labels: Float64Array,
  predictions: Float64Array,
): { readonly rows: RegressionRows; readonly infinite: boolean } {
  const y = new Float64Array(labels.length);
  const z = new Float64Array(labels.length);
  let n = 0;
  let infinite = false;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const prediction = predictions[row] as number;
    if (Number.isNaN(label) || Number.isNaN(prediction)) continue;
    if (!Number.isFinite(label) || !Number.isFinite(prediction)) infinite = true;
    y[n] = label;
    z[n] = prediction;
    n++;
  }
  const kept = { labels: y.subarray(0, n), predictions: z.subarray(0, n) };
  const errors = kept.predictions.map((prediction, row) => prediction - (kept.labels[row] as number));
  return { rows: { ...kept, errors }, infinite };
}

/** Prediction minus label of each row; `NaN` where one is missing. */
export function errorsOf(frame: Frame, roles: Roles): Float64Array {
  const [label, prediction] = [columnOf(frame, roles.label), columnOf(frame, roles.prediction)];
  if (!label || !prediction) return new Float64Array(frame.rows).fill(NaN);
  const y = numbersOf(label);
  return numbersOf(prediction).map((value, row) => value - (y[row] as number));
}
