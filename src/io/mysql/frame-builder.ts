/** Collects rows as they arrive into typed arrays and dictionaries; converts types, counts what could not be used. */
import type { Column, Frame } from '../../model/frame.js';

export type ColumnPlan =
  | { readonly kind: 'id' }
  | { readonly kind: 'numeric'; readonly name: string }
  | { readonly kind: 'category'; readonly name: string }
  /** One JSON cell that holds several features by name. */
  | { readonly kind: 'json'; readonly numeric: readonly string[]; readonly categorical: readonly string[] };

const FIRST_CAPACITY = 1024;

/** Grows by doubling; the finished column is cut to size. */
class NumericBuilder {
  private values = new Float64Array(FIRST_CAPACITY);
  private mismatches = 0;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  set(row: number, cell: unknown): void {
    if (row >= this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[row] = this.convert(cell);
  }

  private convert(cell: unknown): number {
    if (typeof cell === 'number') return cell;
    if (cell === null || cell === undefined) return NaN;
    if (typeof cell === 'boolean') return cell ? 1 : 0;
    if (cell instanceof Date) return cell.getTime();
    if (typeof cell === 'string' || typeof cell === 'bigint') {
      const text = String(cell).trim();
      const value = text === '' ? NaN : Number(text);
      if (!Number.isNaN(value)) return value;
    }
    this.mismatches += 1;
    return NaN;
  }

  finish(rows: number): Column {
    return { kind: 'numeric', name: this.name, values: this.values.slice(0, rows), typeMismatches: this.mismatches };
  }
}

class CategoryBuilder {
  private codes = new Int32Array(FIRST_CAPACITY);
  private readonly dictionary = new Map<string, number>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  set(row: number, cell: unknown): void {
    if (row >= this.codes.length) {
      const grown = new Int32Array(this.codes.length * 2);
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[row] = cell === null || cell === undefined ? -1 : this.code(categoryText(cell));
  }

  private code(text: string): number {
    const known = this.dictionary.get(text);
    if (known !== undefined) return known;
    const code = this.dictionary.size;
    this.dictionary.set(text, code);
    return code;
  }

  finish(rows: number): Column {
    return { kind: 'category', name: this.name, codes: this.codes.slice(0, rows), levels: [...this.dictionary.keys()] };
  }
}

function categoryText(cell: unknown): string {
  if (typeof cell === 'string') return cell;
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'object') return JSON.stringify(cell);
  return typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint' ? String(cell) : '';
}

type Setter = (row: number, cell: unknown) => boolean;

export class FrameBuilder {
  /** Rows seen so far, also those that were dropped. */
  read = 0;
  private rows = 0;
  private duplicateIds = 0;
  private poison = 0;
  private readonly seen = new Set<string>();
  private readonly builders: (NumericBuilder | CategoryBuilder)[] = [];
  private readonly setters: Setter[];
  private readonly idIndex: number;

  constructor(plan: readonly ColumnPlan[]) {
    this.idIndex = plan.findIndex((column) => column.kind === 'id');
    this.setters = plan.map((column) => this.setterOf(column));
  }

  private setterOf(column: ColumnPlan): Setter {
    switch (column.kind) {
      case 'id':
        return () => true;
      case 'numeric':
      case 'category': {
        const builder = column.kind === 'numeric' ? new NumericBuilder(column.name) : new CategoryBuilder(column.name);
        this.builders.push(builder);
        return (row, cell) => {
          builder.set(row, cell);
          return true;
        };
      }
      case 'json':
        return this.jsonSetter(column.numeric, column.categorical);
    }
  }

  private jsonSetter(numeric: readonly string[], categorical: readonly string[]): Setter {
    const parts = [
      ...numeric.map((name) => new NumericBuilder(name)),
      ...categorical.map((name) => new CategoryBuilder(name)),
    ];
    this.builders.push(...parts);
    return (row, cell) => {
      const features = asObject(cell);
      for (const part of parts) part.set(row, features?.[part.name]);
      // A row without features is not poison: its features are missing. A cell that is no object is.
      return features !== null || cell === null;
    };
  }

  add(cells: readonly unknown[]): void {
    this.read += 1;
    const id = cells[this.idIndex];
    if (id === null || id === undefined) {
      this.poison += 1;
      return;
    }
    const key = categoryText(id);
    if (this.seen.has(key)) {
      this.duplicateIds += 1;
      return;
    }
    this.seen.add(key);
    let usable = true;
    for (let i = 0; i < this.setters.length; i += 1) {
      if (this.setters[i]?.(this.rows, cells[i]) === false) usable = false;
    }
    // A poison row's cells are overwritten by the next row.
    if (usable) this.rows += 1;
    else this.poison += 1;
  }

  finish(): Frame {
    const columns = new Map<string, Column>();
    for (const builder of this.builders) columns.set(builder.name, builder.finish(this.rows));
    return {
      rows: this.rows,
      columns,
      intake: { read: this.read, duplicateIds: this.duplicateIds, poison: this.poison },
    };
  }
}

function asObject(cell: unknown): Record<string, unknown> | null {
  let value = cell;
  if (typeof cell === 'string') {
    try {
      value = JSON.parse(cell);
    } catch {
      return null;
    }
  }
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
