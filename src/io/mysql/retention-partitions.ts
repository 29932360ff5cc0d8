/** Partitions by time of Plumbline's own tables: dropping one costs next to nothing, however many rows it holds. */
import type { Pool } from 'mysql2/promise';
import type { Window } from '../../model/window.js';
import { covers, OLDEST } from './retention-spans.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { errnoOf } from './pool.js';
import { select, text, textOrNull, type Queryable } from './rows.js';

export interface Partition extends Window {
  readonly name: string;
}

/** Day 0 of `TO_DAYS`, in days before 1970. */
const DAYS_BEFORE_1970 = 719_528;
const DAY_MS = 86_400_000;
/** Seconds that others may be kept waiting behind the change of a table. */
const LOCK_WAIT_S = 5;
const LOCK_WAIT_EXCEEDED = 1205;

/** The end of a partition: `'2026-11-02 00:00:00'` of RANGE COLUMNS, a day number of RANGE (TO_DAYS(…)); else null. */
function endOf(method: string, expression: string, description: string): number | null {
  const column = expression.replaceAll('`', '').toLowerCase().replaceAll(' ', '');
  if (method === 'RANGE COLUMNS' && column === 'time') {
    const instant = /^'(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.\d+)?)?'$/.exec(description);
    return instant === null ? null : Date.parse(`${instant[1] ?? ''}T${instant[2] ?? '00:00:00'}Z`);
  }
  if (method !== 'RANGE' || column !== 'to_days(time)' || !/^\d+$/.test(description)) return null;
  return (Number(description) - DAYS_BEFORE_1970) * DAY_MS;
}

/** Partitions that end at a known time, oldest first; none where the table has no such partitions. */
export async function partitionsOf(db: Queryable, table: string): Promise<readonly Partition[]> {
  const rows = await select(
    db,
    `SELECT PARTITION_NAME AS name, PARTITION_METHOD AS method, PARTITION_EXPRESSION AS expression,
       PARTITION_DESCRIPTION AS description, SUBPARTITION_NAME AS sub
     FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?
     ORDER BY PARTITION_ORDINAL_POSITION`,
    [table],
  );
  const partitions: Partition[] = [];
  let from = OLDEST;
  for (const row of rows) {
    const name = textOrNull(row, 'name');
    if (name === null || textOrNull(row, 'sub') !== null) return [];
    const to = endOf(text(row, 'method'), textOrNull(row, 'expression') ?? '', textOrNull(row, 'description') ?? '');
    if (to === null) break;
    partitions.push({ name, from, to });
    from = to;
  }
  return partitions;
}

/** Whether every model with rows in the partition may lose all of that time. */
async function mayGo(
  db: Queryable,
  table: string,
  partition: Partition,
  removable: ReadonlyMap<string, readonly Window[]>,
): Promise<boolean> {
  const rows = await select(
    db,
    `SELECT DISTINCT model FROM ${quoteTable(table)} PARTITION (${quoteColumn(partition.name)})`,
  );
  return rows.every((row) => covers(removable.get(text(row, 'model')) ?? [], partition));
}

/** The partitions that could be dropped whole. */
export async function droppable(
  db: Queryable,
  table: string,
  removable: ReadonlyMap<string, readonly Window[]>,
): Promise<readonly Partition[]> {
  const found: Partition[] = [];
  for (const partition of await partitionsOf(db, table)) {
    const some = [...removable.values()].some((spans) => covers(spans, partition));
    if (some && (await mayGo(db, table, partition, removable))) found.push(partition);
  }
  return found;
}

/**
 * Drops the partitions that may still go, looked at again while nobody else can write; returns those that went. None where
 * the table was in use for too long: then rows have to be deleted one by one.
 */
export async function dropPartitions(
  pool: Pool,
  table: string,
  partitions: readonly Partition[],
  removable: ReadonlyMap<string, readonly Window[]>,
): Promise<readonly Partition[]> {
  if (partitions.length === 0) return [];
  const connection = await pool.getConnection();
  try {
    await connection.query(`SET SESSION lock_wait_timeout = ${String(LOCK_WAIT_S)}`);
    await connection.query(`LOCK TABLES ${quoteTable(table)} WRITE`);
    const going: Partition[] = [];
    for (const partition of partitions) {
      if (await mayGo(connection, table, partition, removable)) going.push(partition);
    }
    if (going.length > 0) {
      const names = going.map(({ name }) => quoteColumn(name)).join(', ');
      await connection.query(`ALTER TABLE ${quoteTable(table)} DROP PARTITION ${names}`);
    }
    return going;
  } catch (error) {
    if (errnoOf(error) === LOCK_WAIT_EXCEEDED) return [];
    throw error;
  } finally {
    // Never back to the pool: the session has settings, and perhaps locks, of its own.
    connection.destroy();
  }
}
