/** Connections to MySQL or MariaDB: UTC, strict mode, bound values, big integers as texts. */
import mysql from 'mysql2/promise';
import type { Connection, Pool, PoolConnection, PoolOptions } from 'mysql2/promise';
import type { Pool as CallbackPool } from 'mysql2';
import { receivingSocket } from './receiving-socket.js';

export type { Pool, PoolConnection };

/** Set on every connection, because MariaDB's default lacks parts of it. */
const SQL_MODE = [
  'STRICT_TRANS_TABLES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ONLY_FULL_GROUP_BY',
].join(',');

/** READ COMMITTED, so that a transaction that waited for a row's lock sees what was committed meanwhile. */
const SESSION = [
  // A limit that a server sets for all would cut a window short, and nothing would tell.
  `SET SESSION sql_mode = '${SQL_MODE}', time_zone = '+00:00', sql_select_limit = 18446744073709551615`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

const CONNECT_TIMEOUT_MS = 10_000;

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Reads `mysql://user:password@host:port/database`; the error never repeats the password. */
export function parseMysqlUrl(url: string): DatabaseAddress {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Error('the MySQL URL is not a URL; write mysql://user:password@host:3306/database');
  }
  if (parsed.protocol !== 'mysql:' && parsed.protocol !== 'mariadb:') {
    throw new Error(`the MySQL URL begins with ${parsed.protocol}//; it must begin with mysql://`);
  }
  const database = decodeURIComponent(parsed.pathname.replace(/^\//, ''));
  if (database === '')
    throw new Error('the MySQL URL names no database; write mysql://user:password@host:3306/database');
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database,
  };
}

function optionsOf(address: DatabaseAddress): PoolOptions {
  return {
    ...address,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: CONNECT_TIMEOUT_MS,
    supportBigNumbers: true,
    // Decimals and JSON as texts: the driver's numbers lose digits, and a JSON cell that it cannot parse (MariaDB stores
    // some that are none) would break the connection instead of counting as one unusable row.
    decimalNumbers: false,
    jsonStrings: true,
    multipleStatements: false,
    stringifyObjects: true,
    // The driver would note the stack of every call, at the price of a small statement; an error names its statement.
    trace: false,
    maxPreparedStatements: 100,
    stream: receivingSocket,
  };
}

export interface Database {
  readonly pool: Pool;
  readonly address: DatabaseAddress;
  close(): Promise<void>;
}

/** Where a pool's connections go, for the one connection that must not wait for a free place in it. */
const ADDRESSES = new WeakMap<Pool, DatabaseAddress>();

/** A pool; a worker's activities share one. */
export function openDatabase(url: string, connections = 12): Database {
  const address = parseMysqlUrl(url);
  const pool = mysql.createPool({ ...optionsOf(address), connectionLimit: connections, idleTimeout: 60_000 });
  const raw = (pool as unknown as { pool: CallbackPool }).pool;
  raw.on('connection', (connection) => {
    // Queued before any statement of the borrower, on the same connection.
    for (const statement of SESSION) {
      connection.query(statement, (error: unknown) => {
        if (error !== null && error !== undefined) connection.destroy();
      });
    }
  });
  ADDRESSES.set(pool, address);
  return { pool, address, close: () => pool.end() };
}

/**
 * Ends the statement that runs on this connection of the pool. Over a connection of its own: the pool's may all be busy
 * with statements that wait to be ended.
 */
export async function killStatement(pool: Pool, threadId: number): Promise<void> {
  const address = ADDRESSES.get(pool);
  if (address === undefined) throw new Error('this pool was not opened here');
  const connection = await mysql.createConnection(optionsOf(address));
  try {
    await connection.query(`KILL QUERY ${String(Math.trunc(threadId))}`);
  } finally {
    connection.destroy();
  }
}

/** One connection without a chosen database's pool, for migrations and checks. */
export async function connectOnce(url: string): Promise<Connection> {
  return mysql.createConnection(optionsOf(parseMysqlUrl(url)));
}

/** InnoDB chose this transaction as the victim of a deadlock, or gave up waiting for a lock; all of it may be tried again. */
const RETRYABLE_ERRNO = new Set([1213, 1205]);
const TRANSACTION_ATTEMPTS = 5;

export function errnoOf(error: unknown): number | undefined {
  return error !== null && typeof error === 'object' && 'errno' in error && typeof error.errno === 'number'
    ? error.errno
    : undefined;
}

/**
 * Runs `work` in one transaction; waiting for a model's row lock shows the newest rows after it.
 * Deadlocks and lock waits are tried again as a whole; any other error rolls back and goes on to the caller.
 */
export async function inTransaction<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const connection = await pool.getConnection();
    try {
      await connection.beginTransaction();
      const result = await work(connection);
      await connection.commit();
      connection.release();
      return result;
    } catch (error) {
      // A connection whose rollback fails is in an unknown state: never back to the pool.
      await connection.rollback().then(
        () => {
          connection.release();
        },
        () => {
          connection.destroy();
        },
      );
      if (attempt >= TRANSACTION_ATTEMPTS || !RETRYABLE_ERRNO.has(errnoOf(error) ?? 0)) throw error;
    }
  }
}
