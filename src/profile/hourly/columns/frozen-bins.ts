/**
 * Bins of a column of numbers, fixed by the reference, so that the bins of all hours are the same. Bin `b` holds the values
 * in `(edges[b - 1], edges[b]]`; the first one has no lower end and the last one no upper end.
 */

import { distinctDeciles } from '../../deciles.js';
import { BinFinder } from '../bin-finder.js';

/** Bins of equally many rows of the reference; the edges that make figures exact come on top. */
const EVEN = 256;
/** Each bin at an end of the reference holds so many times the rows of its neighbour towards the end. */
const TAIL_STEP = 1.5;
/** References of so few distinct values have a bin for each. */
const FEW_VALUES = 128;

export interface FrozenNumeric {
  readonly kind: 'numeric';
  /** Strictly rising. */
  readonly edges: Float64Array;
  /** The smallest double of each bin; of the first one, of all. */
  readonly starts: Float64Array;
  /** What distances in each bin are taken from: its lower end, and in the first bin its upper one. No values, no edge, 0. */
  readonly origins: Float64Array;
  /** The reference's distinct deciles, all of them edges; null where there are none, or one overflows. */
  readonly deciles: readonly number[] | null;
  readonly finder: BinFinder;
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The largest double below a finite one; -0 counts as 0. */
function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  double[0] = value;
  bits[0] = (bits[0] as bigint) + (value > 0 ? -1n : 1n);
  return double[0];
}

/** The smallest double above a finite one. */
const nextAbove = (value: number): number => 0 - nextBelow(-value);

/** The distinct values, or `undefined` where there are more than `FEW_VALUES`. */
function fewValues(sorted: Float64Array): number[] | undefined {
  const values: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    if (values.length === FEW_VALUES) return undefined;
    values.push(sorted[i] as number);
  }
  return values;
}

/** Places of the edges among n values, rising: bins of equal size, and towards either end ever smaller ones, for there they are wide. */
function placesOf(n: number): number[] {
  const places = new Set<number>();
  for (let bin = 1; bin < EVEN; bin++) places.add(Math.floor((bin * n) / EVEN));
  for (let size = n / EVEN / TAIL_STEP; size >= 1; size /= TAIL_STEP) {
    places.add(Math.floor(size)).add(n - 1 - Math.floor(size));
  }
  return [...places].sort((a, b) => a - b);
}

/**
 * Edges from the finite values of a reference, rising: its range, so that values outside it are counted; its deciles; and
 * as many values as make bins of equal size. A value that is more than a bin has one to itself.
 */
function edgesOf(sorted: Float64Array, deciles: readonly number[] | undefined): Float64Array {
  const n = sorted.length;
  if (n === 0) return new Float64Array(0);
  const edges = new Set<number>([nextBelow(sorted[0] as number), (sorted[n - 1] as number) + 0]);
  for (const decile of deciles ?? []) edges.add(decile + 0);
  const few = fewValues(sorted);
  const alone = (value: number): void => {
    edges.add(nextBelow(value));
  };
  if (few) {
    for (const value of few) {
      edges.add(value + 0);
      alone(value);
    }
  } else {
    let before = NaN;
    for (const place of placesOf(n)) {
      const value = (sorted[place] as number) + 0;
      edges.add(value);
      if (value === before) alone(value);
      before = value;
    }
  }
  return Float64Array.from([...edges].filter(Number.isFinite)).sort();
}

export function numericOfEdges(edges: Float64Array, deciles: readonly number[] | null): FrozenNumeric {
  const starts = Float64Array.from({ length: edges.length + 1 }, (_, bin) =>
    bin === 0 ? -Number.MAX_VALUE : nextAbove(edges[bin - 1] as number),
  );
  const origins = Float64Array.from(starts, (_, bin) => edges[Math.max(0, bin - 1)] ?? 0);
  return { kind: 'numeric', edges, starts, origins, deciles, finder: new BinFinder(edges) };
}

/** From the finite values of the reference, rising. */
export function freezeNumeric(sorted: Float64Array): FrozenNumeric {
  const deciles = distinctDeciles(sorted);
  return numericOfEdges(edgesOf(sorted, deciles), deciles ?? null);
}
