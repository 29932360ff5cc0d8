/** Strength of the association of period and category. */

import type { Estimate } from '../model/estimate.js';
import type { CategoryPair } from './category-pair.js';
import { chi2Statistic } from './chi-square.js';
import { noValue, ofPair } from './numeric-pair.js';

/**
 * Cramer's V of the table period by category, `sqrt(chi^2 / (m + n))`; in [0, 1], does not grow with n. Higher means more
 * drift. No value for one category. Source: SciPy `contingency.association(method="cramer", correction=False)`.
 */
export function cramersVOfPeriods(pair: CategoryPair): Estimate {
  if (pair.levels.length < 2) return noValue(pair, 'one category only');
  const { value } = chi2Statistic(pair);
  if (typeof value !== 'number') return noValue(pair, 'no chi-square');
  return ofPair(pair, Math.sqrt(value / (pair.referenceTotal + pair.currentTotal)));
}
