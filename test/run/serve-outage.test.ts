/** The database goes down and comes back: what producers are told, and that nothing is lost or doubled. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMysql, stopMysql } from '../../src/run/stack/mysql-server.js';
import { findTool } from '../../src/run/stack/tools.js';
import { labelsOf, predictionsOf, startEndpoint, type Endpoint } from './endpoint.js';

const home = mkdtempSync(join(tmpdir(), 'plumbline-outage-'));
const program = findTool('mysqld', home, process.env);
let endpoint: Endpoint;

/** A server of this file's own, because it goes down. It comes back on the same port. */
const start = (): Promise<string> =>
  startMysql({ home, database: 'plumbline', lean: true, say: () => undefined }, () => program);

beforeAll(async () => {
  endpoint = await startEndpoint(await start());
  await endpoint.define('bank');
});
afterAll(async () => {
  await endpoint.end();
  await stopMysql(home);
  rmSync(home, { recursive: true, force: true });
});

it('while the server is down rows are sent away to come again; then they are stored, once', async () => {
  expect(await endpoint.send('bank/predictions', predictionsOf(100))).toMatchObject({ status: 200 });
  await stopMysql(home);
  for (const [kind, rows] of [
    ['predictions', predictionsOf(700)],
    ['labels', labelsOf(700)],
  ] as const) {
    const answer = await endpoint.send(`bank/${kind}`, rows);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(answer.body).toEqual({
      error: { message: 'the database cannot be reached', cure: expect.stringContaining('same rows again') as string },
    });
  }
  expect(await endpoint.get('/v1/health')).toMatchObject({ status: 503 });
  await start();
  expect(await endpoint.get('/v1/health')).toMatchObject({ status: 200 });
  expect(await endpoint.send('bank/predictions', predictionsOf(700))).toMatchObject({ body: { accepted: 700 } });
  expect(await endpoint.send('bank/labels', labelsOf(700))).toMatchObject({ body: { accepted: 700, unmatched: 0 } });
  expect([await endpoint.count('predictions', 'bank'), await endpoint.count('labels', 'bank')]).toEqual([700, 700]);
});
