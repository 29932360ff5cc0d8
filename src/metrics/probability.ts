/** Figures of scores that are probabilities. A score outside [0, 1] leaves them without a value. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, meanInterval, within } from '../numeric/intervals.js';
import type { Moments } from '../numeric/moments.js';
import {
  type CalibrationSums,
  calibrationSums,
  type ProbabilityMoments,
  probabilityMoments,
} from '../profile/probability-sums.js';

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

/** Why probability figures do not apply to so many scores, or `undefined`; `outside`: one lies outside [0, 1]. */
export function reasonAgainstProbabilities(rows: number, outside: boolean, probabilities: boolean): string | undefined {
  if (rows === 0) return 'no rows with both label and score';
  if (!probabilities) return 'scores are declared not to be probabilities';
  return outside ? 'a score lies outside [0, 1]' : undefined;
}

/** The same for the scores themselves. */
export function unfitForProbability(scores: Float64Array, probabilities: boolean): string | undefined {
  const outside = probabilities && scores.some((score) => !(score >= 0 && score <= 1));
  return reasonAgainstProbabilities(scores.length, outside, probabilities);
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
  const reason = unfitForProbability(scores, probabilities);
  if (reason !== undefined) return noProbabilityFigures(scores.length, reason);
  return figuresOfProbabilityMoments(probabilityMoments(labels, scores), calibrationSums(labels, scores), confidence);
}

/** The figures of scores that are unfit for them. */
export function noProbabilityFigures(n: number, reason: string): ProbabilityFigures {
  const none = absent(n, reason);
  return { logLoss: none, brier: none, ece: none, calibrationGap: none };
}

/** The same figures from the sums over the rows. */
export function figuresOfProbabilityMoments(
  { logLoss, brier, gap }: ProbabilityMoments,
  sums: CalibrationSums,
  confidence: number,
): ProbabilityFigures {
  return {
    logLoss: meanEstimate(logLoss, confidence, 0),
    brier: meanEstimate(brier, confidence, 0, 1),
    ece: calibrationErrorOf(sums, confidence),
    calibrationGap: meanEstimate(gap, confidence, -1, 1),
  };
}

/**
 * Expected calibration error of confidences in [0, 1] against hits (1 or 0): bin `min(floor(10 c), 9)`, and
 * `sum n_b/N |mean confidence - share of hits|`. In [0, 1], lower is better, n = rows; no value without rows.
 */
export function calibrationErrorOf(
  { rows, confidences, hits, squares }: CalibrationSums,
  confidence = DEFAULT_CONFIDENCE,
): Estimate {
  if (rows === 0) return absent(0, 'no rows with both label and score');
  let total = 0;
  for (let bin = 0; bin < hits.length; bin++) total += Math.abs((confidences[bin] as number) - (hits[bin] as number));
  const value = total / rows;
  // With the signs held, ECE is the mean over rows of sign(bin) (c - hit), whose mean square is that of c - hit.
  const moments: Moments = { count: rows, mean: value, m2: Math.max(0, squares - rows * value * value) };
  return meanEstimate(moments, confidence, 0, 1);
}
