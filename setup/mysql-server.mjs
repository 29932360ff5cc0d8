// Finds or gets a MySQL-compatible server: MariaDB or MySQL.
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WayFailed, onPath, run } from './commands.mjs';
import { missingLibraries, openApt } from './debian.mjs';
import { newScratch, removeQuietly, toolsFolder } from './manifest.mjs';
import { oldestMariadb, oldestMysql } from './pins.mjs';

/** @typedef {{ path: string, version: string, from: string }} FoundTool */
/** @typedef {{ home: string, say: (line: string) => void }} Context */

const debianPackages = ['mariadb-server-core', 'mariadb-client-core', 'libmariadb3', 'mariadb-common', 'mysql-common'];

/**
 * What the server says of itself. It must start here (all libraries found) and be new enough.
 * @param {string} path
 */
async function versionOf(path) {
  const said = await run(path, ['--no-defaults', '--version'], { seconds: 20 });
  const match = /Ver (\d+)\.(\d+)\.(\d+)(-MariaDB)?/i.exec(said);
  if (match === null) throw new WayFailed(`${path} --version says "${said.trim().slice(0, 80)}"`);
  const isMariadb = /mariadb/i.test(said);
  const [least0 = 0, least1 = 0] = isMariadb ? oldestMariadb : oldestMysql;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const name = `${isMariadb ? 'MariaDB' : 'MySQL'} ${String(major)}.${String(minor)}.${match[3] ?? ''}`;
  if (major < least0 || (major === least0 && minor < least1)) {
    throw new WayFailed(`${path} is ${name}, older than ${String(least0)}.${String(least1)}`);
  }
  return name;
}

/** @returns {Promise<FoundTool>} */
async function fromVariable() {
  const path = process.env['PLUMBLINE_MYSQLD'];
  if (path === undefined || path === '') throw new WayFailed('not set');
  if (!existsSync(path)) throw new WayFailed(`${path} does not exist`);
  return { path, version: await versionOf(path), from: 'PLUMBLINE_MYSQLD' };
}

/** @returns {Promise<FoundTool>} */
async function fromPath() {
  if (process.env['PLUMBLINE_SERVERS'] === 'own') throw new WayFailed('skipped, as PLUMBLINE_SERVERS=own asks');
  const reasons = [];
  // Distributions put servers into sbin, which is often not on a user's PATH.
  const usual = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/local/sbin/mysqld'].filter((path) => existsSync(path));
  for (const path of [onPath('mariadbd'), onPath('mysqld'), ...usual]) {
    if (path === null) continue;
    try {
      return { path, version: await versionOf(path), from: 'PATH' };
    } catch (fault) {
      reasons.push(/** @type {Error} */ (fault).message);
    }
  }
  throw new WayFailed(reasons.length > 0 ? reasons.join('; ') : 'not there');
}

/** @param {string} home */
function ownRoot(home) {
  return join(toolsFolder(home), 'mariadb');
}

/** @param {string} root */
function wrapperOf(root) {
  return join(root, 'usr', 'sbin', 'plumbline-mariadbd');
}

/** @param {Context} context @returns {Promise<FoundTool>} */
async function fromEarlier({ home }) {
  const path = wrapperOf(ownRoot(home));
  if (!existsSync(path)) throw new WayFailed('not there');
  return { path, version: await versionOf(path), from: 'an earlier set-up' };
}

/** Folders under the root where Debian keeps libraries, relative to it. @param {string} root */
function libraryFolders(root) {
  return ['usr/lib', 'lib'].flatMap((parent) => {
    if (!existsSync(join(root, parent))) return [];
    const triplets = readdirSync(join(root, parent)).filter((name) => /-linux-gnu/.test(name));
    return triplets.map((name) => `${parent}/${name}`);
  });
}

/**
 * A start script, so that the path alone is enough to run the server, wherever the folder is moved to.
 * @param {string} root
 */
function writeWrapper(root) {
  const folders = libraryFolders(root).map((folder) => `$root/${folder}`);
  const lines = [
    '#!/bin/sh',
    '# Starts the unpacked server with the libraries and messages that lie beside it.',
    'root=$(cd "$(dirname "$0")/../.." && pwd)',
    `LD_LIBRARY_PATH="${folders.join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    'export LD_LIBRARY_PATH',
    'share="$root/usr/share/mysql"',
    '[ -d "$root/usr/share/mariadb" ] && share="$root/usr/share/mariadb"',
    'exec "$root/usr/sbin/mariadbd" "$@" --lc-messages-dir="$share" --character-sets-dir="$share/charsets"',
  ];
  writeFileSync(wrapperOf(root), `${lines.join('\n')}\n`);
  chmodSync(wrapperOf(root), 0o755);
}

/** @param {Context} context @returns {Promise<FoundTool>} */
async function fromDebian({ home, say }) {
  const root = ownRoot(home);
  const scratch = newScratch(home);
  try {
    const apt = openApt(scratch);
    const unpacked = join(scratch, 'root');
    say(`getting MariaDB from this system's packages, unpacked privately (nothing is installed)`);
    await apt.unpack(debianPackages, unpacked);
    const server = join(unpacked, 'usr', 'sbin', 'mariadbd');
    const folders = () => libraryFolders(unpacked).map((folder) => join(unpacked, folder));
    let asked = ['mariadb-server-core'];
    let missing = await missingLibraries(server, folders());
    // Libraries may need libraries; three levels are more than any release has had.
    for (let round = 0; round < 3 && missing.length > 0; round += 1) {
      asked = await apt.librariesOf(asked);
      if (asked.length === 0) break;
      await apt.unpack(asked, unpacked);
      missing = await missingLibraries(server, folders());
    }
    if (missing.length > 0) throw new WayFailed(`libraries not found: ${missing.join(', ')}`);
    writeWrapper(unpacked);
    await versionOf(wrapperOf(unpacked));
    rmSync(root, { recursive: true, force: true });
    renameSync(unpacked, root);
  } finally {
    removeQuietly(scratch);
  }
  return { path: wrapperOf(root), version: await versionOf(wrapperOf(root)), from: 'Debian packages' };
}

/** @param {Context} context @returns {Promise<FoundTool>} */
async function fromHomebrew({ say }) {
  const brew = onPath('brew');
  if (brew === null) throw new WayFailed('brew is not on PATH');
  const prefix = async () => (await run(brew, ['--prefix', 'mariadb'], { seconds: 60 })).trim();
  const serverIn = (/** @type {string} */ folder) =>
    ['bin', 'sbin'].map((name) => join(folder, name, 'mariadbd')).find((path) => existsSync(path));
  let server = serverIn(await prefix());
  if (server === undefined) {
    say('installing MariaDB with Homebrew (no service is started)');
    await run(brew, ['install', '--quiet', 'mariadb'], { seconds: 1200 });
    server = serverIn(await prefix());
  }
  if (server === undefined) throw new WayFailed('Homebrew installed mariadb, but its server was not found');
  return { path: server, version: await versionOf(server), from: 'Homebrew' };
}

/** @type {{ way: string, get: (context: Context) => Promise<FoundTool>, decides?: boolean }[]} */
export const mysqlWays = [
  { way: 'environment variable PLUMBLINE_MYSQLD', get: () => fromVariable(), decides: true },
  { way: 'mariadbd or mysqld on PATH', get: () => fromPath() },
  { way: 'earlier set-up', get: (context) => fromEarlier(context) },
  { way: 'packages of Debian or Ubuntu', get: (context) => fromDebian(context) },
  { way: 'Homebrew', get: (context) => fromHomebrew(context) },
];
