/**
 * Collects rows of cells, as the driver decoded them, into typed arrays and dictionaries; converts types, counts what could
 * not be used. `RowDecoder` does the same from the bytes, for the types that nearly all tables have.
 */
import type { Frame } from '../../model/frame.js';
import { ROLE_COLUMNS } from '../../model/roles.js';
import { categoryText, CategoryBuilder, FIRST_CAPACITY, NumericBuilder } from './column-builder.js';
import { featuresOf, type Features } from './json-features.js';
import { SeenIds } from './seen-ids.js';

export type ColumnPlan =
  | { readonly kind: 'id' }
  | { readonly kind: 'numeric'; readonly name: string }
  | { readonly kind: 'category'; readonly name: string }
  /** One JSON cell that holds several features by name. */
  | { readonly kind: 'json'; readonly numeric: readonly string[]; readonly categorical: readonly string[] };

export type JsonColumnPlan = Extract<ColumnPlan, { readonly kind: 'json' }>;

/** Turns a cell as it came over the wire into the value that is measured. */
export type CellConverter = (cell: unknown) => unknown;

export type ColumnBuilder = NumericBuilder | CategoryBuilder;

/** Builders of the features in a JSON cell, in the order of the plan. */
function jsonBuilders(column: JsonColumnPlan): ColumnBuilder[] {
  return [
    ...column.numeric.map((name) => new NumericBuilder(name)),
    ...column.categorical.map((name) => new CategoryBuilder(name)),
  ];
}

/** A cell that holds no such feature has no value there, whatever an object inherits under its name. */
export function setFeatures(builders: readonly ColumnBuilder[], row: number, features: Features | null): void {
  for (const builder of builders) {
    const present = features !== null && Object.hasOwn(features, builder.name);
    builder.setCell(row, present ? features[builder.name] : null);
  }
}

/**
 * What was outgrown lies about until the collector comes, and room that is never written to costs no memory: rather grow
 * seldom.
 */
const GROWTH = 4;

/** The ids of rows, to tell the second row of an id from the first; one for all parts of what is read in parts. */
export class RowIds {
  /** As the driver decoded them. */
  readonly cells = new Set<string>();
  private seen: SeenIds | undefined;

  /** As bytes; numbers arrive with their lowest byte first. */
  bytes(lowestFirst: boolean): SeenIds {
    return (this.seen ??= new SeenIds(lowestFirst));
  }
}

/** What both ways of filling a frame share: its columns and the counts beside them. */
export class FrameColumns {
  /** Rows seen so far, also those that were dropped. */
  read = 0;
  rows = 0;
  duplicateIds = 0;
  poison = 0;
  capacity = FIRST_CAPACITY;
  /** By place in the plan; a JSON cell and the id have none there. */
  readonly byPlace: readonly (ColumnBuilder | null)[];
  readonly features: readonly ColumnBuilder[];
  readonly json: JsonColumnPlan | null;

  readonly ids: RowIds;
  private readonly time: ColumnBuilder | undefined;

  constructor(plan: readonly ColumnPlan[], ids = new RowIds()) {
    this.ids = ids;
    this.byPlace = plan.map((column) => {
      if (column.kind === 'numeric') return new NumericBuilder(column.name);
      return column.kind === 'category' ? new CategoryBuilder(column.name) : null;
    });
    this.time = this.byPlace.find((builder) => builder?.name === ROLE_COLUMNS.time) ?? undefined;
    this.json = plan.find((column) => column.kind === 'json') ?? null;
    this.features = this.json === null ? [] : jsonBuilders(this.json);
  }

  private get all(): readonly ColumnBuilder[] {
    return [...this.byPlace.filter((builder) => builder !== null), ...this.features];
  }

  /** Room for one row more. */
  reserve(): void {
    if (this.rows < this.capacity) return;
    this.capacity *= GROWTH;
    for (const builder of this.all) builder.grow(this.capacity);
  }

  /** Time of the last row, milliseconds since the epoch; rows come in the order of their times. */
  get newest(): number | undefined {
    return this.time instanceof NumericBuilder && this.rows > 0 ? this.time.values[this.rows - 1] : undefined;
  }

  finish(): Frame {
    const { rows, read, duplicateIds, poison } = this;
    const columns = new Map(this.all.map((builder) => [builder.name, builder.finish(rows)]));
    return { rows, columns, intake: { read, duplicateIds, poison } };
  }
}

export class FrameBuilder {
  private readonly columns: FrameColumns;
  private readonly idIndex: number;
  private readonly jsonIndex: number;
  private conversions: readonly { readonly index: number; readonly convert: CellConverter }[] = [];

  constructor(plan: readonly ColumnPlan[], columns = new FrameColumns(plan)) {
    this.columns = columns;
    this.idIndex = plan.findIndex((column) => column.kind === 'id');
    this.jsonIndex = plan.findIndex((column) => column.kind === 'json');
  }

  /** For each column of the plan, what its cells pass through first; set when the server has told the types. */
  convertWith(converters: readonly (CellConverter | null)[]): void {
    this.conversions = converters.flatMap((convert, index) => (convert === null ? [] : [{ index, convert }]));
  }

  /** Takes the row over: cells are converted where they stand. */
  add(row: unknown[]): void {
    const { columns } = this;
    columns.read += 1;
    for (const { index, convert } of this.conversions) row[index] = convert(row[index]);
    const key = categoryText(row[this.idIndex]);
    if (key === null) {
      columns.poison += 1;
      return;
    }
    const { cells: seen } = columns.ids;
    if (seen.has(key)) {
      columns.duplicateIds += 1;
      return;
    }
    seen.add(key);
    columns.reserve();
    if (columns.json !== null) {
      const features = featuresOf(row[this.jsonIndex], columns.json.categorical);
      // Known before any cell is set: a row set aside leaves no level and no count behind.
      if (features === undefined) {
        columns.poison += 1;
        return;
      }
      setFeatures(columns.features, columns.rows, features);
    }
    for (const [index, builder] of columns.byPlace.entries()) builder?.setCell(columns.rows, row[index]);
    columns.rows += 1;
  }

  finish(): Frame {
    return this.columns.finish();
  }
}
