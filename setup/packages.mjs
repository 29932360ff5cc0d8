// The packages of the lock file, and the compiled program in dist/.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { SetupFailed, WayFailed, onPath, run } from './commands.mjs';
import { checkout, writeWhole } from './manifest.mjs';

/** @typedef {{ home: string, say: (line: string) => void }} Context */

/** @param {string} path */
function hashOf(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
}

/**
 * Whether node_modules holds what the lock file asks for, by npm's own record of what it installed.
 * @param {string} lockPath
 */
function matchesLock(lockPath) {
  const recordPath = join(checkout, 'node_modules', '.package-lock.json');
  if (!existsSync(recordPath)) return false;
  try {
    const wanted = Object.entries(JSON.parse(readFileSync(lockPath, 'utf8')).packages);
    const present = JSON.parse(readFileSync(recordPath, 'utf8')).packages;
    return wanted.every(([name, entry]) => {
      if (name === '') return true;
      // Packages for other systems are in the lock file, and rightly not installed.
      return present[name] === undefined ? entry.optional === true : present[name].version === entry.version;
    });
  } catch {
    return false;
  }
}

/** @param {Context} context */
export async function ensurePackages({ home, say }) {
  const lockPath = join(checkout, 'package-lock.json');
  const memory = join(home, 'installed-lock.sha256');
  const hash = hashOf(lockPath);
  const isComplete = existsSync(join(checkout, 'node_modules', '.package-lock.json'));
  if (isComplete && readText(memory) === hash) return;
  if (!matchesLock(lockPath)) {
    const npm = onPath('npm');
    if (npm === null) throw new SetupFailed('npm is not on PATH.', [], ['install Node together with npm']);
    say('installing the packages of package-lock.json (npm ci)');
    const args = ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    await run(npm, args, { cwd: checkout, seconds: 1200 }).catch((fault) => {
      throw new SetupFailed(
        'The packages could not be installed.',
        [{ way: 'npm ci', reason: fault.message }],
        ['check the network and the settings in .npmrc, then run the same command again'],
      );
    });
  }
  mkdirSync(home, { recursive: true });
  writeWhole(memory, `${hash}\n`);
}

/** All files below the folder, with what changes when they change. @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  const found = [];
  for (const entry of readdirSync(join(checkout, folder), { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
  }
  return found.sort();
}

/** @param {Context} context */
export async function ensureBuild({ say }) {
  const project = join(checkout, 'tsconfig.build.json');
  const stampPath = join(checkout, 'dist', '.built');
  const sources = ['src', 'workflows', 'activities', 'examples'].filter((name) => existsSync(join(checkout, name)));
  const files = sources.flatMap(filesBelow);
  const inputs = [...files, project, join(checkout, 'tsconfig.json'), join(checkout, 'package-lock.json')];
  const lines = inputs.map((path) => {
    const { mtimeMs, size } = statSync(path);
    return `${path} ${String(mtimeMs)} ${String(size)}`;
  });
  const stamp = createHash('sha256').update(lines.join('\n')).digest('hex');
  if (readText(stampPath) !== stamp) {
    say('building dist/');
    // From scratch: what a deleted source left in dist/ would still be found by an import.
    rmSync(join(checkout, 'dist'), { recursive: true, force: true });
    await compile(project);
    copyAssets(files);
    writeWhole(stampPath, `${stamp}\n`);
  }
  linkCommand();
}

/** @param {string} project */
async function compile(project) {
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await run(process.execPath, [compiler, '-p', project, '--incremental', 'false'], {
      cwd: checkout,
      seconds: 300,
      show: true,
    });
  } catch (fault) {
    if (!(fault instanceof WayFailed)) throw fault;
    throw new SetupFailed('The TypeScript sources do not compile; the messages are above.');
  }
}

/** SQL, JSON and the like stand beside the compiled code as beside the sources. @param {string[]} files */
function copyAssets(files) {
  for (const path of files) {
    if (path.endsWith('.ts')) continue;
    cpSync(path, join(checkout, 'dist', path.slice(checkout.length + 1)));
  }
}

/** `npx plumbline` works in the checkout, as it does where the package is installed. */
function linkCommand() {
  const command = join(checkout, 'dist', 'src', 'run', 'cli.js');
  if (!existsSync(command)) return;
  chmodSync(command, 0o755);
  const link = join(checkout, 'node_modules', '.bin', 'plumbline');
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'dist', 'src', 'run', 'cli.js'), link);
}
