// Set-up of a checkout: packages, compiled program, and the servers, each found or got. Runs before node_modules exists,
// so it depends on nothing but Node. A second run takes well under a second.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetupFailed, WayFailed } from './commands.mjs';
import { alone } from './lock.mjs';
import { homeFolder, readManifest, writeManifest } from './manifest.mjs';
import { mysqlWays } from './mysql-server.mjs';
import { ensureBuild, ensurePackages } from './packages.mjs';
import { temporalCli, temporalTestServer } from './pins.mjs';
import { checkMachine, thisMachine } from './platform.mjs';
import { temporalWays } from './temporal.mjs';

/** @typedef {{ path: string, version: string, from: string }} FoundTool */
/** @typedef {{ home: string, say: (line: string) => void }} Context */
/** @typedef {{ way: string, get: (context: Context) => Promise<FoundTool>, decides?: boolean }} Way */

/**
 * The first way that works. A variable that the user set decides: if its program does not work, nothing else is taken.
 * @param {string} what
 * @param {Way[]} ways
 * @param {string[]} cures
 * @param {Context} context
 * @returns {Promise<FoundTool>}
 */
export async function firstThatWorks(what, ways, cures, context) {
  const tried = [];
  for (const { way, get, decides } of ways) {
    let hasBegun = false;
    const say = (/** @type {string} */ line) => {
      hasBegun = true;
      context.say(line);
    };
    try {
      return await get({ ...context, say });
    } catch (fault) {
      if (!(fault instanceof Error)) throw fault;
      tried.push({ way, reason: fault.message });
      if (hasBegun) context.say(`that did not work: ${fault.message}`);
      if (decides === true && fault.message !== 'not set') break;
    }
  }
  throw new SetupFailed(`No ${what} could be found or got.`, tried, cures);
}

const temporalCures = (/** @type {import('./pins.mjs').Tool} */ tool) => [
  `install \`${tool.name}\` yourself and put it on PATH, or set ${tool.variable} to its path`,
  'check the network: downloads use curl (which obeys HTTPS_PROXY) and pip as you have configured it',
];
const mysqlCures = [
  'install MariaDB 10.11 or newer, or MySQL 8.4 or newer, and set PLUMBLINE_MYSQLD to the path of its server program',
  'or run a database yourself (for example `docker compose up -d mysql`) and set MYSQL_URL=mysql://user:password@host/database',
];

// The variables by which @temporalio/envconfig learns where a Temporal is.
const placesOfTemporal = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_API_KEY'];

/** @param {string[]} names */
function isAnySet(names) {
  return names.some((name) => (process.env[name] ?? '') !== '');
}

/**
 * Tests start servers of their own in any case; otherwise a server of the user's own needs no program here.
 * @param {Context} context
 * @param {{ forTests: boolean }} options
 */
async function ensureServers(context, { forTests }) {
  const manifest = { ...readManifest(context.home) };
  /** @type {[string, string, Way[], string[]][]} */
  const wanted = [];
  if (forTests || !isAnySet(placesOfTemporal)) {
    wanted.push(['temporal', 'Temporal CLI', temporalWays(temporalCli), temporalCures(temporalCli)]);
  }
  if (forTests) {
    const ways = temporalWays(temporalTestServer);
    wanted.push(['temporal-test-server', 'Temporal test server', ways, temporalCures(temporalTestServer)]);
  }
  if (forTests || !isAnySet(['MYSQL_URL'])) wanted.push(['mysqld', 'MySQL-compatible server', mysqlWays, mysqlCures]);
  for (const [name, what, ways, cures] of wanted) {
    const found = await firstThatWorks(what, ways, cures, context);
    if (manifest[name]?.path !== found.path) context.say(`${what}: ${found.version}, from ${found.from}`);
    manifest[name] = found;
    writeManifest(context.home, manifest);
  }
  return manifest;
}

/**
 * Makes the checkout ready to run; gives where the servers are.
 * @param {{ say: (line: string) => void, forTests?: boolean, only?: 'all' | 'servers' | 'build' }} options
 */
export async function setUp({ say, forTests = true, only = 'all' }) {
  checkMachine(thisMachine());
  const home = homeFolder();
  return alone(home, say, async () => {
    const context = { home, say };
    if (only !== 'servers') await ensurePackages(context);
    const manifest = only === 'build' ? {} : await ensureServers(context, { forTests });
    if (only !== 'servers') await ensureBuild(context);
    return manifest;
  });
}

async function main() {
  const started = Date.now();
  const known = ['--without-test-server', '--only-servers', '--only-build'];
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown !== undefined) {
    process.stderr.write(`unknown option ${unknown}; known are ${known.join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  const say = (/** @type {string} */ line) => process.stdout.write(`plumbline set-up: ${line}\n`);
  const only = args.includes('--only-servers') ? 'servers' : args.includes('--only-build') ? 'build' : 'all';
  await setUp({ say, forTests: !args.includes('--without-test-server'), only });
  say(`ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {unknown} fault */
export function tellFault(fault) {
  const text = fault instanceof SetupFailed || fault instanceof WayFailed ? fault.message : String(fault);
  process.stderr.write(`${text}\n`);
  process.exitCode = 3;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) await main().catch(tellFault);
