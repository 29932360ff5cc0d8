/** What every measure returns: a value with the count it rests on, or no value with a reason. */

import type { Figure, FigureFamily, FigureSubject, FigureValue } from './figure.js';

/** Both ends finite, low first. */
export type Interval = readonly [low: number, high: number];

export interface ValuedEstimate {
  readonly n: number;
  readonly value: FigureValue;
  readonly interval?: Interval;
  /** See `ValuedFigure`. */
  readonly bound?: number;
  readonly degenerate?: true;
}

export interface AbsentEstimate {
  readonly n: number;
  readonly value: null;
  readonly reason: string;
}

export type Estimate = ValuedEstimate | AbsentEstimate;

const OVERFLOW = 'not a finite number: the sum overflows';

/** No value, and why. */
export function absent(n: number, reason: string): AbsentEstimate {
  return { n, value: null, reason };
}

/** A number; one that is not finite becomes "no value", and an interval that is not finite is left out. */
export function measured(value: number, n: number, interval?: Interval): Estimate {
  if (!Number.isFinite(value)) return absent(n, OVERFLOW);
  if (interval === undefined || !Number.isFinite(interval[0]) || !Number.isFinite(interval[1])) return { n, value };
  return { n, value, interval };
}

/** The estimate with its bound; one without a value, or of a bound of 0, stays as it is. */
export function withBound(estimate: Estimate, bound: number): Estimate {
  return estimate.value === null || bound === 0 ? estimate : { ...estimate, bound };
}

/** A number that is only known to lie between two others: their middle, which is as far from both, and the bound that it then has. */
export function measuredBetween(low: number, high: number, n: number, interval?: Interval): Estimate {
  if (!(low < high)) return measured(low, n, interval);
  const value = low / 2 + high / 2;
  return withBound(measured(value, n, interval), Math.max(value - low, high - value));
}

/** A library's convention on an empty denominator: shown, never judged. A number that is not finite becomes "no value". */
export function conventional(value: number, n: number): Estimate {
  return Number.isFinite(value) ? { n, value, degenerate: true } : absent(n, OVERFLOW);
}

export interface FigureName extends FigureSubject {
  readonly id: string;
  readonly family: FigureFamily;
  readonly metric: string;
}

/** The estimate under its name. */
export function figureOf(name: FigureName, estimate: Estimate): Figure {
  return { ...name, ...estimate };
}
