/** Test of two proportions. */

import type { Estimate } from '../model/estimate.js';
import { normalTail } from '../numeric/distributions.js';
import type { CategoryPair } from './category-pair.js';
import { noValue, ofPair } from './numeric-pair.js';

/**
 * Two-sided p-value of the difference of two shares, `z = (p1 - p2) / sqrt(p (1 - p) (1/m + 1/n))` with the pooled p; in
 * [0, 1], 1 where both periods hold one and the same category, lower means more drift. For columns with at most two
 * categories in both periods together; no value otherwise. Source: Evidently 0.7.23 `z`.
 */
export function zP(pair: CategoryPair): Estimate {
  if (pair.levels.length > 2) return noValue(pair, 'more than two categories');
  if (pair.levels.length === 1) return ofPair(pair, 1);
  const { referenceTotal: m, currentTotal: n } = pair;
  const before = (pair.r[0] as number) / m;
  const now = (pair.k[0] as number) / n;
  const together = ((pair.r[0] as number) + (pair.k[0] as number)) / (m + n);
  const z = Math.abs(before - now) / Math.sqrt(together * (1 - together) * (1 / m + 1 / n));
  return ofPair(pair, Math.min(1, 2 * normalTail(z)));
}
