/** Kolmogorov-Smirnov: the largest gap between two distribution functions, and its p-values. */

import { kolmogorovLimitTail, kolmogorovTail, twoSampleKolmogorovTail } from '../numeric/kolmogorov.js';
import type { Estimate } from '../model/estimate.js';
import { countInBins } from './histogram.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

/**
 * Kolmogorov-Smirnov statistic `D = max |F(x) - G(x)|` of the two empirical distribution functions; no unit, in [0, 1],
 * 0 for equal samples, the same under any rising map of the values. Higher means more drift. Smallest n: 1 a side.
 * Source: SciPy `ks_2samp`.
 */
export function ksStatistic(pair: NumericPair): Estimate {
  return ofPair(pair, pair.largestGap);
}

/**
 * p-value of D by the finite-n law of one sample of `round(m n / (m + n))` rows; in [0, 1], lower means more drift.
 * Ties make it conservative. No value for one row a side. Source: SciPy `ks_2samp(method="asymp")`, `kstwo.sf`.
 */
export function ksPAsymptotic(pair: NumericPair): Estimate {
  const p = asymptoticP(pair.r.length, pair.k.length, pair.largestGap);
  return p === undefined ? noValue(pair, ONE_ROW) : ofPair(pair, p);
}

export const ONE_ROW = 'one row a side';

/** `ks_p_asymp` of samples of m and n rows; `undefined` for one row a side. Falls with D. */
export function asymptoticP(m: number, n: number, largest: number): number | undefined {
  const rows = roundHalfEven(effectiveSize(m, n));
  return rows < 1 ? undefined : kolmogorovTail(rows, largest);
}

/** p-value of D by Kolmogorov's limit law at `sqrt(m n / (m + n)) D`; in [0, 1]. Source: SciPy `special.kolmogorov`. */
export function ksPLimit(pair: NumericPair): Estimate {
  return ofPair(pair, limitP(pair.r.length, pair.k.length, pair.largestGap));
}

/** `ks_p_limit` of samples of m and n rows. Falls with D. */
export function limitP(m: number, n: number, largest: number): number {
  return kolmogorovLimitTail(Math.sqrt(effectiveSize(m, n)) * largest);
}

/** SciPy counts paths up to this many rows a side. */
const EXACT_UP_TO = 10_000;

/**
 * p-value of D from the exact two-sample law up to 10,000 rows a side, else as `ks_p_asymp`; in [0, 1]. Time grows with
 * the product of the sizes. Source: SciPy `ks_2samp(method="auto")`; Evidently `ks`.
 */
export function ksPExactOrAuto(pair: NumericPair): Estimate {
  const { r, k } = pair;
  if (Math.max(r.length, k.length) > EXACT_UP_TO) return ksPAsymptotic(pair);
  return ofPair(pair, twoSampleKolmogorovTail(r.length, k.length, pair.largestGap));
}

const NANNYML_EXACT_BELOW = 10_000;
const NANNYML_BINS = 10_000;

/**
 * D as NannyML takes it: exact below 10,000 reference rows, else the largest gap at the right edges of 10,000 equal bins
 * over the reference's range; in [0, 1]. Source: NannyML 0.13.1 `kolmogorov_smirnov`.
 */
export function ksNannyml(pair: NumericPair): Estimate {
  const { r, k } = pair;
  if (r.length < NANNYML_EXACT_BELOW) return ksStatistic(pair);
  const [min, max] = [r[0] as number, r[r.length - 1] as number];
  const step = (max - min) / NANNYML_BINS;
  if (!Number.isFinite(step)) return noValue(pair, 'the range of the values overflows');
  const edges = Float64Array.from({ length: NANNYML_BINS + 1 }, (_, i) => (i === NANNYML_BINS ? max : i * step + min));
  const [reference, current] = [countInBins(r, edges), countInBins(k, edges)];
  let below = 0;
  let belowCurrent = k.findIndex((value) => value >= min);
  if (belowCurrent < 0) belowCurrent = k.length;
  let largest = 0;
  for (let bin = 0; bin < NANNYML_BINS; bin++) {
    below += reference[bin] as number;
    belowCurrent += current[bin] as number;
    largest = Math.max(largest, Math.abs(below / r.length - belowCurrent / k.length));
  }
  return ofPair(pair, largest);
}

function effectiveSize(m: number, n: number): number {
  return (m * n) / (m + n);
}

/** numpy rounds halves to even. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
