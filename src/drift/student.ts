/** Student's and Welch's tests: whether two periods have the same mean. */

import type { Estimate } from '../model/estimate.js';
import type { NumericColumn } from '../model/frame.js';
import { studentTail } from '../numeric/distributions.js';
import { noValue, type NumericPair } from './numeric-pair.js';

/**
 * Sum by numpy's order of operations: eight running sums on blocks of up to 128, halves added pairwise. The tests divide
 * by a spread that is nothing but the rounding of this sum where a column is constant, so only the same order gives
 * SciPy's result there.
 */
function pairwiseSum(values: Float64Array, from: number, to: number): number {
  const n = to - from;
  if (n < 8) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i] as number;
    return sum;
  }
  if (n <= 128) {
    const lanes = new Float64Array(8);
    let i = from;
    for (; i + 8 <= to; i += 8)
      for (let lane = 0; lane < 8; lane++) lanes[lane] = (lanes[lane] as number) + (values[i + lane] as number);
    const at = (lane: number): number => lanes[lane] as number;
    let sum = at(0) + at(1) + (at(2) + at(3)) + (at(4) + at(5) + (at(6) + at(7)));
    for (; i < to; i++) sum += values[i] as number;
    return sum;
  }
  let half = Math.floor(n / 2);
  half -= half % 8;
  return pairwiseSum(values, from, from + half) + pairwiseSum(values, from + half, to);
}

interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

function sampleOf(values: Float64Array): Sample {
  const n = values.length;
  const mean = pairwiseSum(values, 0, n) / n;
  const squares = values.map((value) => (value - mean) * (value - mean));
  return { n, mean, variance: n < 2 ? NaN : (pairwiseSum(squares, 0, n) / n) * (n / (n - 1)) };
}

interface Test {
  readonly statistic: number;
  readonly p: number;
}

function test(a: Sample, b: Sample, spread: number, df: number): Test {
  const statistic = (a.mean - b.mean) / spread;
  return { statistic, p: Number.isNaN(statistic) || !(df > 0) ? NaN : studentTail(statistic, df) };
}

/** A single row has no variance of its own; the pooled variance takes it as 0. */
function pooledTest(a: Sample, b: Sample): Test {
  const df = a.n + b.n - 2;
  const squares = (a.n === 1 ? 0 : (a.n - 1) * a.variance) + (b.n === 1 ? 0 : (b.n - 1) * b.variance);
  return test(a, b, Math.sqrt((squares / df) * (1 / a.n + 1 / b.n)), df);
}

function welchTest(a: Sample, b: Sample): Test {
  const left = a.variance / a.n;
  const right = b.variance / b.n;
  const df = (left + right) ** 2 / (left ** 2 / (a.n - 1) + right ** 2 / (b.n - 1));
  return test(a, b, Math.sqrt(left + right), Number.isNaN(df) ? 1 : df);
}

/** Finite values in row order where the rows are at hand: then even the rounding of far-off values is SciPy's. */
function inRowOrder(sorted: Float64Array, column: NumericColumn | undefined): Float64Array {
  return column === undefined ? sorted : column.values.filter((value) => Number.isFinite(value));
}

function report(pair: NumericPair, run: (a: Sample, b: Sample) => Test, part: keyof Test): Estimate {
  const reference = sampleOf(inRowOrder(pair.r, pair.rows?.reference));
  const current = sampleOf(inRowOrder(pair.k, pair.rows?.current));
  if (reference.variance === Infinity || current.variance === Infinity) return noValue(pair, 'the spread overflows');
  const result = run(reference, current)[part];
  if (!Number.isFinite(result)) return noValue(pair, 'too few rows, or no spread in the values');
  return { n: pair.n, value: result, ...(pair.constant && { degenerate: true as const }) };
}

/**
 * Student's t with pooled variance, `(mean r - mean k) / sqrt(s^2 (1/m + 1/n))`; no unit, positive where the reference is
 * higher. No value without spread; degenerate where both periods hold one and the same value, since t is the quotient of
 * two roundings there. Source: SciPy `ttest_ind(equal_var=True)`.
 */
export function tStatistic(pair: NumericPair): Estimate {
  return report(pair, pooledTest, 'statistic');
}

/** Two-sided p-value of `t_statistic` with m + n - 2 degrees of freedom; in [0, 1], lower means more drift. */
export function tP(pair: NumericPair): Estimate {
  return report(pair, pooledTest, 'p');
}

/**
 * Welch's t, without assuming equal variances: `(mean r - mean k) / sqrt(s_r^2/m + s_k^2/n)`; otherwise as `t_statistic`.
 * Smallest n: 2 a side. Source: SciPy `ttest_ind(equal_var=False)`.
 */
export function welchStatistic(pair: NumericPair): Estimate {
  return report(pair, welchTest, 'statistic');
}

/** Two-sided p-value of `welch_statistic` with Satterthwaite's degrees of freedom; in [0, 1], lower means more drift. */
export function welchP(pair: NumericPair): Estimate {
  return report(pair, welchTest, 'p');
}
