/** Typed access to the cells of a row as mysql2 returns them. A cell of another type is a fault of the schema, not of data. */
import type { TypeCastField } from 'mysql2';
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';

export type Queryable = Pool | PoolConnection;
export type Cell = string | number | Date | null | boolean | Buffer;

export type Row = RowDataPacket;

/** The driver's own reading of a number in the text protocol is off by a bit for some of 16 digits. */
function exactNumbers(field: TypeCastField, next: () => unknown): unknown {
  if (field.type !== 'DOUBLE' && field.type !== 'FLOAT') return next();
  const digits = field.string();
  return digits === null ? null : Number(digits);
}

export async function select(db: Queryable, sql: string, values: readonly Cell[] = []): Promise<readonly Row[]> {
  const [rows] = await db.query<Row[]>({ sql, values: [...values], typeCast: exactNumbers });
  return rows;
}

/** Runs a statement that changes rows; returns how many it matched. */
export async function change(db: Queryable, sql: string, values: readonly Cell[] = []): Promise<number> {
  const [result] = await db.query(sql, [...values]);
  return 'affectedRows' in result ? result.affectedRows : 0;
}

/**
 * Inserts all rows in one statement; `insert` ends with `VALUES ?`, or holds it before what follows. The driver writes a
 * list of rows at a third of the price of one question mark for each cell.
 */
export async function insertRows(db: Queryable, insert: string, rows: readonly (readonly Cell[])[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query(insert, [rows]);
}

/** As `change`, for tables with an auto-increment key; returns the new key. */
export async function insertedId(db: Queryable, sql: string, values: readonly Cell[] = []): Promise<number> {
  const [result] = await db.query(sql, [...values]);
  return 'insertId' in result ? result.insertId : 0;
}

function wrongType(column: string, cell: unknown, wanted: string): Error {
  return new Error(`column ${column} holds ${cell === null ? 'NULL' : typeof cell} where ${wanted} is expected`);
}

export function text(row: Row, column: string): string {
  const cell: unknown = row[column];
  if (typeof cell === 'string') return cell;
  throw wrongType(column, cell, 'a text');
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = Number(row[column]);
  if (row[column] !== null && Number.isFinite(value)) return value;
  throw wrongType(column, row[column], 'a number');
}

export function numberOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

/** `DATETIME` cells as milliseconds since the epoch. */
export function instant(row: Row, column: string): number {
  const cell: unknown = row[column];
  if (cell instanceof Date) return cell.getTime();
  throw wrongType(column, cell, 'a time');
}

export function instantOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : instant(row, column);
}

/** JSON kept as text: never the server's JSON type, which MySQL and MariaDB store differently. */
export function json(row: Row, column: string): unknown {
  const cell: unknown = row[column];
  return typeof cell === 'string' ? (JSON.parse(cell) as unknown) : cell;
}
