// A new data folder for the private database, and the account in it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere, tail, writePrivately } from './files.js';

export type Flavour = 'mariadb' | 'mysql';

export const userName = 'plumbline';

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the server program to its end, with text on its standard input. */
function runServerProgram(program: string, args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output += part.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
    // A server that stops before it has read everything says why on its own; the broken pipe adds nothing.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** MariaDB and MySQL differ in how a data folder is made and in some options. */
export async function flavourOf(program: string): Promise<Flavour> {
  const { output } = await runServerProgram(program, ['--no-defaults', '--version']);
  return /mariadb/i.test(output) ? 'mariadb' : 'mysql';
}

/** The server refuses to run as root unless it is told to. */
export function rootOption(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** Each server its own folder for temporary files: a starting server removes what looks like leftovers of its kind, and
 * in a shared folder those may be the tables of another one. */
export function temporaryFilesOption(folder: string): string {
  const path = join(folder, 'tmp');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return `--tmpdir=${path}`;
}

/** The password of the private database: made once, kept in a file for its owner's eyes only. */
export function ensurePassword(folder: string): string {
  const path = join(folder, 'password');
  const known = readIfThere(path)?.trim() ?? '';
  if (known !== '') return known;
  const made = randomBytes(24).toString('base64url');
  writePrivately(path, `${made}\n`);
  return made;
}

/** Statements that the server runs at every start: they make the account or repair it, and leave no account without a
 * password. The name and the password hold only letters, digits, '-' and '_', so that quoting them is safe. */
export function accountSql(password: string): string {
  const accounts = ['127.0.0.1', 'localhost'].flatMap((host) => {
    const account = `'${userName}'@'${host}'`;
    return [
      `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY '${password}';`,
      `ALTER USER ${account} IDENTIFIED BY '${password}';`,
      `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    ];
  });
  return `${[...accounts, `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`].join('\n')}\n`;
}

async function messageFolder(program: string): Promise<string> {
  const base = dirname(dirname(realpathSync(program)));
  const near = ['share/mysql', 'share/mariadb', 'share'].map((name) => join(base, name));
  const { output } = await runServerProgram(program, ['--no-defaults', '--verbose', '--help']);
  const told = /^lc-messages-dir\s+(\S+)/m.exec(output)?.[1];
  const candidates = told === undefined ? near : [...near, told, dirname(told)];
  const found = candidates.find((folder) => existsSync(folder) && readdirSync(folder).some(isTableScript));
  if (found === undefined) throw new Error(`${program}: its table scripts were not found in ${candidates.join(', ')}`);
  return found;
}

function isTableScript(name: string): boolean {
  return name === 'mysql_system_tables.sql' || name === 'mariadb_system_tables.sql';
}

/** The statements that MariaDB's own installer feeds to a new data folder, without help texts and the sys schema. */
async function mariadbTables(program: string): Promise<string> {
  const folder = await messageFolder(program);
  const parts = ['system_tables', 'performance_tables', 'system_tables_data'].map((part) => {
    const names = [`mysql_${part}.sql`, `mariadb_${part}.sql`];
    const name = names.find((candidate) => existsSync(join(folder, candidate)));
    if (name === undefined) throw new Error(`${folder} holds neither ${names.join(' nor ')}`);
    return readFileSync(join(folder, name), 'utf8');
  });
  return [
    'CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;',
    ...parts,
    // The installer's root accounts for TCP have no password.
    "DELETE FROM global_priv WHERE Host <> 'localhost';\nDELETE FROM proxies_priv WHERE Host <> 'localhost';\n",
  ].join('\n');
}

function clearUnfinished(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith('unfinished-'))) {
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // Someone is still writing there; the next start clears it.
    }
  }
}

/** Makes the data folder unless it is there. It gets its final name only when complete, so a kill in the middle leaves
 * nothing that is taken for a data folder. */
export async function ensureDataFolder(folder: string, program: string, flavour: Flavour): Promise<string> {
  const data = join(folder, 'data');
  if (existsSync(data)) return data;
  clearUnfinished(folder);
  // A name of its own: the server program of a killed start may still be writing into the folder it was given.
  const unfinished = join(folder, `unfinished-${randomBytes(4).toString('hex')}`);
  const made = join(unfinished, 'data');
  mkdirSync(made, { recursive: true, mode: 0o700 });
  const common = ['--no-defaults', `--datadir=${made}`, temporaryFilesOption(unfinished), ...rootOption()];
  const log = join(folder, 'initialise.log');
  const outcome =
    flavour === 'mysql'
      ? await runServerProgram(program, [...common, '--initialize-insecure'])
      : await runServerProgram(
          program,
          [...common, '--bootstrap', '--innodb-log-file-size=48M', '--innodb-buffer-pool-size=32M'],
          await mariadbTables(program),
        );
  writePrivately(log, outcome.output);
  if (outcome.code !== 0) throw new Error(`${program} could not make a data folder. The end of its log:\n${tail(log)}`);
  renameSync(made, data);
  clearUnfinished(folder);
  return data;
}
