/** Mann-Whitney rank test: whether values of one period tend to lie above those of the other. */

import type { Estimate } from '../model/estimate.js';
import { normalTail } from '../numeric/distributions.js';
import { type NumericPair, ofPair } from './numeric-pair.js';

interface RankSum {
  /** Pairs in which the reference's value is the greater one; ties count half. */
  readonly u: number;
  /** `sum (t^3 - t)` over tied runs. */
  readonly tieTerm: number;
}

function rankSum({ r, pooled }: NumericPair): RankSum {
  const { values, inReference, inCurrent } = pooled;
  let belowCurrent = 0;
  let u = 0;
  let tieTerm = 0;
  for (let i = 0; i < values.length; i++) {
    const inR = inReference[i] as number;
    const inK = inCurrent[i] as number;
    u += inR * (belowCurrent + inK / 2);
    belowCurrent += inK;
    const ties = inR + inK;
    tieTerm += ties * (ties * ties - 1);
  }
  return { u: r.length === 0 ? NaN : u, tieTerm };
}

/**
 * Mann-Whitney U of the reference: the number of pairs in which its value is the greater one, ties half; in [0, m n].
 * `U / (m n)` is the probability of superiority. Smallest n: 1 a side. Source: SciPy `mannwhitneyu`.
 */
export function mannWhitneyU(pair: NumericPair): Estimate {
  return ofPair(pair, rankSum(pair).u);
}

/** Upper normal tail of U, with tie correction and continuity correction 1/2. */
function upperTail(u: number, tieTerm: number, { r, k }: NumericPair): number {
  const product = r.length * k.length;
  const total = r.length + k.length;
  const spread = Math.sqrt((product / 12) * (total + 1 - tieTerm / (total * (total - 1))));
  const excess = u - product / 2 - 0.5;
  return spread === 0 ? Number(excess < 0) : normalTail(excess / spread);
}

/**
 * Two-sided p-value of U by the normal law with tie and continuity correction; in [0, 1], 1 where all values are tied,
 * lower means more drift. Source: SciPy `mannwhitneyu(method="asymptotic")`.
 */
export function mannWhitneyP(pair: NumericPair): Estimate {
  const { u, tieTerm } = rankSum(pair);
  const greater = Math.max(u, pair.r.length * pair.k.length - u);
  return ofPair(pair, Math.min(1, 2 * upperTail(greater, tieTerm, pair)));
}

const EXACT_UP_TO = 8;

/** Exact `P(U >= u)` without ties, by multiplying out the Gaussian binomial coefficient. */
function exactTail(u: number, m: number, n: number): number {
  const [few, many] = m < n ? [m, n] : [n, m];
  const last = few * many;
  const ways = new Float64Array(last + 1);
  ways[0] = 1;
  for (let i = 1; i <= few; i++) {
    const lag = many + i;
    for (let s = last; s >= lag; s--) ways[s] = (ways[s] as number) - (ways[s - lag] as number);
    for (let s = i; s <= last; s++) ways[s] = (ways[s] as number) + (ways[s - i] as number);
  }
  let all = 0;
  let beyond = 0;
  ways.forEach((count, value) => {
    all += count;
    // The law is symmetric; the lower end is summed because small counts come first there.
    if (value <= last - u) beyond += count;
  });
  return beyond / all;
}

/**
 * One-sided p-value ("reference is less"): exact when a period has at most 8 rows and nothing is tied, else as
 * `mann_whitney_p`; in [0, 1]. Documented there as two-tailed. Source: Evidently 0.7.23 `mannw`.
 */
export function mannWhitneyPEvidently(pair: NumericPair): Estimate {
  const { u, tieTerm } = rankSum(pair);
  const mirrored = pair.r.length * pair.k.length - u;
  if (pair.n <= EXACT_UP_TO && tieTerm === 0) return ofPair(pair, exactTail(mirrored, pair.r.length, pair.k.length));
  return ofPair(pair, Math.min(1, upperTail(mirrored, tieTerm, pair)));
}
