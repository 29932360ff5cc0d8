import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandExchange } from '../../../src/io/served-model/command-exchange.js';
import { endpointOf } from '../../../src/io/served-model/batches.js';
import { addressFault, httpExchange, type ServedModelOptions } from '../../../src/io/served-model/http-exchange.js';
import { ModelUnavailable } from '../../../src/model/asked-model.js';
import { answerWith, type Behaviour, loopbackModel, type LoopbackModel, predicting } from './loopback-model.js';

const sum = (row: unknown): number => (row as number[]).reduce((total, cell) => total + cell, 0);

let model: LoopbackModel;
beforeAll(async () => {
  model = await loopbackModel(predicting(sum));
});
afterAll(() => model.close());

const endpoint = (options: ServedModelOptions = {}, form: 'lists' | 'objects' = 'lists') =>
  endpointOf(httpExchange(model.address, { pauseMs: 1, ...options }), ['a', 'b'], form);

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ModelUnavailable) return error.message;
    throw error;
  }
  return 'it answered';
}

describe('a served model', () => {
  test('is asked with rows as lists and answers in their order', async () => {
    model.behave(predicting(sum));
    expect(
      await endpoint().answer([
        [1, 2],
        [3, 4.5],
      ]),
    ).toEqual(Float64Array.of(3, 7.5));
    expect(model.asked).toEqual([
      {
        method: 'POST',
        authorization: undefined,
        rows: [
          [1, 2],
          [3, 4.5],
        ],
      },
    ]);
  });

  test('is asked with rows as objects where it wants names, and with categories as texts', async () => {
    model.behave(predicting(() => 1));
    await endpoint({}, 'objects').answer([[1.5, 'Genève “x”']]);
    expect(model.asked[0]?.rows).toEqual([{ a: 1.5, b: 'Genève “x”' }]);
  });

  test('gets the token as bearer', async () => {
    model.behave(predicting(sum));
    await endpoint({ token: 'a-secret-token' }).answer([[1, 2]]);
    expect(model.asked[0]?.authorization).toBe('Bearer a-secret-token');
  });

  test('is asked for many rows in several requests', async () => {
    model.behave(predicting(sum));
    const rows = Array.from({ length: 1_234 }, (_, at) => [at, 1]);
    const answers = await endpoint().answer(rows);
    expect(Array.from(answers)).toEqual(rows.map(sum));
    expect(model.asked.map((one) => one.rows.length)).toEqual([500, 500, 234]);
    model.behave(predicting(() => 0));
    await endpoint().answer(Array.from({ length: 3 }, () => ['x'.repeat(300_000), 1]));
    expect(model.asked.map((one) => one.rows.length)).toEqual([1, 1, 1]);
  });

  test('that takes only small requests gets smaller ones', async () => {
    model.behave((request, response, at) => {
      if (request.rows.length > 3) answerWith(response, 413, 'too large');
      else predicting(sum)(request, response, at);
    });
    const rows = Array.from({ length: 10 }, (_, at) => [at, 0]);
    expect(Array.from(await endpoint().answer(rows))).toEqual(rows.map(sum));
    model.behave((_, response) => {
      answerWith(response, 413, '');
    });
    expect(await reasonOf(endpoint().answer(rows))).toBe('even a single row is too large a request for it');
  });

  test.each([
    ['a list of one', () => [0.25], 0.25],
    ['the probabilities of two classes', () => [0.75, 0.25], 0.25],
  ])('may answer a row with %s', async (_, predict, expected) => {
    model.behave(predicting(predict));
    expect(await endpoint().answer([[1, 2]])).toEqual(Float64Array.of(expected));
  });

  test.each<readonly [string, number, string]>([
    ['503, then an answer', 503, ''],
    ['429 with a pause, then an answer', 429, '0'],
    ['500, then an answer', 500, ''],
  ])('is asked again after %s', async (_, status, pause) => {
    model.behave((request, response, at) => {
      if (at > 0) {
        predicting(sum)(request, response, at);
        return;
      }
      if (pause !== '') response.setHeader('retry-after', pause);
      answerWith(response, status, 'busy');
    });
    expect(await endpoint().answer([[1, 2]])).toEqual(Float64Array.of(3));
    expect(model.asked).toHaveLength(2);
  });

  const with200 =
    (body: string, type?: string): Behaviour =>
    (_, response) => {
      answerWith(response, 200, body, type);
    };
  const status =
    (code: number, body = '', headers: Readonly<Record<string, string>> = {}): Behaviour =>
    (_, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      answerWith(response, code, body);
    };

  test.each<readonly [string, Behaviour, string, number]>([
    ['too few predictions', with200('{"predictions": [1]}'), '1 predictions came for 2 rows', 1],
    ['too many predictions', with200('{"predictions": [1, 2, 3]}'), '3 predictions came for 2 rows', 1],
    [
      'NaN',
      with200('{"predictions": [1, NaN]}'),
      'the answer holds NaN or Infinity, which JSON does not have: a prediction is no number',
      1,
    ],
    [
      'a number beyond the range',
      with200('{"predictions": [1, 1e999]}'),
      'prediction 1 is beyond the range of numbers, not a number',
      1,
    ],
    ['null', with200('{"predictions": [1, null]}'), 'prediction 1 is null, not a number', 1],
    ['a text', with200('{"predictions": ["1", 2]}'), 'prediction 0 is a string, not a number', 1],
    ['nothing in a list', with200('{"predictions": [[], 2]}'), 'prediction 0 is a list of 0, not a number', 1],
    ['a list with null', with200('{"predictions": [[null], 2]}'), 'prediction 0 is a list of 1 that holds null', 1],
    [
      'three classes',
      with200('{"predictions": [[1, 0, 0], [0, 1, 0]]}'),
      'prediction 0 is a list of 3; one number a row is needed, or the probabilities of two classes',
      1,
    ],
    ['another key', with200('{"outputs": [1, 2]}'), 'the answer has no list `predictions`, only outputs', 1],
    ['a bare list', with200('[1, 2]'), 'the answer has no list `predictions`', 1],
    [
      'a web page',
      with200('<!doctype html><p>Sign in', 'text/html'),
      'the answer is a web page, no JSON: is this the address of the model itself?',
      1,
    ],
    ['a broken answer', with200('{"predictions": [1,'), 'the answer is no JSON: {"predictions": [1,', 1],
    ['nothing', with200(''), 'the answer is empty', 1],
    [
      'far too much',
      with200(`{"predictions": [1, 2], "more": "${'x'.repeat(5_000_000)}"}`),
      'the answer is larger than 4 MB',
      1,
    ],
    ['no access', status(401), 'it refuses access (HTTP 401): a token is missing or wrong', 1],
    ['not found', status(404, 'no such\n model'), 'HTTP 404: no such model', 1],
    ['a redirect', status(302, '', { location: '/login' }), 'it redirects to /login; give the address that answers', 1],
    ['a server that stays busy', status(503, 'loading'), 'HTTP 503: loading (tried 3 times)', 3],
    ['an error page', status(500, '<html>trace</html>'), 'HTTP 500 (tried 3 times)', 3],
    ['a long pause', status(429, '', { 'retry-after': '3600' }), 'HTTP 429 (it asks to wait 3600 s)', 1],
    ['a cut connection', (_, response) => response.destroy(), 'the connection was cut (tried 3 times)', 3],
  ])('that answers with %s is told in words', async (_, behaviour, reason, requests) => {
    model.behave(behaviour);
    const asked = endpoint();
    expect(
      await reasonOf(
        asked.answer([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toBe(reason);
    expect(model.asked).toHaveLength(requests);
    // Once broken it is not asked again.
    expect(await reasonOf(asked.answer([[1, 2]]))).toBe(reason);
    expect(model.asked).toHaveLength(requests);
  });

  test('that does not answer in time is told in words, also where it only begins to', async () => {
    model.behave(() => undefined);
    expect(await reasonOf(endpoint({ timeoutMs: 60 }).answer([[1, 2]]))).toBe(
      'no answer within 0.06 s (tried 3 times)',
    );
    model.behave((_, response) => {
      response.writeHead(200).write('{"predictions": [');
    });
    expect(await reasonOf(endpoint({ timeoutMs: 60 }).answer([[1, 2]]))).toBe(
      'no answer within 0.06 s (tried 3 times)',
    );
  });

  test('that nobody serves is told in words', async () => {
    const free = createServer();
    await new Promise<void>((done) => free.listen(0, '127.0.0.1', done));
    const { port } = free.address() as AddressInfo;
    await new Promise((done) => free.close(done));
    const gone = endpointOf(httpExchange(`http://127.0.0.1:${String(port)}/`, { pauseMs: 1 }), ['a'], 'lists');
    expect(await reasonOf(gone.answer([[1]]))).toBe('nobody listens at the address (tried 3 times)');
  });

  test('never shows the token, also where it sends it back', async () => {
    const token = 'very-secret-token';
    for (const behaviour of [with200(`<no> ${token}`), with200(`token ${token}`), status(400, `bad ${token}`)]) {
      model.behave(behaviour);
      expect(await reasonOf(endpoint({ token }).answer([[1, 2]]))).not.toContain(token);
    }
    model.behave(status(302, '', { location: `/login?token=${token}` }));
    expect(await reasonOf(endpoint({ token }).answer([[1, 2]]))).toContain('/login?token=[secret]');
  });
});

test.each<readonly [string, boolean, string | undefined]>([
  ['https://models.example/predict', true, undefined],
  ['http://models.example/predict', false, undefined],
  ['http://127.0.0.1:9/predict', true, undefined],
  ['http://localhost/predict', true, undefined],
  ['http://[::1]/predict', true, undefined],
  ['http://models.example/predict', true, 'a token is sent over https only, or to this machine'],
  ['http://localhost.evil.example/', true, 'a token is sent over https only, or to this machine'],
  [
    'https://ana:pass@models.example/',
    false,
    'the address holds a user name or password; give a token by reference instead',
  ],
  ['ftp://models.example/', false, 'a model is asked at an address like https://host/path'],
  ['https://', false, 'a model is asked at an address like https://host/path'],
])('the address %s (token: %s)', (address, hasToken, fault) => {
  expect(addressFault(address, hasToken)).toBe(fault);
});

describe('a model that is a command', () => {
  const script = (body: string): [string, ...string[]] => [
    process.execPath,
    '-e',
    `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => { const { instances } = JSON.parse(line); ${body} });`,
  ];
  const say = 'console.log(JSON.stringify({ predictions: instances.map((row) => row[0] * 2) }))';

  test('answers line by line, in one process', async () => {
    const exchange = commandExchange(
      script(
        `globalThis.n = (globalThis.n ?? 0) + 1; console.log(JSON.stringify({ predictions: instances.map((row) => row[0] * 2 + 1000 * n) }))`,
      ),
    );
    const asked = endpointOf(exchange, ['a'], 'lists');
    expect(await asked.answer([[1], [2]])).toEqual(Float64Array.of(1002, 1004));
    expect(await asked.answer([[5]])).toEqual(Float64Array.of(2010));
    await exchange.close();
    expect(await reasonOf(exchange.send('{"instances":[[1]]}'))).toMatch(/the command ended \(status 0\)/);
  });

  test.each([
    [
      'ends',
      script(`console.error('first'); console.error('no such model'); process.exit(7)`),
      'the command ended (status 7): no such model',
    ],
    ['says something else', script(`console.log('ready')`), 'the answer is no JSON: ready'],
    ['does not exist', ['no-such-program-here'] as [string], 'there is no program no-such-program-here'],
  ] as const)('that %s is told in words', async (_, command, reason) => {
    const exchange = commandExchange([...command]);
    const asked = endpointOf(exchange, ['a'], 'lists');
    expect(await reasonOf(asked.answer([[1]]))).toBe(reason);
    expect(await reasonOf(asked.answer([[1]]))).toBe(reason);
    await exchange.close();
  });

  test('that does not answer is told in words, and ended', async () => {
    const exchange = commandExchange([process.execPath, '-e', 'setInterval(() => {}, 1000)'], 50);
    const asked = endpointOf(exchange, ['a'], 'lists');
    expect(await reasonOf(asked.answer([[1]]))).toBe('no answer within 0.05 s');
    await exchange.close();
    expect(await reasonOf(exchange.send(''))).toBe('no answer within 0.05 s');
  });

  test('is not started before it is asked', async () => {
    await commandExchange(script(say)).close();
  });
});
