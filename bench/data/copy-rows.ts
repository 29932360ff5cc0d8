/** Rows of a table once more, other in some columns: how a small table becomes a large one within the server. */
import type { RowDataPacket } from 'mysql2';
import type { Connection } from 'mysql2/promise';

export interface Copying {
  readonly table: string;
  /** SQL of the columns that are other in the copy. */
  readonly other: Readonly<Record<string, string>>;
  /** Which rows, as SQL. */
  readonly where: string;
  /** What stands at the question marks of the columns, then at those of `where`. */
  readonly values: readonly (string | Date)[];
}

export async function copyRows(tables: Connection, { table, other, where, values }: Copying): Promise<void> {
  const [columns] = await tables.query<RowDataPacket[]>(`SHOW COLUMNS FROM ${table}`);
  const names = columns.map((column) => String(column['Field']));
  // In the order of the table's columns, as the values are.
  const selected = names.map((name) => other[name] ?? name);
  await tables.query(
    `INSERT INTO ${table} (${names.join(', ')}) SELECT ${selected.join(', ')} FROM ${table} WHERE ${where}`,
    [...values],
  );
}

/** How many rows the first ones are, at most: the ids of their copies begin behind. */
const COPY = 1_000_000_000;
const HOUR_MS = 3_600_000;

interface Growing {
  readonly table: string;
  /** Which rows of the table are the window's, besides their time: SQL. */
  readonly where?: string;
  readonly window: { readonly from: number; readonly to: number };
  /** How many times the first rows it holds, and how many it is to hold. */
  readonly from: number;
  readonly to: number;
  readonly other?: (copy: number) => Readonly<Record<string, string>>;
}

/** The rows that the window had at first again and again, each copy a millisecond behind the one before; hour by hour. */
export async function growWindow(
  tables: Connection,
  { table, where = 'TRUE', window, from, to, other }: Growing,
): Promise<void> {
  for (let hour = window.from; hour < window.to; hour += HOUR_MS) {
    const [begin, end, last] = [hour, hour + HOUR_MS, hour + HOUR_MS - 1].map((at) => new Date(at)) as [
      Date,
      Date,
      Date,
    ];
    for (let copy = from; copy < to; copy += 1) {
      await copyRows(tables, {
        table,
        other: {
          ...other?.(copy),
          id: `id + ${String(copy * COPY)}`,
          // The last millisecond of an hour has no later one in it.
          ts: `LEAST(ts + INTERVAL ${String(copy)} * 1000 MICROSECOND, ?)`,
        },
        where: `${where} AND ts >= ? AND ts < ? AND id < ${String(COPY)}`,
        values: [last, begin, end],
      });
    }
  }
}
