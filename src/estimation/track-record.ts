/** How near estimates came to the figures that labels gave later: what a model's next estimate may be believed by. */
import { pairwiseSum } from '../numeric/pairwise-sum.js';

/** One window's estimate, made without its labels, and the figure that its labels gave. */
export interface EstimateAndOutcome {
  readonly estimated: number;
  /** Where the figure was to lie; null where the estimate had no interval. */
  readonly interval: readonly [number, number] | null;
  readonly realised: number;
}

export interface TrackRecord {
  readonly windows: number;
  /** Of how many windows the estimate had an interval, and in how many of these the figure lay within it. */
  readonly withInterval: number;
  readonly within: number;
  /** Mean of estimate - figure: above 0, estimates were higher than what labels showed. */
  readonly meanDifference: number;
  /** Mean of |estimate - figure|, in the unit of the metric. */
  readonly meanDistance: number;
}

/**
 * Share of intervals that held, and mean signed and absolute difference, over windows without weights: an estimate is
 * believed window by window, whatever the number of its rows. Null without a window. The ends of an interval belong to it.
 */
export function trackRecord(pairs: readonly EstimateAndOutcome[]): TrackRecord | null {
  if (pairs.length === 0) return null;
  const differences = Float64Array.from(pairs, ({ estimated, realised }) => estimated - realised);
  const withInterval = pairs.filter(({ interval }) => interval !== null);
  return {
    windows: pairs.length,
    withInterval: withInterval.length,
    within: withInterval.filter(({ interval, realised }) => isWithin(interval, realised)).length,
    meanDifference: pairwiseSum(differences) / pairs.length,
    meanDistance: pairwiseSum(differences.map(Math.abs)) / pairs.length,
  };
}

const isWithin = (interval: readonly [number, number] | null, value: number): boolean =>
  interval !== null && interval[0] <= value && value <= interval[1];
