/**
 * Finds the features of a flat JSON object in its bytes, without making objects and strings of them. Only where it is
 * written in the plainest way; any other cell (escapes, nested values, an error) is left to the reader of all JSON.
 */
import { ByteDictionary } from './byte-dictionary.js';

const ABSENT = 0;
const NULL = 1;
export const NUMBER = 2;
export const TEXT = 3;
export const TRUE = 4;
export const FALSE = 5;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const SPACE = 0x20;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE;

/** Where the number that begins at `at` ends, by the grammar of JSON; -1 where none does. */
function endOfNumber(bytes: Uint8Array, begin: number): number {
  let at = begin;
  if (bytes[at] === MINUS) at += 1;
  if (!isDigit(bytes[at])) return -1;
  if (bytes[at] === ZERO) at += 1;
  else while (isDigit(bytes[at])) at += 1;
  if (bytes[at] === POINT) {
    at += 1;
    if (!isDigit(bytes[at])) return -1;
    while (isDigit(bytes[at])) at += 1;
  }
  const letter = bytes[at];
  if (letter === 0x65 || letter === 0x45) {
    at += 1;
    if (bytes[at] === PLUS || bytes[at] === MINUS) at += 1;
    if (!isDigit(bytes[at])) return -1;
    while (isDigit(bytes[at])) at += 1;
  }
  return at;
}

const NULL_BYTES = Buffer.from('null');
const TRUE_BYTES = Buffer.from('true');
const FALSE_BYTES = Buffer.from('false');

/** Programs write few names; where there are this many, they are data, and not to be remembered. */
const MOST_NAMES = 10_000;

export class JsonScanner {
  /** Of each feature of the last cell: what it is, and where its bytes are, of a text without the quotes. */
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  private readonly names = new ByteDictionary();
  /** Feature of a name by its number in `names`; -1 for names that are no feature. */
  private readonly features: number[];
  /** Names in the order of the last cell: most rows are written by the same program. */
  private readonly order: number[] = [];
  private bytes: Uint8Array = Buffer.alloc(0);
  private at = 0;
  private end = 0;

  constructor(names: readonly string[]) {
    this.kinds = new Uint8Array(names.length);
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
    for (const name of names) {
      const bytes = Buffer.from(name);
      this.names.intern(bytes, 0, bytes.length);
    }
    this.features = names.map((_, i) => i);
  }

  /** Whether the cell could be read so. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.kinds.fill(ABSENT);
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    if (!this.take(OPEN)) return false;
    if (this.take(CLOSE)) return this.isAtEnd();
    for (let member = 0; ; member += 1) {
      const feature = this.name(member);
      if (feature === undefined || !this.take(COLON) || !this.value(feature)) return false;
      if (this.take(COMMA)) continue;
      return this.take(CLOSE) && this.isAtEnd();
    }
  }

  private skipSpace(): void {
    const { bytes, end } = this;
    let { at } = this;
    while (at < end) {
      const byte = bytes[at];
      if (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at += 1;
    }
    this.at = at;
  }

  private take(byte: number): boolean {
    this.skipSpace();
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  private isAtEnd(): boolean {
    this.skipSpace();
    return this.at === this.end;
  }

  /** The end of the text whose first character is at `at`; -1 where it is not plain. */
  private endOfText(): number {
    const { bytes, end } = this;
    for (let { at } = this; at < end; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH || byte < SPACE) return -1;
    }
    return -1;
  }

  private name(member: number): number | undefined {
    if (!this.take(QUOTE)) return undefined;
    const expected = this.order[member];
    if (expected !== undefined && this.isName(expected)) return this.features[expected];
    const end = this.endOfText();
    if (end < 0 || this.names.size >= MOST_NAMES) return undefined;
    const number = this.names.intern(this.bytes, this.at, end);
    if (number === this.features.length) this.features.push(-1);
    this.order[member] = number;
    this.at = end + 1;
    return this.features[number];
  }

  private isName(number: number): boolean {
    const end = this.names.endOf(number, this.bytes, this.at);
    if (end < 0 || end >= this.end || this.bytes[end] !== QUOTE) return false;
    this.at = end + 1;
    return true;
  }

  private value(feature: number): boolean {
    this.skipSpace();
    if (this.bytes[this.at] === QUOTE) {
      this.at += 1;
      const end = this.endOfText();
      if (end < 0) return false;
      this.found(feature, TEXT, end);
      this.at = end + 1;
      return true;
    }
    const number = endOfNumber(this.bytes, this.at);
    if (number >= 0) {
      if (number > this.end) return false;
      this.found(feature, NUMBER, number);
      this.at = number;
      return true;
    }
    return (
      this.word(NULL_BYTES, NULL, feature) ||
      this.word(TRUE_BYTES, TRUE, feature) ||
      this.word(FALSE_BYTES, FALSE, feature)
    );
  }

  private word(word: Uint8Array, kind: number, feature: number): boolean {
    const end = this.at + word.length;
    if (end > this.end) return false;
    for (let i = 0; i < word.length; i += 1) if (this.bytes[this.at + i] !== word[i]) return false;
    this.found(feature, kind, end);
    this.at = end;
    return true;
  }

  private found(feature: number, kind: number, end: number): void {
    if (feature < 0) return;
    this.kinds[feature] = kind;
    this.starts[feature] = this.at;
    this.ends[feature] = end;
  }
}
