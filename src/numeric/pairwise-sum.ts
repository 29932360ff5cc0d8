/**
 * Sums in numpy's order of operations: eight running sums on blocks of up to 128, halves added pairwise. The error grows
 * with the logarithm of the number of values. Where a spread is nothing but the rounding of such a sum (a constant column,
 * values of 1e308 and -1e308 together), only the same order gives what numpy and SciPy give.
 */

import { type Moments, noMoments } from './moments.js';

const LANES = 8;
const BLOCK = 128;

/** Sum of a block's values. */
function blockSum(values: Float64Array, from: number, to: number): number {
  let at = from;
  let sum = 0;
  if (to - from >= LANES) {
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (; at + LANES <= to; at += LANES) {
      a += values[at] as number;
      b += values[at + 1] as number;
      c += values[at + 2] as number;
      d += values[at + 3] as number;
      e += values[at + 4] as number;
      f += values[at + 5] as number;
      g += values[at + 6] as number;
      h += values[at + 7] as number;
    }
    sum = a + b + (c + d) + (e + f + (g + h));
  }
  for (; at < to; at++) sum += values[at] as number;
  return sum;
}

function sumBetween(values: Float64Array, from: number, to: number): number {
  if (to - from <= BLOCK) return blockSum(values, from, to);
  let half = Math.floor((to - from) / 2);
  half -= half % LANES;
  return sumBetween(values, from, from + half) + sumBetween(values, from + half, to);
}

/** Sum as `numpy.sum` of a contiguous array; infinite where it overflows, `NaN` where it overflows to both sides. */
export function pairwiseSum(values: Float64Array): number {
  return sumBetween(values, 0, values.length);
}

/** Squared distances from `centre`, block by block, so that no second column of values is needed. */
function squaresBetween(values: Float64Array, centre: number, from: number, to: number, block: Float64Array): number {
  const n = to - from;
  if (n > BLOCK) {
    let half = Math.floor(n / 2);
    half -= half % LANES;
    return (
      squaresBetween(values, centre, from, from + half, block) + squaresBetween(values, centre, from + half, to, block)
    );
  }
  for (let i = 0; i < n; i++) {
    const distance = (values[from + i] as number) - centre;
    block[i] = distance * distance;
  }
  return blockSum(block, 0, n);
}

/**
 * Moments as `numpy.mean` and `numpy.std` take them, without any correction: the squares are taken about the rounded mean.
 * Where a sum overflows, `mean` or `m2` is not finite: callers report that as no value.
 */
export function pairwiseMoments(values: Float64Array): Moments {
  const count = values.length;
  if (count === 0) return noMoments;
  const mean = pairwiseSum(values) / count;
  const m2 = squaresBetween(values, mean, 0, count, new Float64Array(BLOCK));
  return { count, mean, m2: Number.isNaN(m2) ? Infinity : m2 };
}
