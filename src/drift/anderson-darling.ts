/** Two-sample Anderson-Darling test with mid-ranks. */

import type { Estimate } from '../model/estimate.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

/** Variance of the statistic under equality for two samples; F. Scholz and M. Stephens, JASA 82 (1987), section 4. */
function nullVariance(m: number, n: number): number {
  const total = m + n;
  const H = 1 / m + 1 / n;
  let h = 0;
  let g = 0;
  for (let i = 1; i <= total - 2; i++) {
    h += 1 / (total - i);
    g += h / (i + 1);
  }
  h += 1;
  const a = 4 * g - 6 + (10 - 6 * g) * H;
  const b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * H - 8 * h + 4 * g - 6;
  const c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * H + 4 * h;
  const d = 4 * (2 * h + 6) - 8 * h;
  const cubic = ((a * total + b) * total + c) * total + d;
  return cubic / ((total - 1) * (total - 2) * (total - 3));
}

function standardised({ r, k, pooled }: NumericPair): number {
  const { values, inReference, inCurrent } = pooled;
  const total = r.length + k.length;
  let before = 0;
  let below = 0;
  let belowCurrent = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const inR = inReference[i] as number;
    const inK = inCurrent[i] as number;
    const ties = inR + inK;
    const rank = before + ties / 2;
    const weight = ties / total / (rank * (total - rank) - (total * ties) / 4);
    sum += (weight * (total * (below + inR / 2) - rank * r.length) ** 2) / r.length;
    sum += (weight * (total * (belowCurrent + inK / 2) - rank * k.length) ** 2) / k.length;
    before += ties;
    below += inR;
    belowCurrent += inK;
  }
  return ((sum * (total - 1)) / total - 1) / Math.sqrt(nullVariance(r.length, k.length));
}

function refusal({ r, k, pooled }: NumericPair): string | undefined {
  if (pooled.values.length < 2) return 'one distinct value only';
  return r.length + k.length < 4 ? 'fewer than four rows in both periods' : undefined;
}

/**
 * Standardised Anderson-Darling statistic of two samples with mid-ranks, `(A^2 - 1) / sd`; no unit, about 0 for equal
 * distributions, may be negative. More sensitive in the tails than Kolmogorov-Smirnov. Higher means more drift. No value
 * for one distinct value. Source: F. Scholz and M. Stephens (1987); SciPy `anderson_ksamp(variant="midrank")`.
 */
export function andersonStatistic(pair: NumericPair): Estimate {
  const why = refusal(pair);
  return why === undefined ? ofPair(pair, standardised(pair)) : noValue(pair, why);
}

/** Levels and critical values for two samples (Table 1 of the paper with its interpolation, at m = 1). */
const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
const CRITICAL = [
  [0.675, -0.245, -0.105],
  [1.281, 0.25, -0.305],
  [1.645, 0.678, -0.362],
  [1.96, 1.149, -0.391],
  [2.326, 1.822, -0.396],
  [2.573, 2.364, -0.345],
  [3.085, 3.615, -0.154],
].map((terms) => terms.reduce((sum, term) => sum + term, 0));

/** Least-squares parabola through (critical value, ln level), in powers of `x - centre`. */
function fitParabola(): { readonly centre: number; readonly weights: readonly [number, number, number] } {
  const centre = CRITICAL.reduce((sum, x) => sum + x, 0) / CRITICAL.length;
  const powers = [0, 0, 0, 0, 0];
  const right = [0, 0, 0];
  CRITICAL.forEach((x, at) => {
    for (let p = 0; p < 5; p++) powers[p] = (powers[p] ?? 0) + (x - centre) ** p;
    for (let p = 0; p < 3; p++) right[p] = (right[p] ?? 0) + (x - centre) ** p * Math.log(LEVELS[at] as number);
  });
  const rows = [0, 1, 2].map((p) => [powers[p], powers[p + 1], powers[p + 2], right[p]].map(Number));
  for (let p = 0; p < 3; p++) {
    const pivot = rows[p] as number[];
    for (let q = 0; q < 3; q++) {
      if (q === p) continue;
      const row = rows[q] as number[];
      const factor = (row[p] as number) / (pivot[p] as number);
      for (let c = p; c < 4; c++) row[c] = (row[c] as number) - factor * (pivot[c] as number);
    }
  }
  const weightOf = (p: number): number => (rows[p]?.[3] as number) / (rows[p]?.[p] as number);
  return { centre, weights: [weightOf(0), weightOf(1), weightOf(2)] };
}

const PARABOLA = fitParabola();

/**
 * p-value of the Anderson-Darling statistic by a parabola through the tabulated levels, held within [0.001, 0.25]; lower
 * means more drift. Source: SciPy `anderson_ksamp`.
 */
export function andersonP(pair: NumericPair): Estimate {
  const why = refusal(pair);
  if (why !== undefined) return noValue(pair, why);
  const statistic = standardised(pair);
  if (statistic < (CRITICAL[0] as number)) return ofPair(pair, 0.25);
  if (statistic > (CRITICAL[6] as number)) return ofPair(pair, 0.001);
  const x = statistic - PARABOLA.centre;
  const [constant, slope, bend] = PARABOLA.weights;
  return ofPair(pair, Math.exp(constant + x * (slope + x * bend)));
}
