/** Brings the database to the schema this code needs: numbered migrations, each applied once, under a server-side lock. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { modelsAndData } from './migrations/0001-models-and-data.js';
import { judgementAndResponse } from './migrations/0002-judgement-and-response.js';
import { longSubjects } from './migrations/0003-long-subjects.js';
import { figuresByEvaluation } from './migrations/0004-figures-by-evaluation.js';
import { ingest } from './migrations/0005-ingest.js';
import { retention } from './migrations/0006-retention.js';
import { referencePieces } from './migrations/0007-reference-pieces.js';
import { hourProfiles } from './migrations/0008-hour-profiles.js';
import { lateChanges } from './migrations/0009-late-changes.js';
import { referenceHead } from './migrations/0010-reference-head.js';
import { errnoOf } from './pool.js';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  modelsAndData,
  judgementAndResponse,
  longSubjects,
  figuresByEvaluation,
  ingest,
  retention,
  referencePieces,
  hourProfiles,
  lateChanges,
  referenceHead,
];

/** Names differ by case and accent in ids and categories, so text compares by code point. */
const TABLE_OPTIONS = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

/** The servers' errors for dropping what is not there, and for adding a column that is. */
const ALREADY_DONE = new Set([1091, 1060]);

/** Seconds to wait for another process that migrates. */
const LOCK_WAIT_S = 60;

export interface MigrationReport {
  readonly applied: readonly string[];
  readonly version: number;
}

function withTableOptions(statement: string): string {
  if (!/^\s*CREATE TABLE/.test(statement)) return statement;
  const comment = /\)\s*(COMMENT '[^']*')\s*$/.exec(statement);
  return comment === null
    ? `${statement} ${TABLE_OPTIONS}`
    : `${statement.slice(0, comment.index)}) ${TABLE_OPTIONS} ${comment[1] ?? ''}`;
}

interface KnownMigrations {
  /** Numbers of those that are finished. */
  readonly applied: ReadonlySet<number>;
  /** Also of those that were begun: a newer program may have been killed in the middle of its own. */
  readonly newest: number;
}

async function knownMigrations(connection: Connection): Promise<KnownMigrations> {
  await connection.query(
    withTableOptions(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
        number INT UNSIGNED NOT NULL PRIMARY KEY,
        name VARCHAR(100) NOT NULL,
        statements_done INT UNSIGNED NOT NULL,
        finished_at DATETIME(3) NULL
      )`,
    ),
  );
  const [rows] = await connection.query<RowDataPacket[]>('SELECT number, finished_at FROM schema_migrations');
  const numbers = (some: readonly RowDataPacket[]): number[] => some.map((row) => Number(row['number']));
  return {
    applied: new Set(numbers(rows.filter((row) => row['finished_at'] !== null))),
    newest: Math.max(0, ...numbers(rows)),
  };
}

/** The statement may have run without its note (killed between the two): then it is harmless to run it once more. */
async function runStatement(connection: Connection, statement: string): Promise<void> {
  try {
    await connection.query(withTableOptions(statement).replace(/^\s*CREATE TABLE /, 'CREATE TABLE IF NOT EXISTS '));
  } catch (error) {
    if (!ALREADY_DONE.has(errnoOf(error) ?? 0)) throw error;
  }
}

/** DDL commits by itself on both servers, so each statement's completion is noted: a kill in the middle goes on there. */
async function applyMigration(connection: Connection, migration: Migration): Promise<void> {
  await connection.query(
    'INSERT INTO schema_migrations (number, name, statements_done) VALUES (?, ?, 0) ON DUPLICATE KEY UPDATE name = VALUES(name)',
    [migration.number, migration.name],
  );
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT statements_done FROM schema_migrations WHERE number = ?',
    [migration.number],
  );
  const done = Number(rows[0]?.['statements_done'] ?? 0);
  for (let i = done; i < migration.statements.length; i += 1) {
    const statement = migration.statements[i] ?? '';
    await runStatement(connection, statement);
    await connection.query('UPDATE schema_migrations SET statements_done = ? WHERE number = ?', [
      i + 1,
      migration.number,
    ]);
  }
  await connection.query('UPDATE schema_migrations SET finished_at = UTC_TIMESTAMP(3) WHERE number = ?', [
    migration.number,
  ]);
}

/** The newest migration this code knows. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Applies what is missing. Throws if the database is newer than this code: then an old process must not write.
 */
export async function migrate(connection: Connection, database: string): Promise<MigrationReport> {
  // MySQL limits lock names to 64 characters.
  const lock = `plumbline.migrate.${database}`.slice(0, 64);
  const [locked] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS got', [lock, LOCK_WAIT_S]);
  if (Number(locked[0]?.['got']) !== 1) {
    throw new Error(
      `another process has been migrating database ${database} for ${String(LOCK_WAIT_S)} s; wait for it or end it`,
    );
  }
  try {
    const { applied, newest } = await knownMigrations(connection);
    if (newest > SCHEMA_VERSION) {
      throw new Error(
        `database ${database} has schema ${String(newest)}, this Plumbline knows ${String(SCHEMA_VERSION)}; run the newer Plumbline`,
      );
    }
    const names: string[] = [];
    for (const migration of MIGRATIONS) {
      if (applied.has(migration.number)) continue;
      await applyMigration(connection, migration);
      names.push(migration.name);
    }
    return { applied: names, version: SCHEMA_VERSION };
  } finally {
    // Where the connection is gone the lock is, too; that must not hide what went wrong.
    await connection.query('SELECT RELEASE_LOCK(?)', [lock]).catch(() => undefined);
  }
}
