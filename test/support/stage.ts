/**
 * Everything a workflow meets, real and of its own: a schema on the run's MySQL, a task queue on the run's Temporal with
 * a worker in this process, a Slack and a mail server on loopback.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import type { Activities } from '../../activities/contract.js';
import { createActivities } from '../../activities/create.js';
import type { Deps } from '../../activities/deps.js';
import { openSources } from '../../src/io/mysql/sources.js';
import { startSlackServer, type SlackServer } from '../../src/run/loopback/slack-server.js';
import { startSmtpSink, type SmtpSink } from '../../src/run/loopback/smtp-sink.js';
import type { StackAddress } from '../../src/run/stack/address.js';
import { createDatabase, type OwnDatabase } from './database.js';
import { quietRuntime } from './quiet-runtime.js';

/** Stands in histories, logs or messages only if something leaks. */
export const SECRET_CANARY = 'canary-of-a-secret';

export interface Stage {
  readonly stack: StackAddress;
  readonly database: OwnDatabase;
  readonly client: Client;
  readonly slack: SlackServer;
  readonly mails: SmtpSink;
  readonly taskQueue: string;
  /** What `env:NAME` in a definition refers to; tests may add to it. */
  readonly secrets: Map<string, string>;
  readonly bundle: string;
  /** Of this stage alone; artefacts and Slack's store lie here. */
  readonly folder: string;
  /** Activities that stand in for the real ones; a test puts one here and takes it away again. */
  readonly instead: Partial<Activities>;
  readonly activities: Activities;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly stack: StackAddress;
  readonly workflowBundlePath: string;
  /** Without one, a test starts its own worker, in another process. */
  readonly worker?: boolean;
}

/** Every activity looks for its stand-in when it is called, so that a test can put one in while the worker runs. */
function replaceable(real: Activities, instead: Partial<Activities>): Activities {
  const entries = Object.entries(real) as [keyof Activities, (input: never) => Promise<unknown>][];
  return Object.fromEntries(
    entries.map(([name, activity]) => [
      name,
      (input: never) => ((instead[name] as typeof activity | undefined) ?? activity)(input),
    ]),
  ) as unknown as Activities;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  quietRuntime();
  const { stack } = options;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-stage-'));
  const taskQueue = `test-${randomBytes(6).toString('hex')}`;
  const token = `xoxb-${SECRET_CANARY}-${randomBytes(6).toString('hex')}`;
  const [database, slack, mails, connection] = await Promise.all([
    createDatabase(stack.mysqlUrl),
    startSlackServer({ token, store: join(folder, 'slack.jsonl') }),
    startSmtpSink(),
    Connection.connect({ address: stack.temporalAddress }),
  ]);
  const client = new Client({ connection, namespace: stack.temporalNamespace });
  const secrets = new Map([
    ['env:SLACK_BOT_TOKEN', token],
    ['env:PLUMBLINE_SMTP_URL', mails.url],
  ]);
  const resolveSecret = (reference: string): string => {
    const value = secrets.get(reference);
    if (value === undefined) throw new Error(`${reference}: the environment variable is not set`);
    return value;
  };
  const deps: Deps = {
    database,
    sources: openSources(database, resolveSecret),
    resolveSecret,
    log: pino({ level: 'silent' }),
    command: 'npx --no plumbline',
    temporalUi: null,
    namespace: stack.temporalNamespace,
    taskQueue,
    artefacts: join(folder, 'artefacts'),
    slackApiUrl: slack.url,
  };
  const instead: Partial<Activities> = {};
  const activities = createActivities(deps);
  const running =
    options.worker === false
      ? null
      : await startWorker(stack, taskQueue, options.workflowBundlePath, replaceable(activities, instead));
  return {
    stack,
    database,
    client,
    slack,
    mails,
    taskQueue,
    secrets,
    bundle: options.workflowBundlePath,
    folder,
    instead,
    activities,
    async close() {
      await endExecutions(client, taskQueue);
      await running?.stop();
      await deps.sources.close();
      await connection.close();
      await Promise.all([slack.close(), mails.close(), database.drop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startWorker(
  stack: StackAddress,
  taskQueue: string,
  codePath: string,
  activities: Activities,
): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const worker = await Worker.create({
    connection,
    namespace: stack.temporalNamespace,
    taskQueue,
    workflowBundle: { codePath },
    activities: { ...activities },
    // PLUMBLINE_CACHED_WORKFLOWS=0 replays every workflow task from its history.
    maxCachedWorkflows: Number(process.env['PLUMBLINE_CACHED_WORKFLOWS'] ?? 300),
    maxConcurrentActivityTaskExecutions: 24,
    shutdownGraceTime: '1s',
    shutdownForceTime: '5s',
  });
  const done = worker.run();
  return {
    async stop() {
      worker.shutdown();
      await done;
      await connection.close();
    },
  };
}

/** What still waits (for a person, for a window) when the tests are done would be retried for ever. */
async function endExecutions(client: Client, taskQueue: string): Promise<void> {
  const open = client.workflow.list({ query: `TaskQueue = "${taskQueue}" AND ExecutionStatus = "Running"` });
  for await (const { workflowId, runId } of open) {
    await client.workflow
      .getHandle(workflowId, runId)
      .terminate('the test is over')
      .catch(() => undefined);
  }
}
