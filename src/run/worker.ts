/** The worker process: polls the task queue, runs workflows and activities, stops gracefully. */
import { existsSync } from 'node:fs';
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type LogLevel,
  type WorkerOptions,
} from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { createActivities } from '../../activities/create.js';
import type { Deps } from '../../activities/deps.js';
import { openDatabase, type Database } from '../io/mysql/pool.js';
import { openSources } from '../io/mysql/sources.js';
import { resolveSecret } from '../io/secrets.js';
import { temporalConnection, type Environment, type StackAddress } from './stack/address.js';
import { buildBundle, bundleFile } from './bundle.js';
import type { Settings } from './settings.js';

/** Short activities end within this; longer ones are handed over by their heartbeat. */
const GRACE = '20s';
const FORCE = '30s';

/**
 * An activity for which the worker has a place free comes with the answer to its workflow's task; for each other one the
 * server writes, hands out and deletes a task of its own: with 24 places and 20 models at once, three of seventeen writes of a
 * cycle. How many windows are read at once is a matter of the connections to MySQL, of which there are fewer.
 */
const ACTIVITIES_AT_ONCE = 64;

export interface RunningWorker {
  readonly worker: Worker;
  readonly deps: Deps;
  /** Ends with the worker: after `shutdown`, or when it failed. */
  readonly done: Promise<void>;
  /** Stops polling, lets activities end, closes the connections. */
  stop(): Promise<void>;
}

/** The SDK's runtime logs through ours. Once a process, before anything else of the SDK. */
export function installRuntime(log: Logger): void {
  const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
    TRACE: 'trace',
    DEBUG: 'debug',
    INFO: 'info',
    WARN: 'warn',
    ERROR: 'error',
  };
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      log[levels[level]]({ ...meta }, message);
    }),
  });
}

function createDeps(settings: Settings, stack: StackAddress, database: Database, log: Logger): Deps {
  return {
    database,
    sources: openSources(database, resolveSecret),
    resolveSecret,
    log,
    command: settings.command,
    temporalUi: settings.temporalUi ?? stack.temporalUi,
    namespace: stack.temporalNamespace,
    taskQueue: settings.taskQueue,
    artefacts: settings.artefacts,
    slackApiUrl: settings.slackApiUrl,
  };
}

async function workflowCode(settings: Settings): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  const file = settings.workflowBundle ?? bundleFile();
  if (existsSync(file)) return { workflowBundle: { codePath: file } };
  return { workflowBundle: { code: await buildBundle() } };
}

/** Versioned workers get no tasks until their build is made current: a step of the deployment. */
function versioning({ build }: Settings): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (build === null) return {};
  return {
    workerDeploymentOptions: {
      useWorkerVersioning: true,
      version: { deploymentName: 'plumbline', buildId: build },
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/** Connects, builds or loads the workflow bundle, and starts polling. */
export async function startWorker(
  settings: Settings,
  stack: StackAddress,
  log: Logger = pino({ level: settings.logLevel }),
  env: Environment = process.env,
): Promise<RunningWorker> {
  const { address, tls, apiKey } = await temporalConnection(stack, env);
  const connection = await NativeConnection.connect({
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined || tls === null ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey: typeof apiKey === 'function' ? apiKey() : apiKey }),
  });
  const database = openDatabase(stack.mysqlUrl);
  const deps = createDeps(settings, stack, database, log);
  const worker = await Worker.create({
    connection,
    namespace: stack.temporalNamespace,
    taskQueue: settings.taskQueue,
    ...(await workflowCode(settings)),
    activities: { ...createActivities(deps) },
    ...versioning(settings),
    maxCachedWorkflows: settings.cachedWorkflows,
    maxConcurrentActivityTaskExecutions: ACTIVITIES_AT_ONCE,
    shutdownGraceTime: GRACE,
    shutdownForceTime: FORCE,
  });
  const close = async (): Promise<void> => {
    await deps.sources.close();
    await database.close();
    await connection.close();
  };
  const done = worker.run().finally(close);
  return {
    worker,
    deps,
    done,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}
