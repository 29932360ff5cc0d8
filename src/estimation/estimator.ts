/** What estimates of all tasks have in common: a stretch of rows in, one estimate or realised value out. */

import type { Estimate } from '../model/estimate.js';
import { TABLE_ESTIMATES } from './expected-metrics.js';

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

/** The expected metric of some rows of a frame. */
export type EstimateOf = (metric: EstimatedMetric, rows: Stretch, calibration: Calibration) => Estimate;

/** The metric that rows of a frame had, by their labels; `undefined` where they do not say. */
export type RealisedOf = (metric: EstimatedMetric, rows: Stretch) => number | undefined;

/** Rows of a stretch that pass; the row numbers rise. */
export function rowsWhere({ from, to }: Stretch, passes: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(to - from);
  let kept = 0;
  for (let row = from; row < to; row++) if (passes(row)) rows[kept++] = row;
  return rows.subarray(0, kept);
}

/** The flags of some rows: 1, 0, or -1 where there is none. */
export function takeFlags(flags: Int8Array, rows: Uint32Array): Int8Array {
  const taken = new Int8Array(rows.length);
  for (let at = 0; at < taken.length; at++) taken[at] = flags[rows[at] as number] as number;
  return taken;
}

/** The values of some rows. */
export function take(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  // Ten times as fast as `Float64Array.from`, which walks an iterator.
  for (let at = 0; at < taken.length; at++) taken[at] = values[rows[at] as number] as number;
  return taken;
}

export const NO_PROBABILITY = 'a score lies outside [0, 1]: it is no probability';

/** Why scores cannot stand for probabilities, or `null` where they can. */
export function faultOfProbabilities(values: Float64Array): string | null {
  for (const value of values) {
    if (value < 0 || value > 1) return NO_PROBABILITY;
  }
  return null;
}
