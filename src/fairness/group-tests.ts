/** Tests across groups: chi-square of prediction by group, and t-tests of scores. */

import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import { chiSquareTail, studentTail } from '../numeric/distributions.js';
import {
  type MeanTest,
  pooledMeanTest,
  testedSample,
  type TestedSample,
  welchMeanTest,
} from '../numeric/student-test.js';
import { type GroupMoments, type GroupTally, rowsOf } from '../profile/by-group.js';

/** A statistic with its p-value. */
export interface TestFigures {
  readonly statistic: Estimate;
  readonly p: Estimate;
}

/** Chi-square of the table group × prediction. */
export interface ChiSquareFigures extends TestFigures {
  /** With Yates' correction, which applies to 2 × 2 tables only. */
  readonly pYates: Estimate;
}

/**
 * Pearson's chi-square of independence of group and prediction over rows with label and prediction, df = groups - 1. The
 * p-value is in [0, 1]; n = rows. No value with one group or one predicted class. SciPy `chi2_contingency`.
 */
export function chiSquareOfPrediction(groups: readonly GroupTally[]): ChiSquareFigures {
  const table = groups.map(({ counts }) => [counts.tp + counts.fp, counts.tn + counts.fn] as const);
  const rows = groups.reduce((sum, { counts }) => sum + rowsOf(counts), 0);
  const columns = [0, 1].map((at) => table.reduce((sum, line) => sum + (line[at] as number), 0));
  if (table.length < 2 || columns.includes(0)) {
    const none = absent(rows, 'one group or one predicted class only');
    return { statistic: none, p: none, pYates: none };
  }
  const df = table.length - 1;
  const statistic = (yates: boolean): number => {
    let total = 0;
    for (const line of table) {
      const inGroup = line[0] + line[1];
      line.forEach((observed, at) => {
        const expected = (inGroup * (columns[at] as number)) / rows;
        const gap = Math.abs(observed - expected);
        const held = yates ? gap - Math.min(0.5, gap) : gap;
        total += (held * held) / expected;
      });
    }
    return total;
  };
  const plain = statistic(false);
  return {
    statistic: measured(plain, rows),
    p: measured(chiSquareTail(plain, df), rows),
    pYates: measured(chiSquareTail(statistic(df === 1), df), rows),
  };
}

const NO_SPREAD = 'a sample of fewer than two, or no spread in it';

function tFigures(gap: number, squaredError: number, df: number, n: number): TestFigures {
  const t = gap / Math.sqrt(squaredError);
  if (!Number.isFinite(t) || !(df > 0)) {
    const none = absent(n, NO_SPREAD);
    return { statistic: none, p: none };
  }
  return { statistic: measured(t, n), p: measured(studentTail(t, df), n) };
}

/**
 * Both samples hold one value each: the spread is nothing but the rounding of their means, and so is t. SciPy gives that
 * number, so it is given too, as degenerate; where even the rounding is 0, there is none.
 */
function ofConstants(
  group: GroupMoments,
  rest: GroupMoments,
  test: (a: TestedSample, b: TestedSample) => MeanTest,
): TestFigures {
  const sampleOf = ({ low, moments }: GroupMoments): TestedSample =>
    testedSample(new Float64Array(moments.count).fill(low));
  const { statistic, p } = test(sampleOf(group), sampleOf(rest));
  const n = Math.min(group.moments.count, rest.moments.count);
  const orNone = (value: number): Estimate => (Number.isFinite(value) ? conventional(value, n) : absent(n, NO_SPREAD));
  return { statistic: orNone(statistic), p: Number.isFinite(statistic) ? orNone(p) : absent(n, NO_SPREAD) };
}

const bothConstant = (group: GroupMoments, rest: GroupMoments): boolean =>
  group.low === group.high && rest.low === rest.high;

/**
 * Student's two-sample t-test with pooled variance, a group against all other rows; n = the smaller sample. A sample of one
 * adds nothing to the pooled variance. No value without spread (where that of the means' rounding is left: degenerate) or
 * with fewer than three rows in all. The p-value is two-sided. SciPy `ttest_ind(equal_var=True)`.
 */
export function pooledT(group: GroupMoments, rest: GroupMoments): TestFigures {
  const [a, b] = [group.moments, rest.moments];
  const n = Math.min(a.count, b.count);
  if (n >= 1 && bothConstant(group, rest)) return ofConstants(group, rest, pooledMeanTest);
  const df = a.count + b.count - 2;
  const pooled = (a.m2 + b.m2) / df;
  return n < 1 ? tFigures(NaN, 1, 0, n) : tFigures(a.mean - b.mean, pooled * (1 / a.count + 1 / b.count), df, n);
}

/**
 * Welch's t-test, variances not assumed equal, a group against all other rows; n = the smaller sample. No value with fewer
 * than two rows in a sample, or no spread in either (as above). The p-value is two-sided. SciPy `ttest_ind(equal_var=False)`.
 */
export function welchT(group: GroupMoments, rest: GroupMoments): TestFigures {
  const [a, b] = [group.moments, rest.moments];
  const n = Math.min(a.count, b.count);
  if (n < 2) return tFigures(NaN, 1, 0, n);
  if (bothConstant(group, rest)) return ofConstants(group, rest, welchMeanTest);
  const ofA = a.m2 / (a.count - 1) / a.count;
  const ofB = b.m2 / (b.count - 1) / b.count;
  const df = (ofA + ofB) ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1));
  return tFigures(a.mean - b.mean, ofA + ofB, df, n);
}
