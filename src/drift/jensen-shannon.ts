/** Jensen-Shannon distance of two sets of shares. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { type BinShares, decileShares, evidentlyShares, nannymlShares, withOutside } from './histogram.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';
import { NO_BINS } from './population-stability.js';

function total(shares: Float64Array): number {
  return shares.reduce((sum, share) => sum + share, 0);
}

/** `sqrt((KL(p || m) + KL(q || m)) / 2)` with `m = (p + q) / 2`, logarithms to the given base; shares are renormalised. */
export function jensenShannonOfShares({ reference, current }: BinShares, base: number): number {
  const [pTotal, qTotal] = [total(reference), total(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = (reference[i] as number) / pTotal;
    const q = (current[i] as number) / qTotal;
    const middle = (p + q) / 2;
    if (p > 0) sum += p * Math.log(p / middle);
    if (q > 0) sum += q * Math.log(q / middle);
  }
  return Math.sqrt(Math.max(0, sum) / 2 / Math.log(base));
}

function ofShares(pair: { readonly n: number }, shares: BinShares | undefined, base: number): Estimate {
  return shares ? ofPair(pair, jensenShannonOfShares(shares, base)) : noValue(pair, NO_BINS);
}

/**
 * Jensen-Shannon distance (the root of the divergence) to base 2, over the distinct deciles of the reference; no unit,
 * in [0, 1), 0 for equal shares; with ten full bins at most 0.87, since each holds a tenth of the reference. Not symmetric,
 * because the bins are the reference's. Higher means more drift. Smallest n: 1 a side. Source: D. Endres and J. Schindelin, IEEE Trans. Inf. Theory 49 (2003); SciPy `jensenshannon(base=2)`.
 */
export function jensenShannon(pair: NumericPair): Estimate {
  return ofShares(pair, decileShares(pair), 2);
}

/** As `jensenShannon`, over the categories: symmetric, and 1 for periods without a common category. */
export function jensenShannonOfCategories(pair: CategoryPair): Estimate {
  return ofShares(pair, pair.shares(), 2);
}

/** Jensen-Shannon distance to base e over Evidently's bins; in [0, sqrt(ln 2)]. Source: Evidently 0.7.23 `jensenshannon`. */
export function jensenShannonEvidently(pair: NumericPair): Estimate {
  return ofShares(pair, evidentlyShares(pair), Math.E);
}

/** As `jensenShannonEvidently`, over the categories. */
export function jensenShannonEvidentlyOfCategories(pair: CategoryPair): Estimate {
  return ofShares(pair, pair.shares(), Math.E);
}

/** Jensen-Shannon distance to base 2 over NannyML's bins; in [0, 1]. Source: NannyML 0.13.1 `jensen_shannon`. */
export function jensenShannonNannyml(pair: NumericPair): Estimate {
  return ofShares(pair, nannymlShares(pair), 2);
}

/** Shares of the reference's categories, and the share of all new ones together as one more. */
export function nannymlCategoryShares(pair: CategoryPair): BinShares {
  const { reference, current } = pair.shares();
  const known = reference.findIndex((share) => share === 0);
  if (known < 0) return { reference, current };
  const outside = pair.k.subarray(known).reduce((sum, count) => sum + count, 0) / pair.currentTotal;
  return withOutside({ reference: reference.subarray(0, known), current: current.subarray(0, known) }, outside);
}

/** As `jensenShannonNannyml`, over the categories of the reference and all others as one. */
export function jensenShannonNannymlOfCategories(pair: CategoryPair): Estimate {
  return ofShares(pair, nannymlCategoryShares(pair), 2);
}
