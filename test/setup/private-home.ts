// Homes for stacks of single tests: each below the system's folder for temporary files, ended and removed afterwards.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { stopStack } from '../../src/run/stack/stack.js';

/** A new home. Its servers are ended and it is removed when `atEnd` says: after the file, or with `onTestFinished` of a
 * test after that test. */
export function newHome(atEnd: (work: () => Promise<void>) => void = afterAll): string {
  const home = mkdtempSync(join(tmpdir(), 'plumbline-stack-'));
  atEnd(async () => {
    if (existsSync(join(home, 'stack'))) await stopStack({ home, say: () => undefined });
    rmSync(home, { recursive: true, force: true });
  });
  return home;
}

/** The environment without the user's own servers, so that private ones are started. */
export function privateEnvironment(): Record<string, string | undefined> {
  const own = /^(MYSQL_URL|TEMPORAL_(ADDRESS|NAMESPACE|PROFILE|CONFIG_FILE|API_KEY|TLS.*))$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** Pid of a private server as its pid file says. */
export function pidOf(home: string, server: 'temporal' | 'mysql'): number {
  return Number(readFileSync(join(home, 'stack', server, 'pid'), 'utf8'));
}
