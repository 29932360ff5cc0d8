/** A look at a table that nobody has described yet: its columns, a bounded sample of its rows, how far back it goes. */
import { COLUMN_NAME } from '../../model/identifiers.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { hasIndexForRange } from './index-use.js';
import { instantOrNull, numberOrNull, select, text, type Queryable, type Row } from './rows.js';
import type { SourceTable } from './source-tables.js';

/** Rows that are looked at: enough to tell a class from a number, little enough for any table. */
export const SAMPLED_ROWS = 2_000;

/** Types whose cells say nothing here and may be large. */
const UNREAD = /blob|binary|geometry|point|linestring|polygon|collection|vector/;

export interface SampledColumn {
  readonly name: string;
  /** Lower case, without length. */
  readonly type: string;
  /** Alone it identifies a row. */
  readonly unique: boolean;
  /** Cells of the sampled rows that hold something, as texts. */
  readonly values: readonly string[];
  /** Cells of the sampled rows that hold nothing. */
  readonly empty: number;
}

/** Columns that hold one value a row and whose names a definition can use; the others with the reason. */
export interface UsableColumns {
  readonly usable: readonly string[];
  readonly unusable: ReadonlyArray<readonly [name: string, reason: string]>;
}

export function usableColumns(table: SourceTable): UsableColumns {
  const unusable: [string, string][] = [];
  const usable: string[] = [];
  for (const { name, type, readable } of table.columns.values()) {
    if (!readable) unusable.push([name, 'the account may not read it']);
    else if (!COLUMN_NAME.test(name)) unusable.push([name, 'a definition cannot use its name; rename it in a view']);
    else if (UNREAD.test(type)) unusable.push([name, `its type, ${type}, holds no feature`]);
    else usable.push(name);
  }
  return { usable, unusable };
}

/** Columns that alone are a primary or unique key. */
async function uniqueColumns(db: Queryable, tableName: string): Promise<ReadonlySet<string>> {
  const parts = tableName.split('.');
  const rows = await select(
    db,
    `SELECT COLUMN_NAME AS name, COLUMN_KEY AS part FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ? AND COLUMN_KEY IN ('PRI', 'UNI')`,
    [parts.length === 2 ? (parts[0] ?? null) : null, parts.at(-1) ?? ''],
  );
  const primary = rows.filter((row) => text(row, 'part') === 'PRI');
  // A primary key of several columns marks each of them.
  const alone = rows.filter((row) => text(row, 'part') === 'UNI' || primary.length === 1);
  return new Set(alone.map((row) => text(row, 'name')));
}

function cellText(cell: unknown, type: string): string | null {
  if (cell === null || cell === undefined) return null;
  if (type === 'bit' && Buffer.isBuffer(cell)) return String(parseInt(cell.toString('hex'), 16));
  if (cell instanceof Date) return cell.toISOString();
  if (Buffer.isBuffer(cell)) return cell.toString('hex');
  // Texts as they are; numbers and the rest as JSON writes them.
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

/** The newest rows where an index by `time` gives them, else any. */
export async function sampleColumns(
  db: Queryable,
  tableName: string,
  table: SourceTable,
  columns: readonly string[],
  time: string | undefined,
): Promise<readonly SampledColumn[]> {
  const newest = time !== undefined && hasIndexForRange(table, [], time) ? ` ORDER BY ${quoteColumn(time)} DESC` : '';
  const list = columns.map(quoteColumn).join(', ');
  const rows: readonly Row[] =
    columns.length === 0
      ? []
      : await select(db, `SELECT ${list} FROM ${quoteTable(tableName)}${newest} LIMIT ${String(SAMPLED_ROWS)}`);
  const unique = await uniqueColumns(db, tableName);
  return columns.map((name) => {
    const type = table.columns.get(name)?.type ?? '';
    const cells = rows.map((row) => cellText(row[name], type));
    const values = cells.filter((cell) => cell !== null);
    return { name, type, unique: unique.has(name), values, empty: cells.length - values.length };
  });
}

export interface TableExtent {
  /** About how many rows, as the server estimates it; null where it does not. */
  readonly rows: number | null;
  /** Oldest and newest time, milliseconds; null where no index tells them at once, or there are no rows. */
  readonly span: readonly [from: number, to: number] | null;
}

/** How large the table is and how far back it goes, from what the server has at hand. */
export async function tableExtent(
  db: Queryable,
  tableName: string,
  table: SourceTable,
  time: string | undefined,
): Promise<TableExtent> {
  const parts = tableName.split('.');
  const [size] = await select(
    db,
    'SELECT TABLE_ROWS AS size FROM information_schema.TABLES WHERE TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?',
    [parts.length === 2 ? (parts[0] ?? null) : null, parts.at(-1) ?? ''],
  );
  const rows = size === undefined ? null : numberOrNull(size, 'size');
  if (time === undefined || !hasIndexForRange(table, [], time)) return { rows, span: null };
  const column = quoteColumn(time);
  const ends = `CAST(MIN(${column}) AS DATETIME(3)) AS oldest, CAST(MAX(${column}) AS DATETIME(3)) AS newest`;
  const [row] = await select(db, `SELECT ${ends} FROM ${quoteTable(tableName)}`);
  const [from, to] = row === undefined ? [null, null] : [instantOrNull(row, 'oldest'), instantOrNull(row, 'newest')];
  return { rows, span: from === null || to === null ? null : [from, to] };
}
