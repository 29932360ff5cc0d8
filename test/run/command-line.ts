// The command line against this run's servers: a database, a home and a task queue of the test's own.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { createConnection } from 'mysql2/promise';
import { connectOnce, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { migrate } from '../../src/io/mysql/migrate.js';
import { runCommandLine } from '../../src/run/command-line.js';
import { scheduleId } from '../../src/model/ids.js';
import type { StackAddress } from '../../src/run/stack/address.js';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly folder: string;
  /** Unlike that of any other test, also on the shared Temporal server. */
  readonly model: string;
  readonly database: Database;
  readonly client: Client;
  readonly env: Record<string, string | undefined>;
  run(...args: readonly string[]): Promise<Outcome>;
  /** Runs with `--json`; the document, and the status beside it. */
  json(...args: readonly string[]): Promise<{ readonly status: number; readonly data: unknown }>;
  /** Writes a file and returns its path. */
  file(name: string, text: string): string;
  end(): Promise<void>;
}

function urlOf(mysqlUrl: string, database: string): string {
  const url = new URL(mysqlUrl);
  url.pathname = `/${database}`;
  return url.href;
}

export async function startCommandLine(stack: StackAddress): Promise<CommandLine> {
  const mark = randomBytes(4).toString('hex');
  const name = `plumbline_run_${mark}`;
  const server = await createConnection(stack.mysqlUrl);
  await server.query(`CREATE DATABASE \`${name}\``);
  const mysqlUrl = urlOf(stack.mysqlUrl, name);
  const connection = await connectOnce(mysqlUrl);
  await migrate(connection, name);
  await connection.end();
  const database = openDatabase(mysqlUrl, 3);
  const temporal = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection: temporal, namespace: stack.temporalNamespace });
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-run-'));
  const model = `bank-${mark}`;
  const env: Record<string, string | undefined> = {
    MYSQL_URL: mysqlUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.temporalNamespace,
    PLUMBLINE_HOME: folder,
    PLUMBLINE_TASK_QUEUE: `test-${mark}`,
  };
  const run = async (...args: readonly string[]): Promise<Outcome> => {
    let [out, err] = ['', ''];
    const status = await runCommandLine(args, {
      env,
      out: (text) => (out += text),
      err: (text) => (err += text),
    });
    return { status, out, err };
  };
  return {
    folder,
    model,
    database,
    client,
    env,
    run,
    async json(...args) {
      const { status, out } = await run(...args, '--json');
      return { status, data: JSON.parse(out) as unknown };
    },
    file(fileName, text) {
      const path = join(folder, fileName);
      writeFileSync(path, text);
      return path;
    },
    async end() {
      await client.schedule
        .getHandle(scheduleId(model))
        .delete()
        .catch((error: unknown) => {
          if (!(error instanceof ScheduleNotFoundError)) throw error;
        });
      await temporal.close();
      await database.close();
      await server.query(`DROP DATABASE \`${name}\``);
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A definition on Plumbline's own tables. */
export const bankYaml = (model: string, more = ''): string => `plumbline: 1
model: ${model}
title: Who will subscribe
team: campaigns
task: binary
positive: 'yes'
features:
  numeric: [age, balance]
  categorical: [job]
schedule:
  window: 1d
notify:
  slack: { channel: '#model-alerts', token: env:SLACK_BOT_TOKEN }
approvers: [ana]
${more}`;
