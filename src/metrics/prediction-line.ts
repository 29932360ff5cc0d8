/** How labels follow predictions: the line that a regression should lie on. */

import { absent, type Estimate, type Interval, measured } from '../model/estimate.js';
import { studentTwoSidedQuantile } from '../numeric/distributions.js';
import { fitLine, type Line } from '../numeric/line.js';
import type { RegressionRows } from '../profile/regression-rows.js';

/** Slope and intercept of label on prediction. */
export interface PredictionLine {
  readonly slope: Estimate;
  readonly intercept: Estimate;
}

/**
 * Least-squares line of label on prediction: slope 1 and intercept 0 are best. A slope under 1 says that high predictions
 * are too high and low ones too low, as after overfitting; an intercept alone is bias. Slope without unit, intercept in the
 * label's; n = rows; intervals by Student's t with n - 2 degrees of freedom, none for two rows. No value for fewer than two
 * rows or predictions that are all equal. Source: J. Mincer and V. Zarnowitz (1969).
 */
export function predictionLine(rows: RegressionRows, confidence: number): PredictionLine {
  return predictionLineOf(fitLine(rows.predictions, rows.labels), rows.labels.length, confidence);
}

/** The figures of the line, where there is one. */
export function predictionLineOf(line: Line | undefined, n: number, confidence: number): PredictionLine {
  if (line === undefined) {
    const none = absent(n, n < 2 ? 'fewer than two rows' : 'the predictions are all equal, or their sums overflow');
    return { slope: none, intercept: none };
  }
  const t = n > 2 ? studentTwoSidedQuantile(1 - confidence, n - 2) : NaN;
  const about = (value: number, error: number): Interval => [value - t * error, value + t * error];
  return {
    slope: measured(line.slope, n, about(line.slope, line.slopeError)),
    intercept: measured(line.intercept, n, about(line.intercept, line.interceptError)),
  };
}
