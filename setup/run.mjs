// Runs a command of this checkout after set-up: node setup/run.mjs [--without-test-server] COMMAND [ARGUMENT…]
// The command sees where the servers are; its exit status and the signals sent to this process are passed through.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkout, homeFolder } from './manifest.mjs';
import { setUp, tellFault } from './setup.mjs';

/**
 * The environment of the command: a variable that the user set is never replaced.
 * @param {import('./manifest.mjs').Manifest} manifest
 * @param {NodeJS.ProcessEnv} env
 */
export function commandEnvironment(manifest, env) {
  const found = {
    TEMPORAL_CLI_PATH: manifest['temporal']?.path,
    TEMPORAL_TEST_SERVER_PATH: manifest['temporal-test-server']?.path,
    PLUMBLINE_MYSQLD: manifest['mysqld']?.path,
    PLUMBLINE_HOME: homeFolder(),
  };
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...found, ...Object.fromEntries(given) };
}

/** A command of this checkout's packages, or one on PATH. @param {string} name */
function programOf(name) {
  if (name === 'node') return process.execPath;
  const own = join(checkout, 'node_modules', '.bin', name);
  return existsSync(own) ? own : name;
}

/**
 * Ends as the command ended: same exit status, same signal.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function passThrough(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(programOf(command), args, { stdio: 'inherit', env });
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
    for (const name of signals) {
      // On a terminal, Ctrl-C reaches the command by itself; twice would be a second, harsher request.
      const isFromTerminal = name === 'SIGINT' && process.stdin.isTTY;
      process.on(name, () => isFromTerminal || child.kill(name));
    }
    child.on('error', (fault) => reject(new Error(`${command} could not be started: ${fault.message}`)));
    child.on('close', (code, signal) => {
      for (const name of signals) process.removeAllListeners(name);
      // A shell's way to say "ended by a signal" is 128 and its number.
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

async function main() {
  const args = process.argv.slice(2);
  const forTests = args[0] !== '--without-test-server';
  const [command, ...rest] = forTests ? args : args.slice(1);
  if (command === undefined) {
    process.stderr.write('which command? node setup/run.mjs [--without-test-server] COMMAND [ARGUMENT…]\n');
    process.exitCode = 2;
    return;
  }
  // Standard output belongs to the command.
  const manifest = await setUp({ say: (line) => process.stderr.write(`plumbline set-up: ${line}\n`), forTests });
  process.exitCode = await passThrough(command, rest, commandEnvironment(manifest, process.env));
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) await main().catch(tellFault);
