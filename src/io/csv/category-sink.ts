/** Columns of categories, as codes into a dictionary; a text is made only of a category that was not seen before. */

import type { CategoryCodes, CategoryColumn } from '../../model/frame.js';
import { type ColumnSink, INSIDE_QUOTES, isEnd, PLAIN, QUOTE, textOf } from './cell-bytes.js';

const FIRST_SLOTS = 64;
/** Levels whose codes, from 0, fit. */
const MOST_IN_8_BITS = 128;
const MOST_IN_16_BITS = 32_768;

/** Room for the codes of so many rows, wide enough for one more level, with those that are there already. */
function codesFor(levels: number, rows: number, old: CategoryCodes): CategoryCodes {
  const wide = levels < MOST_IN_8_BITS ? Int8Array : levels < MOST_IN_16_BITS ? Int16Array : Int32Array;
  const codes = new wide(rows);
  codes.set(old);
  return codes;
}

/** Texts as codes; levels in order of first appearance. An empty cell is missing. */
export class CategorySink implements ColumnSink {
  readonly #name: string;
  readonly #encoder = new TextEncoder();
  #codes: CategoryCodes = new Int8Array(0);
  readonly #levels: string[] = [];
  /** Codes of cells that were given as text before. */
  readonly #codesOfTexts = new Map<string, number>();
  /** Bytes of all levels, one behind the other; level i ends at `#ends[i]`. */
  #store = new Uint8Array(1024);
  #ends = new Uint32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  /** Code plus one by hash, with open addressing; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);

  constructor(name: string) {
    this.#name = name;
  }

  reserve(rows: number): void {
    this.#codes = codesFor(this.#levels.length, rows, this.#codes);
  }

  take(bytes: Uint8Array, from: number, row: number): number {
    let byte = bytes[from] as number;
    const quoted = byte === QUOTE;
    const inside = quoted ? INSIDE_QUOTES : PLAIN;
    const begin = quoted ? from + 1 : from;
    let at = begin;
    if (quoted) byte = bytes[at] as number;
    let hash = 0;
    while (inside[byte] === 1) {
      hash = Math.imul(hash ^ byte, 0x01000193);
      byte = bytes[++at] as number;
    }
    const end = quoted ? at + 1 : at;
    if (quoted ? byte !== QUOTE || !isEnd(bytes[end] as number) : byte === 0) return -1;
    this.#put(row, at === begin ? -1 : this.#codeOf(bytes, begin, at, hash));
    return end;
  }

  takeText(text: string, row: number): void {
    this.#put(row, text === '' ? -1 : this.#codeOfText(text));
  }

  /** A new level may have made the codes wider: the code comes first, then the place. */
  #put(row: number, code: number): void {
    this.#codes[row] = code;
  }

  #codeOfText(text: string): number {
    const known = this.#codesOfTexts.get(text);
    if (known !== undefined) return known;
    const bytes = this.#encoder.encode(text);
    let hash = 0;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    const code = this.#codeOf(bytes, 0, bytes.length, hash);
    this.#codesOfTexts.set(text, code);
    return code;
  }

  finish(rows: number): CategoryColumn {
    return { kind: 'category', name: this.#name, codes: this.#codes.subarray(0, rows), levels: this.#levels };
  }

  #codeOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const code = (this.#slots[slot] as number) - 1;
      if (code < 0) return this.#add(bytes, from, to, hash, slot);
      if (this.#hashes[code] === hash && this.#isLevel(code, bytes, from, to)) return code;
      slot = (slot + 1) & mask;
    }
  }

  #isLevel(code: number, bytes: Uint8Array, from: number, to: number): boolean {
    const begin = code === 0 ? 0 : (this.#ends[code - 1] as number);
    if ((this.#ends[code] as number) - begin !== to - from) return false;
    for (let at = from, own = begin; at < to; at++, own++) if (this.#store[own] !== bytes[at]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const code = this.#levels.length;
    this.#levels.push(textOf(bytes, from, to));
    if (code === MOST_IN_8_BITS || code === MOST_IN_16_BITS)
      this.#codes = codesFor(code, this.#codes.length, this.#codes);
    const begin = code === 0 ? 0 : (this.#ends[code - 1] as number);
    const end = begin + to - from;
    if (end > this.#store.length) {
      const wider = new Uint8Array(Math.max(end, 2 * this.#store.length));
      wider.set(this.#store);
      this.#store = wider;
    }
    if (code === this.#ends.length) this.#widenLevels();
    this.#store.set(bytes.subarray(from, to), begin);
    this.#ends[code] = end;
    this.#hashes[code] = hash;
    this.#slots[slot] = code + 1;
    if (2 * this.#levels.length > this.#slots.length) this.#widenSlots();
    return code;
  }

  #widenLevels(): void {
    const [ends, hashes] = [new Uint32Array(2 * this.#ends.length), new Int32Array(2 * this.#ends.length)];
    ends.set(this.#ends);
    hashes.set(this.#hashes);
    this.#ends = ends;
    this.#hashes = hashes;
  }

  #widenSlots(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#levels.length; code++) {
      const hash = this.#hashes[code] as number;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code + 1;
    }
    this.#slots = slots;
  }
}
