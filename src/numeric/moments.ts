/** Sums, means and variances that keep their digits: compensated sums, two passes, and merging of partial results. */

/** Sum by Neumaier's compensation (1974): error of order `eps`, not `n eps`. Infinite when the running sum overflows. */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const total = sum + lost;
  return Number.isNaN(total) ? sum : total;
}

/** Count, mean and sum of squared deviations of a sample; what can be merged. Count 0 has mean 0 and m2 0. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
}

export const noMoments: Moments = { count: 0, mean: 0, m2: 0 };

/**
 * Moments of finite values in two passes, with the correction of Chan, Golub and LeVeque (1983) for the rounding of the
 * mean. Where a sum overflows, `mean` or `m2` is not finite: callers report that as no value.
 */
export function momentsOf(values: ArrayLike<number>): Moments {
  const count = values.length;
  if (count === 0) return noMoments;
  const mean = compensatedSum(values) / count;
  let squares = 0;
  let lost = 0;
  let rest = 0;
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] as number) - mean;
    rest += deviation;
    const square = deviation * deviation;
    const next = squares + square;
    lost += squares >= square ? squares - next + square : square - next + squares;
    squares = next;
  }
  const corrected = squares + lost - (rest * rest) / count;
  return { count, mean, m2: Number.isNaN(corrected) ? Infinity : Math.max(0, corrected) };
}

/** Moments of the union of two samples (Chan et al. 1979); associative up to rounding. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const gap = b.mean - a.mean;
  return {
    count,
    mean: a.mean + gap * (b.count / count),
    m2: a.m2 + b.m2 + gap * gap * ((a.count * b.count) / count),
  };
}

/** Adds one value (Welford 1962). */
export function addToMoments(moments: Moments, value: number): Moments {
  const count = moments.count + 1;
  const gap = value - moments.mean;
  const mean = moments.mean + gap / count;
  return { count, mean, m2: moments.m2 + gap * (value - mean) };
}

/** Mean; `NaN` for an empty sample. */
export function mean(values: ArrayLike<number>): number {
  return values.length === 0 ? NaN : compensatedSum(values) / values.length;
}

/**
 * Variance with divisor `count - ddof` (1: unbiased, numpy's `ddof=1`; 0: population); `NaN` where that divisor is not
 * positive.
 */
export function variance(moments: Moments, ddof: 0 | 1 = 1): number {
  const divisor = moments.count - ddof;
  return divisor > 0 ? moments.m2 / divisor : NaN;
}

/** Standard deviation with divisor `count - ddof`; `NaN` where that divisor is not positive. */
export function standardDeviation(moments: Moments, ddof: 0 | 1 = 1): number {
  return Math.sqrt(variance(moments, ddof));
}
