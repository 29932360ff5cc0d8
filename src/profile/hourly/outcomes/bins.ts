/**
 * Values gathered into bins that are fixed beforehand, so that bins of several hours add up. Of each bin that holds any
 * are known: how many, the lowest, the highest and a sum. Nothing else is known of the values, and nothing is guessed: what
 * a figure may be between the lowest and the highest is its bound.
 */

import { ByteWriter, WholeReader } from '../../bytes.js';

/** Bins that hold values, by rising key; all lists of one length. */
export interface Bins {
  readonly keys: Int32Array;
  readonly counts: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** What is summed is up to the owner: the values themselves, or a function of them. */
  readonly sums: Float64Array;
}

/** The same in the form in which bins are stored and added up: flat lists, because a month is made of thousands of them. */
export interface PackedValues {
  /** Key of the first bin, and how many keys there are up to the last one; both 0 where no bin holds values. */
  readonly first: number;
  readonly span: number;
  /**
   * Whole numbers of seven bits a byte, the lowest first. Of each bin eight times the count, and what of `DIFFERS`, `OWN_SUM`
   * and `SAME` is true of it; 0 for a run of empty bins, and behind it how many more there are than one.
   */
  readonly heads: Uint8Array;
  /** Of each bin the lowest value, the highest and the sum; without those that the head tells. */
  readonly doubles: Float64Array;
}

/** The highest value is another one than the lowest. */
const DIFFERS = 1;
/** The sum is not the count times the lowest value. */
const OWN_SUM = 2;
/** The lowest value is the highest of the bin before: probabilities of a step of a curve are all the same. */
const SAME = 4;
const FLAGS = 8;

/** Adds up values bin by bin, and bins of several hours. */
export class BinGatherer {
  /** Key of the first place. */
  #first: number;
  /** Keys that may be taken: `[begin, end)`; no places outside it were ever written. */
  #begin: number;
  #end: number;
  #counts: Float64Array;
  #low: Float64Array;
  #high: Float64Array;
  #sums: Float64Array;

  /** For keys of `[first, first + span)`; bins that are added may have others. */
  constructor(first = 0, span = 0) {
    this.#first = first;
    this.#begin = first;
    this.#end = first + span;
    this.#counts = new Float64Array(span);
    this.#low = new Float64Array(span).fill(Infinity);
    this.#high = new Float64Array(span).fill(-Infinity);
    this.#sums = new Float64Array(span);
  }

  add(key: number, value: number, summed: number): void {
    const at = key - this.#first;
    // Adding 0 makes 0 of -0, which is neither above nor below it: the extremes do not hang on the order of the rows.
    const held = value + 0;
    this.#counts[at]! += 1;
    if (held < (this.#low[at] as number)) this.#low[at] = held;
    if (held > (this.#high[at] as number)) this.#high[at] = held;
    this.#sums[at]! += summed;
  }

  /** Makes room for these keys, and on the side that was too short half as much again as all keys take. */
  #reach(first: number, span: number): void {
    const room = this.#counts.length;
    if (first >= this.#first && first + span <= this.#first + room) return;
    const none = this.#begin === this.#end;
    const begin = none ? first : Math.min(first, this.#begin);
    const end = none ? first + span : Math.max(first + span, this.#end);
    const slack = Math.ceil((end - begin) / 2);
    const start = begin < this.#first ? begin - slack : begin;
    const size = end - start + (end > this.#first + room ? slack : 0);
    const grown = (values: Float64Array, empty: number): Float64Array => {
      const wider = new Float64Array(size).fill(empty);
      wider.set(values.subarray(this.#begin - this.#first, this.#end - this.#first), none ? 0 : this.#begin - start);
      return wider;
    };
    this.#counts = grown(this.#counts, 0);
    this.#low = grown(this.#low, Infinity);
    this.#high = grown(this.#high, -Infinity);
    this.#sums = grown(this.#sums, 0);
    this.#first = start;
  }

  /** Throws `RangeError` where heads and values do not belong together. */
  addPacked({ first, span, heads, doubles }: PackedValues): void {
    if (span > 0) {
      this.#reach(first, span);
      const none = this.#begin === this.#end;
      this.#begin = none ? first : Math.min(first, this.#begin);
      this.#end = none ? first + span : Math.max(first + span, this.#end);
    }
    const [counts, lows, highs, sums] = [this.#counts, this.#low, this.#high, this.#sums];
    const begin = span > 0 ? first - this.#first : 0;
    let [bin, from, high] = [begin, 0, NaN];
    const wholes = new WholeReader(heads);
    while (!wholes.atEnd()) {
      const head = wholes.next();
      if (head === 0) {
        bin += wholes.next() + 1;
        continue;
      }
      const count = Math.floor(head / FLAGS);
      const flags = head - FLAGS * count;
      let low = high;
      if ((flags & SAME) === 0) low = doubles[from++] as number;
      // One value less to guess for the processor than with a branch.
      from += flags & DIFFERS;
      high = (flags & (DIFFERS | SAME)) === SAME ? low : (doubles[from - 1] as number);
      const sum = (flags & OWN_SUM) !== 0 ? (doubles[from++] as number) : count * low;
      counts[bin]! += count;
      if (low < (lows[bin] as number)) lows[bin] = low;
      if (high > (highs[bin] as number)) highs[bin] = high;
      sums[bin]! += sum;
      bin++;
    }
    if (bin !== begin + span || from !== doubles.length)
      throw new RangeError('stored profile has bins and values of different number');
  }

  packed(): PackedValues {
    const size = this.#counts.length;
    const heads = new ByteWriter();
    const doubles = new Float64Array(3 * size);
    let [filled, first, next, before] = [0, 0, 0, NaN];
    for (let at = 0; at < size; at++) {
      const count = this.#counts[at] as number;
      if (count === 0) continue;
      if (next === 0) first = at;
      else if (at > next) {
        heads.whole(0);
        heads.whole(at - next - 1);
      }
      next = at + 1;
      const [low, high, sum] = [this.#low[at], this.#high[at], this.#sums[at]] as [number, number, number];
      const [same, differs, own] = [low === before, low !== high, !Object.is(sum, count * low)];
      heads.whole(FLAGS * count + (same ? SAME : 0) + (differs ? DIFFERS : 0) + (own ? OWN_SUM : 0));
      if (!same) doubles[filled++] = low;
      if (differs) doubles[filled++] = high;
      if (own) doubles[filled++] = sum;
      before = high;
    }
    const key = next === 0 ? 0 : first + this.#first;
    return { first: key, span: next - first, heads: heads.finish(), doubles: doubles.slice(0, filled) };
  }

  bins(): Bins {
    let size = 0;
    for (const count of this.#counts) if (count > 0) size++;
    const keys = new Int32Array(size);
    for (let at = 0, i = 0; i < size; at++) if ((this.#counts[at] as number) > 0) keys[i++] = at + this.#first;
    const taken = (values: Float64Array): Float64Array => {
      const result = new Float64Array(size);
      for (let i = 0; i < size; i++) result[i] = values[(keys[i] as number) - this.#first] as number;
      return result;
    };
    return {
      keys,
      counts: taken(this.#counts),
      low: taken(this.#low),
      high: taken(this.#high),
      sums: taken(this.#sums),
    };
  }
}

/** Bins for measuring. */
export function unpackValues(packed: PackedValues): Bins {
  const gatherer = new BinGatherer();
  gatherer.addPacked(packed);
  return gatherer.bins();
}

/** How many values all bins hold. */
export function binnedCount({ counts }: Bins): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
