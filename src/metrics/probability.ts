/** Figures of scores that are probabilities. A score outside [0, 1] leaves them without a value. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, meanInterval, within } from '../numeric/intervals.js';
import { type Moments, momentsOf } from '../numeric/moments.js';

/** float64 machine epsilon: scikit-learn keeps probabilities this far from 0 and 1 before taking logs. */
const EPSILON = Number.EPSILON;
const ECE_BINS = 10;

/** The loss of one row whose true class was given probability `p`: `-ln p`, with p held within [eps, 1 - eps]. */
export function logLossOf(p: number): number {
  return -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
}

/** A mean over rows with its t interval, cut to [low, high]. */
export function meanEstimate(moments: Moments, confidence: number, low = -Infinity, high = Infinity): Estimate {
  const interval = meanInterval(moments, confidence);
  return measured(moments.mean, moments.count, interval && within(interval, moments.mean, low, high));
}

/** The figures of binary probabilities. */
export interface ProbabilityFigures {
  readonly logLoss: Estimate;
  readonly brier: Estimate;
  readonly ece: Estimate;
  readonly calibrationGap: Estimate;
}

/** Why probability figures do not apply to these scores, or `undefined`. */
export function unfitForProbability(scores: Float64Array, probabilities: boolean): string | undefined {
  if (scores.length === 0) return 'no rows with both label and score';
  if (!probabilities) return 'scores are declared not to be probabilities';
  for (const score of scores) if (!(score >= 0 && score <= 1)) return 'a score lies outside [0, 1]';
  return undefined;
}

/**
 * Figures of binary probabilities against labels (1 or 0; same length). n = rows with label and score.
 * - Log loss (cross-entropy): mean of `-ln` of the probability given to the class that came true, in nats, in [0, 36.04]
 *   because probabilities are held eps from 0 and 1; lower is better; finite for one class. scikit-learn `log_loss`.
 * - Brier: mean of `(score - label)²`, in [0, 1], lower is better. scikit-learn `brier_score_loss`.
 * - ECE, expected calibration error: 10 bins of equal width, `sum n_b/N |mean score - share of positives|`, in [0, 1],
 *   lower is better; biased upwards in small samples. Interval by the delta method with each bin's sign held.
 * - Calibration gap: mean score minus share of positives, in [-1, 1], 0 is best.
 */
export function probabilityFigures(
  labels: Int8Array,
  scores: Float64Array,
  probabilities: boolean,
  confidence = DEFAULT_CONFIDENCE,
): ProbabilityFigures {
  const rows = scores.length;
  const reason = unfitForProbability(scores, probabilities);
  if (reason !== undefined) {
    const none = absent(rows, reason);
    return { logLoss: none, brier: none, ece: none, calibrationGap: none };
  }
  // One after the other in the same memory.
  const each = new Float64Array(rows);
  const over = (take: (score: number, label: number) => number): Moments => {
    for (let row = 0; row < rows; row++) each[row] = take(scores[row] as number, labels[row] as number);
    return momentsOf(each);
  };
  return {
    logLoss: meanEstimate(
      over((score, label) => logLossOf(label === 1 ? score : 1 - score)),
      confidence,
      0,
    ),
    brier: meanEstimate(
      over((score, label) => (score - label) * (score - label)),
      confidence,
      0,
      1,
    ),
    ece: expectedCalibrationError(labels, scores, confidence),
    calibrationGap: meanEstimate(
      over((score, label) => score - label),
      confidence,
      -1,
      1,
    ),
  };
}

/**
 * Expected calibration error of confidences in [0, 1] against hits (1 or 0): bin `min(floor(10 c), 9)`, and
 * `sum n_b/N |mean confidence - share of hits|`. In [0, 1], lower is better, n = rows; no value without rows.
 */
export function expectedCalibrationError(
  hits: Int8Array,
  confidences: Float64Array,
  confidence = DEFAULT_CONFIDENCE,
): Estimate {
  const rows = confidences.length;
  if (rows === 0) return absent(0, 'no rows with both label and score');
  const sums = new Float64Array(ECE_BINS);
  const right = new Float64Array(ECE_BINS);
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const c = confidences[row] as number;
    const hit = hits[row] as number;
    const bin = Math.min(Math.floor(c * ECE_BINS), ECE_BINS - 1);
    sums[bin] = (sums[bin] as number) + c;
    right[bin] = (right[bin] as number) + hit;
    squares += (c - hit) * (c - hit);
  }
  let total = 0;
  for (let bin = 0; bin < ECE_BINS; bin++) total += Math.abs((sums[bin] as number) - (right[bin] as number));
  const value = total / rows;
  // With the signs held, ECE is the mean over rows of sign(bin) (c - hit), whose mean square is that of c - hit.
  const moments: Moments = { count: rows, mean: value, m2: Math.max(0, squares - rows * value * value) };
  return meanEstimate(moments, confidence, 0, 1);
}
