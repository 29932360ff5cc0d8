/** Regression figures. The error of a row is prediction minus label; `n` is the rows with both. */

import { absent, conventional, type Estimate, type Interval, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, meanInterval, orderStatisticInterval, within } from '../numeric/intervals.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';
import { quantileSorted } from '../numeric/quantile.js';
import { sortDoubles } from '../numeric/sort.js';
import type { RegressionRows } from '../profile/regression-rows.js';
import { blockSums, bootstrapBlocks } from './bootstrap.js';
import { meanEstimate } from './probability.js';

const OVERFLOW = 'not a finite number: the sum overflows';

/** A column made row by row from error and label. */
function perRow(rows: RegressionRows, of: (error: number, label: number) => number): Float64Array {
  const result = new Float64Array(rows.errors.length);
  for (let row = 0; row < result.length; row++)
    result[row] = of(rows.errors[row] as number, rows.labels[row] as number);
  return result;
}

const meanOf = (values: Float64Array, confidence: number, low = -Infinity): Estimate =>
  meanEstimate(momentsOf(values), confidence, low);

/** Mean absolute error, `mean |prediction - label|`; in the label's unit, at least 0, lower is better. `mean_absolute_error`. */
export function mae(rows: RegressionRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  return meanOf(rows.errors.map(Math.abs), confidence, 0);
}

/** Bias, `mean (prediction - label)`; in the label's unit, 0 is best: positive means predictions are too high. */
export function meanError(rows: RegressionRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  return meanOf(rows.errors, confidence);
}

/**
 * Mean absolute percentage error as a share, `mean |error| / max(|label|, eps)`; at least 0, lower is better. A label of 0
 * divides by float64 eps: the value is scikit-learn's, marked degenerate. `mean_absolute_percentage_error`.
 */
export function mape(rows: RegressionRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  const shares = perRow(rows, (error, label) => Math.abs(error) / Math.max(Math.abs(label), Number.EPSILON));
  const result = meanOf(shares, confidence, 0);
  const divides = rows.labels.every((label) => Math.abs(label) > Number.EPSILON);
  return divides || result.value === null ? result : conventional(result.value as number, result.n);
}

/**
 * Weighted absolute percentage error as a share, `sum |error| / sum |label|` (also called MAD/Mean); at least 0, lower is
 * better. Unlike MAPE it stays finite where single labels are 0. No value where all labels are 0. The interval is Student's
 * for the mean of the linearised residuals `|error| - WAPE |label|` (Cochran, Sampling Techniques (1977), section 6.4).
 * Source: Kolassa and Schütz, "Advantages of the MAD/Mean ratio over the MAPE", Foresight 6 (2007).
 */
export function wape(rows: RegressionRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  const n = rows.errors.length;
  const size = momentsOf(rows.labels.map(Math.abs)).mean;
  if (size === 0) return absent(n, 'every label is 0');
  const value = momentsOf(rows.errors.map(Math.abs)).mean / size;
  if (!Number.isFinite(size) || !Number.isFinite(value)) return absent(n, OVERFLOW);
  const shares = perRow(rows, (error, label) => value + (Math.abs(error) - value * Math.abs(label)) / size);
  const interval = meanInterval(momentsOf(shares), confidence);
  return measured(value, n, interval && within(interval, value, 0, Infinity));
}

/**
 * Pinball loss at `alpha`: mean of `alpha · u` for under-prediction by u and `(1 - alpha) · o` for over-prediction by o; in
 * the label's unit, at least 0, lower is better for predictions of that quantile. `mean_pinball_loss`.
 */
export function pinball(rows: RegressionRows, alpha = 0.9, confidence = DEFAULT_CONFIDENCE): Estimate {
  const losses = rows.errors.map((error) => (error < 0 ? -alpha * error : (1 - alpha) * error));
  return meanOf(losses, confidence, 0);
}

/**
 * Median absolute error, in the label's unit, at least 0, lower is better; interval from order statistics.
 * `median_absolute_error`.
 */
export function medianAbsoluteError(rows: RegressionRows, confidence = DEFAULT_CONFIDENCE): Estimate {
  const sorted = sortDoubles(rows.errors.map(Math.abs));
  const middle = sorted[sorted.length >>> 1] as number;
  if (sorted.length % 2 === 0 && !Number.isFinite(middle + (sorted[sorted.length / 2 - 1] as number)))
    return absent(sorted.length, 'not a finite number: the sum of the middle two overflows');
  return measured(quantileSorted(sorted, 0.5), sorted.length, orderStatisticInterval(sorted, 0.5, confidence));
}

/** Largest absolute error, in the label's unit, at least 0, lower is better; no interval: it grows with n. `max_error`. */
export function maxError(rows: RegressionRows): Estimate {
  let largest = 0;
  for (const error of rows.errors) largest = Math.max(largest, Math.abs(error));
  return measured(largest, rows.errors.length);
}

/** Figures of squared errors, whose intervals come from one bootstrap over blocks of rows. */
export interface SquareFigures {
  readonly mse: Estimate;
  readonly rmse: Estimate;
  readonly r2: Estimate;
  readonly explainedVariance: Estimate;
  readonly stdError: Estimate;
  readonly rmsle: Estimate;
}

/** Centred errors and labels: sums of squares about the mean of all rows keep their digits when blocks are drawn. */
function squareIntervals(
  rows: RegressionRows,
  centres: { readonly error: number; readonly label: number },
  logs: Float64Array,
  seed: number,
  confidence: number,
): Interval[] {
  const errors = rows.errors.map((error) => error - centres.error);
  const labels = rows.labels.map((label) => label - centres.label);
  const squared = (values: Float64Array): Float64Array => values.map((value) => value * value);
  const table = blockSums([squared(rows.errors), errors, squared(errors), labels, squared(labels), logs]);
  return bootstrapBlocks(
    table,
    (sums, out) => {
      const [squares, error, errorSquares, label, labelSquares, logSquares, n] = sums as unknown as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const aroundLabel = labelSquares - (label * label) / n;
      const aroundError = Math.max(0, errorSquares - (error * error) / n);
      out[0] = squares / n;
      out[1] = Math.sqrt(squares / n);
      out[2] = 1 - squares / aroundLabel;
      out[3] = 1 - aroundError / aroundLabel;
      out[4] = Math.sqrt(aroundError / (n - 1));
      out[5] = Math.sqrt(logSquares / n);
    },
    6,
    { seed, confidence },
  );
}

/** `1 - part / whole`; where the label is constant, scikit-learn's convention: 1 for no error at all, else 0. */
export function explained(part: number, whole: number, n: number, interval: Interval): Estimate {
  if (n < 2) return absent(n, 'fewer than two rows');
  if (!Number.isFinite(part) || !Number.isFinite(whole)) return absent(n, OVERFLOW);
  if (whole === 0) return conventional(part === 0 ? 1 : 0, n);
  return measured(1 - part / whole, n, interval);
}

/**
 * Figures of squared errors, with seeded bootstrap intervals; n = rows.
 * - MSE, RMSE: mean squared error and its root, at least 0, lower is better. `mean_squared_error`, `root_mean_squared_error`.
 * - R²: `1 - sum error² / sum (label - mean)²`, at most 1, higher is better; no value under two rows; with a constant label
 *   1 if every prediction is exact, else 0, degenerate. `r2_score`.
 * - Explained variance: R² with the mean error taken out first; one row is scikit-learn's convention. `explained_variance_score`.
 * - Standard deviation of the errors with divisor n - 1; no value under two rows. `numpy.std(ddof=1)`.
 * - RMSLE: root of the mean squared difference of `ln(1 + x)`; no value at or below -1. `root_mean_squared_log_error`.
 */
export function squareFigures(rows: RegressionRows, seed: number, confidence = DEFAULT_CONFIDENCE): SquareFigures {
  const n = rows.errors.length;
  const errors = momentsOf(rows.errors);
  const labels = momentsOf(rows.labels);
  const squares = momentsOf(rows.errors.map((error) => error * error));
  const belowDomain = rows.labels.some((y) => y <= -1) || rows.predictions.some((z) => z <= -1);
  const logs = belowDomain
    ? new Float64Array(n)
    : rows.labels.map((y, row) => (Math.log1p(rows.predictions[row] as number) - Math.log1p(y)) ** 2);
  const intervals = squareIntervals(rows, { error: errors.mean, label: labels.mean }, logs, seed, confidence);
  const [mse, rmse, r2, variance, std, rmsle] = intervals as [
    Interval,
    Interval,
    Interval,
    Interval,
    Interval,
    Interval,
  ];
  return {
    mse: measured(squares.mean, n, mse),
    rmse: measured(Math.sqrt(squares.mean), n, rmse),
    r2: explained(squares.mean * n, labels.m2, n, r2),
    explainedVariance: n === 1 ? conventional(1, 1) : explained(errors.m2, labels.m2, n, variance),
    stdError: n < 2 ? absent(n, 'fewer than two rows') : measured(standardDeviation(errors), n, std),
    rmsle: belowDomain
      ? absent(n, 'a label or prediction is at or below -1')
      : measured(Math.sqrt(momentsOf(logs).mean), n, rmsle),
  };
}
