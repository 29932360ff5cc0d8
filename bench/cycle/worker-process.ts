/** A worker in a process of its own, so that its CPU time and its profile are its alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from '../cpu-time.js';
import type { FromWorker, SharedOptions, ToWorker } from './worker.js';

export interface WorkerProcess {
  readonly options: SharedOptions;
  cpuSeconds(): number | null;
  stop(): Promise<void>;
}

export interface WorkerProcessOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder for a CPU profile, written when the process ends. */
  readonly profiles: string | null;
}

export async function startWorkerProcess(
  start: Exclude<ToWorker, { kind: 'stop' }>,
  { env, profiles }: WorkerProcessOptions,
): Promise<WorkerProcess> {
  const child = fork(fileURLToPath(new URL('./worker.js', import.meta.url)), [start.taskQueue], {
    env,
    execArgv:
      profiles === null
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${start.taskQueue}.cpuprofile`],
    // Standard output belongs to the benchmark's own report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.send(start);
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as FromWorker),
    once(child, 'exit').then(([code]): FromWorker => ({ kind: 'failed', message: `it ended (${String(code)})` })),
  ]);
  if (answer.kind === 'failed') {
    child.kill();
    throw new Error(`the worker on ${start.taskQueue} did not start: ${answer.message}`);
  }
  return {
    options: answer.options,
    cpuSeconds: () => cpuSeconds(child.pid ?? null),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send({ kind: 'stop' } satisfies ToWorker);
      await gone;
    },
  };
}
