/** Sampling intervals in closed form. All are two-sided at a confidence (0.99 by default) with both ends finite. */

import { normalTail, normalTwoSidedQuantile, studentTwoSidedQuantile } from './distributions.js';
import { type Moments, variance } from './moments.js';
import { wilsonInterval } from './proportion.js';
import { regularisedBeta } from './special-functions.js';

export const DEFAULT_CONFIDENCE = 0.99;

/** Both ends finite, low first. */
type Interval = readonly [low: number, high: number];

/** Normal interval of an estimate with a known standard error. */
export function normalInterval(value: number, standardError: number, confidence = DEFAULT_CONFIDENCE): Interval {
  const half = normalTwoSidedQuantile(confidence) * standardError;
  return [value - half, value + half];
}

/** From here on Student's t and the normal quantile agree in the first five digits. */
const LARGE_DF = 1e5;

function tOf(confidence: number, df: number): number {
  return df > LARGE_DF ? normalTwoSidedQuantile(confidence) : studentTwoSidedQuantile(1 - confidence, df);
}

/** Student's t interval of a mean: `mean ± t s / sqrt(n)`; none for fewer than two values. */
export function meanInterval(moments: Moments, confidence = DEFAULT_CONFIDENCE): Interval | undefined {
  if (moments.count < 2) return undefined;
  const half = tOf(confidence, moments.count - 1) * Math.sqrt(variance(moments) / moments.count);
  return [moments.mean - half, moments.mean + half];
}

/** Welch's t interval of the difference of two means, first minus second; none for a sample of fewer than two. */
export function meanDifferenceInterval(a: Moments, b: Moments, confidence = DEFAULT_CONFIDENCE): Interval | undefined {
  if (a.count < 2 || b.count < 2) return undefined;
  const ofA = variance(a) / a.count;
  const ofB = variance(b) / b.count;
  const gap = a.mean - b.mean;
  if (ofA + ofB === 0) return [gap, gap];
  const df = (ofA + ofB) ** 2 / (ofA ** 2 / (a.count - 1) + ofB ** 2 / (b.count - 1));
  const half = tOf(confidence, df) * Math.sqrt(ofA + ofB);
  return [gap - half, gap + half];
}

/** The interval widened to hold the value and cut to what is possible. */
export function within(interval: Interval, value: number, low: number, high: number): Interval {
  return [Math.max(low, Math.min(interval[0], value)), Math.min(high, Math.max(interval[1], value))];
}

const logit = (p: number): number => Math.log(p) - Math.log1p(-p);
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Normal interval on the logit scale by the delta method; `value` strictly between 0 and 1. */
function logitInterval(value: number, standardError: number, confidence: number): Interval {
  const half = (normalTwoSidedQuantile(confidence) * standardError) / (value * (1 - value));
  const centre = logit(value);
  return within([logistic(centre - half), logistic(centre + half)], value, 0, 1);
}

/**
 * Interval of an area under the ROC curve: DeLong's variance on the logit scale. Never of zero width: the variance is
 * held at or above that of independent pairs, `A (1 - A) / (positives · negatives)`, and at 0 or 1, where the logit is
 * not defined, the end is Wilson's for as many disjoint pairs as the rarer class allows, all ordered alike.
 * Source: DeLong, DeLong and Clarke-Pearson (1988); logit scale: Pepe (2003), section 5.2.
 */
export function aucInterval(
  auc: number,
  delongVariance: number,
  positives: number,
  negatives: number,
  confidence = DEFAULT_CONFIDENCE,
): Interval {
  const pairs = Math.min(positives, negatives);
  if (auc >= 1) return wilsonInterval(pairs, pairs, confidence);
  if (auc <= 0) return wilsonInterval(0, pairs, confidence);
  const floor = (auc * (1 - auc)) / (positives * negatives);
  return logitInterval(auc, Math.sqrt(Math.max(delongVariance, floor)), confidence);
}

/**
 * Interval of an average precision on the logit scale with the binomial error of as many trials as there are positives;
 * at 0 or 1 Wilson's. In closed form, because a bootstrap over rows would cost more than the figure.
 * Source: Boyd, Eng and Page, "Area under the precision-recall curve" (2013), section 3.2.
 */
export function averagePrecisionInterval(value: number, positives: number, confidence = DEFAULT_CONFIDENCE): Interval {
  if (value <= 0 || value >= 1) return wilsonInterval(value * positives, positives, confidence);
  return logitInterval(value, Math.sqrt((value * (1 - value)) / positives), confidence);
}

/** Newcombe's hybrid score interval of the difference `x1/n1 - x2/n2` of two independent shares (1998, method 10). */
export function shareDifferenceInterval(
  x1: number,
  n1: number,
  x2: number,
  n2: number,
  confidence = DEFAULT_CONFIDENCE,
): Interval {
  const [low1, high1] = wilsonInterval(x1, n1, confidence);
  const [low2, high2] = wilsonInterval(x2, n2, confidence);
  const p1 = x1 / n1;
  const p2 = x2 / n2;
  const difference = p1 - p2;
  return [difference - Math.hypot(p1 - low1, high2 - p2), difference + Math.hypot(high1 - p1, p2 - low2)];
}

/** A ratio of two shares on the log scale. */
export interface LogRatio {
  readonly log: number;
  readonly standardError: number;
}

/**
 * Log of `(x1/n1) / (x2/n2)` and its standard error, with one half added to each count and size so that neither 0 nor
 * n breaks it. Source: Walter (1975); Katz et al. (1978) without the halves.
 */
export function logRatio(x1: number, n1: number, x2: number, n2: number): LogRatio {
  const a = x1 + 0.5;
  const b = x2 + 0.5;
  const log = Math.log(a / (n1 + 0.5)) - Math.log(b / (n2 + 0.5));
  const squared = 1 / a - 1 / (n1 + 0.5) + 1 / b - 1 / (n2 + 0.5);
  return { log, standardError: Math.sqrt(squared) };
}

/** Interval of the ratio itself: the log's normal interval, exponentiated. */
export function ratioInterval(ratio: LogRatio, confidence = DEFAULT_CONFIDENCE): Interval {
  const half = normalTwoSidedQuantile(confidence) * ratio.standardError;
  return [Math.exp(ratio.log - half), Math.exp(ratio.log + half)];
}

/** One-sided p-value of "the true ratio is at least `limit`": small where the ratio lies clearly below. */
export function ratioBelowP(ratio: LogRatio, limit: number): number {
  const gap = ratio.log - Math.log(limit);
  if (ratio.standardError === 0) return gap < 0 ? 0 : 1;
  return normalTail(-gap / ratio.standardError);
}

/** `P(X <= k)` for X binomial. */
function binomialAtMost(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularisedBeta(n - k, k + 1, 1 - p, p);
}

/**
 * Ranks, counted from 1, of the distribution-free interval of the quantile `q` of `n` values; see `orderStatisticInterval`.
 */
export function orderStatisticRanks(n: number, q: number, confidence = DEFAULT_CONFIDENCE): Interval | undefined {
  const tail = (1 - confidence) / 2;
  const spread = normalTwoSidedQuantile(confidence) * Math.sqrt(n * q * (1 - q));
  let low = Math.max(0, Math.min(n, Math.round(n * q - spread) + 2));
  while (low > 0 && binomialAtMost(low - 1, n, q) > tail) low--;
  let high = Math.max(1, Math.min(n + 1, Math.round(n * q + spread) - 2));
  while (high <= n && 1 - binomialAtMost(high - 1, n, q) > tail) high++;
  return low < 1 || high > n ? undefined : [low, high];
}

/**
 * Distribution-free interval of the quantile `q` from order statistics: the narrowest pair of ranks, each tail held at or
 * under half of the error by the binomial law. None where the sample is too small for such a pair.
 * Source: David and Nagaraja, Order Statistics (2003), section 7.1.
 */
export function orderStatisticInterval(
  sorted: ArrayLike<number>,
  q: number,
  confidence = DEFAULT_CONFIDENCE,
): Interval | undefined {
  const ranks = orderStatisticRanks(sorted.length, q, confidence);
  return ranks && [sorted[ranks[0] - 1] as number, sorted[ranks[1] - 1] as number];
}
