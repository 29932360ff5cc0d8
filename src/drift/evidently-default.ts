/** The test that Evidently takes for a column when none is named, and its verdict on a whole data set. */

import { absent, type Estimate } from '../model/estimate.js';
import type { ColumnProfile } from '../profile/reference-profile.js';
import type { CategoryProfile } from '../profile/category-profile.js';
import { CategoryPair } from './category-pair.js';
import { chi2PEvidently } from './chi-square.js';
import { equalEdges } from './histogram.js';
import { jensenShannonEvidently, jensenShannonEvidentlyOfCategories } from './jensen-shannon.js';
import { ksPExactOrAuto } from './kolmogorov-smirnov.js';
import { NumericPair } from './numeric-pair.js';
import { zP } from './proportion-z.js';
import { wassersteinEvidently } from './wasserstein.js';

/** Above this many reference rows Evidently turns from p-values to distances. */
const LARGE = 1000;
/** Up to this many distinct pooled values a numeric column is treated as categories. */
const FEW_VALUES = 5;
const P_LIMIT = 0.05;
const DISTANCE_LIMIT = 0.1;

export interface DefaultTest {
  readonly estimate: Estimate;
  /** `undefined` where the test has no value. */
  readonly drifted: boolean | undefined;
}

function byP(estimate: Estimate): DefaultTest {
  return { estimate, drifted: typeof estimate.value === 'number' ? estimate.value < P_LIMIT : undefined };
}

function byDistance(estimate: Estimate): DefaultTest {
  return { estimate, drifted: typeof estimate.value === 'number' ? estimate.value >= DISTANCE_LIMIT : undefined };
}

/** The pooled values as categories. */
function valuesAsCategories(pair: NumericPair): CategoryPair {
  const profileOf = (rows: number, counts: Float64Array): CategoryProfile => {
    const at = [...counts.keys()].filter((index) => (counts[index] as number) > 0);
    return {
      kind: 'category',
      name: pair.reference.name,
      rows,
      missing: 0,
      levels: at.map((index) => String(pair.pooled.values[index])),
      counts: counts.filter((count) => count > 0),
    };
  };
  return new CategoryPair(
    profileOf(pair.r.length, pair.pooled.inReference),
    profileOf(pair.k.length, pair.pooled.inCurrent),
  );
}

function ofCategories(pair: CategoryPair): DefaultTest {
  if (pair.referenceTotal > LARGE) return byDistance(jensenShannonEvidentlyOfCategories(pair));
  return byP(pair.levels.length > 2 ? chi2PEvidently(pair) : zP(pair));
}

function ofNumbers(pair: NumericPair): DefaultTest {
  const few = pair.pooled.values.length <= FEW_VALUES;
  if (pair.r.length > LARGE) return byDistance(few ? jensenShannonEvidently(pair) : wassersteinEvidently(pair));
  return few ? ofCategories(valuesAsCategories(pair)) : byP(ksPExactOrAuto(pair));
}

const DRAWN_BINS = 10;

/** Whether values can be cut into ten bins: not where their range overflows or holds fewer doubles. */
function isDrawn(sorted: Float64Array): boolean {
  const edges = equalEdges(sorted[0] as number, sorted[sorted.length - 1] as number, DRAWN_BINS);
  return edges.every((edge, at) => at === 0 || (edges[at - 1] as number) < edge);
}

/**
 * Evidently's default test of a column. Up to 1,000 reference rows a p-value (drifted below 0.05): exact
 * Kolmogorov-Smirnov, or chi-square for three to five distinct values and for categories, or z for two; above, a distance
 * (drifted from 0.1): Wasserstein over the reference's sd, or Jensen-Shannon for at most five distinct values and for
 * categories. Distinct values are counted over both periods together. Source: Evidently 0.7.23 `ValueDrift`.
 */
export function evidentlyDefault(reference: ColumnProfile, current: ColumnProfile): DefaultTest {
  const none = { estimate: absent(0, 'no value in a period'), drifted: undefined };
  if (reference.kind === 'numeric' && current.kind === 'numeric') {
    const pair = new NumericPair(reference, current);
    if (pair.n === 0) return none;
    // The library draws a histogram of either period beside its test, and gives up where it cannot.
    const drawn = isDrawn(pair.r) && isDrawn(pair.k);
    return drawn ? ofNumbers(pair) : { ...ofNumbers(pair), drifted: undefined };
  }
  if (reference.kind === 'category' && current.kind === 'category') {
    const pair = new CategoryPair(reference, current);
    return pair.n === 0 ? none : ofCategories(pair);
  }
  return none;
}
