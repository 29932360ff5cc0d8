/** Tail probabilities of the Kolmogorov-Smirnov statistics: limit law, finite n, and two samples exactly. */

import { binomialTerm } from './special-functions.js';

/**
 * Limit law of Kolmogorov: `P(K > x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2)`; in [0, 1]. For small x the theta-transformed
 * series, which converges there. Source: A. Kolmogorov (1933); SciPy `special.kolmogorov`.
 */
export function kolmogorovLimitTail(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x <= 0) return 1;
  if (x < 0.8) {
    let sum = 0;
    for (let k = 1; k <= 9; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 1; k < 20; k++) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += k % 2 === 1 ? term : -term;
    if (term <= sum * 1e-18) break;
  }
  return Math.min(1, 2 * sum);
}

/**
 * One-sided Smirnov tail `P(D+_n >= x)` for one sample of n, by Smirnov's sum of positive terms. The terms are a smooth
 * function of their index, so above 4,096 of them the sum is taken with a stride: the trapezoidal rule on a bell that
 * vanishes at both ends is exact to rounding there.
 */
export function smirnovTail(n: number, x: number): number {
  if (!(n >= 1) || Number.isNaN(x)) return NaN;
  if (x <= 0) return 1;
  if (x >= 1) return 0;
  const last = Math.floor(n * (1 - x));
  const stride = Math.max(1, Math.floor(last / 4096));
  let sum = 0;
  for (let j = 0; j <= last; j += stride) {
    const p = x + j / n;
    const q = (n - j - n * x) / n;
    if (q < 0) break;
    sum += binomialTerm(j, n, p, q) / p;
  }
  return Math.min(1, x * stride * sum);
}

/** Two-sided `P(D_n < x)` exactly, by Durbin's matrix (Marsaglia, Tsang, Wang 2003) applied to a vector n times. */
function durbinCdf(n: number, x: number): number {
  const k = Math.floor(n * x) + 1;
  const m = 2 * k - 1;
  const h = k - n * x;
  const reciprocalFactorial = new Float64Array(m + 2);
  reciprocalFactorial[0] = 1;
  for (let i = 1; i <= m + 1; i++) reciprocalFactorial[i] = (reciprocalFactorial[i - 1] ?? 0) / i;
  const powers = new Float64Array(m + 1);
  powers[0] = 1;
  for (let i = 1; i <= m; i++) powers[i] = (powers[i - 1] ?? 0) * h;
  const matrix = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= Math.min(i + 1, m - 1); j++) {
      let factor = 1;
      if (j === 0) factor -= powers[i + 1] ?? 0;
      if (i === m - 1) factor -= powers[m - j] ?? 0;
      if (j === 0 && i === m - 1 && 2 * h > 1) factor += (2 * h - 1) ** m;
      matrix[i * m + j] = factor * (reciprocalFactorial[i - j + 1] ?? 0);
    }
  }
  let row = new Float64Array(m);
  row[k - 1] = 1;
  for (let step = 1; step <= n; step++) {
    const next = new Float64Array(m);
    const scale = step / n;
    for (let i = 0; i < m; i++) {
      const weight = (row[i] ?? 0) * scale;
      if (weight === 0) continue;
      const end = Math.min(i + 1, m - 1);
      for (let j = 0; j <= end; j++) next[j] = (next[j] ?? 0) + weight * (matrix[i * m + j] ?? 0);
    }
    row = next;
  }
  return row[k - 1] ?? 0;
}

/**
 * `P(D_n < x)` by the asymptotic expansion of Pelz and Good (1976), whose three correction terms leave an error of
 * order n^-2. Used for n > 140 in the middle of the distribution, as SciPy does after Simard and L'Ecuyer (2011).
 */
function pelzGoodCdf(n: number, x: number): number {
  const z = Math.sqrt(n) * x;
  const z2 = z * z;
  const z3 = z2 * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const z7 = z4 * z3;
  const z8 = z4 * z4;
  const z10 = z6 * z4;
  const pi2 = Math.PI * Math.PI;
  const pi4 = pi2 * pi2;
  const pi6 = pi4 * pi2;
  const rootHalfPi = Math.sqrt(Math.PI / 2);
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  for (let k = 0; k < 40; k++) {
    const s = (k + 0.5) * (k + 0.5);
    const e = Math.exp((-s * pi2) / (2 * z2));
    if (e === 0) break;
    k0 += e;
    k1 += (pi2 * s - z2) * e;
    k2 += (6 * z6 + 2 * z4 + pi2 * (2 * z4 - 5 * z2) * s + pi4 * (1 - 2 * z2) * s * s) * e;
    k3 +=
      (-30 * z6 -
        90 * z8 +
        pi2 * (135 * z4 - 96 * z6) * s +
        pi4 * (212 * z4 - 60 * z2) * s * s +
        pi6 * (5 - 30 * z2) * s ** 3) *
      e;
  }
  let tail2 = 0;
  let tail3 = 0;
  for (let k = 1; k < 40; k++) {
    const s = k * k;
    const e = Math.exp((-s * pi2) / (2 * z2));
    if (e === 0) break;
    tail2 += s * e;
    tail3 += (3 * pi2 * s * z2 - pi4 * s * s) * e;
  }
  const first = (k0 * (2 * rootHalfPi)) / z;
  const second = (k1 * 2 * rootHalfPi) / (6 * z4);
  const third = (k2 * 2 * rootHalfPi) / (72 * z7) - (tail2 * 2 * pi2 * rootHalfPi) / (36 * z3);
  const fourth = (k3 * 2 * rootHalfPi) / (6480 * z10) + (tail3 * 2 * rootHalfPi) / (216 * z6);
  return first + second / Math.sqrt(n) + third / n + fourth / (n * Math.sqrt(n));
}

/**
 * Upper tail `P(D_n >= x)` of the two-sided one-sample Kolmogorov-Smirnov statistic for whole n: SciPy's `kstwo.sf`, and
 * its choice of methods (Simard and L'Ecuyer, J. Stat. Software 39(11), 2011). The far tail is twice Smirnov's
 * one-sided tail, so it is never a complement.
 */
export function kolmogorovTail(n: number, x: number): number {
  if (!(n >= 1) || Number.isNaN(x)) return NaN;
  if (x >= 1) return 0;
  const t = n * x;
  if (t <= 0.5) return 1;
  if (x >= 0.5) return Math.min(1, 2 * smirnovTail(n, x));
  const scaled = t * x;
  if (n <= 140) return scaled <= 4 ? 1 - durbinCdf(n, x) : 2 * smirnovTail(n, x);
  if (scaled >= 2.2) return 2 * smirnovTail(n, x);
  // Left of the middle the expansion is weak while n is small, and the exact matrix is narrow there.
  if (n <= 1000 && n * x ** 1.5 <= 1.4) return 1 - durbinCdf(n, x);
  return Math.min(1, Math.max(0, 1 - pelzGoodCdf(n, x)));
}

function greatestCommonDivisor(a: number, b: number): number {
  let x = a;
  let y = b;
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** Equal sizes: `2 sum (-1)^(k-1) C(2n, n - k h) / C(2n, n)`, Gnedenko and Korolyuk (1951). */
function equalSizesTail(n: number, h: number): number {
  let ratio = 1;
  let sum = 0;
  let below = 0;
  for (let k = 1; k * h <= n; k++) {
    for (; below < k * h; below++) ratio *= (n - below) / (n + below + 1);
    if (ratio === 0) break;
    sum += k % 2 === 1 ? ratio : -ratio;
  }
  return Math.min(1, 2 * sum);
}

/**
 * Exact two-sample tail `P(D >= d)` under equality of continuous distributions, for sizes m and n, where d is a value
 * the statistic can take. Paths that leave the band are counted, all terms positive, so small tails keep their digits.
 * Time is proportional to m n d: for files, not for every cycle.
 * Source: J. L. Hodges, Ark. Mat. 3 (1958); SciPy `ks_2samp(method="exact")`.
 */
export function twoSampleKolmogorovTail(m: number, n: number, d: number): number {
  if (!(m >= 1) || !(n >= 1) || Number.isNaN(d)) return NaN;
  const divisor = greatestCommonDivisor(m, n);
  const left = m / divisor;
  const right = n / divisor;
  // In units of 1/lcm(m, n) the statistic is a whole number, so rounding removes the noise of its division.
  const h = Math.round(d * left * n);
  if (h <= 0) return 1;
  if (m === n) return equalSizesTail(n, h);
  // Probability that a random path to (i, s - i) has left the band, diagonal by diagonal; cells outside the band hold 1.
  const escaped = new Float64Array(m + 1).fill(1);
  escaped[0] = 0;
  for (let s = 1; s <= m + n; s++) {
    const from = Math.max(0, s - n, Math.floor((s * left - h) / (left + right)) + 1);
    const to = Math.min(m, s, Math.ceil((s * left + h) / (left + right)) - 1);
    const inverse = 1 / s;
    for (let i = to; i >= Math.max(1, from); i--)
      escaped[i] = (i * (escaped[i - 1] as number) + (s - i) * (escaped[i] as number)) * inverse;
    if (from > 0) escaped[from - 1] = 1;
    if (to < m) escaped[to + 1] = 1;
  }
  return Math.min(1, escaped[m] as number);
}
