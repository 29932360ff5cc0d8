/** Rows over HTTP: what is stored, what is refused, and what the answer says. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { instant, json, select } from '../../src/io/mysql/rows.js';
import { bankYaml } from './command-line.js';
import { faultsOf, iso, lines, NDJSON, NOON, predictionsOf, startEndpoint, type Endpoint } from './endpoint.js';

let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await startEndpoint(inject('stack').mysqlUrl);
  await endpoint.define('bank');
});
afterAll(() => endpoint.end());

const row = (change: Record<string, unknown> = {}): Record<string, unknown> => ({ ...predictionsOf(1)[0], ...change });

describe('predictions', () => {
  it('are stored with everything they hold, in a list or as lines', async () => {
    const whole = row({
      ...{ id: 'whole', latency_ms: 12.5, error_code: 'SLOW', scores: { no: 0.25, yes: 0.75 } },
      features: { age: 41, balance: -0.5, job: 'größe "x" 👍' },
    });
    expect(await endpoint.send('bank/predictions', [whole])).toMatchObject({ status: 200, body: { accepted: 1 } });
    const [stored] = await select(endpoint.database.pool, "SELECT * FROM predictions WHERE id = 'whole'");
    expect(stored).toMatchObject({
      model: 'bank',
      version: 'v1',
      prediction: 'yes',
      score: 0,
      latency_ms: 12.5,
      error_code: 'SLOW',
    });
    expect(
      stored === undefined ? null : [instant(stored, 'time'), json(stored, 'features'), json(stored, 'scores')],
    ).toEqual([...[NOON, whole['features'], whole['scores']]]);
    const asLines = `${lines(predictionsOf(3, 'line'))}\n\n`;
    expect(await endpoint.send('bank/predictions', asLines, NDJSON)).toMatchObject({ body: { accepted: 3 } });
    expect(await endpoint.send('bank/predictions', [])).toMatchObject({ status: 200, body: { accepted: 0 } });
  });

  it('sent again add not one row, and mark their hour once more', async () => {
    const rows = predictionsOf(1200, 'again');
    const before = await endpoint.count('predictions', 'bank');
    for (let time = 0; time < 3; time += 1) {
      expect(await endpoint.send('bank/predictions', rows)).toMatchObject({ body: { accepted: 1200 } });
    }
    expect(await endpoint.count('predictions', 'bank')).toBe(before + 1200);
    expect(await endpoint.count('dirty_hours', 'bank')).toBe(1);
  });

  it('of any form that says the same instant are one row', async () => {
    const at = NOON + 123;
    const forms = [at, iso(at), iso(at).replace('Z', '456Z'), iso(at + 7_200_000).replace('Z', '+02:00')];
    for (const time of forms) {
      expect(await endpoint.send('bank/predictions', [row({ id: 'forms', time })])).toMatchObject({ status: 200 });
    }
    const stored = await select(endpoint.database.pool, "SELECT time FROM predictions WHERE id = 'forms'");
    expect(stored.map((each) => instant(each, 'time'))).toEqual([at]);
  });

  const cases: readonly [
    title: string,
    change: Record<string, unknown>,
    field: string,
    message: string,
    cure: string,
  ][] = [
    ['an unknown field', { scroe: 1 }, 'scroe', 'there is no field "scroe"', 'Did you mean `score`?'],
    [
      'an unknown feature',
      { features: { agee: 1 } },
      'features.agee',
      'the definition has no feature "agee"',
      'Did you mean `age`?',
    ],
    [
      'a number in quotes',
      { features: { age: '41' } },
      'features.age',
      'a text where a number or null',
      'without quotes: 41',
    ],
    [
      'a score that is a word',
      { score: 'high' },
      'score',
      'score is a text where a number or null',
      'for example 0.83',
    ],
    [
      'features in a list',
      { features: [1] },
      'features',
      'features is a list where an object or null',
      'for example {"age":41',
    ],
    [
      'a feature that is an object',
      { features: { job: {} } },
      'features.job',
      'is an object where a text, a number',
      'for example "baker"',
    ],
    ['a negative latency', { latency_ms: -1 }, 'latency_ms', 'is -1, below 0', 'for example 12.5'],
    ['an empty id', { id: '' }, 'id', 'id is empty', 'for example "order-4711"'],
    ['an id that is a number', { id: 17 }, 'id', 'id is a number where a text', 'for example "order-4711"'],
    ['an id that ends with a space', { id: 'a ' }, 'id', 'id is not in the form', 'for example'],
    ['an id that is too long', { id: 'x'.repeat(129) }, 'id', 'id has 129 characters', 'at most 128'],
    ['half a character', { id: 'a\ud83d' }, 'id', 'a lone surrogate', 'whole characters'],
    [
      'a prediction that is too long',
      { prediction: 'x'.repeat(256) },
      'prediction',
      'has 256 characters',
      'at most 255',
    ],
    [
      'a time without its zone',
      { time: '2026-01-31T08:00:00' },
      'time',
      'not in the form',
      'for example "2026-01-31T08:00:00.000Z"',
    ],
    ['a day that does not exist', { time: '2026-02-30T08:00:00Z' }, 'time', 'no time that exists', 'correct the day'],
    ['seconds for milliseconds', { time: 1_769_846_400 }, 'time', 'below 100000000000', 'for example'],
    ['microseconds for milliseconds', { time: NOON * 1000 }, 'time', 'above', 'for example'],
    [
      'a clock that runs ahead',
      { time: Date.now() + 7_200_000 },
      'time',
      'is 2.0 hours ahead of this machine',
      'clock',
    ],
    ['a year too late', { time: iso(Date.now() + 366 * 86_400_000) }, 'time', 'is 366 days ahead', 'clock'],
    ['no time', { time: undefined }, 'time', 'time is missing', 'for example'],
    [
      'a mistyped name of a field that must be there',
      { time: undefined, tiem: 1 },
      'time',
      'time is missing',
      'Did you mean `tiem`?',
    ],
  ];
  it.each(cases)('%s is refused with its row, its field and what to do', async (_, change, field, message, cure) => {
    const before = await endpoint.count('predictions', 'bank');
    const rows = [row({ id: 'sound' }), row({ id: 'sound too' }), row(change)];
    const { status, body } = await endpoint.send('bank/predictions', rows);
    const told = expect.stringContaining(message) as string;
    const cured = expect.stringContaining(cure) as string;
    expect(status).toBe(422);
    expect(faultsOf(body)).toContainEqual({ index: 2, field, message: told, cure: cured });
    expect(faultsOf(body).every(({ index }) => index === 2)).toBe(true);
    expect(await endpoint.count('predictions', 'bank')).toBe(before);
  });

  it('that are no objects, or too large a number, are refused', async () => {
    const { status, body } = await endpoint.send(
      'bank/predictions',
      '[3, null, [], {"id":"a","time":1e999,"prediction":1e999}]',
    );
    expect(status).toBe(422);
    expect(faultsOf(body).map(({ index, message }) => [index, message])).toEqual([
      [0, 'the row is a number where an object is expected'],
      [1, 'the row is null where an object is expected'],
      [2, 'the row is a list where an object is expected'],
      [3, 'time is a number where a text or a whole number is expected'],
      [3, 'prediction is larger than any number'],
    ]);
  });

  it('names that JavaScript knows are names like others', async () => {
    const body =
      '[{"id":"a","time":"2026-01-31T08:00:00Z","prediction":"yes","__proto__":{"x":1},"features":{"constructor":1,"__proto__":2}}]';
    const { status, body: answer } = await endpoint.send('bank/predictions', body);
    expect([status, faultsOf(answer).map(({ field }) => field)]).toEqual([
      422,
      ['__proto__', 'features.constructor', 'features.__proto__'],
    ]);
  });

  it('with one id twice in a request are refused: nobody can say which is the later', async () => {
    const { status, body } = await endpoint.send('bank/predictions', [row(), row({ id: 'other' }), row({ score: 1 })]);
    expect([status, faultsOf(body)]).toEqual([
      422,
      [
        {
          index: 2,
          field: 'id',
          message: 'id stands in row 0 already',
          cure: expect.stringContaining('once') as string,
        },
      ],
    ]);
  });

  it('with many faults are answered with the first hundred and the number of the others', async () => {
    const rows = predictionsOf(300).map((each, i) => (i % 2 === 0 ? each : { ...each, score: 'x', id: '' }));
    const { body } = await endpoint.send('bank/predictions', rows);
    const { error } = body as { error: { message: string; rows: number; more: number } };
    expect(error).toMatchObject({ rows: 300, more: 200, message: expect.stringMatching(/^150 of 300 rows/) as string });
    expect(faultsOf(body)).toHaveLength(100);
    expect(
      faultsOf(body)
        .slice(0, 2)
        .map(({ index, field }) => [index, field]),
    ).toEqual([
      [1, 'id'],
      [1, 'score'],
    ]);
  });

  it('of a model whose definition changed are judged by the new revision at once', async () => {
    await endpoint.define('cats');
    const rows = [row({ features: { weight: 4 } })];
    expect((await endpoint.send('cats/predictions', rows)).status).toBe(422);
    await endpoint.define('cats', bankYaml('cats').replace('age, balance', 'age, balance, weight'));
    expect((await endpoint.send('cats/predictions', rows)).status).toBe(200);
  });

  it('of a regression are numbers', async () => {
    const yaml = bankYaml('price').replace('task: binary\n', 'task: regression\n').replace("positive: 'yes'\n", '');
    await endpoint.define('price', yaml);
    const sent = await endpoint.send('price/predictions', [row({ prediction: 3.5, score: null }), row({ id: 'b' })]);
    expect(faultsOf(sent.body)).toEqual([
      {
        index: 1,
        field: 'prediction',
        message: expect.stringContaining('a text where a number or null') as string,
        cure: 'for example 12.5',
      },
    ]);
  });

  it('of a model that reads another table are stored, and the answer says so', async () => {
    const source = 'source: { table: log, columns: { id: id, time: at, prediction: said } }\n';
    await endpoint.define('elsewhere', bankYaml('elsewhere', source));
    const { status, body } = await endpoint.send('elsewhere/predictions', [row()]);
    expect([status, body]).toEqual([200, { accepted: 1, note: expect.stringContaining('from table log') as string }]);
  });
});
