/**
 * Limits learned from a reference's own windows. Values of one population that come window by window differ for more
 * reasons than chance among rows: days of the week, campaigns, rows that are alike. A p-value knows nothing of these;
 * the reference does, once it has lived through enough windows.
 */
import type { RuleLimit } from '../model/definition.js';
import { byWindow, ownWindowsOf, type OwnWindow } from '../model/by-window.js';
import type { Figure } from '../model/figure.js';
import { figuresOfMetric } from '../model/figures-by-metric.js';
import { studentTwoSidedQuantile, studentUpperTail } from '../numeric/distributions.js';
import { momentsOf, variance } from '../numeric/moments.js';

/** Fewer windows than this say too little of what is usual. */
export const LEAST_WINDOWS = 20;
/** Values of windows with more than this many times as many rows, or as few, scatter otherwise. */
const COMPARABLE_ROWS = 2;

export type Side = 'above' | 'below' | 'both';

/** What the reference's own windows came to; `deviation` is positive, with divisor m − 1. */
export interface Usual {
  readonly windows: number;
  readonly side: Side;
  /**
   * Mean and deviation are those of the square roots: distances, rates and durations have a long upper tail, which a
   * normal one underrates. Measured on distances without change: 7 windows of 200 breach by the plain limit, 3 of 300
   * by this one.
   */
  readonly ofRoots: boolean;
  readonly mean: number;
  readonly deviation: number;
}

/** On which side of the usual values the trouble lies that a limit guards against. */
export function sideOf(limit: RuleLimit): Side {
  switch (limit.kind) {
    case 'above':
    case 'below':
      return limit.kind;
    case 'outside':
      return 'both';
    case 'changed':
      return limit.by < 0 ? 'below' : 'above';
  }
}

/**
 * The usual values for a window of this many rows, or why there are none: fewer than 20 windows, none within twice the
 * rows, or all of them alike, where a deviation would have to be made up.
 */
export function usualOf(own: readonly OwnWindow[], rows: number, side: Side): Usual | { readonly reason: string } {
  if (own.length < LEAST_WINDOWS) {
    const text = `the reference has ${own.length} windows of its own, ${LEAST_WINDOWS} needed`;
    return { reason: text };
  }
  const sizes = own.map((window) => window.rows);
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (rows * COMPARABLE_ROWS < fewest || rows > most * COMPARABLE_ROWS) {
    return { reason: `${rows} rows, those of the reference’s own windows are ${fewest} to ${most}` };
  }
  const ofRoots = side === 'above' && own.every(({ value }) => value >= 0);
  const moments = momentsOf(own.map(({ value }) => (ofRoots ? Math.sqrt(value) : value)));
  const deviation = Math.sqrt(variance(moments));
  if (!(deviation > 0)) return { reason: 'the reference’s own windows are all alike' };
  return { windows: own.length, side, ofRoots, mean: moments.mean, deviation };
}

/** Standard error of a new window's value about the mean of `m` earlier ones: `sd √(1 + 1/m)`. */
const spread = ({ deviation, windows }: Usual): number => deviation * Math.sqrt(1 + 1 / windows);

/**
 * Chance that a usual window lies as far out as this value: Student's t with m − 1 degrees of freedom. It is at most
 * `level` exactly where the value is at or beyond `learnedLimit` of that level, and can be corrected for a family of tests.
 */
export function learnedP(value: number, usual: Usual): number {
  const t = ((usual.ofRoots ? Math.sqrt(Math.max(0, value)) : value) - usual.mean) / spread(usual);
  const df = usual.windows - 1;
  if (usual.side === 'above') return studentUpperTail(t, df);
  if (usual.side === 'below') return studentUpperTail(-t, df);
  return Math.min(1, 2 * studentUpperTail(Math.abs(t), df));
}

/**
 * Where the usual ends: `mean + t sd √(1 + 1/m)`, a prediction limit for one further value, squared where it is of square
 * roots; below, `mean − …`; on both sides the upper one. Source: Hahn and Meeker, Statistical Intervals (1991), section 4.
 */
export function learnedLimit(usual: Usual, level: number): number {
  const t = studentTwoSidedQuantile(usual.side === 'both' ? level : 2 * level, usual.windows - 1);
  const limit = usual.mean + (usual.side === 'below' ? -1 : 1) * t * spread(usual);
  return usual.ofRoots ? limit * limit : limit;
}

/** The reference's own windows of a figure's metric at its place. */
export function ownWindowsAt(figure: Figure, referenceFigures: readonly Figure[]): readonly OwnWindow[] {
  const found = figuresOfMetric(referenceFigures, byWindow(figure.metric)).find(
    (other) =>
      other.family === figure.family &&
      other.column === figure.column &&
      other.pair?.[0] === figure.pair?.[0] &&
      other.pair?.[1] === figure.pair?.[1] &&
      other.class === figure.class &&
      other.attribute === figure.attribute &&
      other.group === figure.group,
  );
  return found === undefined ? [] : ownWindowsOf(found);
}
