/** Adding up what several parts of a window hold. */

import { mergeMoments, type Moments, noMoments } from '../../../numeric/moments.js';
import type { CalibrationSums, ProbabilityMoments } from '../../probability-sums.js';

export function total<T>(parts: readonly T[], of: (part: T) => number): number {
  return parts.reduce((sum, part) => sum + of(part), 0);
}

export function totalMoments<T>(parts: readonly T[], of: (part: T) => Moments): Moments {
  return parts.reduce((sum, part) => mergeMoments(sum, of(part)), noMoments);
}

export function totalProbability(parts: readonly ProbabilityMoments[]): ProbabilityMoments {
  return {
    logLoss: totalMoments(parts, (part) => part.logLoss),
    brier: totalMoments(parts, (part) => part.brier),
    gap: totalMoments(parts, (part) => part.gap),
  };
}

export function totalCalibration(parts: readonly CalibrationSums[]): CalibrationSums {
  const sumOf = (of: (part: CalibrationSums) => Float64Array): Float64Array =>
    parts.map(of).reduce((sum, each) => sum.map((value, at) => value + (each[at] as number)));
  return {
    rows: total(parts, ({ rows }) => rows),
    confidences: sumOf(({ confidences }) => confidences),
    hits: sumOf(({ hits }) => hits),
    squares: total(parts, ({ squares }) => squares),
  };
}
