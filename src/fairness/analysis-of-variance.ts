/** Analysis of variance of the errors over the groups. */

import { absent, type Estimate } from '../model/estimate.js';
import { fTail } from '../numeric/distributions.js';
import { pairwiseSum } from '../numeric/pairwise-sum.js';
import type { Grouping } from '../model/groups.js';
import type { GroupMoments } from '../profile/by-group.js';

/** The present values of each group that has any, in row order. */
function samplesOf(values: Float64Array, { names, codes }: Grouping): Float64Array[] {
  const sizes = new Uint32Array(names.length);
  const isIn = (row: number): boolean => (codes[row] as number) >= 0 && !Number.isNaN(values[row]);
  for (let row = 0; row < codes.length; row++) if (isIn(row)) sizes[codes[row] as number]! += 1;
  const samples = Array.from(sizes, (size) => new Float64Array(size));
  const filled = new Uint32Array(names.length);
  for (let row = 0; row < codes.length; row++) {
    if (!isIn(row)) continue;
    const group = codes[row] as number;
    (samples[group] as Float64Array)[filled[group]!++] = values[row] as number;
  }
  return samples.filter(({ length }) => length > 0);
}

const isConstant = (sample: Float64Array): boolean => sample.every((value) => value === sample[0]);

/** The variance ratio in SciPy's order of operations, about the mean of all rows; below 0 or `NaN` where it is rounding. */
function varianceRatio(samples: readonly Float64Array[], rows: number): number {
  const all = new Float64Array(rows);
  let at = 0;
  for (const sample of samples) {
    all.set(sample, at);
    at += sample.length;
  }
  const centre = pairwiseSum(all) / rows;
  const about = (sample: Float64Array): Float64Array => sample.map((value) => value - centre);
  const ofMean = pairwiseSum(about(all)) ** 2 / rows;
  const total = pairwiseSum(about(all).map((value) => value * value)) - ofMean;
  const across = samples.reduce((sum, sample) => sum + pairwiseSum(about(sample)) ** 2 / sample.length, 0) - ofMean;
  return across / (samples.length - 1) / ((total - across) / (rows - samples.length));
}

/**
 * One-way analysis of variance: p-value of "the groups' means are the same", in [0, 1]; n = the smallest group. No value
 * with one group, no row to spare, or no spread but rounding; groups that differ without any spread within them give 0.
 * SciPy `f_oneway`.
 */
export function anovaP(values: Float64Array, grouping: Grouping): Estimate {
  const samples = samplesOf(values, grouping);
  const n = samples.reduce((least, { length }) => Math.min(least, length), samples[0]?.length ?? 0);
  const rows = samples.reduce((sum, { length }) => sum + length, 0);
  const constant = samples.every(isConstant);
  return anovaFrom({
    n,
    samples: samples.length,
    rows,
    constant,
    oneValue: constant && samples.every((sample) => sample[0] === samples[0]?.[0]),
    ratio: () => varianceRatio(samples, rows),
  });
}

/** What the test is made of. */
interface Anova {
  readonly n: number;
  readonly samples: number;
  readonly rows: number;
  /** Whether no sample has any spread; and whether all are of one value. */
  readonly constant: boolean;
  readonly oneValue: boolean;
  readonly ratio: () => number;
}

function anovaFrom({ n, samples, rows, constant, oneValue, ratio }: Anova): Estimate {
  if (samples < 2 || rows <= samples || oneValue) {
    return absent(n, 'one group only, too few rows, or no spread in the errors');
  }
  const value = constant ? Infinity : ratio();
  const p = value < 0 ? NaN : fTail(value, samples - 1, rows - samples);
  return Number.isNaN(p) ? absent(n, 'the spread is nothing but rounding, or it overflows') : { value: p, n };
}

/** The variance ratio from the moments of the groups; below 0 or `NaN` never but for sums that overflow. */
function ratioOfMoments(groups: readonly GroupMoments[], rows: number): number {
  const centre = groups.reduce((sum, { moments }) => sum + moments.mean * (moments.count / rows), 0);
  const across = groups.reduce((sum, { moments }) => sum + moments.count * (moments.mean - centre) ** 2, 0);
  const within = groups.reduce((sum, { moments }) => sum + moments.m2, 0);
  return across / (groups.length - 1) / (within / (rows - groups.length));
}

/** `anovaP` from the moments of the groups. It differs from that of the rows where the spread is nothing but rounding. */
export function anovaOfMoments(groups: readonly GroupMoments[]): Estimate {
  const samples = groups.filter(({ moments }) => moments.count > 0);
  const rows = samples.reduce((sum, { moments }) => sum + moments.count, 0);
  return anovaFrom({
    n: samples.reduce((least, { moments }) => Math.min(least, moments.count), samples[0]?.moments.count ?? 0),
    samples: samples.length,
    rows,
    constant: samples.every(({ low, high }) => low === high),
    oneValue: samples.every(({ low, high }) => low === samples[0]?.low && high === low),
    ratio: () => ratioOfMoments(samples, rows),
  });
}
