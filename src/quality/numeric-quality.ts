/** Quality of one numeric column, from its profile. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { standardDeviation } from '../numeric/moments.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { minMaxScaled } from '../numeric/scaling.js';
import { quantileSorted } from '../numeric/quantile.js';
import type { NumericProfile } from '../profile/numeric-profile.js';

const NO_ROWS = 'no rows';
export const NO_VALUE = 'no finite value';
export const NO_REFERENCE = 'the reference has no finite value';

/** A share with its Wilson interval; no value where the denominator is empty. */
export function shareOf(part: number, whole: number, emptyReason: string = NO_ROWS): Estimate {
  return whole > 0 ? measured(part / whole, whole, wilsonInterval(part, whole)) : absent(0, emptyReason);
}

/** What figures of moments need: a profile of a window has it, and that of hours. */
type WithMoments = Pick<NumericProfile, 'rows' | 'moments'>;

/** Why a column has no figure of its values, or `undefined`. */
export function reasonWithoutValues({ rows, moments }: WithMoments): string | undefined {
  if (moments.count > 0) return undefined;
  return rows === 0 ? NO_ROWS : NO_VALUE;
}

function ofFinite(column: WithMoments, value: number): Estimate {
  const why = reasonWithoutValues(column);
  return why === undefined ? measured(value, column.moments.count) : absent(0, why);
}

/** Number of distinct finite values; `-0` equals `0`. n: finite values. Source: pandas `nunique`. */
export function distinctCount(column: NumericProfile): Estimate {
  const { sorted } = column;
  let distinct = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  return { value: distinct, n: sorted.length };
}

/** Whether there is at most one distinct finite value; an empty column counts as constant. n: finite values. */
export function constant(column: NumericProfile): Estimate {
  const { sorted } = column;
  return { value: sorted.length === 0 || sorted[0] === sorted[sorted.length - 1], n: sorted.length };
}

/** Smallest finite value; in the column's unit. No value without one. Source: numpy `min`. */
export function minimum(column: NumericProfile): Estimate {
  return ofFinite(column, column.sorted[0] ?? NaN);
}

/** Largest finite value; in the column's unit. No value without one. Source: numpy `max`. */
export function maximum(column: NumericProfile): Estimate {
  return ofFinite(column, column.sorted[column.sorted.length - 1] ?? NaN);
}

/** Arithmetic mean of the finite values, by a compensated sum. No value where there is none or the sum overflows. */
export function mean(column: WithMoments): Estimate {
  return ofFinite(column, column.moments.mean);
}

/** Sum of the finite values, `n mean`; in the column's unit. No value where there is none or it overflows. Source: numpy `sum`. */
export function sum(column: WithMoments): Estimate {
  return ofFinite(column, column.moments.mean * column.moments.count);
}

/**
 * Mean of the finite values, min–max normalised by the reference: `(mean - min) / (max - min)`, 0 at the reference's smallest
 * value and 1 at its largest; outside [0, 1] where the mean has left its range. n: finite values. Comparable between columns
 * of any unit. No value without values on both sides or where the reference is constant. Source: scikit-learn `MinMaxScaler`.
 */
export function meanScaled(column: NumericProfile, reference: NumericProfile): Estimate {
  const { sorted } = reference;
  return scaledMean(column, sorted[0], sorted[sorted.length - 1]);
}

/** `meanScaled` by the ends of the reference's values. */
export function scaledMean(column: WithMoments, low: number | undefined, high: number | undefined): Estimate {
  const { mean: value, count } = column.moments;
  if (low === undefined || high === undefined) return absent(count, NO_REFERENCE);
  const scaled = minMaxScaled(value, low, high);
  return scaled === undefined ? absent(count, 'the reference is constant') : ofFinite(column, scaled);
}

/**
 * Standard deviation of the finite values, `sqrt(sum (x - mean)^2 / (n - 1))`; at least 0. No value for fewer than two
 * values, or where a square overflows. Source: numpy `std(ddof=1)`.
 */
export function standardDeviationOf(column: WithMoments): Estimate {
  if (column.moments.count < 2) return absent(column.moments.count, 'fewer than two values');
  return measured(standardDeviation(column.moments), column.moments.count);
}

/** Quantile q of the finite values, linear between order statistics. Source: numpy `quantile`. */
export function quantile(column: NumericProfile, q: number): Estimate {
  return ofFinite(column, quantileSorted(column.sorted, q));
}

/** First index whose value is not below `bound`. */
function lowerBound(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** First index whose value is above `bound`. */
function upperBound(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of zeros, `-0` among them. n: finite values. */
export function zeroCount(column: NumericProfile): Estimate {
  const { sorted } = column;
  return { value: upperBound(sorted, 0) - lowerBound(sorted, 0), n: sorted.length };
}

function outside(column: NumericProfile, reference: NumericProfile): number | undefined {
  const { sorted } = reference;
  if (sorted.length === 0) return undefined;
  const below = lowerBound(column.sorted, sorted[0] as number);
  const notAbove = upperBound(column.sorted, sorted[sorted.length - 1] as number);
  return below + column.sorted.length - notAbove;
}

/**
 * Finite values below the smallest or above the largest finite value of the reference; both ends are inside.
 * n: finite values of the column. No value where the reference has none.
 */
export function outOfRangeCount(column: NumericProfile, reference: NumericProfile): Estimate {
  const value = outside(column, reference);
  return value === undefined ? absent(column.sorted.length, NO_REFERENCE) : { value, n: column.sorted.length };
}

/**
 * Share of the finite values outside the reference's range; in [0, 1], lower is better, with Wilson interval.
 * n: finite values. No value where either side has none.
 */
export function outOfRangeShare(column: NumericProfile, reference: NumericProfile): Estimate {
  const value = outside(column, reference);
  return value === undefined
    ? absent(column.sorted.length, NO_REFERENCE)
    : shareOf(value, column.sorted.length, NO_VALUE);
}

/** Share of the present cells that hold something that is no number; in [0, 1], lower is better, with Wilson interval. */
export function typeMismatchShare(column: Pick<NumericProfile, 'rows' | 'missing' | 'typeMismatches'>): Estimate {
  return shareOf(column.typeMismatches, column.rows - column.missing, 'no present cell');
}

/** Share of the rows that hold an infinite value; in [0, 1], lower is better, with Wilson interval. */
export function infiniteShare(column: Pick<NumericProfile, 'rows' | 'plusInfinite' | 'minusInfinite'>): Estimate {
  return shareOf(column.plusInfinite + column.minusInfinite, column.rows);
}
