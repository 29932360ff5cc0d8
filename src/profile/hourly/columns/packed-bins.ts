/**
 * The values of a column of numbers, counted by the frozen bins, in the form in which they are stored and added up: flat
 * lists without gaps, because a month is made of thousands of them.
 */

import type { Bins } from '../outcomes/bins.js';
import { type FrozenNumeric, originOf } from './frozen-bins.js';

export interface PackedBins {
  /** In pairs: how many empty bins come before a run of bins that hold values, and how long the run is. */
  readonly runs: Float64Array;
  /** Of each of these bins twice the count, and one more where its values differ. */
  readonly heads: Float64Array;
  /**
   * Of each of these bins the value, where all are equal; else the sum of the distances from the origin of the bin, and
   * behind it, of the bins that keep them, the smallest and the largest value.
   */
  readonly doubles: Float64Array;
}

/** Bins at either end that keep the extremes of their values: beyond the reference's range, and where bins are wide. */
const ENDS = 4;

const keepsExtremes = (last: number, bin: number): boolean => bin < ENDS || bin > last - ENDS;

/** Adds up values, and bins of several hours. */
export class BinAdder {
  readonly #frozen: FrozenNumeric;
  readonly #counts: Float64Array;
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

  /** A finite value, not -0. */
  add(value: number): void {
    const bin = this.#frozen.finder.binOf(value);
    this.#counts[bin]! += 1;
    if (value < (this.#low[bin] as number)) this.#low[bin] = value;
    if (value > (this.#high[bin] as number)) this.#high[bin] = value;
    this.#sums[bin]! += value - originOf(this.#frozen, bin);
  }

  addPacked({ runs, heads, doubles }: PackedBins): void {
    const { edges, starts } = this.#frozen;
    const [counts, lows, highs, sums] = [this.#counts, this.#low, this.#high, this.#sums];
    const last = edges.length;
    let [at, from, bin] = [0, 0, 0];
    for (let run = 0; run < runs.length; run += 2) {
      bin += runs[run] as number;
      for (const end = bin + (runs[run + 1] as number); bin < end; bin++) {
        const head = heads[at++] as number;
        const count = Math.floor(head / 2);
        const value = doubles[from++] as number;
        let low = value;
        let high = value;
        counts[bin]! += count;
        if (head === 2 * count) {
          sums[bin]! += count * (value - (edges[bin > 0 ? bin - 1 : 0] ?? 0));
        } else {
          sums[bin]! += value;
          const kept = keepsExtremes(last, bin);
          low = (kept ? doubles[from++] : starts[bin]) as number;
          high = (kept ? doubles[from++] : edges[bin]) as number;
        }
        if (low < (lows[bin] as number)) lows[bin] = low;
        if (high > (highs[bin] as number)) highs[bin] = high;
      }
    }
  }

  packed(): PackedBins {
    const runs: number[] = [];
    const heads: number[] = [];
    const doubles: number[] = [];
    const last = this.#frozen.edges.length;
    let next = 0;
    for (let bin = 0; bin <= last; bin++) {
      const count = this.#counts[bin] as number;
      if (count === 0) continue;
      if (bin === next && runs.length > 0) runs[runs.length - 1]! += 1;
      else runs.push(bin - next, 1);
      next = bin + 1;
      const [low, high] = [this.#low[bin] as number, this.#high[bin] as number];
      heads.push(2 * count + Number(low !== high));
      if (low === high) doubles.push(low);
      else if (keepsExtremes(last, bin)) doubles.push(this.#sums[bin] as number, low, high);
      else doubles.push(this.#sums[bin] as number);
    }
    return { runs: Float64Array.from(runs), heads: Float64Array.from(heads), doubles: Float64Array.from(doubles) };
  }

  /** The bins that hold values, each with its extremes: those of the bin where those of its values are not kept. */
  bins(): Bins {
    const keys: number[] = [];
    this.#counts.forEach((count, bin) => {
      if (count > 0) keys.push(bin);
    });
    const of = (values: Float64Array): Float64Array => Float64Array.from(keys, (bin) => values[bin] as number);
    return {
      keys: Int32Array.from(keys),
      counts: of(this.#counts),
      low: of(this.#low),
      high: of(this.#high),
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

/** Whether the runs lie within the frozen bins and are as long as there are counts. */
export function fits({ runs, heads, doubles }: PackedBins, { edges }: FrozenNumeric): boolean {
  let [bins, filled] = [0, 0];
  for (let run = 0; run + 1 < runs.length; run += 2) {
    bins += (runs[run] as number) + (runs[run + 1] as number);
    filled += runs[run + 1] as number;
  }
  return runs.length % 2 === 0 && bins <= edges.length + 1 && filled === heads.length && filled <= doubles.length;
}
