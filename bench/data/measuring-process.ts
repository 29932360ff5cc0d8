/** A measuring process, and the server's CPU time beside each of its runs. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DataStage } from './data-stage.js';
import type { FromMeasuring, Measured, MeasuringTask, ToMeasuring } from './measuring-task.js';

export interface MeasuredBeside extends Measured {
  /** Of the database server; null where the system does not tell. */
  readonly serverCpuSeconds: number | null;
}

export interface MeasuringProcess {
  /** Tasks one after the other, told as one. */
  measure(tasks: readonly MeasuringTask[]): Promise<MeasuredBeside>;
  stop(): Promise<void>;
}

/** CPU seconds of the database server while `work` goes on. */
export async function withServerCpu<T>(
  { servers }: DataStage,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly serverCpuSeconds: number | null }> {
  const before = servers.cpuSeconds().mysql;
  const result = await work();
  const after = servers.cpuSeconds().mysql;
  return { result, serverCpuSeconds: before === null || after === null ? null : after - before };
}

async function ask(child: ChildProcess, message: ToMeasuring): Promise<FromMeasuring> {
  const answered = new AbortController();
  const { signal } = answered;
  child.send(message);
  const answer = await Promise.race([
    once(child, 'message', { signal }).then(([told]) => told as FromMeasuring),
    once(child, 'exit', { signal }).then(([code, killed]): FromMeasuring => ({
      kind: 'failed',
      message: `it ended (${String(code ?? killed)})`,
    })),
  ]);
  // Whichever did not come is no longer awaited.
  answered.abort();
  if (answer.kind === 'failed') throw new Error(`the measuring process failed: ${answer.message}`);
  return answer;
}

/** `name` tells its CPU profile from others, where one is asked for. With `thread`, one thread of it has loaded its modules. */
export async function startMeasuring(
  stage: DataStage,
  name: string,
  { thread = false }: { readonly thread?: boolean } = {},
): Promise<MeasuringProcess> {
  const { servers, tablesUrl, context } = stage;
  const { profiles } = context;
  const child = fork(fileURLToPath(new URL('./measuring.js', import.meta.url)), [], {
    env: servers.env,
    execArgv:
      profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=data-${name}.cpuprofile`],
    // Standard output belongs to the benchmark's own report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  await ask(child, { kind: 'open', tablesUrl, storeUrl: servers.stack.mysqlUrl, thread });
  return {
    async measure(tasks) {
      const { result, serverCpuSeconds } = await withServerCpu(stage, () => ask(child, { kind: 'measure', tasks }));
      if (result.kind !== 'measured') throw new Error(`the measuring process answered ${result.kind}`);
      return { ...result.measured, serverCpuSeconds };
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.send({ kind: 'stop' } satisfies ToMeasuring);
      await gone;
    },
  };
}
