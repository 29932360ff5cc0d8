/** What the server says of a table: its columns and their types, what the account may read, its indexes. */
import { errnoOf } from './pool.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { integer, select, text, type Queryable } from './rows.js';

export interface SourceColumn {
  readonly name: string;
  /** Lower case, without length: `varchar`, `datetime`. */
  readonly type: string;
  readonly readable: boolean;
}

export interface SourceTable {
  readonly columns: ReadonlyMap<string, SourceColumn>;
  /** Columns of each index, in order; null where the server keeps none (a view). */
  readonly indexes: readonly (readonly string[])[] | null;
}

export type TableLookup =
  | { readonly state: 'found'; readonly table: SourceTable }
  | { readonly state: 'missing'; readonly others: readonly string[] }
  | { readonly state: 'no database' }
  | { readonly state: 'refused'; readonly reason: string };

interface TablePlace {
  readonly database: string;
  readonly table: string;
}

async function placeOf(db: Queryable, name: string): Promise<TablePlace> {
  const [first = '', second] = name.split('.');
  if (second !== undefined) return { database: first, table: second };
  const [row] = await select(db, 'SELECT DATABASE() AS place');
  return { database: row === undefined ? '' : text(row, 'place'), table: first };
}

/** `select,insert` as the server lists them for a column; an account without any right sees no column at all. */
const mayRead = (privileges: string): boolean => privileges.toLowerCase().split(',').includes('select');

async function columnsOf(db: Queryable, place: TablePlace): Promise<ReadonlyMap<string, SourceColumn>> {
  const rows = await select(
    db,
    `SELECT COLUMN_NAME AS name, DATA_TYPE AS type, PRIVILEGES AS privileges FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [place.database, place.table],
  );
  return new Map(
    rows.map((row) => {
      const name = text(row, 'name');
      // DATA_TYPE is a LONGTEXT on MySQL and a VARCHAR on MariaDB: a text on both.
      return [name, { name, type: text(row, 'type').toLowerCase(), readable: mayRead(text(row, 'privileges')) }];
    }),
  );
}

async function indexesOf(db: Queryable, place: TablePlace): Promise<readonly (readonly string[])[] | null> {
  const [kind] = await select(
    db,
    'SELECT TABLE_TYPE AS kind FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [place.database, place.table],
  );
  if (kind === undefined || text(kind, 'kind') !== 'BASE TABLE') return null;
  const rows = await select(
    db,
    `SELECT INDEX_NAME AS name, SEQ_IN_INDEX AS place, COLUMN_NAME AS column_name FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_TYPE = 'BTREE' AND COLUMN_NAME IS NOT NULL
     ORDER BY INDEX_NAME, SEQ_IN_INDEX`,
    [place.database, place.table],
  );
  const indexes = new Map<string, string[]>();
  for (const row of rows) {
    const columns = indexes.get(text(row, 'name')) ?? [];
    // An expression in between ends what of the index can be used here.
    if (columns.length + 1 === integer(row, 'place')) columns.push(text(row, 'column_name'));
    indexes.set(text(row, 'name'), columns);
  }
  return [...indexes.values()];
}

async function otherTables(db: Queryable, database: string): Promise<readonly string[]> {
  const rows = await select(
    db,
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME LIMIT 500',
    [database],
  );
  return rows.map((row) => text(row, 'name'));
}

const NO_SUCH_TABLE = 1146;
const NO_SUCH_DATABASE = 1049;
const MAY_NOT = new Set([1142, 1143, 1044, 1227]);

/** Looks a table or view up; errors other than "not there" and "may not" go on to the caller. */
export async function lookUpTable(db: Queryable, name: string): Promise<TableLookup> {
  const place = await placeOf(db, name);
  try {
    const columns = await columnsOf(db, place);
    if (columns.size > 0) {
      return { state: 'found', table: { columns, indexes: await indexesOf(db, place) } };
    }
    // Nothing seen: either nothing is there, or it is hidden. Only asking for it tells the two apart.
    await select(db, `SELECT 1 FROM ${quoteTable(name)} LIMIT 0`);
    return { state: 'refused', reason: 'its columns are hidden from this account' };
  } catch (error) {
    const errno = errnoOf(error) ?? 0;
    if (errno === NO_SUCH_TABLE) return { state: 'missing', others: await otherTables(db, place.database) };
    if (errno === NO_SUCH_DATABASE) return { state: 'no database' };
    if (MAY_NOT.has(errno)) return { state: 'refused', reason: error instanceof Error ? error.message : 'refused' };
    throw error;
  }
}

/** A column that the catalogue does not show may be there all the same, for other accounts. */
export async function isHidden(db: Queryable, table: string, column: string): Promise<boolean> {
  try {
    await select(db, `SELECT ${quoteColumn(column)} FROM ${quoteTable(table)} LIMIT 0`);
    return false;
  } catch (error) {
    return MAY_NOT.has(errnoOf(error) ?? 0);
  }
}
