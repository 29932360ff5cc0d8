// Server processes that outlive the command that started them.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { readIfThere } from './files.js';

/** A started server: `mark` is the part of its command line (a path of ours) by which its process is known. */
export interface ServerProcess {
  readonly name: string;
  readonly pidFile: string;
  readonly mark: string;
}

/** A server that this process has just started. */
export interface Launched {
  /** Whether it has ended since. */
  readonly isGone: () => boolean;
}

/** Starts the program on its own. A shell writes the pid file before it becomes the program, so that a server whose
 * starter is killed at once is still found. */
export function launch(server: ServerProcess, program: string, args: readonly string[], log: string): Launched {
  const output = openSync(log, 'w', 0o600);
  try {
    // Renamed into place: the file is never seen empty.
    const script = 'echo $$ > "$0.new" && mv "$0.new" "$0" && exec "$@"';
    const child = spawn('/bin/sh', ['-c', script, server.pidFile, program, ...args], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    let isGone = false;
    child.on('error', () => (isGone = true));
    child.on('exit', () => (isGone = true));
    child.unref();
    return { isGone: () => isGone };
  } finally {
    closeSync(output);
  }
}

/** Command line of a living process; null where there is none or only its zombie. */
function commandLine(pid: number): string | null {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    }
    // Empty for a zombie, and for an instant while one program becomes another.
    for (let round = 0; round < 40; round += 1) {
      const text = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (text !== '') return text;
      if (/\) [ZX] /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'))) return null;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
    return null;
  } catch {
    return null;
  }
}

function isOurs(pid: number, mark: string): boolean {
  return commandLine(pid)?.includes(mark) === true;
}

/** Pid of the running server, or null. A pid that another program has since been given does not count. */
export function runningPid(server: ServerProcess): number | null {
  const pid = Number(readIfThere(server.pidFile)?.trim());
  return Number.isInteger(pid) && pid > 1 && isOurs(pid, server.mark) ? pid : null;
}

/** Waits until the server is gone; true if it is within the time. */
async function isGoneWithin(server: ServerProcess, pid: number, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (isOurs(pid, server.mark)) {
    if (Date.now() > until) return false;
    await pause(25);
  }
  return true;
}

/** Ends the server: asks, waits, and kills as the last resort. True if there was one to end. */
export async function endProcess(server: ServerProcess, patience = 15_000): Promise<boolean> {
  const pid = runningPid(server);
  if (pid !== null) {
    signal(pid, 'SIGTERM');
    if (!(await isGoneWithin(server, pid, patience))) {
      signal(pid, 'SIGKILL');
      if (!(await isGoneWithin(server, pid, 5_000))) {
        throw new Error(`${server.name} (process ${String(pid)}) could not be ended`);
      }
    }
  }
  rmSync(server.pidFile, { force: true });
  return pid !== null;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone since it was seen; the wait that follows decides.
  }
}

/** What a wait for a server came to. */
export type Readiness = 'ready' | 'gone' | 'silent';

/** Waits until the server answers, its process is gone, or the time is up. */
export async function untilReady(
  answers: () => Promise<boolean>,
  isGone: () => boolean,
  milliseconds: number,
): Promise<Readiness> {
  const until = Date.now() + milliseconds;
  for (;;) {
    if (await answers()) return 'ready';
    if (isGone()) return 'gone';
    if (Date.now() > until) return 'silent';
    await pause(30);
  }
}
