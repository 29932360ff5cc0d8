/** The client against the real endpoint, through a way that loses, delays and refuses. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { NotSent, PlumblineClient, type ClientOptions, type RowFault, type SentRow } from '../../client/client.js';
import { select } from '../../src/io/mysql/rows.js';
import { eventually } from '../support/poll.js';
import { ALL_TOKEN, iso, NOON, startEndpoint, type Endpoint } from './endpoint.js';

let endpoint: Endpoint;
let way: Server;
let wayUrl = '';
/** What happens to the next requests, in order; then all are passed on. */
let troubles: ('lost answer' | 'lost request' | 503 | 429 | 502)[] = [];
/** Rows of each request that came, by path. */
let requests: { path: string; ids: string[] }[] = [];
let refused: { row: SentRow; faults: readonly RowFault[] }[] = [];
let model = '';
let models = 0;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const path = request.url ?? '';
  requests.push({ path, ids: (JSON.parse(body) as { id: string }[]).map(({ id }) => id) });
  const trouble = troubles.shift();
  if (trouble === 'lost request') return void request.socket.destroy();
  if (typeof trouble === 'number') {
    response.writeHead(trouble, trouble === 502 ? {} : { 'retry-after': '0' });
    return void response.end(
      trouble === 502 ? '<html>Bad Gateway</html>' : '{"error":{"message":"busy","cure":"wait"}}',
    );
  }
  const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
  const answer = await fetch(`${endpoint.server.url}${path}`, { method: 'POST', body, headers });
  if (trouble === 'lost answer') return void request.socket.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(await answer.text());
}

beforeAll(async () => {
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  way = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  wayUrl = `http://127.0.0.1:${String((way.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  way.closeAllConnections();
  way.close();
  await endpoint.end();
});
beforeEach(async () => {
  [troubles, requests, refused] = [[], [], []];
  model = `bank-${String((models += 1))}`;
  await endpoint.define(model);
});

/** Sends nothing of itself before `flush`, unless told otherwise. */
const client = (change: Partial<ClientOptions> = {}): PlumblineClient =>
  new PlumblineClient({
    ...{ url: wayUrl, model, token: ALL_TOKEN, batchRows: 1_000, waitMs: 600_000 },
    onRefused: (row, faults) => void refused.push({ row, faults }),
    ...change,
  });

const predictions = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ id: `r${String(from + i)}`, time: new Date(NOON + from + i), prediction: i % 2 === 0 ? 'yes' : 'no' },
    ...{ score: 0.5, version: 'v1', features: { age: i, job: 'baker' }, latencyMs: 3 },
  }));

const counts = async (): Promise<readonly number[]> => [
  await endpoint.count('predictions', model),
  await endpoint.count('labels', model),
];

it('sends predictions with what was true of them, in batches and in order', async () => {
  const sender = client({ batchRows: 400 });
  await sender.logPredictions(predictions(1000).map((row) => ({ ...row, label: 'no' })));
  await sender.flush();
  expect(await counts()).toEqual([1000, 1000]);
  expect(requests.map(({ path, ids }) => [path.split('/').at(-1), ids.length])).toEqual([
    ...[
      ['predictions', 400],
      ['predictions', 400],
      ['predictions', 200],
    ],
    ...[
      ['labels', 400],
      ['labels', 400],
      ['labels', 200],
    ],
  ]);
  const [row] = await select(endpoint.database.pool, 'SELECT * FROM predictions WHERE model = ? AND id = ?', [
    model,
    'r3',
  ]);
  expect(row).toMatchObject({
    time: new Date(NOON + 3),
    version: 'v1',
    prediction: 'no',
    score: 0.5,
    latency_ms: 3,
    error_code: null,
  });
  const [label] = await select(endpoint.database.pool, 'SELECT label FROM labels WHERE model = ? AND id = ?', [
    model,
    'r3',
  ]);
  expect(label).toEqual({ label: 'no' });
});

it('sends by itself when enough rows wait, and what is left after a while', async () => {
  const sender = client({ batchRows: 100, waitMs: 20 });
  await sender.logPredictions(predictions(150));
  await eventually('all rows are stored', async () => (await counts())[0] === 150);
  await sender.logLabels([{ id: 'r1', time: NOON + 1, label: 'yes' }]);
  await eventually('the label is stored', async () => (await counts())[1] === 1);
});

it.each([
  ['the answer is lost', ['lost answer', 'lost answer']],
  ['the request is lost', ['lost request']],
  ['the endpoint is full', [429, 429]],
  ['the database is away', [503]],
  ['a proxy has a page of its own', [502]],
] as const)('sends the same rows again where %s, and none is doubled', async (_, what) => {
  troubles = [...what];
  const sender = client();
  await sender.logPredictions(predictions(50));
  await sender.flush();
  expect(await counts()).toEqual([50, 0]);
  expect(requests).toHaveLength(what.length + 1);
  expect(new Set(requests.map(({ ids }) => ids.join())).size).toBe(1);
});

it('rows that can never be stored are given back with their faults; the others are stored', async () => {
  const sender = client();
  const rows = predictions(300).map((row, i) => (i % 2 === 0 ? row : { ...row, features: { agee: i } }));
  await sender.logPredictions(rows);
  await sender.flush();
  expect(await counts()).toEqual([150, 0]);
  expect(refused.map(({ row }) => row.id)).toEqual(rows.filter((_, i) => i % 2 === 1).map(({ id }) => id));
  expect(refused[0]?.faults).toMatchObject([
    { field: 'features.agee', cure: expect.stringContaining('`age`') as string },
  ]);
});

it('a second row of one id goes into the next request, so that a correction is the later one', async () => {
  const sender = client();
  const label = (id: string, said: string) => ({ id, time: NOON, label: said });
  await sender.logLabels([label('a', 'no'), label('b', 'no'), label('a', 'yes'), label('c', 'no'), label('a', 'yes')]);
  await sender.flush();
  expect(requests.map(({ ids }) => ids)).toEqual([['a', 'b'], ['a', 'c'], ['a']]);
  const [row] = await select(endpoint.database.pool, "SELECT label FROM labels WHERE model = ? AND id = 'a'", [model]);
  expect(row).toEqual({ label: 'yes' });
});

it('a batch that is too large is halved until it fits; a row that never fits is given back', async () => {
  const sender = client();
  const wide = predictions(8).map((row) => ({ ...row, features: { job: 'x'.repeat(300_000) } }));
  const widest = { id: 'never', time: NOON, prediction: 'yes', features: { job: 'x'.repeat(2_000_000) } };
  await sender.logPredictions([...wide, widest]);
  await sender.flush();
  expect(await counts()).toEqual([8, 0]);
  expect(refused.map(({ row }) => row.id)).toEqual(['never']);
});

describe('what cannot be sent', () => {
  it('stays, is told by flush, and is sent when it can be', async () => {
    const sender = client({ token: 'wrong-token-of-enough-characters' });
    await sender.logPredictions(predictions(3));
    const fault = await sender.flush().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(NotSent);
    expect(fault).toMatchObject({
      status: 401,
      message: expect.stringContaining('bearer token is missing or not known') as string,
    });
    const away = client({ url: 'http://127.0.0.1:9', giveUpMs: 0 });
    await away.logPredictions(predictions(3));
    await expect(away.flush()).rejects.toMatchObject({
      status: null,
      message: expect.stringContaining('cannot be reached') as string,
    });
    troubles = [503, 503];
    const patient = client({ giveUpMs: 0 });
    await patient.logPredictions(predictions(3));
    await expect(patient.flush()).rejects.toMatchObject({ status: 503 });
    await patient.logPredictions(predictions(3, 3));
    await expect(patient.flush()).rejects.toMatchObject({ status: 503 });
    await patient.flush();
    expect(await counts()).toEqual([6, 0]);
  });

  it('holds up the producer when too many rows wait, and takes no more of them', async () => {
    const sender = client({ mostWaiting: 10, giveUpMs: 0 });
    await sender.logPredictions(predictions(10));
    troubles = [503];
    await expect(sender.logPredictions(predictions(5, 10))).rejects.toMatchObject({ status: 503 });
    await sender.logPredictions(predictions(5, 20));
    await sender.flush();
    expect(await counts()).toEqual([15, 0]);
  });
});

it('times are the same however they are given', async () => {
  const sender = client();
  await sender.logPredictions([{ id: 'a', time: NOON, prediction: 'yes', label: 'yes' }]);
  await sender.flush();
  await sender.logLabels([{ id: 'a', time: iso(NOON), label: 'no', arrivedAt: new Date(Date.now() + 1) }]);
  await sender.flush();
  expect(await counts()).toEqual([1, 1]);
});
