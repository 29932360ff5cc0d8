/** Who may write, how much at once, and what happens when something is slow, stopped or broken. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { change, select } from '../../src/io/mysql/rows.js';
import { eventually } from '../support/poll.js';
import {
  ALL_TOKEN,
  ask,
  BANK_TOKEN,
  bearer,
  iso,
  NOON,
  predictionsOf,
  startEndpoint,
  type Answer,
  type Endpoint,
} from './endpoint.js';

let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  for (const model of ['bank', 'dogs']) await endpoint.define(model);
});
afterAll(() => endpoint.end());

const errorOf = (answer: Answer): { message: string; cure: string } =>
  (answer.body as { error: { message: string; cure: string } }).error;

/** Sends to an endpoint of the test's own. */
const post = (url: string, rows: readonly unknown[], model = 'bank'): Promise<Answer> =>
  ask(`${url}/v1/models/${model}/predictions`, {
    method: 'POST',
    body: JSON.stringify(rows),
    headers: { 'content-type': 'application/json', ...bearer(ALL_TOKEN) },
  });

const one = (id: string): readonly unknown[] => [{ id, time: iso(NOON), prediction: 'yes' }];

/** Holds the row of this id, so that whoever wants to write it waits. */
async function holdRow(id: string): Promise<{ release: () => Promise<void>; connection: PoolConnection }> {
  const connection = await endpoint.database.pool.getConnection();
  await connection.beginTransaction();
  await change(connection, "INSERT INTO predictions (model, time, id) VALUES ('bank', ?, ?)", [new Date(NOON), id]);
  return {
    connection,
    async release() {
      await connection.rollback();
      connection.release();
    },
  };
}

describe('a token', () => {
  const cases: readonly [title: string, header: string | null, status: number][] = [
    ['that is missing', null, 401],
    ['that is not known', `Bearer ${ALL_TOKEN}x`, 401],
    ['that is empty', 'Bearer ', 401],
    ['of another scheme', `Basic ${ALL_TOKEN}`, 401],
    ['that is only the beginning of one', `Bearer ${ALL_TOKEN.slice(0, -1)}`, 401],
    ['that is followed by another', `Bearer ${ALL_TOKEN} ${BANK_TOKEN}`, 401],
    ['of other models', `Bearer ${BANK_TOKEN}`, 403],
    ['of every model', `Bearer ${ALL_TOKEN}`, 200],
    ['with a scheme in other capitals', `bearer ${ALL_TOKEN}`, 200],
  ];
  it.each(cases)('%s: %s', async (_, header, status) => {
    const answer = await ask(`${endpoint.server.url}/v1/models/dogs/predictions`, {
      method: 'POST',
      body: '[]',
      headers: { 'content-type': 'application/json', ...(header === null ? {} : { authorization: header }) },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer realm="plumbline"' : null);
    if (status !== 200) expect(errorOf(answer).cure).toMatch(/token/);
  });

  it('of some models does not tell which others there are', async () => {
    const answers = await Promise.all(
      ['dogs', 'nobody', '%00', `x${'y'.repeat(100)}`].map((model) =>
        endpoint.send(`${model}/predictions`, [], bearer(BANK_TOKEN)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('stands in no log and no answer', async () => {
    const answers = [await endpoint.send('bank/predictions', one('a'), { authorization: `Bearer ${ALL_TOKEN}x` })];
    answers.push(await endpoint.send('dogs/predictions', [{ id: ALL_TOKEN }], bearer(BANK_TOKEN)));
    const seen = JSON.stringify(answers.map(({ body }) => body)) + endpoint.log.join('\n');
    expect(seen).not.toMatch(/canary-token/);
  });
});

describe('routes', () => {
  it('that there are not are told, and methods too', async () => {
    expect(await endpoint.send('nobody/predictions', [])).toMatchObject({ status: 404 });
    expect(await endpoint.send('bank/guesses', [])).toMatchObject({ status: 404 });
    expect(await endpoint.get('/')).toMatchObject({ status: 404 });
    const wrong = await endpoint.get('/v1/models/bank/predictions');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await ask(`${endpoint.server.url}/v1/health`, { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  it('of health answers without a token', async () => {
    expect(await endpoint.get('/v1/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });
});

describe('when the house is full', () => {
  it('one more batch is sent away for a second, and the others are stored', async () => {
    const row = await holdRow('full');
    const sent = Array.from({ length: 5 }, () => endpoint.send('bank/predictions', one('full')));
    const refused = await Promise.race(sent);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(errorOf(refused).cure).toContain('same rows again');
    await row.release();
    const all = await Promise.all(sent);
    expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429]);
    expect(await endpoint.send('bank/predictions', one('full'))).toMatchObject({ status: 200 });
  });

  it('a batch that takes too long is answered, and holds its place until it has really ended', async () => {
    const { url } = await endpoint.another({ limits: { atOnce: 1, bodyBytes: 2 ** 20, answerMs: 50 } });
    const row = await holdRow('slow');
    const late = await post(url, one('slow'));
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await post(url, one('other'))).toMatchObject({ status: 429 });
    await row.release();
    await eventually('the place is free again', async () => (await post(url, one('slow'))).status === 200);
    const stored = await select(endpoint.database.pool, "SELECT id FROM predictions WHERE id = 'slow'");
    expect(stored).toHaveLength(1);
  });

  it('a connection that the server ends is a fault that passes', async () => {
    const row = await holdRow('killed');
    const sent = endpoint.send('bank/predictions', one('killed'));
    const waiting =
      "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'INSERT INTO predictions%'";
    const [process] = await eventually('the batch waits', async () => {
      const found = await select(endpoint.database.pool, waiting);
      return found.length > 0 && found;
    });
    await endpoint.database.pool.query(`KILL ${String(process?.['ID'])}`);
    const answer = await sent;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    await row.release();
    expect(await endpoint.send('bank/predictions', one('killed'))).toMatchObject({ status: 200 });
  });

  it('what nobody foresaw is 500, and the log says why', async () => {
    await endpoint.database.pool.query('ALTER TABLE predictions RENAME TO hidden');
    try {
      const answer = await endpoint.send('bank/predictions', one('x'));
      expect([answer.status, errorOf(answer).message]).toEqual([500, 'the rows could not be stored']);
      expect(endpoint.log.join('\n')).toMatch(/predictions' doesn't exist/);
    } finally {
      await endpoint.database.pool.query('ALTER TABLE hidden RENAME TO predictions');
    }
  });
});

describe('a producer', () => {
  const head = (length: number): string =>
    `POST /v1/models/bank/predictions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ALL_TOKEN}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${String(length)}\r\n\r\n`;

  /** What comes back on a bare connection until it is closed. */
  const raw = (url: string, text: string, then: 'wait' | 'go'): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let got = '';
      socket.on('data', (piece) => (got += piece.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve(got);
      });
      socket.write(text, () => {
        if (then === 'go') socket.destroy();
      });
    });

  it.each([
    ['headers', head(100).slice(0, 60)],
    ['a body', `${head(100)}[{"id":`],
  ])('that does not finish %s is cut off', async (_, text) => {
    const { url } = await endpoint.another({ requestMs: 300 });
    expect(await raw(url, text, 'wait')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('that goes away in the middle of a body leaves nothing, and its place is free', async () => {
    const { url } = await endpoint.another({ limits: { atOnce: 1, bodyBytes: 2 ** 20, answerMs: 20_000 } });
    const before = await endpoint.count('predictions', 'bank');
    const body = JSON.stringify(predictionsOf(10, 'gone'));
    await raw(url, head(body.length) + body.slice(0, -1), 'go');
    await eventually('the place is free again', async () => (await post(url, [])).status === 200);
    expect(await endpoint.count('predictions', 'bank')).toBe(before);
  });

  it('that sends a body in pieces without its length meets the same limit', async () => {
    const piece = new TextEncoder().encode(' '.repeat(2 ** 18));
    let left = 5;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(piece);
        else controller.close();
      },
    });
    const headers = { 'content-type': 'application/json', ...bearer(ALL_TOKEN) };
    const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit;
    expect(await ask(`${endpoint.server.url}/v1/models/bank/predictions`, init)).toMatchObject({ status: 413 });
  });
});

describe('an endpoint that is stopped', () => {
  it('answers what has begun, takes nothing new, and ends', async () => {
    const server = await endpoint.another({ limits: { atOnce: 1, bodyBytes: 2 ** 20, answerMs: 20_000 } });
    const row = await holdRow('last');
    const sent = post(server.url, one('last'));
    await eventually('the batch has begun', async () => (await post(server.url, [])).status === 429);
    const stopped = server.stop();
    await expect(fetch(`${server.url}/v1/health`)).rejects.toThrow();
    await row.release();
    expect(await sent).toMatchObject({ status: 200, body: { accepted: 1 } });
    await stopped;
    await server.stop();
  });

  it('does not wait longer than its grace', async () => {
    const server = await endpoint.another({ graceMs: 50, limits: { atOnce: 1, bodyBytes: 2 ** 20, answerMs: 20_000 } });
    const row = await holdRow('cut');
    const sent = post(server.url, one('cut')).catch(() => 'cut off');
    await eventually('the batch has begun', async () => (await post(server.url, [])).status === 429);
    await server.stop();
    expect(await sent).toBe('cut off');
    await row.release();
  });
});
