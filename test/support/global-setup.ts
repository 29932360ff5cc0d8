// Servers and workflow bundle for one run of the tests: private, made anew, gone at the end, however the run ends.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import type { StackAddress } from '../../src/run/stack/address.js';
import { ensureStack, stopStack } from '../../src/run/stack/stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where this run's MySQL and Temporal are: `inject('stack')`. Databases, task queues and ids are each test's own. */
    readonly stack: StackAddress;
    /** The bundle of workflows/index.ts as a file: `workflowBundle: { codePath: inject('workflowBundlePath') }`. */
    readonly workflowBundlePath: string;
  }
}

const checkout = resolve(import.meta.dirname, '../..');
const runs = join(checkout, '.plumbline', 'test');
const home = join(runs, String(process.pid));
const quiet = (): void => undefined;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Ends what an earlier run left, should even its attendant have been killed. */
async function clearAway(): Promise<void> {
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs)) {
    if (!/^\d+$/.test(name) || (isRunning(Number(name)) && name !== String(process.pid))) continue;
    const left = join(runs, name);
    if (existsSync(join(left, 'stack'))) await stopStack({ home: left, say: quiet });
    rmSync(left, { recursive: true, force: true });
  }
}

/** A process of its own that ends the servers when this one is gone: an interrupted run, and a killed one too. */
function leaveAttendant(): void {
  const script = join(import.meta.dirname, 'end-servers-when-alone.mjs');
  const attendant = spawn(process.execPath, [script, home], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  attendant.unref();
  // An open pipe must not keep this process alive; it closes with it, and that is the message.
  (attendant.stdin as unknown as { unref: () => void }).unref();
}

async function bundle(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(checkout, 'workflows', 'index.ts'),
    logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error },
  });
  const path = join(home, 'workflow-bundle.js');
  writeFileSync(path, code);
  return path;
}

export async function setup(project: TestProject): Promise<void> {
  await clearAway();
  mkdirSync(home, { recursive: true });
  leaveAttendant();
  const [stack, path] = await Promise.all([ensureStack({ home, say: quiet, lean: true }), bundle()]);
  project.provide('stack', stack);
  project.provide('workflowBundlePath', path);
}

export async function teardown(): Promise<void> {
  await stopStack({ home, say: quiet });
  rmSync(home, { recursive: true, force: true });
}
