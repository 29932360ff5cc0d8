/** What figures of probabilities need of the rows: sums over rows, which add up over parts of a window. */

import { logLossOf } from '../numeric/log-loss.js';
import { type Moments, momentsOf } from '../numeric/moments.js';
import { withScratch } from '../numeric/scratch.js';

/** Tenths of the range of a probability. */
const TENTHS = 10;

/** Confidences against hits, gathered by tenth of the confidence: bin `min(floor(10 c), 9)`. */
export interface CalibrationSums {
  readonly rows: number;
  readonly confidences: Float64Array;
  readonly hits: Float64Array;
  /** Sum of `(confidence - hit)²`. */
  readonly squares: number;
}

/** Gathers confidences in [0, 1] with their hits (1 or 0). */
export function calibrationSums(hits: Int8Array, confidences: Float64Array): CalibrationSums {
  const rows = confidences.length;
  const sums = new Float64Array(TENTHS);
  const right = new Float64Array(TENTHS);
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const c = confidences[row] as number;
    const hit = hits[row] as number;
    const bin = Math.min(Math.floor(c * TENTHS), TENTHS - 1);
    sums[bin] = (sums[bin] as number) + c;
    right[bin] = (right[bin] as number) + hit;
    squares += (c - hit) * (c - hit);
  }
  return { rows, confidences: sums, hits: right, squares };
}

/** Moments of three quantities of each row: its log loss, `(score - label)²` and `score - label`. */
export interface ProbabilityMoments {
  readonly logLoss: Moments;
  readonly brier: Moments;
  readonly gap: Moments;
}

/** Of labels (1 or 0) and probabilities of the positive class. */
export function probabilityMoments(labels: Int8Array, scores: Float64Array): ProbabilityMoments {
  const over = (take: (score: number, label: number) => number): Moments =>
    withScratch(scores.length, (each) => {
      for (let row = 0; row < each.length; row++) each[row] = take(scores[row] as number, labels[row] as number);
      return momentsOf(each);
    });
  return {
    logLoss: over((score, label) => logLossOf(label === 1 ? score : 1 - score)),
    brier: over((score, label) => (score - label) * (score - label)),
    gap: over((score, label) => score - label),
  };
}
