/** The least-squares line through points. */

import { compensatedSum } from './moments.js';

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Standard errors, with n - 2 degrees of freedom; `NaN` for two points. */
  readonly slopeError: number;
  readonly interceptError: number;
}

/**
 * Ordinary least squares of y on x: `slope = sum (x - mx)(y - my) / sum (x - mx)²`, `intercept = my - slope mx`. The lists
 * have one length. `undefined` for fewer than two points, a constant x, or sums that overflow.
 * Source: scikit-learn `LinearRegression`; errors: SciPy `linregress`.
 */
export function fitLine(x: Float64Array, y: Float64Array): Line | undefined {
  const n = x.length;
  if (n < 2 || x.every((value) => value === x[0])) return undefined;
  const [mx, my] = [compensatedSum(x) / n, compensatedSum(y) / n];
  const dx = x.map((value) => value - mx);
  const dy = y.map((value) => value - my);
  const xx = compensatedSum(dx.map((value) => value * value));
  const slope = compensatedSum(dx.map((value, at) => value * (dy[at] as number))) / xx;
  const intercept = my - slope * mx;
  if (!(xx > 0 && xx < Infinity) || !Number.isFinite(slope) || !Number.isFinite(intercept)) return undefined;
  const rest = compensatedSum(dx.map((value, at) => ((dy[at] as number) - slope * value) ** 2));
  const variance = n > 2 ? rest / (n - 2) : NaN;
  return {
    slope,
    intercept,
    slopeError: Math.sqrt(variance / xx),
    interceptError: Math.sqrt(variance * (1 / n + (mx * mx) / xx)),
  };
}
