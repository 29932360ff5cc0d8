/** Codes of categories, found by the bytes of a cell: a text is made of them only where they are seen for the first time. */
import { ByteDictionary } from './byte-dictionary.js';
import type { CategoryBuilder } from './column-builder.js';

/** What the bytes of a cell are called as a category; null where they have no value. */
export type CellText = (cell: Buffer) => string | null;

export class CategoryCells {
  private readonly known = new ByteDictionary();
  /** By entry: several spellings may be one level, and one level may come from texts and numbers both. */
  private codes = new Int32Array(16);
  readonly builder: CategoryBuilder;
  private readonly textOf: CellText;

  constructor(builder: CategoryBuilder, textOf: CellText) {
    this.builder = builder;
    this.textOf = textOf;
  }

  set(row: number, bytes: Uint8Array, start: number, end: number): void {
    const before = this.known.size;
    const entry = this.known.intern(bytes, start, end);
    if (entry === before) this.learn(entry, bytes, start, end);
    this.builder.codes[row] = this.codes[entry] as number;
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
