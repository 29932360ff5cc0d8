/**
 * The values of a column of numbers, counted by the frozen bins, in the form in which they are stored and added up: flat
 * lists without gaps, because a month is made of thousands of them.
 */

import { ByteWriter, WholeReader } from '../../bytes.js';
import type { Bins } from '../outcomes/bins.js';
import type { FrozenNumeric } from './frozen-bins.js';

export interface PackedBins {
  /**
   * Whole numbers of seven bits a byte, the lowest first. Of each bin twice the count, and one more where its values differ;
   * 0 for a run of empty bins, and behind it how many more there are than one.
   */
  readonly heads: Uint8Array;
  /**
   * Of each bin that holds values the value, where all are equal and the bin leaves more than one to choose from; else the
   * sum of the distances from the origin of the bin, and behind it, of the bins that keep them, the smallest and the largest
   * value.
   */
  readonly doubles: Float64Array;
}

/** Bins at either end that keep the extremes of their values: beyond the reference's range, and where bins are wide. */
const ENDS = 4;

const keepsExtremes = (last: number, bin: number): boolean => bin < ENDS || bin > last - ENDS;

const NOT_OURS = 'stored profile has bins that the reference does not have';

/** Adds up values, and bins of several hours. */
export class BinAdder {
  readonly #frozen: FrozenNumeric;
  readonly #counts: Float64Array;
  /** Extremes. Where a bin does not keep them and the values of a part differed, the highest is `NaN`. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #sums: Float64Array;

  constructor(frozen: FrozenNumeric) {
    const span = frozen.edges.length + 1;
    this.#frozen = frozen;
    this.#counts = new Float64Array(span);
    this.#low = new Float64Array(span).fill(Infinity);
    this.#high = new Float64Array(span).fill(-Infinity);
    this.#sums = new Float64Array(span);
  }

  /** Finite values. */
  addValues(values: Float64Array): void {
    const { finder, origins } = this.#frozen;
    const [counts, lows, highs, sums] = [this.#counts, this.#low, this.#high, this.#sums];
    for (let at = 0; at < values.length; at++) {
      // 0 for -0, which is neither below nor above it: extremes do not hang on the order of the rows.
      const value = (values[at] as number) + 0;
      const bin = finder.binOf(value);
      counts[bin]! += 1;
      if (value < (lows[bin] as number)) lows[bin] = value;
      if (value > (highs[bin] as number)) highs[bin] = value;
      sums[bin]! += value - (origins[bin] as number);
    }
  }

  /** Throws `RangeError` where there are more bins than the reference has, or other values than they need. */
  addPacked({ heads, doubles }: PackedBins): void {
    const { edges, starts, origins } = this.#frozen;
    const [counts, lows, highs, sums] = [this.#counts, this.#low, this.#high, this.#sums];
    const last = edges.length;
    let [from, bin] = [0, 0];
    const wholes = new WholeReader(heads);
    while (!wholes.atEnd()) {
      const head = wholes.next();
      if (head === 0) {
        bin += wholes.next() + 1;
        continue;
      }
      const count = Math.floor(head / 2);
      counts[bin]! += count;
      if (head !== 2 * count) {
        sums[bin]! += doubles[from++] as number;
        if (keepsExtremes(last, bin)) {
          const [low, high] = [doubles[from++] as number, doubles[from++] as number];
          if (low < (lows[bin] as number)) lows[bin] = low;
          if (high > (highs[bin] as number)) highs[bin] = high;
        } else highs[bin] = NaN;
      } else {
        const edge = edges[bin] as number;
        const value = edge === starts[bin] ? edge : (doubles[from++] as number);
        if (value < (lows[bin] as number)) lows[bin] = value;
        if (value > (highs[bin] as number)) highs[bin] = value;
        sums[bin]! += count * (value - (origins[bin] as number));
      }
      bin++;
    }
    if (bin > last + 1 || from !== doubles.length) throw new RangeError(NOT_OURS);
  }

  packed(): PackedBins {
    const { edges, starts } = this.#frozen;
    const last = edges.length;
    const heads = new ByteWriter();
    const doubles = new Float64Array(this.#counts.length + 4 * ENDS);
    let [filled, next] = [0, 0];
    for (let bin = 0; bin <= last; bin++) {
      const count = this.#counts[bin] as number;
      if (count === 0) continue;
      if (bin > next) {
        heads.whole(0);
        heads.whole(bin - next - 1);
      }
      next = bin + 1;
      const [low, high] = [this.#low[bin] as number, this.#high[bin] as number];
      heads.whole(2 * count + Number(low !== high));
      if (low !== high) {
        doubles[filled++] = this.#sums[bin] as number;
        if (!keepsExtremes(last, bin)) continue;
        doubles[filled++] = low;
        doubles[filled++] = high;
      } else if (starts[bin] !== edges[bin]) doubles[filled++] = low;
    }
    return { heads: heads.finish(), doubles: doubles.slice(0, filled) };
  }

  /** The bins that hold values, each with its extremes: those of the bin where those of its values are not kept. */
  bins(): Bins {
    const { edges, starts } = this.#frozen;
    const keys: number[] = [];
    this.#counts.forEach((count, bin) => {
      if (count > 0) keys.push(bin);
    });
    const of = (values: Float64Array): Float64Array => Float64Array.from(keys, (bin) => values[bin] as number);
    const isKnown = (bin: number): boolean => keepsExtremes(edges.length, bin) || this.#low[bin] === this.#high[bin];
    const extremes = (values: Float64Array, ofBin: Float64Array): Float64Array =>
      Float64Array.from(keys, (bin) => (isKnown(bin) ? values : ofBin)[bin] as number);
    return {
      keys: Int32Array.from(keys),
      counts: of(this.#counts),
      low: extremes(this.#low, starts),
      high: extremes(this.#high, edges),
      sums: of(this.#sums),
    };
  }
}

/** Bins for measuring. */
export function unpackBins(frozen: FrozenNumeric, packed: PackedBins): Bins {
  const adder = new BinAdder(frozen);
  adder.addPacked(packed);
  return adder.bins();
}
