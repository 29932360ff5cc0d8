/** Shares of two samples between the deciles of the reference, where of each sample only the bins are known. */

import type { Interval } from '../model/estimate.js';
import { countUpTo, type NumericSample, quantileBetween } from '../profile/hourly/columns/numeric-sample.js';
import type { BinnedPair } from './binned-gap.js';
import type { BinShares } from './histogram.js';
import { FLOOR } from './population-stability.js';

/** A share of the reference and the current one, each between two numbers. */
interface Box {
  readonly reference: Interval;
  readonly current: Interval;
}

/** The distinct deciles, rising, each between two numbers; `undefined` where it is not known which are distinct. */
function decilesOf({ column, ...sample }: NumericSample): readonly Interval[] | undefined {
  const { deciles } = column.frozen;
  if (column.ofReference && deciles !== null) return deciles.map((decile) => [decile, decile]);
  const found: Interval[] = [];
  for (let tenth = 1; tenth <= 9; tenth++) {
    const decile = quantileBetween({ column, ...sample }, tenth / 10);
    const before = found.at(-1);
    if (before === undefined || decile[0] > before[1]) found.push(decile);
    else if (decile[0] !== before[0] || decile[1] !== before[1] || decile[0] !== decile[1]) return undefined;
  }
  return found.every(([low, high]) => Number.isFinite(low) && Number.isFinite(high)) ? found : undefined;
}

/** Share between each edge and the one before, from to. */
function sharesOf(sample: NumericSample, edges: readonly Interval[]): Interval[] {
  const upTo = edges.map(([low, high]): Interval => [
    countUpTo(sample, low, true)[0],
    countUpTo(sample, high, true)[1],
  ]);
  return [...upTo, [sample.n, sample.n] as const].map((to, at): Interval => {
    const from = upTo[at - 1] ?? [0, 0];
    return [Math.max(0, to[0] - from[1]) / sample.n, (to[1] - from[0]) / sample.n];
  });
}

/** `undefined` where the deciles of the reference are not known well enough. */
export function decileBoxes({ r, k }: BinnedPair): readonly Box[] | undefined {
  const edges = decilesOf(r);
  if (edges === undefined) return undefined;
  const current = sharesOf(k, edges);
  return sharesOf(r, edges).map((reference, at) => ({ reference, current: current[at] as Interval }));
}

/** The shares, where all of them are known. */
export function knownShares(boxes: readonly Box[]): BinShares | undefined {
  if (boxes.some(({ reference, current }) => reference[0] !== reference[1] || current[0] !== current[1]))
    return undefined;
  return {
    reference: Float64Array.from(boxes, ({ reference }) => reference[0]),
    current: Float64Array.from(boxes, ({ current }) => current[0]),
  };
}

/** A distance of two shares that is 0 for equal ones and grows with either's distance from the other. */
type Term = (reference: number, current: number) => number;

/** Least and most of a sum of such distances. */
export function termsBetween(boxes: readonly Box[], term: Term): Interval {
  let [least, most] = [0, 0];
  for (const { reference: r, current: c } of boxes) {
    most += Math.max(term(r[0], c[1]), term(r[1], c[0]));
    if (r[1] < c[0]) least += term(r[1], c[0]);
    else if (c[1] < r[0]) least += term(r[0], c[1]);
  }
  return [least, most];
}

export const psiTerm: Term = (reference, current) => (current - reference) * Math.log(current / reference);

/** Half of each share's relative entropy from their mean. */
export const jensenShannonTerm: Term = (p, q) => {
  const middle = (p + q) / 2;
  return (p > 0 ? p * Math.log(p / middle) : 0) + (q > 0 ? q * Math.log(q / middle) : 0);
};

/** Shares as the index takes them, an empty one as 0.0001; `rows` and `currentRows` are those of the samples. */
export function floored(boxes: readonly Box[], rows: number, currentRows: number): Box[] {
  const of = ([low, high]: Interval, n: number): Interval => [
    low > 0 ? low : high > 0 ? Math.min(FLOOR, 1 / n) : FLOOR,
    low > 0 ? high : Math.max(high, FLOOR),
  ];
  return boxes.map(({ reference, current }) => ({ reference: of(reference, rows), current: of(current, currentRows) }));
}
