/** `evaluate` explains a model that it asks: over HTTP on this machine, or a command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/run/command-line.js';
import { answerWith, loopbackModel, type LoopbackModel, predicting } from '../served-model/loopback-model.js';

let folder: string;
let served: LoopbackModel;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-asked-'));
  served = await loopbackModel(predicting(() => 0));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await served.close();
});

/** Two numbers and a category; one row of the current period lacks a number. */
function csv(rows: number, shift: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b] = [((i * 7) % 11) + shift, ((i * 5) % 13) / 2];
    return [i === 2 && shift > 0 ? '' : a, b, ['Oslo', 'Rome', 'Graz'][i % 3], a + b, a + b + (i % 2)].join(',');
  });
  return ['a,b,city,guess,label', ...lines].join('\n');
}

const COLUMNS = {
  numeric: ['a', 'b'],
  categorical: ['city'],
  prediction: 'guess',
  label: 'label',
  label_type: 'number',
  explain_rows: 4,
};

interface Printed {
  readonly id: string;
  readonly value: unknown;
  readonly n: number;
  readonly reason?: string;
}

async function evaluate(...more: readonly string[]) {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ref.csv'), csv(60, 0));
  writeFileSync(path('cur.csv'), csv(40, 2));
  writeFileSync(path('columns.json'), JSON.stringify(COLUMNS));
  let [out, err] = ['', ''];
  const files = ['--reference', path('ref.csv'), '--current', path('cur.csv'), '--columns', path('columns.json')];
  const status = await runCommandLine(['evaluate', ...files, ...more], {
    env: {},
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { status, out, err };
}

async function figures(...more: readonly string[]): Promise<ReadonlyMap<string, Printed>> {
  const { out } = await evaluate('--json', ...more);
  return new Map((JSON.parse(out) as { figures: Printed[] }).figures.map((figure) => [figure.id, figure]));
}

/** 3 a - 2 b, and 10 more in Rome. */
const answerTo = (row: unknown): number => {
  const [a, b, city] = row as [number, number, string];
  return 3 * a - 2 * b + (city === 'Rome' ? 10 : 0);
};

describe('evaluate asks a served model', () => {
  test('and its Shapley values are those of the sum that it is', async () => {
    served.behave(predicting(answerTo));
    const found = await figures('--model', served.address);
    expect(found.get('explain/shap_method')?.value).toBe('kernel, every coalition');
    const usual = found.get('explain/base_value');
    const row = found.get('explain/1/prediction');
    // The second row: a = 9, b = 2.5, Rome.
    expect(row?.value).toBe(3 * 9 - 2 * 2.5 + 10);
    const [a, b, city] = found.get('explain/1/shap_values')?.value as [number, number, number];
    expect(a + b + city).toBeCloseTo((row?.value as number) - (usual?.value as number), 9);
    expect(usual?.n).toBe(30);
    expect(city).toBeGreaterThan(5);
    expect(found.get('explain/2/shap_values')).toMatchObject({
      value: null,
      reason: 'a feature is missing in this row',
    });
    expect(found.get('explain/importance_order')).toMatchObject({ n: 3 });
    expect(found.get('explain/rotation_importance/a')?.value).toBeTypeOf('number');
    expect([...found.keys()].filter((id) => id.includes('lime'))).toEqual([]);
  });

  test('and with --all also LIME and the drift of attributions', async () => {
    served.behave(predicting(answerTo));
    const found = await figures('--model', served.address, '--all');
    expect(found.get('explain/0/lime_weights')?.value).toHaveLength(3);
    expect(found.get('explain/0/lime_score')?.value).toBeGreaterThan(0.1);
    expect(found.get('explain/2/lime_weights')?.reason).toBe('a feature is missing in this row');
    expect(found.get('explain/attribution_ndcg')?.value).toBeGreaterThan(0.5);
    expect(served.asked.reduce((sum, { rows }) => sum + rows.length, 0)).toBeLessThan(100_000);
  });

  test('asks for no more rows than it may', async () => {
    served.behave(predicting(answerTo));
    const found = await figures('--model', served.address, '--model-answers', '2000', '--all');
    expect(served.asked.reduce((sum, { rows }) => sum + rows.length, 0)).toBeLessThanOrEqual(2_000);
    expect(found.get('explain/0/lime_weights')?.reason).toBe('2000 answers are too few for samples around each row');
    served.behave(predicting(answerTo));
    const few = await figures('--model', served.address, '--model-answers', '100');
    expect(few.get('explain/importance_order')?.reason).toBe('100 answers are too few to explain 4 rows of 3 features');
  });

  test('sends rows as objects, and the token from a file', async () => {
    served.behave(predicting(() => 1));
    writeFileSync(join(folder, 'token'), 'some-token\n');
    await figures(
      '--model',
      served.address,
      '--model-rows',
      'objects',
      '--model-token',
      `file:${join(folder, 'token')}`,
    );
    expect(served.asked[0]?.authorization).toBe('Bearer some-token');
    expect(served.asked.flatMap(({ rows }) => rows)[0]).toMatchObject({
      a: expect.any(Number) as number,
      city: 'Oslo',
    });
  });

  test('and where it is not available every explanation says so, the rest is measured, and the status is 3', async () => {
    served.behave((_, response) => {
      answerWith(response, 404, 'no such model');
    });
    const { status, out } = await evaluate('--model', served.address, '--all', '--json');
    expect(status).toBe(3);
    const all = (JSON.parse(out) as { figures: Printed[] }).figures;
    const explained = all.filter(({ id }) => id.startsWith('explain/'));
    const reasons = new Set(explained.map(({ reason }) => reason));
    expect([...reasons].sort()).toEqual([
      'a feature is missing in this row',
      'the model did not answer: HTTP 404: no such model',
    ]);
    expect(all.find(({ id }) => id === 'explain/importance_order')?.reason).toContain('HTTP 404');
    expect(all.find(({ id }) => id === 'performance/current/mae')?.value).toBeTypeOf('number');
    expect(served.asked).toHaveLength(1);
  });

  test('that stops answering in between leaves what it has said', async () => {
    served.behave((request, response, at) => {
      if (at < 3) predicting(answerTo)(request, response, at);
      else answerWith(response, 400, 'enough');
    });
    const found = await figures('--model', served.address);
    expect(found.get('explain/0/shap_values')?.value).toHaveLength(3);
    expect(found.get('explain/importance_order')).toMatchObject({ n: 3 });
    expect(found.get('explain/base_value')?.reason).toBe('the model did not answer: HTTP 400: enough');
  });
});

test('figures of anomalies and explanations are given alone where they are named', async () => {
  served.behave(predicting(answerTo));
  const named = await figures('--metrics', 'isolated_share,importance_order', '--model', served.address);
  expect([...named.keys()].sort()).toEqual(['anomaly/isolated_share', 'explain/importance_order']);
  served.behave(predicting(answerTo));
  await figures('--metrics', 'isolated_share', '--model', served.address);
  expect(served.asked).toEqual([]);
});

describe('evaluate asks a command', () => {
  test('and its answers are explained', async () => {
    const program = join(folder, 'score.cjs');
    writeFileSync(
      program,
      `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) =>
        console.log(JSON.stringify({ predictions: JSON.parse(line).instances.map(([a, b, city]) => 3 * a - 2 * b + (city === 'Rome' ? 10 : 0)) })));`,
    );
    const found = await figures('--model-command', JSON.stringify([process.execPath, program]));
    expect(found.get('explain/1/prediction')?.value).toBe(32);
    expect(found.get('explain/1/shap_values')?.value).toHaveLength(3);
  });

  test('and one that is not there is told', async () => {
    const { status, out } = await evaluate('--model-command', 'no-such-program-here --x', '--json');
    expect(status).toBe(3);
    expect(out).toContain('the model did not answer: there is no program no-such-program-here');
  });
});

test.each<readonly [string, readonly string[], RegExp]>([
  ['a token without an address', ['--model', 'm.json', '--model-token', 'env:X'], /for a model at an address/],
  ['a token by value', ['--model', 'https://x.example/', '--model-token', 'abc'], /by reference/],
  ['a token that is not set', ['--model', 'https://x.example/', '--model-token', 'env:NO_SUCH_TOKEN'], /not set/],
  ['an explanation without a model', ['--metrics', 'shap_values'], /need a model/],
  ['two models', ['--model', 'https://x.example/', '--model-command', 'x'], /two models/],
  ['a password in the address', ['--model', 'https://a:b@x.example/'], /user name or password/],
  ['another protocol', ['--model', 'ftp://x.example/'], /https:/],
  ['a form that is none', ['--model', 'https://x.example/', '--model-rows', 'sets'], /lists or objects/],
  ['a time that is none', ['--model', 'https://x.example/', '--model-timeout', 'soon'], /whole number/],
  ['no answers', ['--model', 'https://x.example/', '--model-answers', '0'], /whole number/],
  ['an empty command', ['--model-command', '[]'], /names no command/],
  ['a command that is no list', ['--model-command', '["a"'], /no JSON list/],
])('%s is wrong use', async (_, options, message) => {
  const { status, err } = await evaluate(...options);
  expect(status).toBe(2);
  expect(err).toMatch(message);
});
