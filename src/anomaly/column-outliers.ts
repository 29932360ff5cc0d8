/** Outliers of one numeric column by the rules of thumb: distance from the mean, from the quartiles, from the median. */

import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import { standardDeviation } from '../numeric/moments.js';
import { pairwiseMoments } from '../numeric/pairwise-sum.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { quantiles } from '../numeric/quantile.js';

/** A value is an outlier when it lies more standard deviations than this from the mean. */
export const Z_LIMIT = 3;
/** Tukey's fences lie this many interquartile ranges outside the quartiles. */
const FENCE = 1.5;
/** Makes the MAD of a normal sample comparable with its standard deviation. */
export const MAD_SCALE = 0.6745;
/** Limit of the modified z-score (Iglewicz and Hoaglin 1993). */
export const MODIFIED_Z_LIMIT = 3.5;

/** Where the middle and the ends of a sample lie; all in the column's unit. */
export interface Centre {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation, divisor n - 1; `NaN` below two values. */
  readonly deviation: number;
  readonly median: number;
  /** Median absolute deviation from the median, not scaled. */
  readonly mad: number;
  readonly low: number;
  readonly high: number;
}

/** Centre, spread and Tukey's fences of finite values; every number `NaN` where there is no value. */
export function centreOf(values: Float64Array): Centre {
  const moments = pairwiseMoments(values);
  const [first, median, third] = quantiles(values, [0.25, 0.5, 0.75]) as [number, number, number];
  const [mad] = quantiles(
    values.map((value) => Math.abs(value - median)),
    [0.5],
  ) as [number];
  const reach = FENCE * (third - first);
  return {
    n: values.length,
    mean: values.length === 0 ? NaN : moments.mean,
    deviation: standardDeviation(moments),
    median,
    mad,
    low: first - reach,
    high: third + reach,
  };
}

function countWhere(values: Float64Array, outside: (value: number) => boolean): number {
  let count = 0;
  for (const value of values) if (outside(value)) count++;
  return count;
}

/** Rounding of equal values leaves a spread of this order instead of 0. */
const isConstant = (deviation: number, mean: number): boolean => deviation <= 1e-14 * Math.abs(mean) || deviation === 0;

export type ColumnMetric =
  | 'z_count'
  | 'z_own_count'
  | 'tukey_low'
  | 'tukey_high'
  | 'tukey_count'
  | 'mad'
  | 'mad_count'
  | 'outlier_share'
  | 'reference_outlier_share';

/**
 * Outlier figures of one column. Inputs: finite values of both periods, missing ones left out.
 * - `z_count`: current values with `|x - mean| / sd > 3`, mean and sd (divisor n - 1) of the reference;
 * - `z_own_count`: the same with the current period's own mean and sd (divisor n), SciPy `zscore`;
 * - `tukey_low`, `tukey_high`: `q1 - 1.5 iqr`, `q3 + 1.5 iqr` of the reference (linear quantiles), in the column's unit;
 * - `tukey_count`: current values strictly outside the fences; `outlier_share`: the same as a share in [0, 1] with Wilson's
 *   interval; `reference_outlier_share`: that of the reference's own values, to compare with;
 * - `mad`: median absolute deviation of the reference, not scaled; `mad_count`: `|0.6745 (x - median) / mad| > 3.5`.
 *
 * Counts are at least 0. n: current values, for the fences and the MAD reference values. No value: fewer than two reference
 * values, no current value, no spread where a rule divides by it (degenerate where the rounding of the mean leaves one), a
 * spread that overflows.
 * Sources: J. Tukey, "Exploratory Data Analysis" (1977); B. Iglewicz and D. Hoaglin (1993).
 */
export function columnOutliers(
  reference: Float64Array,
  current: Float64Array,
): ReadonlyArray<readonly [metric: ColumnMetric, estimate: Estimate]> {
  const centre = centreOf(reference);
  const n = current.length;
  const few =
    reference.length < 2 ? 'fewer than two reference values' : n === 0 ? 'no value in the current period' : undefined;
  const counted = (reason: string | undefined, outside: (value: number) => boolean): Estimate =>
    (few ?? reason) === undefined ? measured(countWhere(current, outside), n) : absent(n, few ?? (reason as string));
  const ofReference = (value: number): Estimate =>
    few === undefined ? measured(value, reference.length) : absent(reference.length, few);
  const share = (values: Float64Array): Estimate => {
    if (few !== undefined || overflow(centre.high - centre.low) !== undefined)
      return absent(values.length, few ?? 'the spread of the reference overflows');
    const count = countWhere(values, isOutside);
    return measured(count / values.length, values.length, wilsonInterval(count, values.length));
  };
  const overflow = (spread: number): string | undefined =>
    Number.isFinite(spread) ? undefined : 'the spread of the reference overflows';
  const isOutside = (value: number): boolean => value < centre.low || value > centre.high;
  const constant = centre.deviation === 0 ? 'the reference is constant' : undefined;
  /** A spread that is nothing but the rounding of the mean is divided by as numpy does, and the count is marked. */
  const marked = (estimate: Estimate): Estimate =>
    isConstant(centre.deviation, centre.mean) && typeof estimate.value === 'number'
      ? conventional(estimate.value, n)
      : estimate;
  const noMad = centre.mad === 0 ? 'more than half of the reference has one value: its MAD is 0' : undefined;
  return [
    [
      'z_count',
      marked(
        counted(
          constant ?? overflow(centre.deviation),
          (value) => Math.abs((value - centre.mean) / centre.deviation) > Z_LIMIT,
        ),
      ),
    ],
    ['z_own_count', few === undefined ? ownOutliers(current) : absent(n, few)],
    ['tukey_low', ofReference(centre.low)],
    ['tukey_high', ofReference(centre.high)],
    ['tukey_count', counted(overflow(centre.high - centre.low), isOutside)],
    ['mad', ofReference(centre.mad)],
    [
      'mad_count',
      counted(
        noMad ?? overflow(centre.mad),
        (value) => Math.abs((MAD_SCALE * (value - centre.median)) / centre.mad) > MODIFIED_Z_LIMIT,
      ),
    ],
    ['outlier_share', share(current)],
    ['reference_outlier_share', share(reference)],
  ];
}

function ownOutliers(current: Float64Array): Estimate {
  const moments = pairwiseMoments(current);
  const deviation = standardDeviation(moments, 0);
  if (deviation === 0) return absent(current.length, 'the current period is constant');
  // SciPy gives equal values no z-score, so none is beyond the limit.
  if (current.every((value) => value === current[0])) return conventional(0, current.length);
  if (!Number.isFinite(deviation)) return absent(current.length, 'the spread of the current period overflows');
  const count = countWhere(current, (value) => Math.abs((value - moments.mean) / deviation) > Z_LIMIT);
  return measured(count, current.length);
}
