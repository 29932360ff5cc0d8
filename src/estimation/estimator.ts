/** What estimates of both kinds of classification have in common: a stretch of rows in, one estimate or realised value out. */

import type { Estimate } from '../model/estimate.js';
import { TABLE_ESTIMATES } from './expected-metrics.js';
import type { IsotonicCurve } from './isotonic.js';

/** Scores as they are, or calibrated where that helps. */
export const CALIBRATIONS = ['isotonic', 'none'] as const;
export type Calibration = (typeof CALIBRATIONS)[number];

export const BINARY_ESTIMATES = ['roc_auc', ...TABLE_ESTIMATES, 'average_precision'] as const;
export const MULTICLASS_ESTIMATES = ['roc_auc', ...TABLE_ESTIMATES] as const;
export type EstimatedMetric = (typeof BINARY_ESTIMATES)[number];

/** Rows `[from, to)` of a frame. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Estimator {
  readonly metrics: readonly EstimatedMetric[];
  /** Whether the scores are calibrated under `isotonic`; a text says why that cannot be decided. */
  readonly applied: boolean | string;
  /** The curve of a binary score, where one is used. */
  readonly curve: IsotonicCurve | null;
  /** Labelled rows of the reference, on which the decision rests. */
  readonly labelled: number;
  /** The expected metric of rows of the current period. */
  readonly estimate: (metric: EstimatedMetric, rows: Stretch, calibration: Calibration) => Estimate;
  /** The metric that rows of the reference had, by their labels; `undefined` where they do not say. */
  readonly realised: (metric: EstimatedMetric, rows: Stretch) => number | undefined;
}

/** Rows of a stretch that pass; the row numbers rise. */
export function rowsWhere({ from, to }: Stretch, passes: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(to - from);
  let kept = 0;
  for (let row = from; row < to; row++) if (passes(row)) rows[kept++] = row;
  return rows.subarray(0, kept);
}

/** Why scores cannot stand for probabilities, or `null` where they can. */
export function faultOfProbabilities(values: Float64Array): string | null {
  for (const value of values) {
    if (value < 0 || value > 1) return 'a score lies outside [0, 1]: it is no probability';
  }
  return null;
}
