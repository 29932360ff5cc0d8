// One command at a time starts or stops the stack of a home. The lock names its owner: one left by a kill is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readIfThere } from './files.js';

/** When the process started (Linux tells, in clock ticks since boot); null when it does not run or is a zombie. */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    const fields = readIfThere(`/proc/${String(pid)}/stat`)
      ?.replace(/^.*\) /s, '')
      .split(' ');
    return fields === undefined || fields[0] === 'Z' ? null : (fields[19] ?? '');
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM' ? '' : null;
  }
}

function isHeld(text: string): boolean {
  const [pid, start] = text.split(' ');
  return startOf(Number(pid)) === start;
}

type Attempt = 'taken' | 'held' | 'was stale';

function tryTake(lock: string, mine: string): Attempt {
  try {
    linkSync(mine, lock);
    return 'taken';
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
  }
  const aside = `${mine}.stale`;
  try {
    if (isHeld(readFileSync(lock, 'utf8'))) return 'held';
    renameSync(lock, aside);
    // Someone else may have taken it over between the two calls: then it is given back.
    if (isHeld(readFileSync(aside, 'utf8'))) linkSync(aside, lock);
    return 'was stale';
  } catch {
    return 'held';
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Runs `work` while no one else works on the stack of this home. Waits up to two minutes for its turn. */
export async function whileLocked<T>(home: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(home, { recursive: true });
  const lock = join(home, 'stack.lock');
  const mine = `${lock}.${String(process.pid)}-${Math.random().toString(36).slice(2)}`;
  const until = Date.now() + 120_000;
  writeFileSync(mine, `${String(process.pid)} ${startOf(process.pid) ?? ''}`);
  try {
    for (let attempt = tryTake(lock, mine); attempt !== 'taken'; attempt = tryTake(lock, mine)) {
      if (Date.now() > until) throw new Error(`another command holds ${lock} for over two minutes`);
      // After a killed owner, a server it was just starting gets the time to write its pid file.
      await pause(attempt === 'was stale' ? 300 : 100);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
