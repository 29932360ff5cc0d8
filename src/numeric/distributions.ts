/** Tail probabilities and quantiles of the distributions that the tests of drift and fairness refer to. */

import { regularisedBeta, regularisedGammaQ, erfc } from './special-functions.js';

/** Upper tail `P(Z > z)` of the standard normal distribution; in [0, 1]. Relative error below 1e-12 down to 1e-300. */
export function normalTail(z: number): number {
  return 0.5 * erfc(z / Math.SQRT2);
}

/** Density of the standard normal distribution. */
function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * The z with `P(Z <= z) = p`; minus and plus infinity at 0 and 1, `NaN` outside [0, 1]. A start within 4.5e-4
 * (Abramowitz and Stegun 26.2.23) is refined by Halley's method on the tail, so that small p keeps its digits.
 * For a small upper tail q use `-normalQuantile(q)`.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  if (p === 0.5) return 0;
  const tail = p < 0.5 ? p : 1 - p;
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 6; i++) {
    const step = (normalTail(z) - tail) / normalDensity(z);
    const next = z + step / (1 - 0.5 * step * z);
    if (Math.abs(next - z) <= 1e-15 * Math.abs(next)) break;
    z = next;
  }
  return p < 0.5 ? -z : z;
}

/** Quantiles of the few confidences that a process uses; each figure's interval asks for one of them. */
const TWO_SIDED = new Map<number, number>();
/** Corrections for many tests make new confidences without end. */
const KEPT = 256;

/** The z with `P(-z <= Z <= z) = confidence`, for a confidence in [0, 1]. */
export function normalTwoSidedQuantile(confidence: number): number {
  const known = TWO_SIDED.get(confidence);
  if (known !== undefined) return known;
  const z = -normalQuantile((1 - confidence) / 2);
  if (TWO_SIDED.size >= KEPT) TWO_SIDED.clear();
  TWO_SIDED.set(confidence, z);
  return z;
}

/** Upper tail `P(X > x)` of chi-square with `df > 0` degrees of freedom; 1 for x <= 0, `NaN` for bad df. */
export function chiSquareTail(x: number, df: number): number {
  if (x <= 0) return df > 0 ? 1 : NaN;
  return regularisedGammaQ(df / 2, x / 2);
}

/** Two-sided tail `P(|T| > |t|)` of Student's t with `df > 0` (need not be whole). */
export function studentTail(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return NaN;
  if (t === 0) return 1;
  if (!Number.isFinite(t)) return 0;
  const ratio = (t / df) * t;
  if (ratio === Infinity) return regularisedBeta(df / 2, 0.5, df / t / t, 1);
  return regularisedBeta(df / 2, 0.5, 1 / (1 + ratio), ratio / (1 + ratio));
}

/** One-sided upper tail `P(T > t)` of Student's t. */
export function studentUpperTail(t: number, df: number): number {
  const both = studentTail(t, df);
  return t > 0 ? both / 2 : 1 - both / 2;
}

/** Two-sided t quantile: the t with `P(|T| > t) = alpha`, by bisection on the tail; `alpha` in (0, 1). */
export function studentTwoSidedQuantile(alpha: number, df: number): number {
  if (!(alpha > 0 && alpha < 1) || !(df > 0)) return NaN;
  let high = 1;
  while (studentTail(high, df) > alpha && high < 1e300) high *= 2;
  let low = 0;
  for (let i = 0; i < 200; i++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (studentTail(middle, df) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** Upper tail `P(F > f)` of Fisher's F with `d1` and `d2` degrees of freedom. */
export function fTail(f: number, d1: number, d2: number): number {
  if (Number.isNaN(f) || !(d1 > 0) || !(d2 > 0)) return NaN;
  if (f <= 0) return 1;
  if (f === Infinity) return 0;
  const ratio = (d1 / d2) * f;
  return regularisedBeta(d2 / 2, d1 / 2, 1 / (1 + ratio), ratio / (1 + ratio));
}
