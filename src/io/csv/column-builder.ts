/** Columns that grow cell by cell, into the typed arrays of a frame. */

import type { CategoryColumn, NumericColumn } from '../../model/frame.js';
import { parseNumber, parseTime } from './parse-cell.js';

const FIRST_CAPACITY = 1024;

/** Collects the cells of one column; an empty cell is missing. */
export interface ColumnBuilder {
  add(cell: string): void;
  finish(): NumericColumn | CategoryColumn;
}

/** Numbers, or times as milliseconds; cells that are neither are counted as type mismatches. */
class NumericBuilder implements ColumnBuilder {
  readonly #name: string;
  readonly #parse: (text: string) => number | undefined;
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  #typeMismatches = 0;

  constructor(name: string, parse: (text: string) => number | undefined) {
    this.#name = name;
    this.#parse = parse;
  }

  add(cell: string): void {
    if (this.#length === this.#values.length) {
      const wider = new Float64Array(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    let value: number | undefined = NaN;
    if (cell !== '') {
      value = this.#parse(cell);
      if (value === undefined) {
        this.#typeMismatches++;
        value = NaN;
      }
    }
    this.#values[this.#length++] = value;
  }

  finish(): NumericColumn {
    return {
      kind: 'numeric',
      name: this.#name,
      values: this.#values.slice(0, this.#length),
      typeMismatches: this.#typeMismatches,
    };
  }
}

/** Texts as codes; levels in order of first appearance. */
class CategoryBuilder implements ColumnBuilder {
  readonly #name: string;
  readonly #codeOf = new Map<string, number>();
  #codes = new Int32Array(FIRST_CAPACITY);
  #length = 0;

  constructor(name: string) {
    this.#name = name;
  }

  add(cell: string): void {
    if (this.#length === this.#codes.length) {
      const wider = new Int32Array(2 * this.#length);
      wider.set(this.#codes);
      this.#codes = wider;
    }
    let code = -1;
    if (cell !== '') {
      const known = this.#codeOf.get(cell);
      if (known === undefined) {
        code = this.#codeOf.size;
        this.#codeOf.set(cell, code);
      } else code = known;
    }
    this.#codes[this.#length++] = code;
  }

  finish(): CategoryColumn {
    return {
      kind: 'category',
      name: this.#name,
      codes: this.#codes.slice(0, this.#length),
      levels: [...this.#codeOf.keys()],
    };
  }
}

/** What the cells of a column are read as. */
export type CellKind = 'numeric' | 'time' | 'category';

export function columnBuilder(name: string, kind: CellKind): ColumnBuilder {
  if (kind === 'category') return new CategoryBuilder(name);
  return new NumericBuilder(name, kind === 'time' ? parseTime : parseNumber);
}
