/**
 * How far two distribution functions lie apart, where of each sample only the bins are known. Between the bins the functions
 * are known exactly; within a bin their order of rising is known where the values of one sample all lie below those of the
 * other, and else anything in between is possible.
 */

import type { Interval } from '../model/estimate.js';
import type { NumericSample } from '../profile/hourly/columns/numeric-sample.js';

/** Two samples in the same bins, both with a value. */
export interface BinnedPair {
  readonly r: NumericSample;
  readonly k: NumericSample;
  /** The smaller side; what every figure of the pair rests on. */
  readonly n: number;
}

/** Largest difference at any value, and the area between the functions in the unit of the values: from, to. */
export interface BinnedGap {
  readonly largest: Interval;
  readonly area: Interval;
}

/** One sample in one bin. */
interface Part {
  readonly count: number;
  readonly low: number;
  readonly high: number;
  readonly sum: number;
}

const NOTHING: Part = { count: 0, low: Infinity, high: -Infinity, sum: 0 };

function partAt({ bins }: NumericSample, at: number): Part {
  return {
    count: bins.counts[at] as number,
    low: bins.low[at] as number,
    high: bins.high[at] as number,
    sum: bins.sums[at] as number,
  };
}

/** The extremes of the difference within a bin, and whether they are reached for certain. */
interface Swing {
  readonly least: number;
  readonly most: number;
  readonly certain: boolean;
}

/** From `before` the difference rises by `up` in all and falls by `down` in all, in an order that the values decide. */
function swingOf(before: number, a: Part, up: number, b: Part, down: number): Swing {
  const after = before + up - down;
  const [low, high] = [Math.min(before, after), Math.max(before, after)];
  const atOnce = a.low === b.high && a.high === b.low;
  if (a.count === 0 || b.count === 0 || atOnce) return { least: low, most: high, certain: true };
  if (a.high < b.low) return { least: low, most: before + up, certain: true };
  if (b.high < a.low) return { least: before - down, most: high, certain: true };
  return { least: before - down, most: before + up, certain: false };
}

/** `integral |f|` over a width, where `integral f` is known and f lies between two numbers. */
function areaWithin(signed: number, width: number, { least, most }: Swing): Interval {
  const net = Math.max(least * width, Math.min(most * width, signed));
  if (least >= 0 || most <= 0) return [Math.abs(net), Math.abs(net)];
  // The most area: f at its highest on one part of the width and at its lowest on the rest, the parts such that they add up to the net.
  return [Math.abs(net), Math.max(Math.abs(net), net + (-2 * least * (most * width - net)) / (most - least))];
}

/** `integral of the values' step function` from the bin's lowest to its highest, both samples' hull being `from` to `to`. */
const stepArea = ({ count, sum }: Part, distance: number): number => (count === 0 ? 0 : count * distance - sum);

export function binnedGap({ r, k }: BinnedPair): BinnedGap {
  let [i, j, below, belowCurrent] = [0, 0, 0, 0];
  let [known, possible, least, most, previous] = [0, 0, 0, 0, NaN];
  while (i < r.bins.keys.length || j < k.bins.keys.length) {
    const bin = Math.min(r.bins.keys[i] ?? Infinity, k.bins.keys[j] ?? Infinity);
    const a = r.bins.keys[i] === bin ? partAt(r, i++) : NOTHING;
    const b = k.bins.keys[j] === bin ? partAt(k, j++) : NOTHING;
    const before = below / r.n - belowCurrent / k.n;
    below += a.count;
    belowCurrent += b.count;
    const after = below / r.n - belowCurrent / k.n;
    const swing = swingOf(before, a, a.count / r.n, b, b.count / k.n);
    const peak = Math.max(Math.abs(after), Math.abs(swing.least), Math.abs(swing.most));
    known = Math.max(known, Math.abs(after), swing.certain ? peak : 0);
    possible = Math.max(possible, peak);
    const [from, to] = [Math.min(a.low, b.low), Math.max(a.high, b.high)];
    const between = Number.isNaN(previous) ? 0 : Math.abs(before) * (from - previous);
    const distance = to - (r.column.frozen.origins[bin] as number);
    const signed = before * (to - from) + stepArea(a, distance) / r.n - stepArea(b, distance) / k.n;
    const within = areaWithin(signed, to - from, swing);
    least += between + within[0];
    most += between + within[1];
    previous = to;
  }
  return { largest: [known, Math.max(known, possible)], area: [least, most] };
}
