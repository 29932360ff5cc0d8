/** Collects rows as they arrive into typed arrays and dictionaries; converts types, counts what could not be used. */
import type { Column, Frame } from '../../model/frame.js';

export type ColumnPlan =
  | { readonly kind: 'id' }
  | { readonly kind: 'numeric'; readonly name: string }
  | { readonly kind: 'category'; readonly name: string }
  /** One JSON cell that holds several features by name. */
  | { readonly kind: 'json'; readonly numeric: readonly string[]; readonly categorical: readonly string[] };

/** Turns a cell as it came over the wire into the value that is measured. */
export type CellConverter = (cell: unknown) => unknown;

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
    if (typeof cell === 'string') {
      const value = Number(cell);
      // Spaces alone would be zero.
      if (!Number.isNaN(value) && (value !== 0 || cell.trim() !== '')) return value;
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
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (cell instanceof Date) return cell.toISOString();
  // Binary keys.
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex');
  return JSON.stringify(cell);
}

type Setter = (row: number, cell: unknown) => void;

/** Where the JSON cell of a row is, and the features that are taken out of it. */
interface JsonPlan {
  readonly index: number;
  readonly parts: readonly { readonly builder: NumericBuilder | CategoryBuilder; readonly own: boolean }[];
  readonly categorical: readonly string[];
}

export class FrameBuilder {
  /** Rows seen so far, also those that were dropped. */
  read = 0;
  private rows = 0;
  private duplicateIds = 0;
  private poison = 0;
  private readonly seen = new Set<string>();
  private readonly builders: (NumericBuilder | CategoryBuilder)[] = [];
  private readonly setters: readonly (Setter | null)[];
  private readonly idIndex: number;
  private readonly json: JsonPlan | null;
  private conversions: readonly { readonly index: number; readonly convert: CellConverter }[] = [];

  constructor(plan: readonly ColumnPlan[]) {
    this.idIndex = plan.findIndex((column) => column.kind === 'id');
    this.setters = plan.map((column) => this.setterOf(column));
    this.json = this.jsonPlanOf(plan);
  }

  /** For each column of the plan, what its cells pass through first; set when the server has told the types. */
  convertWith(converters: readonly (CellConverter | null)[]): void {
    this.conversions = converters.flatMap((convert, index) => (convert === null ? [] : [{ index, convert }]));
  }

  private setterOf(column: ColumnPlan): Setter | null {
    if (column.kind === 'id' || column.kind === 'json') return null;
    const builder = column.kind === 'numeric' ? new NumericBuilder(column.name) : new CategoryBuilder(column.name);
    this.builders.push(builder);
    return (row, cell) => {
      builder.set(row, cell);
    };
  }

  private jsonPlanOf(plan: readonly ColumnPlan[]): JsonPlan | null {
    const index = plan.findIndex((column) => column.kind === 'json');
    const column = plan[index];
    if (column?.kind !== 'json') return null;
    const builders = [
      ...column.numeric.map((name) => new NumericBuilder(name)),
      ...column.categorical.map((name) => new CategoryBuilder(name)),
    ];
    this.builders.push(...builders);
    // A feature named `constructor` must not be found where the row has none.
    const parts = builders.map((builder) => ({ builder, own: builder.name in Object.prototype }));
    return { index, parts, categorical: column.categorical };
  }

  /** Takes the row over: cells are converted where they stand. */
  add(row: unknown[]): void {
    this.read += 1;
    for (const { index, convert } of this.conversions) row[index] = convert(row[index]);
    const id = row[this.idIndex];
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
    if (this.json !== null) {
      const features = featuresOf(row[this.json.index], this.json.categorical);
      // Known before any cell is set: a row set aside leaves no level and no count behind.
      if (features === undefined) {
        this.poison += 1;
        return;
      }
      this.setFeatures(this.json, features);
    }
    for (let i = 0; i < this.setters.length; i += 1) this.setters[i]?.(this.rows, row[i]);
    this.rows += 1;
  }

  private setFeatures({ parts }: JsonPlan, features: Features | null): void {
    for (const { builder, own } of parts) {
      const present = features !== null && (!own || Object.hasOwn(features, builder.name));
      builder.set(this.rows, present ? features[builder.name] : null);
    }
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

type Features = Readonly<Record<string, unknown>>;

/** Texts, which stay as they are, or numbers. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** As a category a long integer keeps all its digits, as it does in a column of its own; as a number it is rounded. */
function quoteLongIntegers(json: string): string {
  return json.replace(TEXT_OR_NUMBER, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
}

/** Whether reading the value as JSON does may have cost it digits. */
function mayBeRounded(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null;
}

function asFeatures(value: unknown): Features | null | undefined {
  if (value === null) return null;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Features) : undefined;
}

/** Null where the row has no features; undefined where the cell is no object, and the row cannot be used. */
function featuresOf(cell: unknown, categorical: readonly string[]): Features | null | undefined {
  if (typeof cell !== 'string') return cell === undefined ? null : asFeatures(cell);
  try {
    const features = asFeatures(JSON.parse(cell));
    if (features === null || features === undefined) return features;
    for (const name of categorical) {
      if (mayBeRounded(features[name])) return asFeatures(JSON.parse(quoteLongIntegers(cell)));
    }
    return features;
  } catch {
    return undefined;
  }
}
