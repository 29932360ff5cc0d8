// Waits until the test run that started it is gone, then ends the servers that the run left. Usage: node … HOME
// The run holds the other end of standard input, which the system closes whatever way the run ends.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const home = process.argv[2];
if (home === undefined) throw new Error('which home?');

function pids() {
  const stack = join(home, 'stack');
  if (!existsSync(stack)) return [];
  return readdirSync(stack)
    .map((server) => join(stack, server, 'pid'))
    .filter((path) => existsSync(path))
    .map((path) => Number(readFileSync(path, 'utf8')))
    .filter((pid) => Number.isInteger(pid) && pid > 1);
}

/** @param {number} pid @param {NodeJS.Signals | 0} signal */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

process.on('SIGINT', () => undefined);
process.stdin.resume();
process.stdin.on('close', async () => {
  // A run that ended well has removed its home; a run that was killed while starting a server gets a moment.
  await pause(1_000);
  const left = pids();
  for (const pid of left) send(pid, 'SIGTERM');
  for (let tries = 0; tries < 100 && left.some((pid) => send(pid, 0)); tries++) await pause(100);
  for (const pid of left) send(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
