/** Rows in: over one connection to the server, over HTTP through the endpoint in a process of its own, and from files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { packageFolder } from '../../src/run/settings.js';
import { cpuSeconds } from '../cpu-time.js';
import { type Entry, entry, type Goal } from '../entry.js';
import type { DataPart, DataStage } from './data-stage.js';
import { fromFiles } from './ingest-files.js';
import {
  asSent,
  CATEGORICAL,
  entriesOf,
  INGEST_MODEL,
  measured,
  type Measured,
  NUMERIC,
  rowsOf,
} from './ingest-rows.js';
import { saveSource } from './prediction-table.js';

const ROWS = 100_000;
const RUNS = 3;
/** Rows of one call and of one request. */
const BATCH = 1_000;
/** Requests under way at once. */
const SENDERS = 4;
const CONNECTION_GOAL: Goal = { of: 'value', is: 'at least', limit: 25_000 };
const HTTP_GOAL: Goal = { of: 'value', is: 'at least', limit: 15_000 };
const ADDED_GOAL: Goal = { of: 'value', is: 'at most', limit: 0 };

const batchesOf = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, i) => rows.slice(i * BATCH, (i + 1) * BATCH));

async function storedRows({ pool }: Database): Promise<number> {
  const [row] = await select(pool, 'SELECT COUNT(*) AS n FROM predictions WHERE model = ?', [INGEST_MODEL]);
  return row === undefined ? NaN : integer(row, 'n');
}

/** One connection, one batch after the other; each of them twice more, which must add nothing. */
async function overConnection(stage: DataStage): Promise<readonly Entry[]> {
  const database = openDatabase(stage.servers.stack.mysqlUrl, 1);
  const ours = (): number => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
  const [first, again, added]: [Measured[], Measured[], number[]] = [[], [], []];
  try {
    for (let run = 0; run < RUNS; run++) {
      const batches = batchesOf(rowsOf(`direct-${String(run)}`, ROWS));
      const send = async (): Promise<void> => {
        for (const batch of batches) await insertPredictions(database.pool, INGEST_MODEL, batch);
      };
      first.push(await measured(stage, ROWS, ours, send));
      const before = await storedRows(database);
      for (let replay = 0; replay < 2; replay++) again.push(await measured(stage, ROWS, ours, send));
      added.push((await storedRows(database)) - before);
      stage.context.say(`ingest: ${String(Math.round(first.at(-1)?.rate ?? 0))} rows/s over one connection`);
    }
  } finally {
    await database.close();
  }
  return [
    ...entriesOf('data/ingest', first, CONNECTION_GOAL),
    ...entriesOf('data/ingest-replay', again),
    entry({ name: 'data/ingest-replayed-twice', unit: 'rows added', runs: added, goal: ADDED_GOAL }),
  ];
}

interface Endpoint {
  readonly url: string;
  readonly child: ChildProcess;
}

async function startEndpoint(stage: DataStage, token: string): Promise<Endpoint> {
  const args = [join(packageFolder(), 'dist/src/run/cli.js'), 'serve', '--token', 'env:BENCH_TOKEN=*', '--port', '0'];
  const env = { ...stage.servers.env, MYSQL_URL: stage.servers.stack.mysqlUrl, BENCH_TOKEN: token };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      const found = /http:\/\/[\d.:]+\d/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`the endpoint did not start: ${said}`));
    });
  });
  return { url, child };
}

const define = (database: Database): Promise<unknown> =>
  saveSource(
    database,
    `plumbline: 1
model: ${INGEST_MODEL}
task: binary
positive: 'yes'
features: ${JSON.stringify({ numeric: NUMERIC, categorical: CATEGORICAL })}
`,
  );

/** Bodies are made before, as producers elsewhere would make them. */
async function sendAll(url: string, token: string, bodies: readonly string[]): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  let next = 0;
  const sender = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const answer = await fetch(`${url}/v1/models/${INGEST_MODEL}/predictions`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`the endpoint answered ${String(answer.status)}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

async function overHttp(stage: DataStage): Promise<readonly Entry[]> {
  const token = randomBytes(32).toString('hex');
  const { url, child } = await startEndpoint(stage, token);
  const runs: Measured[] = [];
  try {
    for (let run = 0; run < RUNS; run++) {
      const bodies = batchesOf(rowsOf(`http-${String(run)}`, ROWS)).map((rows) => JSON.stringify(rows.map(asSent)));
      const work = (): Promise<void> => sendAll(url, token, bodies);
      runs.push(await measured(stage, ROWS, () => cpuSeconds(child.pid ?? null), work));
      stage.context.say(`ingest: ${String(Math.round(runs.at(-1)?.rate ?? 0))} rows/s over HTTP`);
    }
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  return entriesOf('data/ingest-http', runs, HTTP_GOAL);
}

export const ingest: DataPart = {
  name: 'ingest',
  async run(stage) {
    await define(stage.servers.database);
    return [...(await overConnection(stage)), ...(await overHttp(stage)), ...(await fromFiles(stage, CONNECTION_GOAL))];
  },
};
