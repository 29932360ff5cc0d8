/** What becomes of the cells of a column: typed arrays of a frame, filled from the bytes of the file. */

import type { CategoryColumn, NumericColumn } from '../../model/frame.js';
import { nearestDouble } from './decimal.js';
import { parseNumber, parseTime } from './parse-cell.js';

const COMMA = 44;
const LINE_FEED = 10;
const RETURN = 13;

/** 1 for the bytes that a plain cell may hold: all but NUL, line ends and the comma. A quote inside is taken as it stands. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0 || byte === LINE_FEED || byte === RETURN || byte === COMMA ? 0 : 1,
);

const QUOTE = 34;
const INSIDE_QUOTES = PLAIN.map((plain, byte) => (byte === COMMA ? 1 : byte === QUOTE ? 0 : plain));

/** Where a plain cell ends that begins at `from`: the place of the first byte that is none of it. */
export function plainEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (PLAIN[bytes[at] as number] === 1) at++;
  return at;
}

/** Behind the closing quote of a quoted cell that begins at `from`; -1 where it holds quotes or line ends, or is faulty. */
export function quotedEnd(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (INSIDE_QUOTES[bytes[at] as number] === 1) at++;
  return bytes[at] === QUOTE && isEnd(bytes[at + 1] as number) ? at + 1 : -1;
}

const isEnd = (byte: number): boolean => byte === COMMA || byte === LINE_FEED || byte === RETURN;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; bytes that are no UTF-8 are a fault, not a question mark. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  try {
    return decoder.decode(bytes.subarray(from, to));
  } catch {
    throw new CellFault('the cell is not UTF-8');
  }
}

/** A cell that cannot be taken, whatever the column holds; who reads the row knows the place. */
export class CellFault extends Error {
  override readonly name = 'CellFault';
}

/**
 * Takes the cells of one column by row number. A row may be given twice, when it was not yet whole the first time. All
 * bytes up to the end of the row are there, so nobody has to look where the buffer ends.
 */
export interface ColumnSink {
  /** Room for this many rows. */
  reserve(rows: number): void;
  /** Takes the cell that begins at `from` and gives the place behind it; -1 where it has to be read as text. */
  take(bytes: Uint8Array, from: number, row: number): number;
  /** The same cell as text, without its quotes. */
  takeText(text: string, row: number): void;
}

function widened<T extends Float64Array | Int32Array>(array: T, wider: T): T {
  wider.set(array);
  return wider;
}

/** Numbers, or times as milliseconds; what is neither is counted as a type mismatch. An empty cell is missing. */
abstract class ValueSink implements ColumnSink {
  readonly #name: string;
  readonly #parse: (text: string) => number | undefined;
  protected values = new Float64Array(0);
  #typeMismatches = 0;
  #lastMismatch = -1;

  constructor(name: string, parse: (text: string) => number | undefined) {
    this.#name = name;
    this.#parse = parse;
  }

  abstract take(bytes: Uint8Array, from: number, row: number): number;

  reserve(rows: number): void {
    this.values = widened(this.values, new Float64Array(rows));
  }

  takeText(text: string, row: number): void {
    const value = text === '' ? NaN : this.#parse(text);
    this.values[row] = value ?? NaN;
    if (value !== undefined || row === this.#lastMismatch) return;
    this.#typeMismatches++;
    this.#lastMismatch = row;
  }

  finish(rows: number): NumericColumn {
    return {
      kind: 'numeric',
      name: this.#name,
      values: this.values.subarray(0, rows),
      typeMismatches: this.#typeMismatches,
    };
  }
}

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const EXPONENT = 101;
/** Below this, one more digit still fits nine. */
const EIGHT_DIGITS = 100_000_000;

export class NumberSink extends ValueSink {
  constructor(name: string) {
    super(name, parseNumber);
  }

  take(bytes: Uint8Array, from: number, row: number): number {
    let at = from;
    let byte = bytes[at] as number;
    if (isEnd(byte)) {
      this.values[row] = NaN;
      return at;
    }
    const quoted = byte === QUOTE;
    if (quoted) byte = bytes[++at] as number;
    const negative = byte === MINUS;
    if (negative) byte = bytes[++at] as number;
    let head = 0;
    let tail = 0;
    let digits = 0;
    let point = -1;
    const first = at;
    for (;;) {
      const digit = byte - ZERO;
      if (digit >= 0 && digit <= 9) {
        if (head < EIGHT_DIGITS) head = (Math.imul(head, 10) + digit) | 0;
        else if (digits < 9) {
          tail = (Math.imul(tail, 10) + digit) | 0;
          digits = (digits + 1) | 0;
        } else return -1;
      } else if (byte === POINT && point < 0) point = at;
      else break;
      byte = bytes[++at] as number;
    }
    if (at - first === (point < 0 ? 0 : 1)) return -1;
    let exponent = point < 0 ? 0 : (point + 1 - at) | 0;
    if ((byte | 32) === EXPONENT) {
      const sign = bytes[at + 1];
      const negativeExponent = sign === MINUS;
      if (negativeExponent || sign === PLUS) at++;
      const begin = ++at;
      let shift = 0;
      for (;;) {
        byte = bytes[at] as number;
        const digit = byte - ZERO;
        if (!(digit >= 0 && digit <= 9) || shift > 400) break;
        shift = (Math.imul(shift, 10) + digit) | 0;
        at++;
      }
      if (at === begin) return -1;
      exponent = (negativeExponent ? exponent - shift : exponent + shift) | 0;
    }
    if (quoted) {
      if (byte !== QUOTE) return -1;
      byte = bytes[++at] as number;
    }
    if (!isEnd(byte)) return -1;
    const size = nearestDouble(head, tail, digits, exponent);
    if (size !== size) return -1;
    this.values[row] = negative ? -size : size;
    return at;
  }
}

const DASH = MINUS;
const COLON = 58;

/** The number that two digits write; above 99 where they are none. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] as number) - ZERO;
  const ones = (bytes[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : 100;
}

/** Times in the plain form `2026-01-31 08:00:00` or with a `T`; all others are left to the parser of texts. */
export class TimeSink extends ValueSink {
  /** Bytes of the day that was read last, as a number, and its midnight: neighbours mostly share it. */
  #day = -1;
  #midnight = 0;

  constructor(name: string) {
    super(name, parseTime);
  }

  take(bytes: Uint8Array, from: number, row: number): number {
    if (isEnd(bytes[from] as number)) {
      this.values[row] = NaN;
      return from;
    }
    for (let at = from; at < from + 19; at++) if (PLAIN[bytes[at] as number] === 0) return -1;
    const [hour, minute, second] = [pair(bytes, from + 11), pair(bytes, from + 14), pair(bytes, from + 17)];
    const between = bytes[from + 10] as number;
    if (between !== 32 && between !== 84) return -1;
    if (bytes[from + 13] !== COLON || bytes[from + 16] !== COLON || !isEnd(bytes[from + 19] as number)) return -1;
    if (hour > 23 || minute > 59 || second > 59 || !this.#readDay(bytes, from)) return -1;
    this.values[row] = this.#midnight + ((hour * 60 + minute) * 60 + second) * 1000;
    return from + 19;
  }

  #readDay(bytes: Uint8Array, from: number): boolean {
    const [century, year, month, day] = [
      pair(bytes, from),
      pair(bytes, from + 2),
      pair(bytes, from + 5),
      pair(bytes, from + 8),
    ];
    if (bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return false;
    const key = ((century * 100 + year) * 100 + month) * 100 + day;
    if (key === this.#day) return true;
    // Two centuries in which `Date.UTC` takes the year as it is written.
    if (century < 19 || century > 20 || year > 99 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    this.#day = key;
    this.#midnight = Date.UTC(century * 100 + year, month - 1, day);
    return true;
  }
}

const FIRST_SLOTS = 64;

/** Texts as codes; levels in order of first appearance. An empty cell is missing. */
export class CategorySink implements ColumnSink {
  readonly #name: string;
  readonly #encoder = new TextEncoder();
  #codes = new Int32Array(0);
  readonly #levels: string[] = [];
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
    this.#codes = widened(this.#codes, new Int32Array(rows));
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
    this.#codes[row] = at === begin ? -1 : this.#codeOf(bytes, begin, at, hash);
    return end;
  }

  takeText(text: string, row: number): void {
    if (text === '') {
      this.#codes[row] = -1;
      return;
    }
    const bytes = this.#encoder.encode(text);
    let hash = 0;
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
    this.#codes[row] = this.#codeOf(bytes, 0, bytes.length, hash);
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
