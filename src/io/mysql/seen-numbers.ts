/** Ids that are counted up: where each follows the one before, a run of them takes the room of one, whatever its length. */
import { grown } from './growing-memory.js';

const FIRST_RUNS = 1024;
const GROWTH = 4;
/** What 32 bits hold. */
const MOST_MORE = 2 ** 31 - 1;

export class SeenNumbers {
  /** Runs of numbers that follow each other, rising. */
  private firsts = new Float64Array(FIRST_RUNS);
  /** How many come after the first of a run. */
  private more = new Int32Array(FIRST_RUNS);
  private size = 0;
  private last = -Infinity;

  /**
   * Whether this whole number, of which doubles hold all its digits, is known; else it is from then on. `undefined` where it comes
   * after a larger one and is in no run: somebody else has to remember it.
   */
  knows(id: number): boolean | undefined {
    if (id <= this.last) return this.isInRun(id) ? true : undefined;
    this.append(id);
    return false;
  }

  private append(id: number): void {
    const run = this.size - 1;
    const more = this.more[run] ?? 0;
    if (id === this.last + 1 && more < MOST_MORE) this.more[run] = more + 1;
    else this.begin(id);
    this.last = id;
  }

  private begin(id: number): void {
    if (this.size === this.firsts.length) {
      this.firsts = grown(this.firsts, this.size * GROWTH);
      this.more = grown(this.more, this.size * GROWTH);
    }
    this.firsts[this.size] = id;
    this.more[this.size] = 0;
    this.size += 1;
  }

  private isInRun(id: number): boolean {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const first = this.firsts[middle] as number;
      if (id < first) high = middle - 1;
      else if (id > first + (this.more[middle] as number)) low = middle + 1;
      else return true;
    }
    return false;
  }
}
