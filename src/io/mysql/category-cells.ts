/** Codes of categories, found by the bytes of a cell: a text is made of them only where they are seen for the first time. */
import { ByteDictionary } from './byte-dictionary.js';
import type { CategoryBuilder } from './column-builder.js';

/** What the bytes of a cell are called as a category; null where they have no value. */
export type CellText = (cell: Buffer) => string | null;

/** No code is below -1. */
const UNKNOWN = -2;

/** Cells of so many bytes are told by two words: their first four bytes and their last four, which may overlap. */
const SHORT = 8;
/** Short cells that are remembered, each in the one place that its words give it: most columns have few levels. */
const REMEMBERED_BITS = 6;
/** First word, last word, length, code. */
const FIELDS = 4;
/** Odd, near 2^32 divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

export class CategoryCells {
  private readonly known = new ByteDictionary();
  /** By entry: several spellings may be one level, and one level may come from texts and numbers both. */
  private codes = new Int32Array(16);
  /** Codes of cells of one byte, as flags and small numbers are. */
  private readonly ofByte = new Int32Array(256).fill(UNKNOWN);
  private readonly remembered = new Int32Array(FIELDS << REMEMBERED_BITS);
  readonly builder: CategoryBuilder;
  private readonly textOf: CellText;

  constructor(builder: CategoryBuilder, textOf: CellText) {
    this.builder = builder;
    this.textOf = textOf;
  }

  set(row: number, bytes: Uint8Array, start: number, end: number): void {
    // Read first: a new level may bring a wider array of codes.
    const length = end - start;
    const code =
      length === 1
        ? this.codeOfByte(bytes, start)
        : length > SHORT || length === 0
          ? this.codeOf(bytes, start, end)
          : this.codeOfShort(bytes, start, end);
    this.builder.codes[row] = code;
  }

  private codeOfByte(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] as number;
    const known = this.ofByte[byte] as number;
    if (known !== UNKNOWN) return known;
    const code = this.codeOf(bytes, at, at + 1);
    this.ofByte[byte] = code;
    return code;
  }

  private codeOfShort(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let first = (bytes[start] as number) | ((bytes[start + 1] as number) << 8);
    if (length > 2) first |= (bytes[start + 2] as number) << 16;
    let last = 0;
    if (length > 3) {
      first |= (bytes[start + 3] as number) << 24;
      last =
        (bytes[end - 4] as number) |
        ((bytes[end - 3] as number) << 8) |
        ((bytes[end - 2] as number) << 16) |
        ((bytes[end - 1] as number) << 24);
    }
    const { remembered } = this;
    const place = (Math.imul(first ^ Math.imul(last + length, SPREAD), SPREAD) >>> (32 - REMEMBERED_BITS)) * FIELDS;
    if (remembered[place] === first && remembered[place + 1] === last && remembered[place + 2] === length)
      return remembered[place + 3] as number;
    const code = this.codeOf(bytes, start, end);
    remembered[place] = first;
    remembered[place + 1] = last;
    remembered[place + 2] = length;
    remembered[place + 3] = code;
    return code;
  }

  private codeOf(bytes: Uint8Array, start: number, end: number): number {
    const before = this.known.size;
    const entry = this.known.intern(bytes, start, end);
    if (entry === before) this.learn(entry, bytes, start, end);
    return this.codes[entry] as number;
  }

  private learn(entry: number, bytes: Uint8Array, start: number, end: number): void {
    if (entry === this.codes.length) {
      const grown = new Int32Array(entry * 2);
      grown.set(this.codes);
      this.codes = grown;
    }
    const text = this.textOf(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start));
    this.codes[entry] = text === null ? -1 : this.builder.codeOf(text);
  }
}
