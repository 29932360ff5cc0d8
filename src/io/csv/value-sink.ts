/** Columns of numbers and times, as typed arrays filled from the bytes of the file. */

import type { NumericColumn } from '../../model/frame.js';
import { type ColumnSink, isEnd, PLAIN, QUOTE } from './cell-bytes.js';
import { nearestDouble } from './decimal.js';
import { parseNumber, parseTime } from './parse-cell.js';

/** Different texts in a column of numbers that are told apart. */
const MOST_TEXTS = 100_000;

/** Numbers, or times as milliseconds; what is neither is counted as a type mismatch. An empty cell is missing. */
abstract class ValueSink implements ColumnSink {
  readonly #name: string;
  readonly #parse: (text: string) => number | undefined;
  protected values = new Float64Array(0);
  #typeMismatches = 0;
  /** Texts that are no finite number, by row; rows that differ in them are no duplicates. */
  #oddTexts: Int32Array | undefined;
  readonly #numberOfText = new Map<string, number>();
  #lastMismatch = -1;

  constructor(name: string, parse: (text: string) => number | undefined) {
    this.#name = name;
    this.#parse = parse;
  }

  abstract take(bytes: Uint8Array, from: number, row: number): number;

  reserve(rows: number): void {
    const wider = new Float64Array(rows);
    wider.set(this.values);
    this.values = wider;
    if (this.#oddTexts) this.#keepOddTexts(rows);
  }

  takeText(text: string, row: number): void {
    const value = text === '' ? NaN : this.#parse(text);
    this.values[row] = value ?? NaN;
    if (text !== '' && !Number.isFinite(value)) this.#keepOddTexts(this.values.length)[row] = this.#numberOf(text);
    if (value !== undefined || row === this.#lastMismatch) return;
    this.#typeMismatches++;
    this.#lastMismatch = row;
  }

  /** The same from a file that holds numbers themselves, and not their text. */
  takeNumber(value: number, row: number): void {
    this.values[row] = value;
  }

  finish(rows: number): NumericColumn {
    return {
      kind: 'numeric',
      name: this.#name,
      values: this.values.subarray(0, rows),
      typeMismatches: this.#typeMismatches,
      ...(this.#oddTexts && { oddTexts: this.#oddTexts.subarray(0, rows) }),
    };
  }

  #keepOddTexts(rows: number): Int32Array {
    if (this.#oddTexts?.length === rows) return this.#oddTexts;
    const wider = new Int32Array(rows);
    if (this.#oddTexts) wider.set(this.#oddTexts);
    this.#oddTexts = wider;
    return wider;
  }

  /** The number of a text, from 1; beyond many different ones all others share one, so that memory is bounded. */
  #numberOf(text: string): number {
    const known = this.#numberOfText.get(text);
    if (known !== undefined) return known;
    const next = this.#numberOfText.size + 1;
    if (next <= MOST_TEXTS) this.#numberOfText.set(text, next);
    return next;
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
