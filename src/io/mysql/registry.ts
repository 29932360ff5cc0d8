/**
 * Plumbline's own registry of versions: what was registered, what serves, and its whole history. The serving version
 * moves only by compare-and-set on its generation, and while an action holds the lease, only by that action.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import { errnoOf, inTransaction } from './pool.js';
import { change, instant, instantOrNull, integer, select, text, textOrNull, type Queryable, type Row } from './rows.js';

export interface Version {
  readonly model: string;
  readonly version: string;
  readonly artefact: string;
  readonly sha256: string;
  readonly parent: string | null;
  readonly origin: 'release' | 'retraining';
  readonly trainedFrom: number | null;
  readonly trainedTo: number | null;
  readonly registeredBy: string;
  readonly registeredAt: number;
  readonly note: string | null;
}

export interface Serving {
  readonly version: string;
  readonly generation: number;
}

export type SwitchOrigin = 'release' | 'retraining' | 'rollback' | 'compensation';

export interface ServingPeriod extends Serving {
  /** Data time from which this generation may serve. */
  readonly dataSince: number;
  readonly origin: SwitchOrigin;
  readonly by: string;
  readonly action: string | null;
}

function asVersion(row: Row): Version {
  return {
    model: text(row, 'model'),
    version: text(row, 'version'),
    artefact: text(row, 'artefact'),
    sha256: text(row, 'artefact_sha256'),
    parent: textOrNull(row, 'parent'),
    origin: text(row, 'origin') as Version['origin'],
    trainedFrom: instantOrNull(row, 'trained_from'),
    trainedTo: instantOrNull(row, 'trained_to'),
    registeredBy: text(row, 'registered_by'),
    registeredAt: instant(row, 'registered_at'),
    note: textOrNull(row, 'note'),
  };
}

/** Registers a version once; the same name with another artefact is refused, because names must mean one thing. */
export async function registerVersion(db: Queryable, version: Version): Promise<void> {
  const existing = await findVersion(db, version.model, version.version);
  if (existing !== null) {
    if (existing.sha256 === version.sha256) return;
    throw new Error(
      `version ${version.version} of ${version.model} is registered with another artefact (${existing.sha256.slice(0, 12)}…)`,
    );
  }
  await change(
    db,
    `INSERT INTO versions (model, version, artefact, artefact_sha256, parent, origin, trained_from, trained_to, registered_by, registered_at, note)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      version.model,
      version.version,
      version.artefact,
      version.sha256,
      version.parent,
      version.origin,
      version.trainedFrom === null ? null : new Date(version.trainedFrom),
      version.trainedTo === null ? null : new Date(version.trainedTo),
      version.registeredBy,
      new Date(version.registeredAt),
      version.note,
    ],
  );
}

export async function findVersion(db: Queryable, model: string, version: string): Promise<Version | null> {
  const [row] = await select(db, 'SELECT * FROM versions WHERE model = ? AND version = ?', [model, version]);
  return row === undefined ? null : asVersion(row);
}

export async function listVersions(db: Queryable, model: string): Promise<readonly Version[]> {
  const rows = await select(db, 'SELECT * FROM versions WHERE model = ? ORDER BY registered_at, version', [model]);
  return rows.map(asVersion);
}

export async function readServing(db: Queryable, model: string): Promise<Serving | null> {
  const [row] = await select(db, 'SELECT version, generation FROM serving WHERE model = ?', [model]);
  return row === undefined ? null : { version: text(row, 'version'), generation: integer(row, 'generation') };
}

/** Newest first. */
export async function servingHistory(db: Queryable, model: string): Promise<readonly ServingPeriod[]> {
  const rows = await select(db, 'SELECT * FROM serving_history WHERE model = ? ORDER BY generation DESC', [model]);
  return rows.map((row) => ({
    version: text(row, 'version'),
    generation: integer(row, 'generation'),
    dataSince: instant(row, 'data_since'),
    origin: text(row, 'origin') as SwitchOrigin,
    by: text(row, 'switched_by'),
    action: textOrNull(row, 'action'),
  }));
}

export interface SwitchInput {
  readonly model: string;
  readonly to: string;
  /** The generation that is to be replaced; 0 for the first version of a model. */
  readonly expectedGeneration: number;
  readonly origin: SwitchOrigin;
  readonly by: string;
  readonly action: string | null;
  readonly reason: string;
  readonly dataSince: number;
  readonly now: number;
}

export class StaleSwitch extends Error {}

async function refuseForeignLease(connection: PoolConnection, input: SwitchInput): Promise<void> {
  const [lease] = await select(connection, 'SELECT lease_action, lease_until FROM serving WHERE model = ? FOR UPDATE', [
    input.model,
  ]);
  if (lease === undefined) return;
  const holder = textOrNull(lease, 'lease_action');
  const until = instantOrNull(lease, 'lease_until') ?? 0;
  if (holder !== null && holder !== input.action && until > input.now) {
    throw new StaleSwitch(`${holder} is switching ${input.model}; nothing else may until it ends`);
  }
}

/** Two first switches of a model have no row to wait at; the later one finds the generation taken. */
const DUPLICATE_KEY = 1062;

/**
 * Compare-and-set. Repeating a switch that this action has already made returns what it made, so a retry after a crash
 * between effect and report changes nothing.
 */
export async function switchServing(pool: Pool, input: SwitchInput): Promise<Serving> {
  try {
    return await switchOnce(pool, input);
  } catch (error) {
    if (errnoOf(error) !== DUPLICATE_KEY) throw error;
    return switchOnce(pool, input);
  }
}

async function switchOnce(pool: Pool, input: SwitchInput): Promise<Serving> {
  return inTransaction(pool, async (connection) => {
    await refuseForeignLease(connection, input);
    // Before the history, so that what made this generation is seen there: a first switch has no row that it could hold.
    const current = await readServing(connection, input.model);
    if (input.action !== null) {
      const [done] = await select(
        connection,
        'SELECT version, generation FROM serving_history WHERE model = ? AND action = ? AND origin = ? AND version = ?',
        [input.model, input.action, input.origin, input.to],
      );
      if (done !== undefined) return { version: text(done, 'version'), generation: integer(done, 'generation') };
    }
    const generation = current?.generation ?? 0;
    if (generation !== input.expectedGeneration) {
      throw new StaleSwitch(
        `${input.model} is at generation ${String(generation)} (${current?.version ?? 'none'}), not ${String(input.expectedGeneration)}: another switch went first`,
      );
    }
    const next = generation + 1;
    await change(
      connection,
      `INSERT INTO serving (model, version, generation) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE version = VALUES(version), generation = VALUES(generation)`,
      [input.model, input.to, next],
    );
    await change(
      connection,
      `INSERT INTO serving_history (model, generation, version, data_since, switched_at, switched_by, origin, action, reason)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        input.model,
        next,
        input.to,
        new Date(input.dataSince),
        new Date(input.now),
        input.by,
        input.origin,
        input.action,
        input.reason.slice(0, 500),
      ],
    );
    return { version: input.to, generation: next };
  });
}

/** Takes the lease for an action; throws when another action holds it. */
export async function holdServing(
  pool: Pool,
  model: string,
  action: string,
  until: number,
  now: number,
): Promise<void> {
  const taken = await change(
    pool,
    `UPDATE serving SET lease_action = ?, lease_until = ?
     WHERE model = ? AND (lease_action IS NULL OR lease_action = ? OR lease_until <= ?)`,
    [action, new Date(until), model, action, new Date(now)],
  );
  if (taken === 0) throw new StaleSwitch(`another action is switching ${model}, or it serves no version yet`);
}

export async function releaseServing(db: Queryable, model: string, action: string): Promise<void> {
  await change(db, 'UPDATE serving SET lease_action = NULL, lease_until = NULL WHERE model = ? AND lease_action = ?', [
    model,
    action,
  ]);
}
