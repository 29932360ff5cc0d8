/** Removes old rows of models from Plumbline's own tables: whole partitions where they can go, else in small statements. */
import type { Pool } from 'mysql2/promise';
import { setTimeout as pause } from 'node:timers/promises';
import type { Window } from '../../model/window.js';
import { audit } from './audit.js';
import { inTransaction } from './pool.js';
import { dropPartitions, droppable } from './retention-partitions.js';
import { planRetention, type RetentionPlan, type RetentionRequest } from './retention-plan.js';
import { change, instantOrNull, integer, select, type Queryable } from './rows.js';

type OwnTable = RetentionPlan['tables'][number];

export interface TableRows {
  readonly table: OwnTable;
  readonly rows: number;
  /** Of the rows that may go; null where there are none. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface RetentionOutlook {
  readonly model: string;
  readonly plan: RetentionPlan;
  readonly tables: readonly TableRows[];
}

async function rowsOf(db: Queryable, table: OwnTable, model: string, spans: readonly Window[]): Promise<TableRows> {
  let found: TableRows = { table, rows: 0, oldest: null, newest: null };
  for (const { from, to } of spans) {
    const [row] = await select(
      db,
      `SELECT COUNT(*) AS total, MIN(time) AS oldest, MAX(time) AS newest FROM ${table}
       WHERE model = ? AND time >= ? AND time < ?`,
      [model, new Date(from), new Date(to)],
    );
    if (row === undefined || integer(row, 'total') === 0) continue;
    found = {
      table,
      rows: found.rows + integer(row, 'total'),
      oldest: found.oldest ?? instantOrNull(row, 'oldest'),
      newest: instantOrNull(row, 'newest'),
    };
  }
  return found;
}

/** What would go, and what would stay and why; changes nothing. */
export async function lookAhead(pool: Pool, request: RetentionRequest): Promise<RetentionOutlook> {
  const plan = await planRetention(pool, request);
  const { model } = request.model;
  const tables: TableRows[] = [];
  for (const table of plan.tables) tables.push(await rowsOf(pool, table, model, plan.removable));
  return { model, plan, tables };
}

const spansByModel = (outlooks: readonly RetentionOutlook[], table: OwnTable): ReadonlyMap<string, readonly Window[]> =>
  new Map(outlooks.filter(({ plan }) => plan.tables.includes(table)).map(({ model, plan }) => [model, plan.removable]));

const OWN_TABLES: readonly OwnTable[] = ['predictions', 'labels'];

/** Names of the partitions of each table that hold nothing that has to stay. */
export async function partitionsThatGo(
  pool: Pool,
  outlooks: readonly RetentionOutlook[],
): Promise<Readonly<Record<OwnTable, readonly string[]>>> {
  const names = async (table: OwnTable): Promise<readonly string[]> =>
    (await droppable(pool, table, spansByModel(outlooks, table))).map(({ name }) => name);
  return { predictions: await names('predictions'), labels: await names('labels') };
}

export interface RemovalOptions {
  /** Rows of one statement, which is one transaction. */
  readonly batch: number;
  /** Milliseconds between two statements, which leave the server to others. */
  readonly pauseMs: number;
  readonly by: string;
  readonly now: () => number;
  readonly progress?: (model: string, rows: number) => void;
}

async function deleteSpan(
  pool: Pool,
  table: OwnTable,
  model: string,
  { from, to }: Window,
  { batch, pauseMs }: RemovalOptions,
  deleted: (rows: number) => void,
): Promise<void> {
  for (;;) {
    const rows = await inTransaction(pool, (db) =>
      change(
        db,
        // The whole key: without its first column MariaDB sorts, and locks, all rows of the span for each batch.
        `DELETE FROM ${table} WHERE model = ? AND time >= ? AND time < ?
         ORDER BY model, time, id LIMIT ${String(Math.trunc(batch))}`,
        [model, new Date(from), new Date(to)],
      ),
    );
    deleted(rows);
    if (rows < batch) return;
    await pause(pauseMs);
  }
}

/** Written before the first row goes, so that a removal that was killed is known of. */
async function begin(pool: Pool, { model, plan }: RetentionOutlook, { by, now }: RemovalOptions): Promise<void> {
  const at = now();
  await inTransaction(pool, async (db) => {
    await change(
      db,
      `INSERT INTO removed_rows (model, before_time, removed_at) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE before_time = GREATEST(before_time, VALUES(before_time)), removed_at = VALUES(removed_at)`,
      [model, new Date(plan.before), new Date(at)],
    );
    // Nothing is left to profile of those hours; an empty profile would take the place of a good one.
    for (const { from, to } of plan.removable) {
      await change(db, 'DELETE FROM dirty_hours WHERE model = ? AND hour >= ? AND hour < ?', [
        model,
        new Date(from),
        new Date(to),
      ]);
    }
    const subject = `before ${new Date(plan.before).toISOString()}`;
    await audit(db, { at, actor: by, via: 'cli', what: 'retention begun', model, subject, outcome: 'done' });
  });
}

/**
 * Removes what `outlooks` say, and returns the partitions that were dropped for it. Each statement is a small transaction
 * of its own, so a run that was killed has done what it did, and the next one goes on. Figures, verdicts, profiles,
 * incidents and the audit stay as they are.
 */
export async function removeRows(
  pool: Pool,
  outlooks: readonly RetentionOutlook[],
  options: RemovalOptions,
): Promise<Readonly<Record<OwnTable, readonly string[]>>> {
  const affected = outlooks.filter(({ tables }) => tables.some(({ rows }) => rows > 0));
  for (const outlook of affected) await begin(pool, outlook, options);
  const dropped: Record<OwnTable, readonly string[]> = { predictions: [], labels: [] };
  for (const table of OWN_TABLES) {
    const spans = spansByModel(affected, table);
    const gone = await dropPartitions(pool, table, await droppable(pool, table, spans), spans);
    dropped[table] = gone.map(({ name }) => name);
  }
  for (const { model, plan, tables } of affected) {
    for (const { table } of tables) {
      for (const span of plan.removable) {
        await deleteSpan(pool, table, model, span, options, (count) => options.progress?.(model, count));
      }
    }
    await audit(pool, {
      ...{ at: options.now(), actor: options.by, via: 'cli', what: 'retention', model, outcome: 'done' },
      subject: `before ${new Date(plan.before).toISOString()}`,
      detail: { rows: Object.fromEntries(tables.map(({ table, rows }) => [table, rows])), partitions: dropped },
    });
  }
  return dropped;
}

/** Time before which rows of the model were removed; null where none were. */
export async function removedBefore(db: Queryable, model: string): Promise<number | null> {
  const [row] = await select(db, 'SELECT before_time FROM removed_rows WHERE model = ?', [model]);
  return row === undefined ? null : instantOrNull(row, 'before_time');
}
