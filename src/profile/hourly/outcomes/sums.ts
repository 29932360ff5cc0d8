/** Adding up what two parts of a window hold. */

import { mergeMoments } from '../../../numeric/moments.js';
import type { CalibrationSums, ProbabilityMoments } from '../../probability-sums.js';

/** Where one part lacks what the other has, that of the other. */
export function mergeHeld<T>(a: T | null, b: T | null, merge: (a: T, b: T) => T): T | null {
  if (a === null) return b;
  return b === null ? a : merge(a, b);
}

export function mergeProbability(a: ProbabilityMoments, b: ProbabilityMoments): ProbabilityMoments {
  return {
    logLoss: mergeMoments(a.logLoss, b.logLoss),
    brier: mergeMoments(a.brier, b.brier),
    gap: mergeMoments(a.gap, b.gap),
  };
}

/** Adds to a list place by place; both lists have the same places. */
export function addTo(sum: Float64Array, part: Float64Array): void {
  for (let at = 0; at < sum.length; at++) sum[at]! += part[at] as number;
}

export function addLists(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(a);
  addTo(sum, b);
  return sum;
}

export function mergeCalibration(a: CalibrationSums, b: CalibrationSums): CalibrationSums {
  return {
    rows: a.rows + b.rows,
    confidences: addLists(a.confidences, b.confidences),
    hits: addLists(a.hits, b.hits),
    squares: a.squares + b.squares,
  };
}
