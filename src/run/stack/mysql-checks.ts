// The checks of a MySQL-compatible database: reachable, new enough, UTC, strict, and what the account may do.
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { describeMysql } from './address.js';
import type { CheckContext, CheckResult } from './checks.js';
import { reasonOf } from './checks.js';

const oldest = { mariadb: [10, 11], mysql: [8, 4] } as const;

/** Judges what `SELECT VERSION()` says. */
export function checkVersion(text: string): CheckResult {
  const name = 'mysql version';
  const flavour = /mariadb/i.test(text) ? 'mariadb' : 'mysql';
  const [major = 0, minor = 0] = text.split('.').map((part) => Number.parseInt(part, 10));
  const [leastMajor, leastMinor] = oldest[flavour];
  const detail = flavour === 'mariadb' ? text : `MySQL ${text}`;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return { name, ok: true, detail };
  return { name, ok: false, detail, cure: 'Plumbline needs MySQL 8.4 or newer, or MariaDB 10.11 or newer' };
}

/** Judges the two time zones: sessions set their own, but columns filled by the server follow the global one. */
export function checkTimeZone(global: string, secondsFromUtc: number | null): CheckResult {
  const name = 'mysql time zone';
  if (secondsFromUtc === 0) return { name, ok: true, detail: `${global}, which is UTC` };
  const distance =
    secondsFromUtc === null ? 'unknown to the server' : `${(secondsFromUtc / 3600).toFixed(2)} hours off UTC`;
  const cure = "set default-time-zone='+00:00' in the server's configuration";
  return { name, ok: false, detail: `${global}, ${distance}`, cure };
}

const neededModes = ['STRICT_TRANS_TABLES', 'ERROR_FOR_DIVISION_BY_ZERO', 'NO_ENGINE_SUBSTITUTION'] as const;

/** Judges the global sql_mode: without the strict modes the server stores cut or wrong values with no error. */
export function checkSqlMode(mode: string): CheckResult {
  const name = 'mysql sql_mode';
  const modes = mode.split(',');
  const isStrict = (wanted: string): boolean =>
    modes.includes(wanted) || (wanted === 'STRICT_TRANS_TABLES' && modes.includes('STRICT_ALL_TABLES'));
  const missing = neededModes.filter((wanted) => !isStrict(wanted));
  if (missing.length === 0) return { name, ok: true, detail: mode };
  return { name, ok: false, detail: `lacks ${missing.join(', ')}`, cure: `add ${missing.join(',')} to sql_mode` };
}

/** Does, in a table of its own that it removes, what migrations and the worker do. */
async function checkRights(connection: Connection): Promise<CheckResult> {
  const name = 'mysql rights';
  const table = `\`plumbline_doctor_${randomBytes(6).toString('hex')}\``;
  const steps: readonly [string, string][] = [
    ['CREATE', `CREATE TABLE ${table} (id INT PRIMARY KEY, note VARCHAR(20))`],
    ['ALTER', `ALTER TABLE ${table} ADD COLUMN more INT`],
    ['INDEX', `CREATE INDEX more_index ON ${table} (more)`],
    ['INSERT', `INSERT INTO ${table} (id) VALUES (1)`],
    ['UPDATE', `UPDATE ${table} SET more = 2 WHERE id = 1`],
    ['SELECT', `SELECT id FROM ${table} WHERE id = 1 FOR UPDATE`],
    ['DELETE', `DELETE FROM ${table}`],
    ['DROP', `DROP TABLE ${table}`],
  ];
  for (const [right, sql] of steps) {
    try {
      await connection.query(sql);
    } catch (fault) {
      await connection.query(`DROP TABLE IF EXISTS ${table}`).catch(() => undefined);
      const cure = `grant ${steps.map(([one]) => one).join(', ')} on the database to this account`;
      return { name, ok: false, detail: `${right}: ${reasonOf(fault)}`, cure };
    }
  }
  return { name, ok: true, detail: steps.map(([right]) => right.toLowerCase()).join(', ') };
}

interface ServerFacts extends RowDataPacket {
  readonly version: string;
  readonly zone: string;
  /** Null where the server does not know its own zone's name. */
  readonly ahead: number | null;
  readonly mode: string;
}

async function connect(mysqlUrl: string): Promise<Connection | CheckResult> {
  const name = 'mysql';
  try {
    const connection = await createConnection({ uri: mysqlUrl, connectTimeout: 5000 });
    return connection;
  } catch (fault) {
    const cure = 'start it (plumbline up), or correct MYSQL_URL (mysql://user:password@host:port/database)';
    return { name, ok: false, detail: `${describeMysql(mysqlUrl)}: ${reasonOf(fault)}`, cure };
  }
}

/** MySQL or MariaDB as the stack or the environment names it. */
export async function checkMysql({ servers }: CheckContext): Promise<readonly CheckResult[]> {
  if (servers.mysqlUrl === null) return [];
  const connection = await connect(servers.mysqlUrl);
  if ('ok' in connection) return [connection];
  try {
    const facts = `SELECT VERSION() AS version, @@GLOBAL.time_zone AS zone, @@GLOBAL.sql_mode AS mode,
      TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@GLOBAL.time_zone)) AS ahead`;
    const [[found]] = await connection.query<ServerFacts[]>(facts);
    const reached = { name: 'mysql', ok: true, detail: describeMysql(servers.mysqlUrl) };
    if (found === undefined) return [reached];
    return [
      reached,
      checkVersion(found.version),
      checkTimeZone(found.zone, found.ahead),
      checkSqlMode(found.mode),
      await checkRights(connection),
    ];
  } finally {
    await connection.end();
  }
}
