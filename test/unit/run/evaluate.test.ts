import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../../src/run/command-line.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-evaluate-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = {
  numeric: ['age'],
  categorical: ['city'],
  prediction: 'guess',
  score: 'score',
  label: 'label',
  positive: '1',
};

function csv(rows: number, header = 'age,city,guess,score,label'): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const score = ((i * 7) % 20) / 20;
    return [
      20 + (i % 9),
      i % 3 === 0 ? 'Oslo' : 'Rome',
      score > 0.5 ? 1 : 0,
      score,
      (i * 7) % 20 > 6 + (i % 7) ? 1 : 0,
    ];
  });
  return [header, ...lines.map((cells) => cells.slice(0, header.split(',').length).join(','))].join('\n');
}

interface Texts {
  readonly reference?: string;
  readonly current?: string;
  readonly columns?: string;
}

async function evaluate(texts: Texts, ...more: readonly string[]) {
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('ref.csv'), texts.reference ?? csv(60));
  writeFileSync(path('cur.csv'), texts.current ?? csv(40));
  writeFileSync(path('columns.json'), texts.columns ?? JSON.stringify(COLUMNS));
  let [out, err] = ['', ''];
  const files = ['--reference', path('ref.csv'), '--current', path('cur.csv'), '--columns', path('columns.json')];
  const status = await runCommandLine(['evaluate', ...files, ...more], {
    env: {},
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { status, out, err: err.replaceAll(`${folder}/`, '') };
}

interface Printed {
  readonly id: string;
  readonly value: unknown;
  readonly reason?: string;
}

const figuresIn = (out: string): readonly Printed[] => (JSON.parse(out) as { figures: readonly Printed[] }).figures;

describe('evaluate', () => {
  test('prints figures as one document, each with its own count', async () => {
    const { status, out } = await evaluate({}, '--json');
    expect(status).toBe(0);
    expect(figuresIn(out).find(({ id }) => id === 'performance/current/accuracy')).toMatchObject({
      value: expect.any(Number) as number,
      n: 40,
      interval: [expect.any(Number), expect.any(Number)],
    });
  });

  test('prints a table for people', async () => {
    const { status, out } = await evaluate({});
    expect(status).toBe(0);
    expect(out).toMatch(/^figure +value +n +99 % interval/);
    expect(out).toMatch(/^performance\/current\/accuracy +0\.\d+ +40 /m);
  });

  test('gives more with --all, and all of the default set among it', async () => {
    const [few, all] = [await evaluate({}, '--json'), await evaluate({}, '--json', '--all')];
    const ids = new Set(figuresIn(all.out).map(({ id }) => id));
    expect(ids.size).toBeGreaterThan(figuresIn(few.out).length);
    expect(figuresIn(few.out).filter(({ id }) => !ids.has(id))).toEqual([]);
  });

  test('estimates performance unasked where the current rows have no labels, and says why the rest has no value', async () => {
    const { status, out } = await evaluate({ current: csv(40, 'age,city,guess,score') }, '--json');
    expect(status).toBe(0);
    const figures = figuresIn(out);
    const find = (wanted: string): Printed | undefined => figures.find(({ id }) => id === wanted);
    expect(find('performance/current/accuracy')).toMatchObject({ value: null, reason: 'no labels' });
    expect(find('estimate/isotonic/0/accuracy')).toMatchObject({ value: expect.any(Number) as number });
    expect(find('estimate/isotonic/chunks')?.value).toBe(7);
  });

  test('takes the size of a chunk from the columns file', async () => {
    const columns = JSON.stringify({ ...COLUMNS, chunk_size: 25 });
    const { out } = await evaluate({ columns }, '--json', '--all');
    expect(figuresIn(out).find(({ id }) => id === 'estimate/none/chunks')?.value).toBe(2);
  });

  test('gives the metrics that are asked for, and no other', async () => {
    const { out } = await evaluate({}, '--json', '--metrics', 'accuracy, ks_statistic');
    expect(figuresIn(out).map(({ id }) => id)).toEqual([
      'performance/reference/accuracy',
      'drift/age/ks_statistic',
      'drift/score/ks_statistic',
      'performance/current/accuracy',
    ]);
  });

  test('gives the same of Parquet as of CSV, and says which column a Parquet file lacks', async () => {
    const data = join(import.meta.dirname, '../parquet/data');
    const columns = JSON.stringify({ ...COLUMNS, numeric: ['age', 'income'] });
    const of = (kind: string): string[] =>
      ['reference', 'current'].flatMap((period) => [`--${period}`, join(data, `${period}.${kind}`)]);
    const [packed, plain] = [
      await evaluate({ columns }, '--json', '--all', ...of('parquet')),
      await evaluate({ columns }, '--json', '--all', ...of('csv')),
    ];
    expect(packed.status).toBe(0);
    expect(packed.out).toBe(plain.out);
    const wrong = JSON.stringify({ ...COLUMNS, numeric: ['incone'] });
    const { err } = await evaluate({ columns: wrong }, ...of('parquet'));
    expect(err).toContain('reference.parquet: no column "incone"; is "income" meant?');
  });

  test('answers a header without rows with reasons', async () => {
    const { status, out } = await evaluate({ current: csv(0) }, '--json', '--all');
    expect(status).toBe(0);
    expect(figuresIn(out).filter(({ value, reason }) => value === null && (reason ?? '') === '')).toEqual([]);
  });
});

describe('bad input is told with file and line, and ends with 2', () => {
  test.each<readonly [string, Texts, readonly string[]]>([
    ['an empty file', { current: '' }, ['cur.csv: line 1: the file is empty: there is no header row']],
    ['a ragged row', { reference: `${csv(2)}\n1,2` }, ['ref.csv: line 4, column 3: 2 cells where the header has 5']],
    [
      'wrong names, all of them, in both files',
      {
        reference: csv(3, 'age,city,guess,score,lable'),
        current: csv(3, 'Alter,citi,guess,score,label'),
      },
      [
        'ref.csv: line 1: no column "label"; is "lable" meant?',
        'cur.csv: line 1: no column "age"',
        'cur.csv: line 1: no column "city"; is "citi" meant?',
      ],
    ],
    ['columns that are no JSON', { columns: '{\n  "numeric": [age]\n}' }, ['columns.json: ', 'it is no JSON']],
    [
      'columns of a wrong type',
      { columns: '{"numeric": "age", "score": 3}' },
      ['columns.json: numeric: ', 'columns.json: score: '],
    ],
  ])('%s', async (_, texts, messages) => {
    const { status, out, err } = await evaluate(texts);
    expect(status).toBe(2);
    expect(out).toBe('');
    for (const message of messages) expect(err).toContain(message);
  });

  test.each([
    ['nowhere/none.csv', 'none.csv: there is no such file'],
    ['.', ': it is a folder'],
    ['ref.csv/deeper.csv', 'deeper.csv: there is no such folder'],
  ])('%s as a table', async (path, message) => {
    const { status, err } = await evaluate({}, '--current', join(folder, path));
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  test.each([
    [
      ['--metrics', 'acuracy,rmsee'],
      ['there is no metric "acuracy". Did you mean `accuracy`?', 'Did you mean `rmse`?'],
    ],
    [['--metrics', ' , '], ['--metrics names no metric']],
    [['--metrics', 'accuracy', '--all'], ['--all and --metrics exclude each other']],
  ])('%j', async (more, messages) => {
    const { status, err } = await evaluate({}, ...more);
    expect(status).toBe(2);
    for (const message of messages) expect(err).toContain(message);
  });

  test('as a document too', async () => {
    const { status, out } = await evaluate({ current: '' }, '--json');
    expect(status).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      error: { status: 2, detail: { faults: [expect.stringContaining('empty')] } },
    });
  });
});
