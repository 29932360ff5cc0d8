// The servers Plumbline works with: the user's own where the environment names them, else private ones below `home`.
import type { Environment, StackAddress, StackServers } from './address.js';
import { describeMysql, hasOwnTemporal, ownMysqlUrl, ownTemporal } from './address.js';
import { whileLocked } from './lock.js';
import { mysqlPlace, startMysql, stopMysql } from './mysql-server.js';
import { startTemporal, stopTemporal, temporalPlace } from './temporal-server.js';
import { findTool } from './tools.js';

export interface StackOptions {
  /** Folder of the private stack; each home has its own servers, ports and data. */
  readonly home: string;
  readonly say: (line: string) => void;
  /** Database of the private server, made if missing; `plumbline` by default. */
  readonly database?: string;
  /** Small memory and no flush at each commit, for tests. */
  readonly lean?: boolean;
  /** Where settings and programs are looked up; the process's environment by default. */
  readonly env?: Environment;
}

/** A server of the stack is missing or does not start; the message says which, why, and what to do. */
export class StackUnavailable extends Error {
  constructor(faults: readonly Error[]) {
    super(faults.map((fault) => fault.message).join('\n\n'), { cause: faults[0] });
    this.name = 'StackUnavailable';
  }
}

/** Makes sure that both servers run and answer, and says where. Safe to call again, and from several processes. */
export async function ensureStack(options: StackOptions): Promise<StackAddress> {
  const { home, say, database = 'plumbline', lean = false, env = process.env } = options;
  const own = { mysql: ownMysqlUrl(env), temporal: await ownTemporal(env) };
  if (own.mysql !== null) say(`MySQL: your own, ${describeMysql(own.mysql)}`);
  if (own.temporal !== null) say(`Temporal: your own, ${own.temporal.temporalAddress}`);
  if (own.mysql !== null && own.temporal !== null) {
    return { mysqlUrl: own.mysql, ...own.temporal, temporalUi: null };
  }
  return whileLocked(home, async () => {
    // Both at once: together they take as long as the slower one. If one fails, the other is still awaited.
    const [mysql, temporal] = await Promise.allSettled([
      own.mysql ?? startMysql({ home, database, lean, say }, () => findTool('mysqld', home, env)),
      own.temporal ?? startTemporal(home, () => findTool('temporal', home, env), say),
    ]);
    if (mysql.status === 'rejected' || temporal.status === 'rejected') {
      const faults = [mysql, temporal].flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
      throw new StackUnavailable(faults);
    }
    return { mysqlUrl: mysql.value, temporalUi: null, ...temporal.value };
  });
}

/** What is known of each server without starting anything: null for a private one that does not run. */
export async function readServers(
  home: string,
  env: Environment = process.env,
  database?: string,
): Promise<StackServers> {
  const place = temporalPlace(home);
  const own = await ownTemporal(env);
  const temporal = own === null ? place : { ...own, temporalUi: null };
  return { mysqlUrl: ownMysqlUrl(env) ?? mysqlPlace(home, database), temporal };
}

/** Where the stack of this home is, without starting anything; null when one of its private servers does not run. */
export async function readStack(
  home: string,
  env: Environment = process.env,
  database?: string,
): Promise<StackAddress | null> {
  const { mysqlUrl, temporal } = await readServers(home, env, database);
  return mysqlUrl === null || temporal === null ? null : { mysqlUrl, ...temporal };
}

/** Ends the private servers of this home. Servers of the user's own are left alone. */
export async function stopStack(options: Pick<StackOptions, 'home' | 'say' | 'env'>): Promise<void> {
  const { home, say, env = process.env } = options;
  await whileLocked(home, async () => {
    const [temporal, mysql] = await Promise.all([stopTemporal(home), stopMysql(home)]);
    if (temporal) say('Temporal stopped');
    if (mysql) say('MySQL stopped');
    if (!temporal && !mysql) say('no private server is running');
    if (ownMysqlUrl(env) !== null || hasOwnTemporal(env)) say('your own servers were left alone');
  });
}
