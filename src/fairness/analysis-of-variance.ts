/** Analysis of variance of the errors over the groups. */

import { absent, type Estimate } from '../model/estimate.js';
import { fTail } from '../numeric/distributions.js';
import { pairwiseSum } from '../numeric/pairwise-sum.js';
import type { Grouping } from '../model/groups.js';

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
  const [first] = samples;
  const constant = samples.every(isConstant);
  const none = absent(n, 'one group only, too few rows, or no spread in the errors');
  if (first === undefined || samples.length < 2 || rows <= samples.length) return none;
  if (constant && samples.every((sample) => sample[0] === first[0])) return none;
  const ratio = constant ? Infinity : varianceRatio(samples, rows);
  const p = ratio < 0 ? NaN : fTail(ratio, samples.length - 1, rows - samples.length);
  return Number.isNaN(p) ? absent(n, 'the spread is nothing but rounding, or it overflows') : { value: p, n };
}
