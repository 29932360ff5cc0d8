/** Real processes that take data in: one is killed in the middle of a file, one is told to end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
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
