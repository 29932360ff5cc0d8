/**
 * Gamma, beta and error functions, written for tails: every complement is computed directly, never as `1 - cdf`,
 * so a tail of 1e-70 keeps its ten leading digits.
 *
 * Powers such as `x^a e^-x / Gamma(a + 1)` are taken in the saddle-point form of C. Loader, "Fast and accurate
 * computation of binomial probabilities" (2000), because the plain difference of logarithms loses digits in
 * proportion to `a`.
 */

const TWO_PI = 2 * Math.PI;
const HALF_LOG_TWO_PI = 0.5 * Math.log(TWO_PI);
const TINY = 1e-300;
const EPSILON = 2 ** -52;

/** Coefficients of the Stirling series, B(2k) / (2k (2k - 1)); NIST DLMF 5.11.1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

function stirlingSeries(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) sum = sum * square + (STIRLING[i] ?? 0);
  return sum * inverse;
}

/**
 * `ln Gamma(x)` for `x > 0`; `NaN` for other arguments. Relative error about 1e-15 (absolute near the zeros at 1 and 2).
 * Stirling's series from 12 upwards, the recurrence below. Source: NIST DLMF 5.5.1, 5.11.1.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return NaN;
  let shifted = x;
  let product = 1;
  while (shifted < 12) {
    product *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirlingSeries(shifted) - Math.log(product);
}

/** `ln x! - ln(sqrt(2 pi x) (x/e)^x)`: what Stirling's formula leaves; `x >= 0`, where 0 gives 0 by convention of the callers. */
function stirlingError(x: number): number {
  if (x === 0) return 0;
  if (x >= 12) return stirlingSeries(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI;
}

/** `x ln(x / m) + m - x` without cancellation where x is close to m; the deviance term of the saddle-point form. */
function deviance(x: number, m: number): number {
  if (x === 0) return m;
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return x * Math.log(x / m) - difference;
  const v = difference / (x + m);
  const square = v * v;
  let term = 2 * x * v;
  let sum = difference * v;
  for (let j = 1; j < 1000; j++) {
    term *= square;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** `x^a e^-x / Gamma(a + 1)`. */
function poissonTerm(a: number, x: number): number {
  if (x === 0) return a === 0 ? 1 : 0;
  if (a === 0) return Math.exp(-x);
  if (a < 1e-8) return Math.exp(a * Math.log(x) - x);
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(TWO_PI * a);
}

/**
 * Binomial term `Gamma(n+1) / (Gamma(k+1) Gamma(n-k+1)) p^k q^(n-k)` for real `0 <= k <= n`, with `q = 1 - p` given apart
 * so that neither end loses digits.
 */
export function binomialTerm(k: number, n: number, p: number, q: number): number {
  if (p === 0) return k === 0 ? 1 : 0;
  if (q === 0) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * (p < 0.1 ? Math.log1p(-p) : Math.log(q)));
  if (k === n) return Math.exp(n * (q < 0.1 ? Math.log1p(-q) : Math.log(p)));
  const rest = n - k;
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(rest) - deviance(k, n * p) - deviance(rest, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (TWO_PI * k * rest));
}

/** Lower series of the incomplete gamma function; converges for every x, quickly for x < a + 1. DLMF 8.11.4. */
function gammaSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let i = 1; i < 1_000_000; i++) {
    term *= x / (a + i);
    sum += term;
    if (term < sum * EPSILON * 0.25) break;
  }
  return poissonTerm(a, x) * sum;
}

/** Upper continued fraction of the incomplete gamma function, by Lentz's method. DLMF 8.9.2. */
function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 1_000_000; i++) {
    const numerator = -i * (i - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + numerator / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const factor = d * c;
    h *= factor;
    if (Math.abs(factor - 1) < EPSILON) break;
  }
  return poissonTerm(a, x) * a * h;
}

/**
 * Regularised lower incomplete gamma function `P(a, x)`, `a > 0`, `x >= 0`; in [0, 1], `NaN` outside the domain.
 * Relative error about 1e-14. Source: NIST DLMF 8.2.4.
 */
export function regularisedGammaP(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1 ? Math.min(1, gammaSeries(a, x)) : 1 - gammaFraction(a, x);
}

/**
 * Regularised upper incomplete gamma function `Q(a, x) = 1 - P(a, x)`, computed directly in the upper tail.
 * `a > 0`, `x >= 0`; in [0, 1], `NaN` outside the domain. Relative error about 1e-13 down to 1e-300 for `a >= 0.5`.
 */
export function regularisedGammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN;
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? Math.max(0, 1 - gammaSeries(a, x)) : gammaFraction(a, x);
}

/**
 * Continued fraction of the incomplete beta function in the contracted form of A. R. DiDonato and A. H. Morris (ACM TOMS
 * 708, 1992), by Lentz's method. Its terms use `a y - b x` instead of `1 - x`, which keeps the digits where a is large.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const total = a + b;
  const lambda = a >= b ? total * y - b : a - total * x;
  let h = (a / (a + 1)) * (lambda + 1);
  if (Math.abs(h) < TINY) h = TINY;
  let c = h;
  let d = 0;
  for (let n = 1; n < 1_000_000; n++) {
    const step = a + 2 * n;
    const alpha = ((a + n - 1) / (step - 1)) * ((total + n - 1) / (step - 1)) * n * (b - n) * x * x;
    const beta = n + (n * (b - n) * x) / (step - 1) + ((a + n) / (step + 1)) * (lambda + 1 + n * (1 + y));
    d = beta + alpha * d;
    if (Math.abs(d) < TINY) d = TINY;
    d = 1 / d;
    c = beta + alpha / c;
    if (Math.abs(c) < TINY) c = TINY;
    const factor = c * d;
    h *= factor;
    if (Math.abs(factor - 1) < EPSILON) break;
  }
  return 1 / h;
}

/**
 * Regularised incomplete beta function `I_x(a, b)`, with `y = 1 - x` given apart so that x close to 1 loses nothing;
 * `a, b > 0`. Its complement is `regularisedBeta(b, a, y, x)`. In [0, 1]; `NaN` outside the domain. Relative error
 * about 1e-13 in the lower tail. Source: NIST DLMF 8.17.
 */
export function regularisedBeta(a: number, b: number, x: number, y: number = 1 - x): number {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(y >= 0)) return NaN;
  if (x === 0) return 0;
  if (y === 0) return 1;
  const front = binomialTerm(a, a + b, x, y) * (a / (a + b)) * b;
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, front * betaFraction(a, b, x, y));
  return Math.max(0, 1 - front * betaFraction(b, a, y, x));
}

/** Error function `erf(x)`, in [-1, 1]. DLMF 7.11.1. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return Math.sign(x) * regularisedGammaP(0.5, x * x);
}

/** Complementary error function `erfc(x) = 1 - erf(x)`, in [0, 2], computed directly for positive x. DLMF 7.11.2. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return NaN;
  return x < 0 ? 1 + regularisedGammaP(0.5, x * x) : regularisedGammaQ(0.5, x * x);
}
