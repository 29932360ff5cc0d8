/** Real processes that take data in or remove it: killed in the middle, interrupted by a person, told to end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { insertPredictions, type PredictionRow } from '../../src/io/mysql/prediction-log.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { eventually } from '../support/poll.js';
import { ALL_TOKEN, ask, bearer, NOON, predictionsOf, startEndpoint, type Endpoint } from '../run/endpoint.js';
import { compileInto } from './compiled.js';

const ROWS = 120_000;
// Below the checkout, so that packages are found from there; of its own, because other tests compile beside it.
const compiled = join(dirname(inject('workflowBundlePath')), 'compiled-ingest');
const children = new Set<ChildProcess>();
let endpoint: Endpoint;

beforeAll(async () => {
  compileInto(compiled);
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  await endpoint.define('bank');
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await endpoint.end();
  rmSync(compiled, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<unknown>;
}

function plumbline(...args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(compiled, 'src/run/cli.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      MYSQL_URL: endpoint.database.url,
      PLUMBLINE_HOME: compiled,
      PLUMBLINE_LOG_LEVEL: 'silent',
      INGEST_TOKEN: ALL_TOKEN,
    },
  });
  children.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  return { child, said: () => said, ended: once(child, 'exit') };
}

/** A process that has ended by itself does nothing more: its last words are the failure. */
function alive({ child, said }: Running): void {
  if (child.exitCode !== null) throw new Error(`it has ended with ${String(child.exitCode)}: ${said()}`);
}

const markedRows = async (): Promise<number> => {
  const [row] = await select(endpoint.database.pool, 'SELECT COALESCE(MAX(row_count), 0) AS n FROM ingested_files');
  return row === undefined ? 0 : integer(row, 'n');
};

it('ingest that is killed in the middle goes on there: no row is lost, none is doubled', async () => {
  const file = join(compiled, 'log.csv');
  const rows = Array.from({ length: ROWS }, (_, i) => `id ${String(i)},${String(NOON + i)},yes,0.5,${String(i % 90)}`);
  writeFileSync(file, ['id,time,prediction,score,age', ...rows].join('\n'));
  const args = ['ingest', file, '--model', 'bank', '--kind', 'predictions'];
  const first = plumbline(...args);
  await eventually('some rows are stored', async () => {
    alive(first);
    return (await markedRows()) >= 4_000;
  });
  first.child.kill('SIGKILL');
  await first.ended;
  const stored = await eventually('what was under way has ended', async () => {
    const [marked, there] = [await markedRows(), await endpoint.count('predictions', 'bank')];
    return marked === there && marked;
  });
  expect(stored).toBeLessThan(ROWS);
  const second = plumbline(...args);
  expect(await second.ended).toEqual([0, null]);
  expect(second.said()).toContain(`goes on after row ${String(stored)}`);
  expect(await endpoint.count('predictions', 'bank')).toBe(ROWS);
  expect(await endpoint.count('ingested_files', 'bank')).toBe(0);
});

it('ingest that a person interrupts says how far it came, ends by the signal, and goes on there', async () => {
  const file = join(compiled, 'interrupted.csv');
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `stop ${String(i)},${String(NOON + i)},yes,0.5,${String(i % 90)}`,
  );
  writeFileSync(file, ['id,time,prediction,score,age', ...rows].join('\n'));
  const args = ['ingest', file, '--model', 'bank', '--kind', 'predictions'];
  const before = await endpoint.count('predictions', 'bank');
  const first = plumbline(...args);
  await eventually('some rows are stored', async () => {
    alive(first);
    return (await markedRows()) >= 4_000;
  });
  first.child.kill('SIGINT');
  expect(await first.ended).toEqual([null, 'SIGINT']);
  expect(first.said()).toMatch(/^\d+ rows are stored; the same command goes on there$/m);
  expect(first.said()).not.toMatch(/\n {4}at /);
  const second = plumbline(...args);
  expect(await second.ended).toEqual([0, null]);
  expect(second.said()).toContain('goes on after row');
  expect((await endpoint.count('predictions', 'bank')) - before).toBe(ROWS);
});

it('retain that is killed in the middle goes on when it is run again: old rows go, newer ones stay, the audit knows both', async () => {
  const { pool } = endpoint.database;
  await endpoint.define('kept');
  const month = 30 * 86_400_000;
  const row = (name: string, i: number, time: number): PredictionRow => ({
    id: `${name} ${String(i)}`,
    time,
    prediction: 'yes',
  });
  await insertPredictions(
    pool,
    'kept',
    Array.from({ length: 5_000 }, (_, i) => row('old', i, NOON - 2 * month + i)),
  );
  await insertPredictions(
    pool,
    'kept',
    Array.from({ length: 100 }, (_, i) => row('new', i, NOON + i)),
  );
  const args = ['retain', 'kept', '--older-than', '30d', '--unprofiled', '--as', 'ana', '--batch'];
  const first = plumbline(...args, '10', '--pause', '20ms');
  await eventually('some rows are gone', async () => {
    alive(first);
    return (await endpoint.count('predictions', 'kept')) < 5_000;
  });
  first.child.kill('SIGKILL');
  expect(await first.ended).toEqual([null, 'SIGKILL']);
  const left = await endpoint.count('predictions', 'kept');
  expect(left).toBeGreaterThan(100);
  // The lock of the killed run goes with its connection, as soon as the server notices.
  const second = await eventually('the next run may begin', async () => {
    const running = plumbline(...args, '1000');
    const [status] = (await running.ended) as [number];
    return status === 0 && running;
  });
  expect(second.said()).toMatch(/^\d+ rows removed; figures/m);
  const newest = await select(pool, "SELECT DISTINCT LEFT(id, 3) AS name FROM predictions WHERE model = 'kept'");
  expect([newest.map(({ name }) => name as string), await endpoint.count('predictions', 'kept')]).toEqual([
    ['new'],
    100,
  ]);
  const noted = await select(pool, "SELECT what FROM audit WHERE model = 'kept' AND actor = 'ana' ORDER BY id");
  expect(noted.map(({ what }) => what as string)).toEqual(['retention begun', 'retention begun', 'retention']);
});

it('serve takes rows until SIGTERM, and ends with 0', async () => {
  const running = plumbline('serve', '--token', 'env:INGEST_TOKEN=bank', '--port', '0');
  const url = await eventually('it listens', () => {
    alive(running);
    return /http:\/\/[\d.:]+/.exec(running.said())?.[0];
  });
  const answer = await ask(`${url}/v1/models/bank/predictions`, {
    method: 'POST',
    body: JSON.stringify(predictionsOf(10, 'served')),
    headers: { 'content-type': 'application/json', ...bearer(ALL_TOKEN) },
  });
  expect(answer).toMatchObject({ status: 200, body: { accepted: 10 } });
  const taken = plumbline('serve', '--token', 'env:INGEST_TOKEN=*', '--port', new URL(url).port);
  expect(await taken.ended).toEqual([2, null]);
  expect(taken.said()).toContain('EADDRINUSE');
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual([0, null]);
});

it.each([
  [['--token', 'secret-pasted-here'], /a --token is not understood/],
  [['--token', 'env:INGEST_TOKEN=Bank!'], /a --token is not understood/],
  [['--token', 'env:NOBODY=*'], /env:NOBODY: the environment variable is not set/],
  [['--token', 'env:PATHLESS=*'], /not set/],
  [['--token', 'env:SHORT=*'], /fewer than 22 characters/],
  [['--token', 'env:SPACED=*'], /holds spaces/],
  [['--token', 'env:INGEST_TOKEN=*', '--host', '0.0.0.0'], /does not encrypt/],
  [['--token', 'env:INGEST_TOKEN=*', '--port', '70000'], /--port must be a whole number from 0 to 65535/],
  [['--token', 'env:INGEST_TOKEN=*', '--at-once', '0'], /--at-once must be a whole number from 1/],
  [[], /required option '--token/],
])('serve that is used wrongly ends with 2: %j', async (args, message) => {
  const { runCommandLine } = await import('../../src/run/command-line.js');
  const env = { MYSQL_URL: endpoint.database.url, INGEST_TOKEN: ALL_TOKEN, SHORT: 'short', SPACED: `${ALL_TOKEN} x` };
  let err = '';
  const status = await runCommandLine(['serve', ...args], { env, out: () => undefined, err: (text) => (err += text) });
  expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  expect(err).not.toContain('secret-pasted-here');
});
