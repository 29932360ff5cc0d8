/** What the parts of the benchmark share: private servers, a database of tables that others own, the sizes asked for. */
import { totalmem } from 'node:os';
import type { Connection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2';
import { connectOnce } from '../../src/io/mysql/pool.js';
import type { BenchmarkContext } from '../benchmark.js';
import { openBenchStage, type BenchStage } from '../cycle/stage.js';
import type { Entry } from '../entry.js';
import { privatePython, type Python } from '../evaluate/python.js';

/** The size that the goals speak of. */
export const GOAL_ROWS = 1_000_000;
const TABLES_DATABASE = 'tables';
/** A row of the table takes about 260 bytes; the rest is for the fleet, the wide table, and what loading needs. */
const BYTES_A_ROW = 500;
const ROOM_BESIDE = 2 ** 30;
const FLUSH_LIMIT_MS = 300_000;

export interface DataStage {
  readonly servers: BenchStage;
  /** Address of the database that holds the measured tables; Plumbline's own tables are in another. */
  readonly tablesUrl: string;
  /** For LOAD DATA and the like. */
  readonly tables: Connection;
  /** Python with what the table maker and the script need. */
  readonly python: Python;
  readonly rows: number;
  readonly context: BenchmarkContext;
  /** Waits until the server has written what it was given, so that nobody is measured while it does. */
  readonly settle: () => Promise<void>;
}

/** One measurement with the tables that it needs. */
export interface DataPart {
  readonly name: string;
  run(stage: DataStage): Promise<readonly Entry[]>;
}

async function dirtyPages(connection: Connection): Promise<number> {
  const [rows] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
  return Number(rows[0]?.['Value'] ?? 0);
}

async function settle(connection: Connection): Promise<void> {
  const until = performance.now() + FLUSH_LIMIT_MS;
  while ((await dirtyPages(connection)) > 50) {
    if (performance.now() > until) throw new Error('the server is still writing');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Loading is no part of what is measured, and reading is measured from memory, as the peers were. */
async function prepareServer(connection: Connection, rows: number): Promise<void> {
  const wanted = Math.min(2 * rows * BYTES_A_ROW + ROOM_BESIDE, totalmem() / 3);
  const settings = {
    innodb_buffer_pool_size: Math.round(wanted / 2 ** 27) * 2 ** 27,
    innodb_flush_log_at_trx_commit: 0,
    innodb_io_capacity_max: 20_000,
    innodb_io_capacity: 20_000,
    innodb_max_dirty_pages_pct_lwm: 0,
    innodb_max_dirty_pages_pct: 0,
  };
  for (const [name, value] of Object.entries(settings)) {
    await connection.query(`SET GLOBAL ${name} = ${String(value)}`);
  }
}

export async function withDataStage<T>(context: BenchmarkContext, work: (stage: DataStage) => Promise<T>): Promise<T> {
  const { home, asked, say } = context;
  const rows = asked.rows ?? GOAL_ROWS;
  const python = await privatePython(home, 'python-table', 'table-requirements.txt');
  if ('missing' in python) say(`without peers: ${python.missing}`);
  const servers = await openBenchStage(home, say);
  try {
    await servers.database.pool.query(`CREATE DATABASE ${TABLES_DATABASE}`);
    const url = new URL(servers.stack.mysqlUrl);
    url.pathname = `/${TABLES_DATABASE}`;
    const tables = await connectOnce(url.href);
    try {
      await prepareServer(tables, Math.max(rows, asked.wideRows ?? 0));
      return await work({
        servers,
        tablesUrl: url.href,
        tables,
        python,
        rows,
        context,
        settle: () => settle(tables),
      });
    } finally {
      await tables.end();
    }
  } finally {
    await servers.close();
  }
}
