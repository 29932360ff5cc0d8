// The private MySQL-compatible server: loopback only, own data folder, own account.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { readIfThere, serverFolder, tail, writePrivately } from './files.js';
import {
  accountSql,
  ensureDataFolder,
  ensurePassword,
  flavourOf,
  rootOption,
  temporaryFilesOption,
  userName,
} from './mysql-data.js';
import type { Flavour } from './mysql-data.js';
import { choosePort } from './ports.js';
import { endProcess, launch, runningPid, untilReady } from './processes.js';
import type { ServerProcess } from './processes.js';
import { readRecord, updateRecord } from './record.js';

function mysqlProcess(home: string): ServerProcess & { folder: string; log: string } {
  const folder = serverFolder(home, 'mysql');
  const data = join(folder, 'data');
  return {
    name: 'the private database',
    pidFile: join(folder, 'pid'),
    mark: `--datadir=${data}`,
    folder,
    log: join(folder, 'log'),
  };
}

/** A socket's path may have 107 bytes; where the folder's is too long, it goes to a private folder for temporary files. */
function socketPath(folder: string): string {
  const near = join(folder, 'socket');
  if (Buffer.byteLength(near) < 100) return near;
  const short = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const apart = join(tmpdir(), `plumbline-${String(userInfo().uid)}-${short}`);
  mkdirSync(apart, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(apart);
  // Anyone may make a folder of that name there; a socket in someone else's would be theirs to replace.
  if (uid !== userInfo().uid || (mode & 0o077) !== 0) throw new Error(`${apart} is not a private folder of this user`);
  return join(apart, 'socket');
}

// Both servers with the same rules, the stricter of their two defaults.
const sqlMode = [
  ...['ONLY_FULL_GROUP_BY', 'STRICT_TRANS_TABLES', 'NO_ZERO_IN_DATE', 'NO_ZERO_DATE'],
  ...['ERROR_FOR_DIVISION_BY_ZERO', 'NO_ENGINE_SUBSTITUTION'],
].join(',');

function startArguments(folder: string, port: number, flavour: Flavour, lean: boolean): string[] {
  const logSize = lean ? '48M' : '128M';
  const common = [
    ...['--no-defaults', `--datadir=${join(folder, 'data')}`, `--socket=${socketPath(folder)}`],
    ...[`--pid-file=${join(folder, 'server.pid')}`, `--init-file=${join(folder, 'accounts.sql')}`],
    ...[`--port=${String(port)}`, '--bind-address=127.0.0.1', '--skip-name-resolve', '--max-connections=400'],
    ...['--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_ci', '--default-time-zone=+00:00'],
    ...[`--sql-mode=${sqlMode}`, '--local-infile=1', '--max-allowed-packet=64M', '--performance-schema=OFF'],
    ...[`--innodb-buffer-pool-size=${lean ? '64M' : '512M'}`, ...rootOption(), temporaryFilesOption(folder)],
    // Lean is for tests: a crash of the machine may lose the last second.
    ...(lean ? ['--innodb-flush-log-at-trx-commit=2'] : []),
  ];
  return flavour === 'mariadb'
    ? [...common, `--innodb-log-file-size=${logSize}`]
    : [...common, `--innodb-redo-log-capacity=${logSize}`, '--mysqlx=OFF', '--skip-log-bin', '--secure-file-priv=NULL'];
}

function urlOf(port: number, password: string, database: string): string {
  return `mysql://${userName}:${password}@127.0.0.1:${String(port)}/${database}`;
}

async function connect(port: number, password: string): Promise<Connection> {
  return createConnection({ host: '127.0.0.1', port, user: userName, password, connectTimeout: 2000 });
}

async function answers(port: number, password: string): Promise<boolean> {
  const connection = await connect(port, password).catch(() => null);
  if (connection === null) return false;
  try {
    await connection.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

const databaseName = /^[A-Za-z0-9_]{1,64}$/;

async function ensureDatabase(port: number, password: string, database: string): Promise<void> {
  if (!databaseName.test(database))
    throw new Error(`"${database}" is no name for a database: letters, digits and _ only`);
  const connection = await connect(port, password);
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\``);
  } finally {
    await connection.end();
  }
}

/** Address of the private database with its password, or null when it does not run. */
export function mysqlPlace(home: string, database?: string): string | null {
  const server = mysqlProcess(home);
  const { mysql } = readRecord(home);
  const password = readIfThere(join(server.folder, 'password'))?.trim() ?? '';
  if (mysql === null || password === '' || runningPid(server) === null) return null;
  return urlOf(mysql.port, password, database ?? mysql.database);
}

export interface MysqlOptions {
  readonly home: string;
  readonly database: string;
  readonly lean: boolean;
  readonly say: (line: string) => void;
}

/** Starts the server unless it runs and answers, and makes the database in it. Gives its address. */
export async function startMysql(options: MysqlOptions, findProgram: () => string): Promise<string> {
  const { home, database, lean, say } = options;
  const server = mysqlProcess(home);
  const password = ensurePassword(server.folder);
  const known = readRecord(home).mysql;
  if (known !== null && runningPid(server) !== null) {
    const isGone = (): boolean => runningPid(server) === null;
    if ((await untilReady(() => answers(known.port, password), isGone, 10_000)) === 'ready') {
      await ensureDatabase(known.port, password, database);
      say(`MySQL already runs: 127.0.0.1:${String(known.port)}`);
      return urlOf(known.port, password, database);
    }
  }
  const program = findProgram();
  const flavour = await flavourOf(program);
  let reason = '';
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await endProcess(server);
    await ensureDataFolder(server.folder, program, flavour);
    writePrivately(join(server.folder, 'accounts.sql'), accountSql(password));
    const port = await choosePort(readRecord(home).mysql?.port ?? null, []);
    updateRecord(home, { mysql: { port, database, pid: null, startedAt: null } });
    const launched = launch(server, program, startArguments(server.folder, port, flavour, lean), server.log);
    const readiness = await untilReady(() => answers(port, password), launched.isGone, 60_000);
    if (readiness === 'ready') {
      const startedAt = new Date().toISOString();
      updateRecord(home, { mysql: { port, database, pid: runningPid(server), startedAt } });
      await ensureDatabase(port, password, database);
      say(`MySQL started: 127.0.0.1:${String(port)}`);
      return urlOf(port, password, database);
    }
    reason = readiness === 'gone' ? 'it ended' : 'it did not answer within 60 s';
  }
  throw new Error(`The database (${program}) did not start: ${reason}. The end of its log:\n${tail(server.log)}`);
}

/** Ends the private database; true if it ran. */
export async function stopMysql(home: string): Promise<boolean> {
  const server = mysqlProcess(home);
  const didRun = await endProcess(server, 20_000);
  const socketFolder = dirname(socketPath(server.folder));
  if (socketFolder !== server.folder) rmSync(socketFolder, { recursive: true, force: true });
  return didRun;
}
