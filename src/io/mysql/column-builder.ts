/** Columns of a frame while they are filled, row by row; all of a frame's columns grow together. */
import type { CategoryCodes, Column } from '../../model/frame.js';

export const FIRST_CAPACITY = 1024;
/** Below this many rows the width of the codes is no matter, and all windows having the same keeps the measuring fast. */
const NARROW_FROM_ROWS = 65_536;

/** Whether so few places of a column are left over that it may keep them: then it need not be copied. */
const isNearlyFull = (rows: number, capacity: number): boolean => capacity - rows <= capacity / 8;

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
    const grown = new Float64Array(capacity);
    grown.set(this.values);
    this.values = grown;
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
    const used = this.values.subarray(0, rows);
    const values = isNearlyFull(rows, this.values.length) ? used : used.slice();
    return { kind: 'numeric', name, values, typeMismatches: mismatches };
  }
}

export class CategoryBuilder {
  codes = new Int32Array(FIRST_CAPACITY);
  private readonly dictionary = new Map<string, number>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  grow(capacity: number): void {
    const grown = new Int32Array(capacity);
    grown.set(this.codes);
    this.codes = grown;
  }

  /** Code of a level; levels are numbered as they appear. */
  codeOf(text: string): number {
    const known = this.dictionary.get(text);
    if (known !== undefined) return known;
    const code = this.dictionary.size;
    this.dictionary.set(text, code);
    return code;
  }

  setCell(row: number, cell: unknown): void {
    const text = categoryText(cell);
    this.codes[row] = text === null ? -1 : this.codeOf(text);
  }

  finish(rows: number): Column {
    const levels = [...this.dictionary.keys()];
    return { kind: 'category', name: this.name, codes: narrowed(this.codes, rows, levels.length), levels };
  }
}

function narrowed(codes: Int32Array, rows: number, levels: number): CategoryCodes {
  const used = codes.subarray(0, rows);
  if (rows < NARROW_FROM_ROWS || levels > 0x7fff) return isNearlyFull(rows, codes.length) ? used : used.slice();
  return levels <= 0x7f ? new Int8Array(used) : new Int16Array(used);
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
