/**
 * Byte strings, each numbered by its first appearance: what tells categories and ids apart without making a JavaScript
 * string of every cell. Open addressing with linear probing; the bytes lie one after the other in one array.
 */
import { randomInt } from 'node:crypto';

const FIRST_ENTRIES = 16;
const FIRST_BYTES = 256;
/** Odd, near 2^32 divided by the golden ratio: spreads neighbouring keys (Knuth, volume 3, section 6.4). */
const SPREAD = 0x9e3779b1;

/** Whoever writes the rows cannot know which keys will meet in one place. */
const SEED = randomInt(2 ** 31);

export class ByteDictionary {
  size = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  /** Where each entry's bytes begin; one more than there are entries, so that the next one says where they end. */
  private starts = new Int32Array(FIRST_ENTRIES + 1);
  private hashes = new Int32Array(FIRST_ENTRIES);
  /** Entry + 1, or 0; twice as many places as entries. */
  private places = new Int32Array(FIRST_ENTRIES * 2);

  /** Number of the bytes in `[from, to)`; new bytes get the number `size` had before. */
  intern(from: Uint8Array, start: number, end: number): number {
    const hash = this.hashOf(from, start, end);
    const { places, hashes } = this;
    const mask = places.length - 1;
    let place = hash & mask;
    for (;;) {
      const entry = (places[place] as number) - 1;
      if (entry < 0) return this.add(from, start, end, hash, place);
      if (hashes[entry] === hash && this.holds(entry, from, start, end)) return entry;
      place = (place + 1) & mask;
    }
  }

  /** Where this entry's bytes end if they stand at `start`; -1 if others do. */
  endOf(entry: number, bytes: Uint8Array, start: number): number {
    const own = this.bytes;
    const last = this.starts[entry + 1] as number;
    let at = start;
    for (let mine = this.starts[entry] as number; mine < last; mine += 1, at += 1) {
      if (own[mine] !== bytes[at]) return -1;
    }
    return at;
  }

  private hashOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = SEED ^ (end - start);
    let at = start;
    for (; at + 4 <= end; at += 4) {
      const word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      hash = Math.imul(hash ^ word, SPREAD);
      hash ^= hash >>> 15;
    }
    for (; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), SPREAD);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, SPREAD);
    return hash ^ (hash >>> 13);
  }

  private holds(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = (this.starts[entry + 1] as number) - (this.starts[entry] as number);
    return length === end - start && this.endOf(entry, bytes, start) === end;
  }

  private add(from: Uint8Array, start: number, end: number, hash: number, place: number): number {
    const entry = this.size;
    const first = this.starts[entry] as number;
    const last = first + end - start;
    if (last > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, last));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    // By hand: for the few bytes of most keys a call into the runtime costs more than the copy.
    for (let at = start, mine = first; at < end; at += 1, mine += 1) this.bytes[mine] = from[at] as number;
    this.hashes[entry] = hash;
    this.starts[entry + 1] = last;
    this.places[place] = entry + 1;
    this.size = entry + 1;
    if (this.size === this.hashes.length) this.grow();
    return entry;
  }

  private grow(): void {
    const entries = this.size * 2;
    const starts = new Int32Array(entries + 1);
    starts.set(this.starts);
    this.starts = starts;
    const hashes = new Int32Array(entries);
    hashes.set(this.hashes);
    this.hashes = hashes;
    const places = new Int32Array(entries * 2);
    const mask = places.length - 1;
    for (let entry = 0; entry < this.size; entry += 1) {
      let place = (hashes[entry] as number) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = entry + 1;
    }
    this.places = places;
  }
}
