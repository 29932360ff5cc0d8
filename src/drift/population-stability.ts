/** Population stability index: the symmetric relative entropy of two sets of shares. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { type BinShares, decileShares, evidentlyShares } from './histogram.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

/** What an empty bin counts as, without renormalising: the classical convention of the index. */
export const FLOOR = 1e-4;

function floored(shares: Float64Array, floor: number): Float64Array {
  return shares.map((share) => (share === 0 ? floor : share));
}

function index(reference: Float64Array, current: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const r = reference[i] as number;
    const c = current[i] as number;
    sum += (c - r) * Math.log(c / r);
  }
  return sum;
}

/** The index of two sets of shares, empty ones taken as 0.0001. */
export function classicalPsi({ reference, current }: BinShares): number {
  return index(floored(reference, FLOOR), floored(current, FLOOR));
}

/**
 * Evidently's floor: 0.0001, or a millionth of the smallest share where that is at most 0.0001.
 * Source: Evidently 0.7.23 `get_binned_data`.
 */
export function evidentlyFloored(shares: Float64Array): Float64Array {
  let smallest = Infinity;
  for (const share of shares) if (share > 0 && share < smallest) smallest = share;
  return floored(shares, smallest <= FLOOR ? smallest / 1e6 : FLOOR);
}

export const NO_BINS = 'the range of the values overflows or is too narrow to be cut into bins';

/**
 * Population stability index over the distinct deciles of the reference, `sum (c - r) ln(c / r)` with a zero share
 * taken as 0.0001; no unit, at least 0, 0 for equal samples. Customary: above 0.1 some change, above 0.25 much; at small n
 * it is biased upwards by about `bins (1/m + 1/n)`. Higher means more drift. Smallest n: 1 a side.
 * Source: N. Siddiqi, "Credit Risk Scorecards" (2006).
 */
export function psiDecile(pair: NumericPair): Estimate {
  const shares = decileShares(pair);
  return shares ? ofPair(pair, classicalPsi(shares)) : noValue(pair, NO_BINS);
}

/** Population stability index over the categories; formula, floor and reading as `psi_decile`. */
export function psiOfCategories(pair: CategoryPair): Estimate {
  return ofPair(pair, classicalPsi(pair.shares()));
}

/** Population stability index with Evidently's bins and floor; at least 0. Source: Evidently 0.7.23 `psi`. */
export function psiEvidently(pair: NumericPair): Estimate {
  const shares = evidentlyShares(pair);
  if (shares === undefined) return noValue(pair, NO_BINS);
  return ofPair(pair, index(evidentlyFloored(shares.reference), evidentlyFloored(shares.current)));
}

/** As `psiEvidently`, over the categories. */
export function psiEvidentlyOfCategories(pair: CategoryPair): Estimate {
  const { reference, current } = pair.shares();
  return ofPair(pair, index(evidentlyFloored(reference), evidentlyFloored(current)));
}
