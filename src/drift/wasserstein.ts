/** Wasserstein's distance: how far values have to be moved, on average, to turn one sample into the other. */

import type { Estimate } from '../model/estimate.js';
import { standardDeviation } from '../numeric/moments.js';
import { countInBins, equalEdges } from './histogram.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

/**
 * First Wasserstein distance `integral |F(x) - G(x)| dx`; in the column's unit, at least 0, 0 for equal samples. A shift
 * by c of one of two equal samples gives |c|; scaling both by s scales it by |s|. Higher means more drift. Smallest n: 1
 * a side. No value where a difference of values overflows. Source: SciPy `wasserstein_distance`.
 */
export function wasserstein(pair: NumericPair): Estimate {
  return ofPair(pair, pair.gapArea);
}

/**
 * Wasserstein's distance over `max(sd of the reference with ddof 0, 0.001)`; at least 0. The floor makes it depend on the
 * unit for small spreads. Source: Evidently 0.7.23 `wasserstein`.
 */
export function wassersteinEvidently(pair: NumericPair): Estimate {
  const deviation = standardDeviation(pair.reference.moments, 0);
  if (!Number.isFinite(deviation)) return noValue(pair, "the spread of the reference's values overflows");
  return ofPair(pair, pair.gapArea / Math.max(deviation, 0.001));
}

const NANNYML_EXACT_BELOW = 10_000;
const NANNYML_BINS = 10_000;

/** `integral of F` (or `1 - F`) over the values beyond one end of the reference, by the empirical function of those values. */
function areaBeyond(values: Float64Array, end: number, below: boolean): number {
  const all = below ? [...values, end] : [end, ...values];
  let sum = 0;
  for (let i = 0; i + 1 < all.length; i++) {
    const share = (i + 1) / all.length;
    sum += (below ? share : 1 - share) * ((all[i + 1] as number) - (all[i] as number));
  }
  return sum;
}

/**
 * Wasserstein's distance as NannyML takes it: exact below 10,000 reference rows, else on 10,000 equal bins over the
 * reference's range, with what lies beyond added from its own values (counted with one row more than there is, as the
 * library does). In the column's unit, at least 0. Source: NannyML 0.13.1 `wasserstein`.
 */
export function wassersteinNannyml(pair: NumericPair): Estimate {
  const { r, k } = pair;
  if (r.length < NANNYML_EXACT_BELOW) return wasserstein(pair);
  const edges = equalEdges(r[0] as number, r[r.length - 1] as number, NANNYML_BINS);
  const [low, high] = [edges[0] as number, edges[NANNYML_BINS] as number];
  const width = (edges[1] as number) - low;
  if (!Number.isFinite(width)) return noValue(pair, 'the range of the values overflows');
  const smaller = k.filter((value) => value < low);
  const bigger = k.filter((value) => value > high);
  const shareSmaller = smaller.length > 0 ? (smaller.length + 1) / k.length : 0;
  const shareBigger = bigger.length > 0 ? (bigger.length + 1) / k.length : 0;
  const [reference, current] = [countInBins(r, edges), countInBins(k, edges)];
  let below = 0;
  let belowCurrent = 0;
  let within = 0;
  for (let bin = 0; bin < NANNYML_BINS; bin++) {
    below += reference[bin] as number;
    belowCurrent += current[bin] as number;
    within += Math.abs(below / r.length - belowCurrent / k.length - shareSmaller) * width;
  }
  const outside = areaBeyond(smaller, low, true) * shareSmaller + areaBeyond(bigger, high, false) * shareBigger;
  return ofPair(pair, within + outside);
}
