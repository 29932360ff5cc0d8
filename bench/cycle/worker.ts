/**
 * A worker process of the benchmark: `node worker.js cycle|bare`, started with an IPC channel. `cycle` is the worker that
 * users run; `bare` has the same options and activities that do nothing.
 */
import { NativeConnection, Worker, bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import type { Activities } from '../../activities/contract.js';
import { readSettings } from '../../src/run/settings.js';
import type { StackAddress } from '../../src/run/stack/address.js';
import { installRuntime, startWorker } from '../../src/run/worker.js';

/** What a bare worker must do as the real one does; told by the real one when it has started. */
export type SharedOptions = Required<
  Pick<
    WorkerOptions,
    | 'maxCachedWorkflows'
    | 'maxConcurrentActivityTaskExecutions'
    | 'maxConcurrentWorkflowTaskExecutions'
    | 'reuseV8Context'
  >
>;

/** The five activities of a cycle by name, with what each of them answers. */
export type Answers = Readonly<Record<string, unknown>>;

export type ToWorker =
  | { readonly kind: 'start'; readonly stack: StackAddress; readonly taskQueue: string }
  | {
      readonly kind: 'start bare';
      readonly stack: StackAddress;
      readonly taskQueue: string;
      readonly options: SharedOptions;
      readonly answers: Answers;
    }
  | { readonly kind: 'stop' };

export type FromWorker =
  { readonly kind: 'started'; readonly options: SharedOptions } | { readonly kind: 'failed'; readonly message: string };

interface Started {
  readonly options: SharedOptions;
  stop(): Promise<void>;
}

const log = pino({ level: 'warn' }, pino.destination(2));

async function startReal(stack: StackAddress, taskQueue: string): Promise<Started> {
  const running = await startWorker({ ...readSettings(), taskQueue }, stack, log);
  const {
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions,
    maxConcurrentWorkflowTaskExecutions,
    reuseV8Context,
  } = running.worker.options;
  const options = {
    maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: maxConcurrentActivityTaskExecutions ?? 100,
    maxConcurrentWorkflowTaskExecutions: maxConcurrentWorkflowTaskExecutions ?? 40,
    reuseV8Context,
  };
  return { options, stop: () => running.stop() };
}

function bareActivities(answers: Answers): Record<string, () => Promise<unknown>> {
  const names: readonly (keyof Activities)[] = ['planCycle', 'collect', 'measure', 'judgeAndRecord'];
  return Object.fromEntries(names.map((name) => [name, () => Promise.resolve(answers[name])]));
}

async function startBare(
  stack: StackAddress,
  taskQueue: string,
  options: SharedOptions,
  answers: Answers,
): Promise<Started> {
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const workflowsPath = fileURLToPath(new URL('./bare-workflow.js', import.meta.url));
  const quiet = (): void => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const worker = await Worker.create({
    connection,
    namespace: stack.temporalNamespace,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }),
    activities: bareActivities(answers),
    ...options,
  });
  const done = worker.run();
  return {
    options,
    async stop() {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

const tell = (message: FromWorker): void => void process.send?.(message);

let started: Started | null = null;

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      started = await startReal(message.stack, message.taskQueue);
      tell({ kind: 'started', options: started.options });
      return;
    case 'start bare':
      started = await startBare(message.stack, message.taskQueue, message.options, message.answers);
      tell({ kind: 'started', options: started.options });
      return;
    case 'stop':
      await started?.stop();
      process.disconnect();
  }
}

installRuntime(log);
process.on('message', (message: ToWorker) => {
  obey(message).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
