/** What a command works with: settings, and the database and Temporal opened when they are first needed. */
import { userInfo } from 'node:os';
import type { Client } from '@temporalio/client';
import { findModel, type StoredModel } from '../io/mysql/definitions.js';
import { listModels } from '../io/mysql/definitions.js';
import { SCHEMA_VERSION } from '../io/mysql/migrate.js';
import { openDatabase, type Database } from '../io/mysql/pool.js';
import { integer, select, type Queryable } from '../io/mysql/rows.js';
import { openSources, type Sources } from '../io/mysql/sources.js';
import { resolveSecret } from '../io/secrets.js';
import { PERSON_NAME } from '../model/identifiers.js';
import { didYouMean } from '../model/nearest.js';
import { unavailable, wrongUse } from './command-faults.js';
import { connectClient, type ConnectedClient } from './connection.js';
import type { Terminal } from './ingest/progress.js';
import { readSettings, type Settings } from './settings.js';
import type { Environment, StackServers } from './stack/address.js';
import { readServers } from './stack/stack.js';

/** A command's own few statements need no more. */
const CONNECTIONS = 4;

export interface CommandContext {
  readonly env: Environment;
  readonly settings: Settings;
  /** Progress and warnings, beside the answer: to standard error. */
  readonly say: (line: string) => void;
  /** Where progress can be drawn over itself; null: it is said in lines. */
  readonly terminal: Terminal | null;
  readonly servers: () => Promise<StackServers>;
  /** Plumbline's database, migrated. */
  readonly database: () => Promise<Database>;
  readonly sources: () => Promise<Sources>;
  readonly client: () => Promise<Client>;
  /** The value of a secret reference, from this command's environment. */
  readonly secret: (reference: string) => string;
  readonly close: () => Promise<void>;
}

/** The newest applied migration; null where there are none. */
export async function schemaVersion(db: Queryable): Promise<number | null> {
  const [there] = await select(
    db,
    "SELECT COUNT(*) AS tables FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migrations'",
  );
  if (there === undefined || integer(there, 'tables') === 0) return null;
  const [row] = await select(
    db,
    'SELECT COALESCE(MAX(number), 0) AS newest FROM schema_migrations WHERE finished_at IS NOT NULL',
  );
  return row === undefined ? null : integer(row, 'newest');
}

async function requireSchema(database: Database): Promise<void> {
  const version = await schemaVersion(database.pool);
  if (version === SCHEMA_VERSION) return;
  const name = database.address.database;
  if (version !== null && version > SCHEMA_VERSION) {
    throw wrongUse(
      `database ${name} has schema ${String(version)}, this Plumbline knows ${String(SCHEMA_VERSION)}`,
      'use the newer Plumbline',
    );
  }
  throw wrongUse(
    version === null
      ? `database ${name} has no Plumbline tables yet`
      : `database ${name} has the older schema ${String(version)}`,
    'bring it up to date: plumbline up',
  );
}

/** The first call makes it, later ones share it; a failed one is tried anew. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}

export function createCommandContext(
  env: Environment,
  say: (line: string) => void,
  terminal: Terminal | null = null,
): CommandContext {
  const settings = readSettings(env);
  const closers: (() => Promise<void>)[] = [];
  const secret = (reference: string): string => resolveSecret(reference, env);
  const servers = once(() => readServers(settings.home, env));
  const database = once(async () => {
    const { mysqlUrl } = await servers();
    if (mysqlUrl === null)
      throw unavailable('the private database does not run', 'start it (plumbline up), or set MYSQL_URL');
    const opened = openDatabase(mysqlUrl, CONNECTIONS);
    closers.push(() => opened.close());
    await requireSchema(opened);
    return opened;
  });
  const connected = once(async (): Promise<ConnectedClient> => {
    const { temporal } = await servers();
    if (temporal === null) {
      throw unavailable('the private Temporal server does not run', 'start it (plumbline up), or set TEMPORAL_ADDRESS');
    }
    const found = await connectClient({ ...temporal, mysqlUrl: '' }, env);
    closers.push(() => found.close());
    return found;
  });
  return {
    env,
    settings,
    say,
    terminal,
    servers,
    database,
    sources: once(async () => {
      const opened = openSources(await database(), secret);
      closers.push(() => opened.close());
      return opened;
    }),
    client: async () => (await connected()).client,
    secret,
    close: async () => {
      await Promise.allSettled(closers.splice(0).map((close) => close()));
    },
  };
}

export async function requireModel(db: Queryable, model: string): Promise<StoredModel> {
  const stored = await findModel(db, model);
  if (stored !== null) return stored;
  const known = (await listModels(db)).map((one) => one.model);
  throw wrongUse(
    `there is no model "${model}"`,
    known.length === 0 ? 'apply its definition first: plumbline apply FILE' : didYouMean(model, known, 'Models'),
  );
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A process without an entry among the system's users, as in some containers.
    return '';
  }
}

/** The person who gives a command: as named, or the user of the operating system. */
export function personOf(named: string | undefined, option = '--as'): string {
  const name = named ?? userName();
  if (PERSON_NAME.test(name)) return name;
  throw wrongUse(
    name === '' ? 'who gives this command is not known' : `"${name}" is no name of a person`,
    `name yourself: ${option} NAME (letters, digits and . _ @ -)`,
  );
}
