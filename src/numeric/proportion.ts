/** Interval of a share. */

import { normalTwoSidedQuantile } from './distributions.js';

/**
 * Wilson's score interval for `successes` in `n` trials: the shares p with `|p^ - p| <= z sqrt(p (1 - p) / n)`.
 * Within [0, 1], never of zero width, right for small n and shares at the ends. `n >= 1`; `confidence` default 0.99.
 * Source: E. B. Wilson, JASA 22 (1927); statsmodels `proportion_confint(method="wilson")`.
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.99): readonly [low: number, high: number] {
  if (!(n >= 1)) return [0, 1];
  const z = normalTwoSidedQuantile(confidence);
  const share = successes / n;
  const square = (z * z) / n;
  const centre = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === n ? 1 : Math.min(1, centre + half)];
}
