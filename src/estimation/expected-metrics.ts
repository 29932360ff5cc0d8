/**
 * Performance that is to be expected where the labels are unknown, from the probability that each row is positive:
 * confidence-based performance estimation (CBPE) as NannyML 0.13 does it. A row counts as a true positive by its
 * probability, as a false positive by the rest of it. It rests on probabilities that are right where the model is now: under
 * concept drift, or covariate shift into where nothing was learned, the estimate is as wrong as they are.
 */

import { absent, type AbsentEstimate, conventional, type Estimate, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, normalInterval, within } from '../numeric/intervals.js';
import { doublesBy } from '../numeric/doubles.js';
import { sortWithOrder } from '../numeric/sort.js';

/** Rows with prediction and probability. Predictions are 1 or 0; probabilities in [0, 1], `NaN`-free. */
export interface PredictedRows {
  readonly predictions: Int8Array;
  readonly probabilities: Float64Array;
}

/** Expected cells of the confusion matrix; fractions of rows. */
export interface ExpectedCells {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** A metric and how much it moves when the probability of one row does, row by row. */
export interface Expectation {
  readonly value: number;
  readonly n: number;
  readonly slopes: Float64Array;
}

/** `null` in `value`: nothing to divide by (`conventional`), or no value at all. */
export type Expected = Expectation | { readonly value: null; readonly instead: Estimate };

const nothing = (instead: AbsentEstimate | Estimate): Expected => ({ value: null, instead });

export const TABLE_ESTIMATES = ['f1', 'precision', 'recall', 'specificity', 'accuracy'] as const;
export type TableEstimate = (typeof TABLE_ESTIMATES)[number];

/** Sums probabilities into the four cells. */
export function expectedCells({ predictions, probabilities }: PredictedRows): ExpectedCells {
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (let row = 0; row < predictions.length; row++) {
    const p = probabilities[row] as number;
    if (predictions[row] === 1) {
      tp += p;
      fp += 1 - p;
    } else {
      fn += p;
      tn += 1 - p;
    }
  }
  return { tp, fp, fn, tn };
}

/** Numerator and denominator of each metric. */
const RATIOS: Readonly<Record<TableEstimate, (cells: ExpectedCells) => readonly [number, number]>> = {
  f1: ({ tp, fp, fn }) => [tp, tp + 0.5 * (fp + fn)],
  precision: ({ tp, fp }) => [tp, tp + fp],
  recall: ({ tp, fn }) => [tp, tp + fn],
  specificity: ({ tn, fp }) => [tn, tn + fp],
  accuracy: ({ tp, fp, fn, tn }) => [tp + tn, tp + fp + fn + tn],
};

/** The ratio of a metric; 0 on an empty denominator, as scikit-learn has it. */
export function tableRatio(metric: TableEstimate, cells: ExpectedCells): number {
  const [above, below] = RATIOS[metric](cells);
  return below === 0 ? 0 : above / below;
}

/** How much a metric moves when one row's label turns positive, for rows predicted positive and negative. */
export function cellSlopes(metric: TableEstimate, cells: ExpectedCells): readonly [predicted: number, other: number] {
  const [, below] = RATIOS[metric](cells);
  if (below === 0) return [0, 0];
  const value = tableRatio(metric, cells);
  switch (metric) {
    case 'f1':
      return [(1 - 0.5 * value) / below, (-0.5 * value) / below];
    case 'precision':
      return [1 / below, 0];
    case 'recall':
      return [(1 - value) / below, -value / below];
    case 'specificity':
      return [value / below, (value - 1) / below];
    case 'accuracy':
      return [1 / below, -1 / below];
  }
}

/** The slope of every row. */
export function tableSlopes(metric: TableEstimate, cells: ExpectedCells, predictions: Int8Array): Float64Array {
  const [ofPredicted, ofOther] = cellSlopes(metric, cells);
  return doublesBy(predictions.length, (row) => (predictions[row] === 1 ? ofPredicted : ofOther));
}

/**
 * Expected precision `TP/(TP+FP)`, recall `TP/(TP+FN)`, specificity `TN/(TN+FP)`, F1 `TP/(TP+(FP+FN)/2)` or accuracy
 * `(TP+TN)/N` with expected cells. In [0, 1], higher is better; `n` is the denominator, rounded to rows. 0 and degenerate
 * on an empty denominator; no value without rows. NannyML `CBPE`.
 */
export function expectedTableMetric(metric: TableEstimate, rows: PredictedRows): Expected {
  if (rows.predictions.length === 0) return nothing(absent(0, 'no rows with both prediction and score'));
  const cells = expectedCells(rows);
  const ratio = expectedRatio(metric, cells);
  return ratio === undefined
    ? nothing(conventional(0, 0))
    : { ...ratio, slopes: tableSlopes(metric, cells, rows.predictions) };
}

/** Value and rounded denominator of a metric of expected cells; `undefined` on an empty denominator. */
export function expectedRatio(
  metric: TableEstimate,
  cells: ExpectedCells,
): { readonly value: number; readonly n: number } | undefined {
  const [above, below] = RATIOS[metric](cells);
  return below === 0 ? undefined : { value: above / below, n: Math.round(below) };
}

/** Running sums are rounded to five decimals, as NannyML does, so that sums which should be whole are. */
export function rounded(value: number): number {
  const scaled = value * 1e5;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  if (rest !== 0.5) return Math.round(scaled) / 1e5;
  return (floor % 2 === 0 ? floor : floor + 1) / 1e5;
}

/** Rows in falling order of the model's own score; of equal scores the later row first. */
function fallingOrder(scores: Float64Array): Uint32Array {
  return sortWithOrder(scores).order.reverse();
}

/** Rows with score and probability: the score orders them, the probability counts. */
export interface ScoredRows {
  readonly scores: Float64Array;
  readonly probabilities: Float64Array;
}

/** Several figures rank the same rows: they are sorted once. */
const ORDERS = new WeakMap<ScoredRows, Uint32Array>();

function orderOf(rows: ScoredRows): Uint32Array {
  const known = ORDERS.get(rows);
  if (known !== undefined) return known;
  const order = fallingOrder(rows.scores);
  ORDERS.set(rows, order);
  return order;
}

/**
 * Expected area under the ROC curve: rows in falling order of score, each a step up by its probability and to the right by
 * the rest of it; trapezoids. In [0, 1], higher is better; `n` = the expected rarer class, in rows. No value without rows,
 * or where only one class is to be expected. NannyML `CBPE`.
 */
export function expectedRocAuc(rows: ScoredRows): Expected {
  const { scores, probabilities } = rows;
  const n = scores.length;
  if (n === 0) return nothing(absent(0, 'no rows with a score'));
  let sum = 0;
  let [up, right, area] = [0, 0, 0];
  const order = orderOf(rows);
  // What stands above a row when its turn comes: positives and negatives, each with half of the row itself.
  const [positivesAbove, negativesAbove] = [new Float64Array(n), new Float64Array(n)];
  for (let at = 0; at < n; at++) {
    const row = order[at] as number;
    sum += probabilities[row] as number;
    const nextUp = rounded(sum);
    const nextRight = rounded(at + 1 - sum);
    area += ((up + nextUp) / 2) * (nextRight - right);
    positivesAbove[row] = (up + nextUp) / 2;
    negativesAbove[row] = (right + nextRight) / 2;
    up = nextUp;
    right = nextRight;
  }
  const rarer = Math.min(up, right);
  if (rarer <= 0) return nothing(absent(0, 'only one class is to be expected'));
  const value = area / up / right;
  // A positive gains the pairs with the negatives below it and loses, as a negative, those with the positives above it.
  const slopes = positivesAbove.map(
    (above, row) => (right - (negativesAbove[row] as number) - above - value * (right - up)) / (up * right),
  );
  return { value, n: Math.max(1, Math.round(rarer)), slopes };
}

/**
 * Expected average precision: over the rows in falling order of score, expected precision so far times the growth of the
 * expected recall. In [0, 1], higher is better, chance level is the mean probability; `n` = expected positives, in rows. No
 * value without rows or where no positive is to be expected. NannyML `CBPE`.
 */
export function expectedAveragePrecision(rows: ScoredRows): Expected {
  const { scores, probabilities } = rows;
  const n = scores.length;
  if (n === 0) return nothing(absent(0, 'no rows with a score'));
  let [sum, found, area] = [0, 0, 0];
  const order = orderOf(rows);
  const precisions = new Float64Array(n);
  for (let at = 0; at < n; at++) {
    const row = order[at] as number;
    sum += probabilities[row] as number;
    const next = rounded(sum);
    precisions[row] = next / (at + 1);
    area += (next - found) * (next / (at + 1));
    found = next;
  }
  if (found <= 0) return nothing(absent(0, 'no positive is to be expected'));
  const value = area / found;
  const slopes = new Float64Array(n);
  // A positive has its own precision, and raises that of every positive from its place on.
  let raised = 0;
  for (let at = n - 1; at >= 0; at--) {
    const row = order[at] as number;
    raised += (probabilities[row] as number) / (at + 1);
    slopes[row] = ((precisions[row] as number) + raised - value) / found;
  }
  return { value, n: Math.max(1, Math.round(found)), slopes };
}

/** Variance of the realised value about the expected one: each label is drawn by its own probability. */
export function labelVariance(slopes: Float64Array, probabilities: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < slopes.length; row++) {
    const slope = slopes[row] as number;
    const p = probabilities[row] as number;
    sum += slope * slope * p * (1 - p);
  }
  return sum;
}

/** With the interval in which the realised value lies; `variance` is that of their difference. Held within [0, 1]. */
export function withSamplingError(
  expected: Expected,
  variance: (slopes: Float64Array) => number,
  confidence = DEFAULT_CONFIDENCE,
): Estimate {
  if (expected.value === null) return expected.instead;
  const { value, n } = expected;
  const interval = normalInterval(value, Math.sqrt(variance(expected.slopes)), confidence);
  return measured(value, n, within(interval, value, 0, 1));
}
