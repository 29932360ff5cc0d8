/** What is known of the single values of a column from its profile: between which two numbers each lies. */

import type { Interval } from '../../../model/estimate.js';
import { quantileSorted } from '../../../numeric/quantile.js';
import type { Bins } from '../outcomes/bins.js';
import type { HourNumeric } from './hour-column.js';
import { unpackBins } from './packed-bins.js';

/** A profile ready for measuring. Values of a bin lie between its extremes, both included. */
export interface NumericSample {
  readonly column: HourNumeric;
  /** Finite values. */
  readonly n: number;
  readonly bins: Bins;
}

export function sampleOf(column: HourNumeric): NumericSample {
  return { column, n: column.moments.count, bins: unpackBins(column.frozen, column.packed) };
}

/** The k-th smallest value, from 0; k below n. */
function valueAt({ column: { lowest, highest }, n, bins }: NumericSample, k: number): Interval {
  const fromEnd = n - 1 - k;
  const known =
    k < lowest.length ? lowest[k] : fromEnd < highest.length ? highest[highest.length - 1 - fromEnd] : undefined;
  if (known !== undefined) return [known, known];
  let below = 0;
  for (let at = 0; at < bins.counts.length; at++) {
    below += bins.counts[at] as number;
    if (k < below) return [bins.low[at] as number, bins.high[at] as number];
  }
  return [NaN, NaN];
}

/** Quantile q of at least one value, linear between order statistics, as `quantileSorted`. */
export function quantileBetween(sample: NumericSample, q: number): Interval {
  const place = (sample.n - 1) * q;
  const before = valueAt(sample, Math.floor(place));
  const behind = valueAt(sample, Math.ceil(place));
  const between = (end: 0 | 1): number => quantileSorted([before[end], behind[end]], place - Math.floor(place));
  return [between(0), between(1)];
}

/** How many of a rising list do not exceed a limit, or lie below it. */
function countIn(rising: Float64Array, limit: number, included: boolean): number {
  let count = 0;
  while (count < rising.length && ((rising[count] as number) < limit || (included && rising[count] === limit))) count++;
  return count;
}

/** How many values lie below a limit, or at it too (`included`): at least and at most. */
export function countUpTo({ column, n, bins }: NumericSample, limit: number, included: boolean): Interval {
  const { lowest, highest } = column;
  const low = countIn(lowest, limit, included);
  if (low < lowest.length || low === n) return [low, low];
  const high = countIn(highest, limit, included);
  if (high > 0) return [n - highest.length + high, n - highest.length + high];
  let [least, most] = [0, 0];
  for (let at = 0; at < bins.counts.length; at++) {
    const [count, from, to] = [bins.counts[at], bins.low[at], bins.high[at]] as [number, number, number];
    if (to < limit || (included && to === limit)) least += count;
    if (from < limit || (included && from === limit)) most += count;
    else break;
  }
  return [least, most];
}
