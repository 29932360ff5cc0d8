/** What the demo plays on: the servers, a worker in this process, a place that takes the messages, a clean start. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { connectOnce, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { migrate } from '../../src/io/mysql/migrate.js';
import { forgetModel } from '../../src/io/mysql/forget-model.js';
import { connectClient } from '../../src/run/connection.js';
import { startSlackServer, type SlackServer } from '../../src/run/loopback/slack-server.js';
import { startSmtpSink, type SmtpSink } from '../../src/run/loopback/smtp-sink.js';
import { applyWatchdog } from '../../src/run/schedules.js';
import { readSettings, type Settings } from '../../src/run/settings.js';
import type { StackAddress } from '../../src/run/stack/address.js';
import { ensureStack } from '../../src/run/stack/stack.js';
import { installRuntime, startWorker, type RunningWorker } from '../../src/run/worker.js';
import { scheduleId } from '../../src/model/ids.js';

export const DEMO_MODELS = ['bank-marketing', 'adult-income'] as const;

export interface DemoFolder {
  readonly folder: string;
  readonly slackStore: string;
  readonly mailStore: string;
  readonly summary: string;
  readonly messagesPage: string;
}

export function demoFolder(settings: Settings): DemoFolder {
  const folder = join(settings.home, 'demo');
  return {
    folder,
    slackStore: join(folder, 'slack.jsonl'),
    mailStore: join(folder, 'mails.jsonl'),
    summary: join(folder, 'summary.json'),
    messagesPage: join(folder, 'messages.html'),
  };
}

export interface Stage {
  readonly settings: Settings;
  readonly stack: StackAddress;
  readonly database: Database;
  readonly client: Client;
  readonly folder: DemoFolder;
  /** Null where messages go to the real Slack. */
  readonly slack: SlackServer | null;
  readonly mails: SmtpSink | null;
  close(): Promise<void>;
}

interface Inboxes {
  readonly slack: SlackServer | null;
  readonly mails: SmtpSink | null;
}

/** Real channels where their secrets are set; else servers in this process that keep what they receive. */
async function openInboxes(folder: DemoFolder): Promise<Inboxes> {
  let slack: SlackServer | null = null;
  if ((process.env['SLACK_BOT_TOKEN'] ?? '') === '') {
    const token = `xoxb-${randomBytes(12).toString('hex')}`;
    slack = await startSlackServer({ token, store: folder.slackStore });
    process.env['SLACK_BOT_TOKEN'] = token;
    process.env['PLUMBLINE_SLACK_API_URL'] = slack.url;
  }
  let mails: SmtpSink | null = null;
  if ((process.env['PLUMBLINE_SMTP_URL'] ?? '') === '') {
    mails = await startSmtpSink({ store: folder.mailStore });
    process.env['PLUMBLINE_SMTP_URL'] = mails.url;
  }
  return { slack, mails };
}

/** Ends what an earlier run left under way, so that this one starts from nothing. */
async function endEarlierRuns(client: Client): Promise<void> {
  for (const model of DEMO_MODELS) {
    const running = client.workflow.list({ query: `ModelId = "${model}" AND ExecutionStatus = "Running"` });
    for await (const { workflowId, runId } of running) {
      await client.workflow.getHandle(workflowId, runId).terminate('the demo starts anew');
    }
    await client.schedule
      .getHandle(scheduleId(model))
      .delete()
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ScheduleNotFoundError')) throw error;
      });
  }
}

async function migrateDatabase(stack: StackAddress, database: Database): Promise<void> {
  const connection = await connectOnce(stack.mysqlUrl);
  try {
    await migrate(connection, database.address.database);
  } finally {
    await connection.end();
  }
}

export async function openStage(say: (line: string) => void): Promise<Stage> {
  const first = readSettings();
  const folder = demoFolder(first);
  const stack = await ensureStack({ home: first.home, say });
  rmSync(folder.folder, { recursive: true, force: true });
  mkdirSync(folder.folder, { recursive: true });
  const inboxes = await openInboxes(folder);
  const settings = readSettings();
  const database = openDatabase(stack.mysqlUrl);
  await migrateDatabase(stack, database);
  const connected = await connectClient(stack);
  await endEarlierRuns(connected.client);
  for (const model of DEMO_MODELS) await forgetModel(database.pool, model);
  const log = pino(
    { level: process.env['PLUMBLINE_LOG_LEVEL'] ?? 'warn' },
    pino.destination(join(folder.folder, 'worker.log')),
  );
  installRuntime(log);
  const worker: RunningWorker = await startWorker(settings, stack, log);
  await applyWatchdog(connected.client, settings);
  return {
    settings,
    stack,
    database,
    client: connected.client,
    folder,
    ...inboxes,
    async close() {
      await worker.stop();
      await connected.close();
      await database.close();
      await inboxes.slack?.close();
      await inboxes.mails?.close();
    },
  };
}
