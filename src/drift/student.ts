/** Student's and Welch's tests: whether two periods have the same mean. */

import { absent, type Estimate } from '../model/estimate.js';
import type { NumericColumn } from '../model/frame.js';
import {
  type MeanTest,
  pooledMeanTest,
  testedSample,
  type TestedSample,
  welchMeanTest,
} from '../numeric/student-test.js';
import type { NumericPair } from './numeric-pair.js';

/** Finite values in row order where the rows are at hand: then even the rounding of far-off values is SciPy's. */
function inRowOrder(sorted: Float64Array, column: NumericColumn | undefined): Float64Array {
  return column === undefined ? sorted : column.values.filter((value) => Number.isFinite(value));
}

function report(
  pair: NumericPair,
  run: (a: TestedSample, b: TestedSample) => MeanTest,
  part: keyof MeanTest,
): Estimate {
  const reference = testedSample(inRowOrder(pair.r, pair.rows?.reference));
  const current = testedSample(inRowOrder(pair.k, pair.rows?.current));
  return meanTestOf(reference, current, pair.constant, run)(part);
}

export const NO_SPREAD = 'too few rows, or no spread in the values';

/** A test of two means by what it needs of the samples; `constant` where both hold one and the same value. */
export function meanTestOf(
  reference: TestedSample,
  current: TestedSample,
  constant: boolean,
  run: (a: TestedSample, b: TestedSample) => MeanTest,
): (part: keyof MeanTest) => Estimate {
  return (part) => {
    const n = Math.min(reference.n, current.n);
    if (reference.variance === Infinity || current.variance === Infinity) return absent(n, 'the spread overflows');
    const result = run(reference, current)[part];
    if (!Number.isFinite(result)) return absent(n, NO_SPREAD);
    return { n, value: result, ...(constant && { degenerate: true as const }) };
  };
}

/**
 * Student's t with pooled variance, `(mean r - mean k) / sqrt(s^2 (1/m + 1/n))`; no unit, positive where the reference is
 * higher. No value without spread; degenerate where both periods hold one and the same value, since t is the quotient of
 * two roundings there. Source: SciPy `ttest_ind(equal_var=True)`.
 */
export function tStatistic(pair: NumericPair): Estimate {
  return report(pair, pooledMeanTest, 'statistic');
}

/** Two-sided p-value of `t_statistic` with m + n - 2 degrees of freedom; in [0, 1], lower means more drift. */
export function tP(pair: NumericPair): Estimate {
  return report(pair, pooledMeanTest, 'p');
}

/**
 * Welch's t, without assuming equal variances: `(mean r - mean k) / sqrt(s_r^2/m + s_k^2/n)`; otherwise as `t_statistic`.
 * Smallest n: 2 a side. Source: SciPy `ttest_ind(equal_var=False)`.
 */
export function welchStatistic(pair: NumericPair): Estimate {
  return report(pair, welchMeanTest, 'statistic');
}

/** Two-sided p-value of `welch_statistic` with Satterthwaite's degrees of freedom; in [0, 1], lower means more drift. */
export function welchP(pair: NumericPair): Estimate {
  return report(pair, welchMeanTest, 'p');
}
