/** Waiting for something to become true: looks often, ends as soon as it is, and says what was awaited if it never is. */
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 25;
/** Longer than anything here takes, on a machine that does something else as well. */
const LIMIT_MS = 60_000;

/** The first value that is neither null nor undefined nor false. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${String(limitMs / 1000)} s in vain: ${what}`);
    await pause(LOOK_MS);
  }
}
