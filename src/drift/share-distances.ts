/** Distances of two sets of category shares that need no logarithm. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { ofPair } from './numeric-pair.js';

function gaps(pair: CategoryPair): Float64Array {
  const { reference, current } = pair.shares();
  return reference.map((share, at) => Math.abs(share - (current[at] as number)));
}

/**
 * Total variation distance `sum |r - c| / 2`: the share of rows that would have to change category; in [0, 1], symmetric.
 * Higher means more drift. Smallest n: 1 a side. Source: Evidently `TVD`.
 */
export function totalVariation(pair: CategoryPair): Estimate {
  return ofPair(pair, gaps(pair).reduce((sum, gap) => sum + gap, 0) / 2);
}

/** Largest difference of the shares of one category, `max |r - c|`; in [0, 1]. Source: NannyML 0.13.1 `l_infinity`. */
export function lInfinity(pair: CategoryPair): Estimate {
  return ofPair(
    pair,
    gaps(pair).reduce((most, gap) => Math.max(most, gap), 0),
  );
}
