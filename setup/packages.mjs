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

/** All files below the folder, or the one file. @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  const found = [];
  if (!statSync(join(checkout, folder)).isDirectory()) return [join(checkout, folder)];
  for (const entry of readdirSync(join(checkout, folder), { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) found.push(join(entry.parentPath, entry.name));
  }
  return found.sort();
}

/** What is compiled, folders and single files, as the compiler's own settings name them. @param {string} project @returns {string[]} */
function sources(project) {
  const { include } = JSON.parse(readFileSync(project, 'utf8'));
  return include.filter((/** @type {string} */ name) => existsSync(join(checkout, name)));
}

/** @param {Context} context */
export async function ensureBuild({ say }) {
  const project = join(checkout, 'tsconfig.build.json');
  const dist = join(checkout, 'dist');
  const stampPath = join(dist, '.built');
  const files = sources(project).flatMap(filesBelow);
  const inputs = [...files, project, join(checkout, 'tsconfig.json'), join(checkout, 'package-lock.json')];
  const lines = inputs.map((path) => {
    const { mtimeMs, size } = statSync(path);
    return `${path} ${String(mtimeMs)} ${String(size)}`;
  });
  const stamp = createHash('sha256').update(lines.join('\n')).digest('hex');
  const isCut = !existsSync(join(dist, 'src'));
  if (isCut || readText(stampPath) !== stamp) {
    say('building dist/');
    // The compiler's memory of what it wrote is worth nothing once dist/ has been cleared by hand.
    if (isCut) rmSync(dist, { recursive: true, force: true });
    await compile(project);
    removeLeftovers(files, dist);
    // Made from the code before; a worker without it makes its own.
    rmSync(join(dist, 'workflow-bundle.js'), { force: true });
    copyAssets(files, dist);
    writeWhole(stampPath, `${stamp}\n`);
  }
  linkCommand();
}

/** @param {string} project */
async function compile(project) {
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await run(process.execPath, [compiler, '-p', project], { cwd: checkout, seconds: 300, show: true });
  } catch (fault) {
    if (!(fault instanceof WayFailed)) throw fault;
    throw new SetupFailed('The TypeScript sources do not compile; the messages are above.');
  }
}

/** What a deleted source left in dist/ would still be found by an import. @param {string[]} files @param {string} dist */
function removeLeftovers(files, dist) {
  const expected = new Set(
    files.flatMap((path) => {
      const output = join(dist, path.slice(checkout.length + 1));
      return path.endsWith('.ts') ? [output.replace(/ts$/, 'js'), output.replace(/ts$/, 'js.map')] : [output];
    }),
  );
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.parentPath !== dist && !expected.has(path)) rmSync(path);
  }
}

/** SQL, JSON and the like stand beside the compiled code as beside the sources. @param {string[]} files @param {string} dist */
function copyAssets(files, dist) {
  for (const path of files) {
    if (!path.endsWith('.ts')) cpSync(path, join(dist, path.slice(checkout.length + 1)));
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
