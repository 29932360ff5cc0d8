/** Canary check: nothing that leaves a port may hold a secret, in any form in which it could be read back. */
import { inspect } from 'node:util';
import { expect } from 'vitest';

/** Everything a logger, a history or a crash report could make of a value, causes and hidden properties included. */
function everythingIn(value: unknown): string {
  const shown = inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null });
  const stack = value instanceof Error ? `${value.name} ${value.message} ${value.stack ?? ''}` : '';
  return `${shown}\n${stack}\n${JSON.stringify({ value })}`;
}

export function assertLeaksNoSecret(value: unknown, secrets: readonly string[]): void {
  const text = everythingIn(value);
  for (const secret of secrets) {
    const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    for (const form of [secret, encodeURIComponent(secret), base64]) {
      expect(text.includes(form), `the secret shows in: ${text.slice(0, 300)}`).toBe(false);
    }
  }
}

/** The error that a promise is rejected with. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
