/** Labels over HTTP, and bodies of requests that cannot be read. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { select } from '../../src/io/mysql/rows.js';
import { MOST_ROWS } from '../../src/run/ingest/row-schema.js';
import {
  faultsOf,
  iso,
  labelsOf,
  lines,
  NDJSON,
  NOON,
  predictionsOf,
  startEndpoint,
  type Endpoint,
} from './endpoint.js';

let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  await endpoint.define('bank');
});
afterAll(() => endpoint.end());

describe('labels', () => {
  it('are stored, also before their prediction; those without one are counted', async () => {
    await endpoint.send('bank/predictions', predictionsOf(5, 'late'));
    expect(await endpoint.send('bank/labels', labelsOf(8, 'late'))).toMatchObject({
      status: 200,
      body: { accepted: 8, unmatched: 3 },
    });
    expect(await endpoint.count('labels', 'bank')).toBe(8);
    await endpoint.send('bank/predictions', predictionsOf(8, 'late'));
    expect(await endpoint.send('bank/labels', labelsOf(8, 'late'))).toMatchObject({
      body: { accepted: 8, unmatched: 0 },
    });
  });

  it('that are corrected replace the earlier; an older arrival does not', async () => {
    const label = (value: string, arrived: number) => [
      { id: 'c', time: NOON, label: value, arrived_at: iso(NOON + arrived) },
    ];
    for (const [value, arrived] of [
      ['no', 2],
      ['yes', 3],
      ['no', 1],
    ] as const) {
      expect((await endpoint.send('bank/labels', label(value, arrived))).status).toBe(200);
    }
    const [stored] = await select(endpoint.database.pool, "SELECT label, arrived_at FROM labels WHERE id = 'c'");
    expect(stored).toEqual({ label: 'yes', arrived_at: new Date(NOON + 3) });
  });

  it('cannot be taken for predictions, nor predictions for labels', async () => {
    const asPredictions = await endpoint.send('bank/predictions', labelsOf(1));
    expect(faultsOf(asPredictions.body).map(({ message }) => message)).toContain('there is no field "label"');
    const asLabels = await endpoint.send('bank/labels', predictionsOf(1));
    expect(faultsOf(asLabels.body).map(({ message }) => message)).toContain('there is no field "prediction"');
  });
});

describe('a body', () => {
  const bodies: readonly [
    title: string,
    body: string | Uint8Array,
    headers: Record<string, string>,
    status: number,
    message: string,
  ][] = [
    ['that is no JSON', '[{"id": "a",}]', {}, 400, 'the body is not JSON'],
    ['that ends too early', '[{"id": "a"', {}, 400, 'the body is not JSON'],
    ['that is empty', '', {}, 400, 'the body is not JSON'],
    ['that is no list', '{"id":"a"}', {}, 400, 'the body is not a list'],
    ['that is not UTF-8', new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]), {}, 400, 'not UTF-8'],
    ['of another type', 'id,time\n', { 'content-type': 'text/csv' }, 415, 'a type or an encoding'],
    ['that is packed', 'x', { 'content-encoding': 'gzip' }, 415, 'a type or an encoding'],
    ['that is nested beyond reason', '['.repeat(500_000), {}, 400, 'the body is not JSON'],
    ['that is too large', `[${' '.repeat(2 ** 20)}]`, {}, 413, 'larger than 1048576 bytes'],
    ['of too many rows', JSON.stringify(Array.from({ length: MOST_ROWS + 1 }, () => 0)), {}, 413, 'has 5001 rows'],
  ];
  it.each(bodies)('%s is refused, and nothing is stored', async (_, body, headers, status, message) => {
    const before = await endpoint.count('predictions', 'bank');
    const answer = await endpoint.send('bank/predictions', body, headers);
    expect(answer).toMatchObject({
      status,
      body: {
        error: { message: expect.stringContaining(message) as string, cure: expect.stringMatching(/\w/) as string },
      },
    });
    expect(await endpoint.count('predictions', 'bank')).toBe(before);
  });

  it('that is broken in the middle of its lines names the line, and nothing of it is stored', async () => {
    const before = await endpoint.count('predictions', 'bank');
    const text = [lines(predictionsOf(2, 'mid')), '{"id":"mid-2","ti', '', '[]', lines(predictionsOf(1, 'end'))].join(
      '\n',
    );
    const { status, body } = await endpoint.send('bank/predictions', text, NDJSON);
    expect(status).toBe(422);
    expect(faultsOf(body).map(({ index, line, message }) => [index, line, message.replace(/ \(.*/, '')])).toEqual([
      [2, 3, 'the line is not JSON'],
      [3, 5, 'the row is a list where an object is expected'],
    ]);
    expect(await endpoint.count('predictions', 'bank')).toBe(before);
  });
});
