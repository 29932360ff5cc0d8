// Running other programs: bounded in time, never through a shell, with the last lines of their output kept for the reason.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A way to get something did not work; the message is the reason in one line. */
export class WayFailed extends Error {}

/**
 * Set-up cannot go on. `tried` lists each way with its reason.
 */
export class SetupFailed extends Error {
  /**
   * @param {string} summary
   * @param {{ way: string, reason: string }[]} tried
   * @param {string[]} cures
   */
  constructor(summary, tried = [], cures = []) {
    const lines = [summary];
    if (tried.length > 0) lines.push('Tried:', ...tried.map((one) => `  - ${one.way}: ${one.reason}`));
    if (cures.length > 0) lines.push('What you can do:', ...cures.map((one) => `  - ${one}`));
    super(lines.join('\n'));
    this.tried = tried;
  }
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * First program of that name on PATH, or null.
 * @param {string} name
 * @returns {string | null}
 */
export function onPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && isProgram(join(folder, name))) return join(folder, name);
  }
  return null;
}

// Passwords in addresses (proxies, private registries) must not reach the screen.
/** @param {string} text */
function withoutSecrets(text) {
  return text.replace(/(\w+:\/\/)[^\s/@]+@/g, '$1***@');
}

/** @param {string} output */
function lastLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line !== '' && !/^(\[notice\]|warning|hint:|notice:)/i.test(line));
  return withoutSecrets(telling.at(-1) ?? '').slice(0, 300);
}

/**
 * Runs a program to its end and gives its standard output. Throws WayFailed with the reason otherwise.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, seconds?: number, show?: boolean }} [options]
 * @returns {Promise<string>}
 */
export function run(program, args, { cwd, env, seconds = 60, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let all = '';
    child.stdout?.on('data', (part) => {
      out += part;
      all += part;
    });
    child.stderr?.on('data', (part) => (all += part));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.on('error', (fault) => {
      clearTimeout(timer);
      reject(new WayFailed(`${program} could not be started: ${fault.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(out);
      const why = late ? `no end after ${String(seconds)} s` : lastLine(all) || `ended with ${String(code ?? signal)}`;
      return reject(new WayFailed(why));
    });
  });
}
