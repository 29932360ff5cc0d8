/**
 * Performance that is to be expected where the labels are unknown, from the probability that each row is positive:
 * confidence-based performance estimation (CBPE) as NannyML 0.13 does it. A row counts as a true positive by its
 * probability, as a false positive by the rest of it. It rests on probabilities that are right where the model is now: under
 * concept drift, or covariate shift into where nothing was learned, the estimate is as wrong as they are.
 */

import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import { aucInterval, averagePrecisionInterval, DEFAULT_CONFIDENCE, within } from '../numeric/intervals.js';
import { normalQuantile } from '../numeric/distributions.js';
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
function slopes(metric: TableEstimate, cells: ExpectedCells): readonly [predicted: number, other: number] {
  const [, below] = RATIOS[metric](cells);
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

/**
 * Expected precision `TP/(TP+FP)`, recall `TP/(TP+FN)`, specificity `TN/(TN+FP)`, F1 `TP/(TP+(FP+FN)/2)` or accuracy
 * `(TP+TN)/N` with expected cells. In [0, 1], higher is better; `n` is the denominator, rounded to rows. 0 and degenerate
 * on an empty denominator; no value without rows. Interval: where the realised value lies if the probabilities are right
 * (each label drawn by its own, linearised). NannyML `CBPE`.
 */
export function expectedTableMetric(
  metric: TableEstimate,
  rows: PredictedRows,
  confidence = DEFAULT_CONFIDENCE,
): Estimate {
  if (rows.predictions.length === 0) return absent(0, 'no rows with both prediction and score');
  const cells = expectedCells(rows);
  const [above, below] = RATIOS[metric](cells);
  if (below === 0) return conventional(0, 0);
  const [ofPredicted, ofOther] = slopes(metric, cells);
  let variance = 0;
  for (let row = 0; row < rows.predictions.length; row++) {
    const p = rows.probabilities[row] as number;
    const slope = rows.predictions[row] === 1 ? ofPredicted : ofOther;
    variance += slope * slope * p * (1 - p);
  }
  const value = above / below;
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return measured(value, Math.round(below), within([value - half, value + half], value, 0, 1));
}

/** Running sums are rounded to five decimals, as NannyML does, so that sums which should be whole are. */
function rounded(value: number): number {
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

/**
 * Expected area under the ROC curve: rows in falling order of score, each a step up by its probability and to the right by
 * the rest of it; trapezoids. In [0, 1], higher is better; `n` = the expected rarer class, in rows. No value without rows,
 * or where only one class is to be expected. Interval: DeLong's form with expected counts. NannyML `CBPE`.
 */
export function expectedRocAuc({ scores, probabilities }: ScoredRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  const n = scores.length;
  if (n === 0) return absent(0, 'no rows with a score');
  let sum = 0;
  let [up, right, area] = [0, 0, 0];
  // Second moments of "rows that stand below", for the variance of the area.
  let [overPositives, overNegatives] = [0, 0];
  const order = fallingOrder(scores);
  order.forEach((row, at) => {
    const p = probabilities[row] as number;
    sum += p;
    const [nextUp, nextRight] = [rounded(sum), rounded(at + 1 - sum)];
    area += ((up + nextUp) / 2) * (nextRight - right);
    overPositives += p * ((right + nextRight) / 2) ** 2;
    overNegatives += (1 - p) * ((up + nextUp) / 2) ** 2;
    [up, right] = [nextUp, nextRight];
  });
  const rarer = Math.min(up, right);
  if (rarer <= 0) return absent(0, 'only one class is to be expected');
  const value = area / up / right;
  const spread = (squares: number, size: number, other: number, mean: number): number =>
    size > 1 ? Math.max(0, squares / size / other ** 2 - mean ** 2) / (size - 1) : 0;
  const variance = spread(overPositives, up, right, 1 - value) + spread(overNegatives, right, up, value);
  const whole = Math.max(1, Math.round(rarer));
  const interval = aucInterval(
    value,
    variance,
    Math.max(1, Math.round(up)),
    Math.max(1, Math.round(right)),
    confidence,
  );
  return measured(value, whole, within(interval, value, 0, 1));
}

/**
 * Expected average precision: over the rows in falling order of score, expected precision so far times the growth of the
 * expected recall. In [0, 1], higher is better, chance level is the mean probability; `n` = expected positives, in rows. No
 * value without rows or where no positive is to be expected. Interval on the logit with expected counts. NannyML `CBPE`.
 */
export function expectedAveragePrecision(
  { scores, probabilities }: ScoredRows,
  confidence = DEFAULT_CONFIDENCE,
): Estimate {
  if (scores.length === 0) return absent(0, 'no rows with a score');
  let [sum, found, area] = [0, 0, 0];
  fallingOrder(scores).forEach((row, at) => {
    sum += probabilities[row] as number;
    const next = rounded(sum);
    area += (next - found) * (next / (at + 1));
    found = next;
  });
  if (found <= 0) return absent(0, 'no positive is to be expected');
  const value = area / found;
  const positives = Math.max(1, Math.round(found));
  return measured(value, positives, within(averagePrecisionInterval(value, positives, confidence), value, 0, 1));
}
