/** Models and the revisions of their definitions. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import { storedDefinition } from '../../model/stored-definition.js';
import { inTransaction } from './pool.js';
import { change, instant, integer, json, select, text, type Queryable } from './rows.js';

export interface StoredModel {
  readonly model: string;
  readonly title: string;
  readonly team: string;
  readonly state: 'active' | 'paused' | 'stopped';
  readonly revision: number;
  /** Windows that end at or before this are not caught up unasked; milliseconds. */
  readonly watchFrom: number;
}

export interface StoredDefinition {
  readonly revision: number;
  readonly hash: string;
  readonly definition: ModelDefinition;
}

export interface ApplyInput {
  readonly definition: ModelDefinition;
  /** SHA-256 of the canonical JSON. */
  readonly hash: string;
  readonly canonical: string;
  readonly source: string;
  readonly author: string;
  readonly now: number;
}

const MODEL_COLUMNS = 'model, title, team, state, revision, watch_from';

function storedModel(row: Parameters<typeof text>[0]): StoredModel {
  return {
    model: text(row, 'model'),
    title: text(row, 'title'),
    team: text(row, 'team'),
    state: text(row, 'state') as StoredModel['state'],
    revision: integer(row, 'revision'),
    watchFrom: instant(row, 'watch_from'),
  };
}

export async function listModels(db: Queryable): Promise<readonly StoredModel[]> {
  return (await select(db, `SELECT ${MODEL_COLUMNS} FROM models ORDER BY model`)).map(storedModel);
}

export async function findModel(db: Queryable, model: string): Promise<StoredModel | null> {
  const [row] = await select(db, `SELECT ${MODEL_COLUMNS} FROM models WHERE model = ?`, [model]);
  return row === undefined ? null : storedModel(row);
}

/** The model with the hash of its newest revision: enough to know whether a definition read before is still the one. */
export async function findModelWithHash(
  db: Queryable,
  model: string,
): Promise<{ readonly model: StoredModel; readonly hash: string } | null> {
  const [row] = await select(
    db,
    `SELECT ${MODEL_COLUMNS.split(', ')
      .map((column) => `m.${column}`)
      .join(', ')}, d.hash FROM models m
     JOIN definitions d ON d.model = m.model AND d.revision = m.revision WHERE m.model = ?`,
    [model],
  );
  return row === undefined ? null : { model: storedModel(row), hash: text(row, 'hash') };
}

/** Holds the model's row until the transaction ends: whoever judges or acts on the model does so one after the other. */
export async function lockModel(db: Queryable, model: string): Promise<StoredModel> {
  const [row] = await select(db, `SELECT ${MODEL_COLUMNS} FROM models WHERE model = ? FOR UPDATE`, [model]);
  if (row === undefined) throw new Error(`there is no model "${model}"; plumbline models lists those that are watched`);
  return storedModel(row);
}

export async function loadDefinition(db: Queryable, model: string, revision: number): Promise<StoredDefinition> {
  const [row] = await select(
    db,
    'SELECT revision, hash, definition FROM definitions WHERE model = ? AND revision = ?',
    [model, revision],
  );
  if (row === undefined) throw new Error(`model "${model}" has no revision ${String(revision)}`);
  return { revision, hash: text(row, 'hash'), definition: storedDefinition(json(row, 'definition')) };
}

export async function currentDefinition(db: Queryable, model: string): Promise<StoredDefinition | null> {
  const stored = await findModel(db, model);
  return stored === null ? null : loadDefinition(db, model, stored.revision);
}

/**
 * Stores a revision unless the newest one is the same. A stopped model stays stopped until it is started. `alongside`
 * runs in the same transaction when something changed: what follows from the change is stored with it, or not at all.
 */
export async function saveDefinition(
  pool: Pool,
  input: ApplyInput,
  alongside?: (db: Queryable, before: ModelDefinition | null) => Promise<void>,
): Promise<{ readonly revision: number; readonly changed: boolean }> {
  const { definition, now } = input;
  return inTransaction(pool, async (connection) => {
    const [existing] = await select(
      connection,
      'SELECT m.revision, d.hash FROM models m JOIN definitions d ON d.model = m.model AND d.revision = m.revision WHERE m.model = ? FOR UPDATE',
      [definition.model],
    );
    if (existing !== undefined && text(existing, 'hash') === input.hash) {
      return { revision: integer(existing, 'revision'), changed: false };
    }
    const revision = existing === undefined ? 1 : integer(existing, 'revision') + 1;
    await change(
      connection,
      'INSERT INTO definitions (model, revision, hash, definition, source_text, author, applied_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [definition.model, revision, input.hash, input.canonical, input.source, input.author, new Date(now)],
    );
    await change(
      connection,
      `INSERT INTO models (model, title, team, revision, watch_from, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE title = VALUES(title), team = VALUES(team), revision = VALUES(revision), updated_at = VALUES(updated_at)`,
      [definition.model, definition.title, definition.team, revision, new Date(now), new Date(now), new Date(now)],
    );
    const before = revision === 1 ? null : await loadDefinition(connection, definition.model, revision - 1);
    await alongside?.(connection, before?.definition ?? null);
    return { revision, changed: true };
  });
}

export async function setModelState(db: Queryable, model: string, state: StoredModel['state']): Promise<void> {
  await change(db, 'UPDATE models SET state = ? WHERE model = ?', [state, model]);
}
