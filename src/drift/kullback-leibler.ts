/** Relative entropy of the current shares from the reference's, as Evidently takes it. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { evidentlyShares } from './histogram.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';
import { evidentlyFloored, NO_BINS } from './population-stability.js';

function total(shares: Float64Array): number {
  return shares.reduce((sum, share) => sum + share, 0);
}

function relativeEntropy(reference: Float64Array, current: Float64Array): number {
  const p = evidentlyFloored(reference);
  const q = evidentlyFloored(current);
  const [pTotal, qTotal] = [total(p), total(q)];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const share = (p[i] as number) / pTotal;
    sum += share * Math.log(share / ((q[i] as number) / qTotal));
  }
  return Math.max(0, sum);
}

/**
 * Kullback-Leibler divergence `sum r ln(r / c)` of reference from current, in nats, at least 0; Evidently's bins and
 * floor, then renormalised. Higher means more drift. Source: Evidently 0.7.23 `kl_div`.
 */
export function klEvidently(pair: NumericPair): Estimate {
  const shares = evidentlyShares(pair);
  return shares ? ofPair(pair, relativeEntropy(shares.reference, shares.current)) : noValue(pair, NO_BINS);
}

/** As `klEvidently`, over the categories. */
export function klEvidentlyOfCategories(pair: CategoryPair): Estimate {
  const { reference, current } = pair.shares();
  return ofPair(pair, relativeEntropy(reference, current));
}
