/** Anomalies in the history of one figure: is the newest value unlike those before it? */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { SeriesMethod } from '../model/series-metric.js';
import { centreOf, MAD_SCALE, MODIFIED_Z_LIMIT, Z_LIMIT } from './column-outliers.js';

/** Fewer earlier values say too little of what is usual. */
export const SMALLEST_HISTORY = 8;

/** What was usual: values outside `[low, high]` (both in the figure's unit) are anomalies. */
export interface SeriesLimits {
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

export interface SeriesPoint {
  /** Place in the series. */
  readonly at: number;
  readonly value: number;
  /** What the values before it allow; or why that cannot be said. */
  readonly limits: SeriesLimits | { readonly n: number; readonly reason: string };
  /** False also where there are no limits: an unknown is no anomaly. */
  readonly anomalous: boolean;
}

export interface SeriesOptions {
  readonly method: SeriesMethod;
  /** Only so many of the values just before a point count; default: all. */
  readonly window?: number;
}

/** `undefined` and values that are not finite are windows without the figure: they are left out. */
export type SeriesValues = ReadonlyArray<number | undefined>;

const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

function span(method: SeriesMethod, centre: ReturnType<typeof centreOf>): readonly [middle: number, reach: number] {
  if (method === 'z') return [centre.mean, Z_LIMIT * centre.deviation];
  if (method === 'mad') return [centre.median, (MODIFIED_Z_LIMIT * centre.mad) / MAD_SCALE];
  return [(centre.low + centre.high) / 2, (centre.high - centre.low) / 2];
}

/**
 * Limits that earlier values set for the next: `mean -+ 3 sd` (divisor n - 1), Tukey's fences `q1 - 1.5 iqr .. q3 + 1.5 iqr`,
 * or `median -+ 3.5 MAD / 0.6745`. Needs `SMALLEST_HISTORY` values that vary; a level history has no limits, since any
 * change at all would be infinitely far. The z-score is for steady histories: an earlier anomaly widens it, the others bear
 * it. Sources: J. Tukey (1977); B. Iglewicz and D. Hoaglin (1993).
 */
export function seriesLimits(
  history: SeriesValues,
  method: SeriesMethod,
): SeriesLimits | { readonly n: number; readonly reason: string } {
  const values = Float64Array.from(history.filter(isNumber));
  const n = values.length;
  if (n < SMALLEST_HISTORY) return { n, reason: `fewer than ${String(SMALLEST_HISTORY)} earlier values` };
  const [middle, reach] = span(method, centreOf(values));
  if (!Number.isFinite(middle) || !Number.isFinite(reach)) return { n, reason: 'the spread of the history overflows' };
  if (reach <= 1e-14 * Math.abs(middle)) return { n, reason: 'the history does not vary' };
  return { n, low: middle - reach, high: middle + reach };
}

/** Every value against those before it; nothing later is looked at, so that a point keeps its verdict as time goes on. */
export function seriesAnomalies(values: SeriesValues, { method, window }: SeriesOptions): SeriesPoint[] {
  return values.flatMap((value, at) => {
    if (!isNumber(value)) return [];
    const history = values.slice(0, at).filter(isNumber);
    const limits = seriesLimits(window === undefined ? history : history.slice(-window), method);
    const anomalous = 'low' in limits && (value < limits.low || value > limits.high);
    return [{ at, value, limits, anomalous }];
  });
}

/**
 * Where the newest value lies from the middle of those before it, in reaches of the limit: above 1 or below -1 is an anomaly.
 * No unit, any sign. n: earlier values. No value where the newest is missing or there are no limits.
 */
export function newestDeviation(values: SeriesValues, method: SeriesMethod): Estimate {
  const newest = values.at(-1);
  const limits = seriesLimits(values.slice(0, -1), method);
  if (!isNumber(newest)) return absent(limits.n, 'the newest window has no value');
  if ('reason' in limits) return absent(limits.n, limits.reason);
  const reach = (limits.high - limits.low) / 2;
  return measured((newest - (limits.low + reach)) / reach, limits.n);
}
