/**
 * Seeded randomness for bootstraps and permutations: the same seed gives the same figure on every machine and in every
 * replay. Not for secrets.
 */

import { logGamma } from './special-functions.js';
import { normalQuantile } from './distributions.js';

export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Whole number in [0, bound), without modulo bias; `bound` up to 2^32. */
  readonly below: (bound: number) => number;
}

/** Spreads one seed over the state (the finalising steps of MurmurHash3, by A. Appleby). */
function scramble(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit seed from a text such as a model's name and window (FNV-1a). */
export function seedFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Generator sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, passes the usual batteries. */
export function randomFrom(seed: number): Random {
  let a = scramble(seed);
  let b = scramble(seed + 0x9e3779b9);
  let c = scramble(seed + 0x3c6ef372);
  let counter = 1;
  const word = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return result >>> 0;
  };
  for (let i = 0; i < 15; i++) word();
  const uniform = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const below = (bound: number): number => {
    const limit = 4294967296 - (4294967296 % bound);
    let drawn = word();
    while (drawn >= limit) drawn = word();
    return drawn % bound;
  };
  return { uniform, below };
}

/** Standard normal draw by inversion, so that one uniform makes one normal. */
export function drawNormal(random: Random): number {
  return normalQuantile(Math.max(random.uniform(), 2 ** -54));
}

/** Binomial draw by inversion of the distribution function; for `n p` up to about 30. */
function invertBinomial(random: Random, n: number, p: number): number {
  const odds = p / (1 - p);
  let term = (1 - p) ** n;
  let u = random.uniform();
  let k = 0;
  while (u > term && k < n) {
    u -= term;
    k++;
    term *= (odds * (n - k + 1)) / k;
    if (term === 0) break;
  }
  return k;
}

/** Logarithms of factorials up to here are kept: a bootstrap asks for the same ones thousands of times. */
const KEPT_FACTORIALS = 16_384;
const factorials = new Float64Array(KEPT_FACTORIALS);

function logFactorial(k: number): number {
  if (k < 2 || k >= KEPT_FACTORIALS) return logGamma(k + 1);
  const known = factorials[k] as number;
  // None but 0! and 1! has the logarithm 0: nothing kept yet.
  return known === 0 ? (factorials[k] = logGamma(k + 1)) : known;
}

/** Binomial draw by transformed rejection with squeeze: W. Hormann, "The generation of binomial random variates" (1993). */
function rejectBinomial(random: Random, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const peak = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const limit = peak - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= limit) return k;
  }
}

/** Number of successes in n trials of probability p. */
export function drawBinomial(random: Random, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p);
  return n * p < 15 ? invertBinomial(random, n, p) : rejectBinomial(random, n, p);
}

/**
 * Counts of n trials over cells with the given weights (not negative, not all 0), by conditional binomials; writes into
 * `into` where given, so that a bootstrap allocates nothing per round.
 */
export function drawMultinomial(
  random: Random,
  n: number,
  weights: ArrayLike<number>,
  into: Float64Array = new Float64Array(weights.length),
): Float64Array {
  let weightLeft = 0;
  for (let i = 0; i < weights.length; i++) weightLeft += weights[i] as number;
  let left = n;
  let last = -1;
  for (let i = 0; i < weights.length; i++) if ((weights[i] as number) > 0) last = i;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] as number;
    const drawn = i === last ? left : drawBinomial(random, left, Math.min(1, weight / weightLeft));
    into[i] = drawn;
    left -= drawn;
    weightLeft -= weight;
  }
  return into;
}
