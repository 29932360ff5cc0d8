/** Columns of a frame while they are filled, row by row; all of a frame's columns grow together. */
import type { CategoryCodes, Column } from '../../model/frame.js';
import { type ArrayConstructorOf, COPIED_UP_TO, grown, type GrowingArray } from './growing-memory.js';

export const FIRST_CAPACITY = 1024;
/** Beyond this a column that is cut to size would be in memory twice: it keeps the room that was never used. */
const KEPT_WHOLE_FROM = 16_384;

/** The same codes in wider numbers. */
function widened<T extends CategoryCodes>(codes: CategoryCodes, kind: ArrayConstructorOf<T>): T {
  const { length } = codes;
  const more = length <= COPIED_UP_TO ? new kind(length) : grown(new kind(0), length);
  more.set(codes);
  return more;
}

/** The rows of a column, in memory of their own unless they fill most of it or are many. */
function usedOf<T extends GrowingArray>(cells: T, rows: number): T {
  const used = cells.subarray(0, rows) as T;
  return rows >= KEPT_WHOLE_FROM || cells.length - rows <= cells.length / 8 ? used : (used.slice() as T);
}

/** The number that a text says, or NaN; spaces alone are none. */
function numberOfText(text: string): number {
  const value = Number(text);
  return value === 0 && text.trim() === '' ? NaN : value;
}

export class NumericBuilder {
  values = new Float64Array(FIRST_CAPACITY);
  /** Cells that are present and no number. */
  mismatches = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  grow(capacity: number): void {
    this.values = grown(this.values, capacity);
  }

  setText(row: number, text: string): void {
    const value = numberOfText(text);
    this.values[row] = value;
    if (Number.isNaN(value)) this.mismatches += 1;
  }

  setCell(row: number, cell: unknown): void {
    if (typeof cell === 'number') this.values[row] = cell;
    else if (cell === null || cell === undefined) this.values[row] = NaN;
    else if (typeof cell === 'boolean') this.values[row] = cell ? 1 : 0;
    else if (cell instanceof Date) this.values[row] = cell.getTime();
    else if (typeof cell === 'string') this.setText(row, cell);
    else {
      this.values[row] = NaN;
      this.mismatches += 1;
    }
  }

  finish(rows: number): Column {
    const { name, mismatches } = this;
    const values = usedOf(this.values, rows);
    return { kind: 'numeric', name, values, typeMismatches: mismatches };
  }
}

export class CategoryBuilder {
  /** As wide as the levels so far need. */
  codes: CategoryCodes = new Int8Array(FIRST_CAPACITY);
  private readonly dictionary = new Map<string, number>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  grow(capacity: number): void {
    this.codes = grown(this.codes, capacity);
  }

  /** Code of a level; levels are numbered as they appear. */
  codeOf(text: string): number {
    const known = this.dictionary.get(text);
    if (known !== undefined) return known;
    const code = this.dictionary.size;
    this.dictionary.set(text, code);
    if (code === 0x80) this.codes = widened(this.codes, Int16Array);
    if (code === 0x8000) this.codes = widened(this.codes, Int32Array);
    return code;
  }

  setCell(row: number, cell: unknown): void {
    const text = categoryText(cell);
    const code = text === null ? -1 : this.codeOf(text);
    this.codes[row] = code;
  }

  finish(rows: number): Column {
    const levels = [...this.dictionary.keys()];
    return { kind: 'category', name: this.name, codes: usedOf(this.codes, rows), levels };
  }
}

/** What a cell is called as a category; null where it has no value, as a date that is none. */
export function categoryText(cell: unknown): string | null {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString();
  // Binary keys.
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex');
  return JSON.stringify(cell);
}
