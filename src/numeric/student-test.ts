/** Student's and Welch's tests of two means, as SciPy computes them, rounding included. */

import { studentTail } from './distributions.js';
import type { Moments } from './moments.js';
import { pairwiseMoments } from './pairwise-sum.js';

/** What the tests need of a sample. */
export interface TestedSample {
  readonly n: number;
  readonly mean: number;
  /** Divisor n - 1; `NaN` for a single value. */
  readonly variance: number;
}

/** Mean and variance of finite values in numpy's order of operations. */
export function testedSample(values: Float64Array): TestedSample {
  return testedMoments(pairwiseMoments(values));
}

/** The same of moments. */
export function testedMoments({ count: n, mean, m2 }: Moments): TestedSample {
  return { n, mean, variance: n < 2 ? NaN : (m2 / n) * (n / (n - 1)) };
}

/** Two-sided; `NaN` where there is no spread or no degree of freedom. */
export interface MeanTest {
  readonly statistic: number;
  readonly p: number;
}

function test(a: TestedSample, b: TestedSample, spread: number, df: number): MeanTest {
  const statistic = (a.mean - b.mean) / spread;
  return { statistic, p: Number.isNaN(statistic) || !(df > 0) ? NaN : studentTail(statistic, df) };
}

/** Pooled variance; a single row has no variance of its own, and is taken to add none. SciPy `ttest_ind`. */
export function pooledMeanTest(a: TestedSample, b: TestedSample): MeanTest {
  const df = a.n + b.n - 2;
  const squares = (a.n === 1 ? 0 : (a.n - 1) * a.variance) + (b.n === 1 ? 0 : (b.n - 1) * b.variance);
  return test(a, b, Math.sqrt((squares / df) * (1 / a.n + 1 / b.n)), df);
}

/** Satterthwaite's degrees of freedom; 1 where those are 0/0. SciPy `ttest_ind(equal_var=False)`. */
export function welchMeanTest(a: TestedSample, b: TestedSample): MeanTest {
  const left = a.variance / a.n;
  const right = b.variance / b.n;
  const df = (left + right) ** 2 / (left ** 2 / (a.n - 1) + right ** 2 / (b.n - 1));
  return test(a, b, Math.sqrt(left + right), Number.isNaN(df) ? 1 : df);
}
