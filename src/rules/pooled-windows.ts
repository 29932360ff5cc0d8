/**
 * Several windows taken as one. Where a value lies beyond its limit but its interval does not, the windows before it
 * often settle the matter: four windows together have half the error of one.
 */
import { judgeableNumber, type Figure } from '../model/figure.js';
import { normalQuantile, normalTail } from '../numeric/distributions.js';
import type { Interval } from './interval.js';

/** Windows taken together at most, the judged one among them. */
export const MOST_POOLED = 4;

/** Figures of an earlier window that shares no data with the judged one, nor with the others. */
export interface EarlierWindow {
  readonly figures: readonly Figure[];
}

/** One window's value with its interval and count. */
export interface PooledPart {
  readonly value: number;
  readonly interval: Interval;
  readonly n: number;
}

export interface Pooled extends PooledPart {
  /** How many windows it is made of. */
  readonly windows: number;
}

/** The same measurement in an earlier window, with all that pooling needs; `undefined` where it has none. */
export function sameIn({ figures }: EarlierWindow, figure: Figure): PooledPart | undefined {
  const found = figures.find(({ id, version }) => id === figure.id && version === undefined);
  const value = found && judgeableNumber(found);
  if (found === undefined || value === undefined || found.value === null) return undefined;
  return found.interval === undefined || found.n <= 0 ? undefined : { value, interval: found.interval, n: found.n };
}

/**
 * Mean weighted by counts, which for shares and means is the value of all rows together, with the interval of a weighted
 * sum of independent values: squares of the weighted half-widths are added (MOVER: Zou and Donner, Statistics in
 * Medicine 27, 2008). `log`: mean and half-widths of the logarithms, as fits ratios; it needs positive values and ends.
 */
export function pool(parts: readonly PooledPart[], log: boolean): Pooled {
  const onLog = log && parts.every(({ value, interval }) => value > 0 && interval[0] > 0);
  const to = (x: number): number => (onLog ? Math.log(x) : x);
  const back = (x: number): number => (onLog ? Math.exp(x) : x);
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  let value = 0;
  let below = 0;
  let above = 0;
  for (const part of parts) {
    const weight = part.n / n;
    value += weight * to(part.value);
    below += (weight * (to(part.value) - to(part.interval[0]))) ** 2;
    above += (weight * (to(part.interval[1]) - to(part.value))) ** 2;
  }
  return {
    value: back(value),
    interval: [back(value - Math.sqrt(below)), back(value + Math.sqrt(above))],
    n,
    windows: parts.length,
  };
}

/** p-values of exactly 0 and 1 have no finite normal quantile. */
const SMALLEST_P = 1e-300;
const LARGEST_P = 1 - 2 ** -53;

/**
 * One-sided p-values of independent windows as one, `P(Z > Σ √n z / √Σ n)` (Stouffer's, weighted as by Lipták); `undefined`
 * where a window lacks its own. Source: Zaykin, Journal of Evolutionary Biology 24 (2011).
 */
export function pooledP(own: Figure, earlier: readonly EarlierWindow[]): number | undefined {
  const figures = [own, ...earlier.map(({ figures: all }) => all.find(({ id }) => id === own.id))];
  let sum = 0;
  let squares = 0;
  for (const figure of figures) {
    const p = figure && judgeableNumber(figure);
    if (figure === undefined || p === undefined || figure.n <= 0) return undefined;
    sum -= Math.sqrt(figure.n) * normalQuantile(Math.min(LARGEST_P, Math.max(SMALLEST_P, p)));
    squares += figure.n;
  }
  return normalTail(sum / Math.sqrt(squares));
}
