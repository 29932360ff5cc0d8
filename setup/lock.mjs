// One set-up at a time for one folder. The lock names its owner, so that a lock left by a killed run is taken over.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailed } from './commands.mjs';

/**
 * When the process started, where the system tells (Linux): a reused pid is then not taken for the owner. '' elsewhere;
 * null when there is no such process, or only its zombie.
 * @param {number} pid
 * @returns {string | null}
 */
function startOf(pid) {
  try {
    const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? '');
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (fault) {
    return /** @type {NodeJS.ErrnoException} */ (fault).code === 'EPERM' ? '' : null;
  }
}

/** @param {string} text */
function isHeld(text) {
  try {
    const owner = JSON.parse(text);
    return startOf(owner.pid) === owner.start;
  } catch {
    return false;
  }
}

/**
 * Runs `work` while this process alone holds the lock.
 * @template T
 * @param {string} folder
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @param {number} [seconds]
 * @returns {Promise<T>}
 */
export async function alone(folder, say, work, seconds = 1800) {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'setup.lock');
  const mine = `${lock}.${String(process.pid)}`;
  const text = JSON.stringify({ pid: process.pid, start: startOf(process.pid) });
  const until = Date.now() + seconds * 1000;
  let told = false;
  writeFileSync(mine, text);
  try {
    for (let state = take(lock, mine); state !== 'taken'; state = take(lock, mine)) {
      if (state === 'was stale') continue;
      if (Date.now() > until) throw new SetupFailed(`Another set-up holds ${lock} since ${String(seconds)} s.`);
      if (!told) say('waiting for another set-up of this checkout to end');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
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

/**
 * @param {string} lock
 * @param {string} mine
 */
function take(lock, mine) {
  try {
    linkSync(mine, lock);
    return 'taken';
  } catch (fault) {
    if (/** @type {NodeJS.ErrnoException} */ (fault).code !== 'EEXIST') throw fault;
  }
  const aside = `${mine}.stale`;
  try {
    if (isHeld(readFileSync(lock, 'utf8'))) return 'held';
    renameSync(lock, aside);
    // Between reading and renaming, someone else may have taken the lock over: then it is given back.
    if (isHeld(readFileSync(aside, 'utf8'))) linkSync(aside, lock);
    return 'was stale';
  } catch {
    // Gone meanwhile, or not ours to touch: the next round decides.
    return 'held';
  } finally {
    rmSync(aside, { force: true });
  }
}
