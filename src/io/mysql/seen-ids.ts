/**
 * The ids of a window's rows, to tell the second row of an id from the first. Rows come by time, and most ids rise with it:
 * those need no place in a table, only the order in which they came.
 */
import { ByteDictionary } from './byte-dictionary.js';
import { grown } from './growing-memory.js';
import { SeenNumbers } from './seen-numbers.js';

const FIRST_IDS = 1024;
const FIRST_BYTES = 16;

/** As if it had no sign: any order will do that rises where ids are counted up. */
function numberOf(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = end - 1; at >= start; at -= 1) number = number * 256 + (bytes[at] as number);
  return number;
}

export class SeenIds {
  /** Ids that were above all before them, one after the other. */
  private bytes = new Uint8Array(FIRST_IDS * FIRST_BYTES);
  /** Where each begins and the last one ends; of numbers, which are all as wide, only `width` is kept. */
  private starts = new Int32Array(FIRST_IDS + 1);
  private width = 0;
  private size = 0;
  private readonly others = new ByteDictionary();
  private readonly numbers = new SeenNumbers();
  /** Numbers arrive with their lowest byte first; those that a double holds are remembered as numbers. */
  private readonly lowestFirst: boolean;

  constructor(lowestFirst: boolean) {
    this.lowestFirst = lowestFirst;
  }

  /** Whether this id is met for the first time; from then on it is known. */
  add(from: Uint8Array, start: number, end: number): boolean {
    const number = this.lowestFirst ? numberOf(from, start, end) : NaN;
    if (number <= Number.MAX_SAFE_INTEGER) {
      const known = this.numbers.knows(number);
      return known === undefined ? this.isNewAmongOthers(from, start, end) : !known;
    }
    if (this.size === 0 || this.compare(this.size - 1, from, start, end) < 0) {
      this.append(from, start, end);
      return true;
    }
    return !this.isAmongRising(from, start, end) && this.isNewAmongOthers(from, start, end);
  }

  private isNewAmongOthers(from: Uint8Array, start: number, end: number): boolean {
    const known = this.others.size;
    return this.others.intern(from, start, end) === known;
  }

  private isAmongRising(from: Uint8Array, start: number, end: number): boolean {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.compare(middle, from, start, end);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  /** Negative where the known id comes before that in `[start, end)`. */
  private compare(known: number, from: Uint8Array, start: number, end: number): number {
    const own = this.bytes;
    if (this.lowestFirst) {
      const first = known * this.width;
      for (let i = this.width - 1; i >= 0; i -= 1) {
        const difference = (own[first + i] as number) - (from[start + i] as number);
        if (difference !== 0) return difference;
      }
      return 0;
    }
    const first = this.starts[known] as number;
    const length = (this.starts[known + 1] as number) - first;
    const other = end - start;
    const shared = length < other ? length : other;
    for (let i = 0; i < shared; i += 1) {
      const difference = (own[first + i] as number) - (from[start + i] as number);
      if (difference !== 0) return difference;
    }
    return length - other;
  }

  private append(from: Uint8Array, start: number, end: number): void {
    if (this.lowestFirst) this.width = end - start;
    const first = this.lowestFirst ? this.size * this.width : (this.starts[this.size] as number);
    const last = first + end - start;
    if (last > this.bytes.length) {
      this.bytes = grown(this.bytes, Math.max(this.bytes.length * 4, last));
    }
    for (let at = start, mine = first; at < end; at += 1, mine += 1) this.bytes[mine] = from[at] as number;
    this.size += 1;
    if (this.lowestFirst) return;
    this.starts[this.size] = last;
    if (this.size + 1 < this.starts.length) return;
    this.starts = grown(this.starts, this.starts.length * 4);
  }
}
