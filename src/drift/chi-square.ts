/** Chi-square and likelihood-ratio tests on the table of period by category. */

import type { Estimate } from '../model/estimate.js';
import { chiSquareTail } from '../numeric/distributions.js';
import type { CategoryPair } from './category-pair.js';
import { noValue, ofPair } from './numeric-pair.js';

type Term = (observed: number, expected: number) => number;

const pearsonTerm: Term = (observed, expected) => (observed - expected) ** 2 / expected;
const likelihoodTerm: Term = (observed, expected) => (observed > 0 ? 2 * observed * Math.log(observed / expected) : 0);

/** Sum of a term over both rows of a table, each cell against the product of its margins. */
function tableSum(r: ArrayLike<number>, k: ArrayLike<number>, term: Term): number {
  let rTotal = 0;
  let kTotal = 0;
  for (let i = 0; i < r.length; i++) {
    rTotal += r[i] as number;
    kTotal += k[i] as number;
  }
  let sum = 0;
  for (let i = 0; i < r.length; i++) {
    const together = (r[i] as number) + (k[i] as number);
    sum += term(r[i] as number, (together * rTotal) / (rTotal + kTotal));
    sum += term(k[i] as number, (together * kTotal) / (rTotal + kTotal));
  }
  return sum;
}

/** p-value of chi-square, rising with the number of categories; with one category there is nothing to test, and p is 1. */
export function chiSquareP(statistic: number, categories: number): number {
  return categories < 2 ? 1 : chiSquareTail(statistic, categories - 1);
}

/**
 * Pearson's chi-square of the table period by category, `sum (o - e)^2 / e`, without correction; at least 0, grows with
 * n, so compare p-values or Cramer's V. Smallest n: 1 a side. Source: SciPy `chi2_contingency(correction=False)`.
 */
export function chi2Statistic(pair: CategoryPair): Estimate {
  return ofPair(pair, tableSum(pair.r, pair.k, pearsonTerm));
}

/**
 * p-value of `chi2_statistic` with categories - 1 degrees of freedom; in [0, 1], 1 for one category, lower means more
 * drift. Unreliable where expected counts are below 5: use `chi2_p_pooled` for decisions.
 */
export function chi2P(pair: CategoryPair): Estimate {
  return ofPair(pair, chiSquareP(tableSum(pair.r, pair.k, pearsonTerm), pair.levels.length));
}

/** Smallest expected count for which the chi-square law is trusted (W. Cochran, Biometrics 10, 1954). */
const SMALLEST_EXPECTED = 5;

/** The table with its rare categories as one: first those expected below 5 in a period, then the next rarest until it is not. */
function pooledTable(pair: CategoryPair): { readonly r: number[]; readonly k: number[] } {
  const total = pair.referenceTotal + pair.currentTotal;
  const order = pair.levels
    .map((_, at) => ({ r: pair.r[at] as number, k: pair.k[at] as number }))
    .sort((a, b) => a.r + a.k - (b.r + b.k));
  const expected = (rows: number): number => (rows * pair.n) / total;
  let [r, k] = [0, 0];
  let used = 0;
  for (const category of order) {
    const enough = r + k === 0 || expected(r + k) >= SMALLEST_EXPECTED;
    if (enough && expected(category.r + category.k) >= SMALLEST_EXPECTED) break;
    r += category.r;
    k += category.k;
    used++;
  }
  const rest = order.slice(used);
  return {
    r: [...(used > 0 ? [r] : []), ...rest.map((category) => category.r)],
    k: [...(used > 0 ? [k] : []), ...rest.map((category) => category.k)],
  };
}

/**
 * p-value of the chi-square test after all categories with an expected count below 5 in either period are taken as one;
 * in [0, 1], lower means more drift. What rules judge by. No value where fewer than two categories are left.
 */
export function chi2PPooled(pair: CategoryPair): Estimate {
  const { r, k } = pooledTable(pair);
  if (r.length < 2) return noValue(pair, 'fewer than two categories with an expected count of 5');
  return ofPair(pair, chiSquareP(tableSum(r, k, pearsonTerm), r.length));
}

/** Chi-square as NannyML takes it: with Yates' correction when there are two categories. Source: NannyML 0.13.1 `chi2`. */
export function chi2Nannyml(pair: CategoryPair): Estimate {
  if (pair.levels.length !== 2) return chi2Statistic(pair);
  const corrected: Term = (observed, expected) => Math.max(0, Math.abs(observed - expected) - 0.5) ** 2 / expected;
  return ofPair(pair, tableSum(pair.r, pair.k, corrected));
}

/**
 * p-value of the one-sample chi-square of the current counts against the reference's, scaled to their number; 0 as soon
 * as a category is new. Takes the reference as known without error. Source: Evidently 0.7.23 `chisquare`.
 */
export function chi2PEvidently(pair: CategoryPair): Estimate {
  if (pair.levels.length < 2) return noValue(pair, 'one category only: no degree of freedom');
  const scale = pair.currentTotal / pair.referenceTotal;
  let statistic = 0;
  for (let i = 0; i < pair.levels.length; i++)
    statistic += pearsonTerm(pair.k[i] as number, (pair.r[i] as number) * scale);
  return ofPair(pair, chiSquareTail(statistic, pair.levels.length - 1));
}

/**
 * Likelihood-ratio statistic `G = 2 sum o ln(o / e)` of the table period by category; at least 0.
 * Source: SciPy `chi2_contingency(lambda_="log-likelihood", correction=False)`.
 */
export function gStatistic(pair: CategoryPair): Estimate {
  return ofPair(pair, Math.max(0, tableSum(pair.r, pair.k, likelihoodTerm)));
}

/** p-value of `g_statistic` with categories - 1 degrees of freedom; in [0, 1], lower means more drift. */
export function gP(pair: CategoryPair): Estimate {
  return ofPair(pair, chiSquareP(tableSum(pair.r, pair.k, likelihoodTerm), pair.levels.length));
}

/**
 * p-value of the one-sample G of the current counts against the reference's raw counts. No value unless both periods
 * have the same number of rows; 0 as soon as a category is new. Source: Evidently 0.7.23 `g_test`.
 */
export function gPEvidently(pair: CategoryPair): Estimate {
  if (pair.referenceTotal !== pair.currentTotal)
    return noValue(pair, 'periods of different size: raw counts do not compare');
  if (pair.levels.length < 2) return noValue(pair, 'one category only: no degree of freedom');
  let statistic = 0;
  for (let i = 0; i < pair.levels.length; i++) statistic += likelihoodTerm(pair.k[i] as number, pair.r[i] as number);
  return ofPair(pair, chiSquareTail(statistic, pair.levels.length - 1));
}
