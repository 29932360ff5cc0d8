/** Parquet files as records: a row group is read at a time, column by column, and given row by row. */
import { open } from 'node:fs/promises';
import type { RowGroup } from 'hyparquet';
import { type ColumnForm, formOf, textOf } from './cell-value.js';
import { ParquetError } from './parquet-error.js';
import { cellsOf, type OpenedFile, openFile, reasonOf } from './read-parquet-file.js';

export interface ParquetRecord {
  /** Cells by name: numbers, texts and truth values; times as ISO 8601 in UTC, decimals with all their digits; else null. */
  readonly cells: Readonly<Record<string, string | number | boolean | null>>;
  /** How much of the file has been given, 0 to 1. */
  readonly share: number;
}

type Cell = ParquetRecord['cells'][string];

function cellOf(value: unknown, form: ColumnForm): Cell {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (form.kind !== 'plain') return textOf(value, form);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return textOf(value, form);
}

function formsOf({ path, elements }: OpenedFile): ReadonlyMap<string, ColumnForm> {
  return new Map(
    [...elements].map(([name, element]) => {
      const form = formOf(element);
      if (form === undefined) {
        throw new ParquetError(path, 'its type holds no single value; make its fields columns of their own', name);
      }
      return [name, form];
    }),
  );
}

/** The cells of a column in the row group, in one list. */
async function columnOf(opened: OpenedFile, group: RowGroup, name: string, form: ColumnForm): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const piece of await cellsOf(opened, group, name)) {
    for (let at = 0; at < piece.length; at++) {
      try {
        cells.push(cellOf(piece[at], form));
      } catch (error) {
        throw new ParquetError(opened.path, reasonOf(error), name);
      }
    }
  }
  return cells;
}

async function* recordsIn(opened: OpenedFile): AsyncGenerator<ParquetRecord> {
  const forms = formsOf(opened);
  const groups = opened.metadata.row_groups;
  const total = groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  let given = 0;
  for (const group of groups) {
    const columns: (readonly [string, readonly Cell[]])[] = [];
    for (const [name, form] of forms) columns.push([name, await columnOf(opened, group, name, form)]);
    for (let row = 0; row < Number(group.num_rows); row++) {
      given++;
      yield {
        cells: Object.fromEntries(columns.map(([name, cells]) => [name, cells[row] ?? null])),
        share: given / total,
      };
    }
  }
}

/** Faults name the file and the column. */
export async function* readParquetRecords(path: string): AsyncGenerator<ParquetRecord> {
  const handle = await open(path);
  try {
    yield* recordsIn(await openFile(path, handle));
  } finally {
    await handle.close();
  }
}
