/** Hellinger's distance of two sets of shares. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { type BinShares, nannymlShares, sharesInBins, sturgesEdges } from './histogram.js';
import { nannymlCategoryShares } from './jensen-shannon.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';
import { NO_BINS } from './population-stability.js';

function affinity({ reference, current }: BinShares): number {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) sum += Math.sqrt((reference[i] as number) * (current[i] as number));
  return Math.min(1, sum);
}

/**
 * Hellinger's distance `sqrt(1 - w sum sqrt(f g))` of the densities f and g, with Sturges' edges on the distinct pooled
 * values and their mean width w; no unit, in [0, 1]. Higher means more drift. Source: Evidently 0.7.23 `hellinger`.
 */
export function hellingerEvidently(pair: NumericPair): Estimate {
  const { values } = pair.pooled;
  const edges = sturgesEdges(values[0] as number, values[values.length - 1] as number, values.length);
  if (edges === undefined) return noValue(pair, NO_BINS);
  const { reference, current } = sharesInBins(pair, edges);
  const width = ((edges[edges.length - 1] as number) - (edges[0] as number)) / (edges.length - 1);
  let sum = 0;
  for (let bin = 0; bin < reference.length; bin++) {
    const own = (edges[bin + 1] as number) - (edges[bin] as number);
    sum += Math.sqrt(((reference[bin] as number) / own) * ((current[bin] as number) / own)) * width;
  }
  // Densities of values near the ends of what a double can hold overflow.
  return Number.isFinite(sum) ? ofPair(pair, Math.sqrt(1 - Math.min(1, sum))) : noValue(pair, NO_BINS);
}

/** As `hellingerEvidently`, over the categories. */
export function hellingerEvidentlyOfCategories(pair: CategoryPair): Estimate {
  return ofPair(pair, Math.sqrt(1 - affinity(pair.shares())));
}

function fromRoots({ reference, current }: BinShares): number {
  let sum = 0;
  for (let i = 0; i < reference.length; i++)
    sum += (Math.sqrt(reference[i] as number) - Math.sqrt(current[i] as number)) ** 2;
  return Math.sqrt(sum) / Math.SQRT2;
}

/**
 * Hellinger's distance `sqrt(sum (sqrt r - sqrt c)^2) / sqrt 2` over NannyML's bins; no unit, in [0, 1]. Higher means
 * more drift. Source: NannyML 0.13.1 `hellinger`.
 */
export function hellingerNannyml(pair: NumericPair): Estimate {
  const shares = nannymlShares(pair);
  return shares ? ofPair(pair, fromRoots(shares)) : noValue(pair, NO_BINS);
}

/** As `hellingerNannyml`, over the categories of the reference and all others as one. */
export function hellingerNannymlOfCategories(pair: CategoryPair): Estimate {
  return ofPair(pair, fromRoots(nannymlCategoryShares(pair)));
}
