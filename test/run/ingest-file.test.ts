/** Files into the tables: Parquet, features that nobody knows, progress, and what an interrupted run leaves behind. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { change, instant, integer, json, select } from '../../src/io/mysql/rows.js';
import { runCommandLine } from '../../src/run/command-line.js';
import { bankYaml, startCommandLine, type CommandLine, type Outcome } from './command-line.js';

const PARQUET = join(import.meta.dirname, '../unit/parquet/data');
const AT = Date.UTC(2026, 0, 31, 8, 0, 0, 250);

let cli: CommandLine;

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  const { status, err } = await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)), '--by', 'ana');
  expect([status, err]).toEqual([0, expect.any(String)]);
});
afterAll(() => cli.end());
beforeEach(async () => {
  for (const table of ['predictions', 'labels', 'ingested_files', 'dirty_hours']) {
    await change(cli.database.pool, `DELETE FROM ${table}`);
  }
});

const ingest = (file: string, kind = 'predictions', ...more: readonly string[]): Promise<Outcome> =>
  cli.run('ingest', file, '--model', cli.model, '--kind', kind, ...more);

const count = async (table = 'predictions'): Promise<number> => {
  const [row] = await select(cli.database.pool, `SELECT COUNT(*) AS n FROM ${table}`);
  return row === undefined ? NaN : integer(row, 'n');
};

describe('Parquet', () => {
  it('is read by what its columns are: numbers, decimals, texts, times, nothing', async () => {
    const { status, out } = await ingest(join(PARQUET, 'predictions.parquet'));
    expect([status, out]).toEqual([0, expect.stringContaining('5 predictions of')]);
    const rows = await select(cli.database.pool, 'SELECT * FROM predictions ORDER BY id');
    expect(rows.map((row) => instant(row, 'time'))).toEqual([0, 1, 2, 3, 4].map((second) => AT + second * 1000));
    expect(rows.map((row) => json(row, 'features'))).toEqual([
      { age: 41, balance: 0.3, job: 'baker' },
      { age: null, balance: -1234.57, job: 'größe' },
      { age: 2 ** 53, balance: 0, job: null },
      { age: 17, balance: 7.1, job: '' },
      { age: 99, balance: 99_999_999.99, job: 'x' },
    ]);
    expect(rows.map((row) => [row['prediction'], row['score'], row['error_code']] as unknown)).toEqual([
      ['yes', 0.1 + 0.2, null],
      ['no', 0.25, null],
      [null, null, 'TIMEOUT'],
      ['no', null, null],
      ['yes', 1, null],
    ]);
    const labels = await ingest(join(PARQUET, 'labels.parquet'), 'labels');
    expect([labels.status, await count('labels')]).toEqual([0, 5]);
    const said = await select(cli.database.pool, 'SELECT label FROM labels ORDER BY id');
    expect(said.map((row) => row['label'] as unknown)).toEqual(['true', 'false', null, 'true', 'true']);
  });

  it.each([
    ['types.parquet', [], /column "tags": its type holds no single value/],
    ['current.parquet', [], /current\.parquet:1: id is missing/],
    ['current.csv', ['--format', 'parquet'], /current\.csv: it is no Parquet file/],
    ['not-utf8.parquet', [], /not UTF-8/],
    ['nothing.parquet', [], /there is no such file/],
  ])('%s that cannot be read says why', async (name, more, message) => {
    const { status, err } = await ingest(join(PARQUET, name), 'predictions', ...more);
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
    expect(await count()).toBe(0);
  });
});

const csv = (
  rows: number,
  change: (i: number) => string = (i) => `p${String(i)},${String(AT + i)},yes,${String(i)}`,
): string => ['id,time,prediction,age', ...Array.from({ length: rows }, (_, i) => change(i))].join('\n');

describe('a feature that the definition does not have', () => {
  const text = `id,time,prediction,agee,age\na,${String(AT)},yes,1,2\n`;
  it.each([
    ['refuse', 2, null],
    ['skip', 0, { age: 2 }],
    ['keep', 0, { agee: '1', age: 2 }],
  ])('--unknown %s', async (what, status, features) => {
    const outcome = await ingest(cli.file('unknown.csv', text), 'predictions', '--unknown', what);
    expect(outcome.status).toBe(status);
    if (status === 2)
      expect(outcome.err).toMatch(/unknown\.csv:2: the definition has no feature "agee"\. Did you mean `age`\?/);
    const [row] = await select(cli.database.pool, 'SELECT features FROM predictions');
    expect(row === undefined ? null : json(row, 'features')).toEqual(features);
  });

  it('and a word that is none of these is wrong use', async () => {
    const { status, err } = await ingest(cli.file('unknown.csv', text), 'predictions', '--unknown', 'drop');
    expect([status, err]).toEqual([2, expect.stringContaining('refuse, keep, skip')]);
  });
});

it('a time that lies ahead is refused with its line', async () => {
  const file = cli.file('ahead.csv', `id,time,prediction\na,${String(Date.now() + 90_000_000)},yes\n`);
  const { status, err } = await ingest(file);
  expect([status, err]).toEqual([2, expect.stringMatching(/ahead\.csv:2: time is 25\.0 hours ahead/)]);
});

it('a model that reads another table is told of', async () => {
  const yaml = bankYaml(cli.model, 'source: { table: log, columns: { id: id, time: at, prediction: said } }\n');
  await cli.database.pool.query(
    'CREATE TABLE log (id INT PRIMARY KEY, at DATETIME, said TEXT, age INT, balance INT, job TEXT)',
  );
  expect((await cli.run('apply', cli.file('other.yaml', yaml), '--by', 'ana')).status).toBe(0);
  const { status, err } = await ingest(cli.file('one.csv', csv(1)));
  expect([status, err]).toEqual([0, expect.stringContaining('reads its predictions from table log')]);
  await cli.run('apply', cli.file('bank.yaml', bankYaml(cli.model)), '--by', 'ana');
});

describe('a file that is not what was meant', () => {
  const cases: readonly (readonly [string, string, string | Buffer, RegExp, RegExp])[] = [
    ['semicolons', 'a.csv', 'id;time;prediction\n1;2;3\n', /a\.csv:1: the cells are separated by ";"/, /nothing of it/],
    ['tabs', 'a.csv', 'id\ttime\n1\t2\n', /a\.csv:1: the cells are separated by tabs/, /with commas|nothing/],
    [
      'a column of its own that is mistyped',
      'a.csv',
      `id,time,predicton\na,${String(AT)},yes\n`,
      /a\.csv:2: .*"predicton"\. Did you mean `prediction`\?/,
      /nothing of it is stored; correct the file and/,
    ],
    [
      'a feature unlike any other',
      'a.csv',
      `id,time,zzzzzz\na,${String(AT)},yes\n`,
      /There are: .*`job`.*\. Add it/,
      /nothing/,
    ],
    [
      'a time without a zone',
      'a.csv',
      'id,time,prediction\na,2026-01-31T08:00:00,yes\n',
      /a\.csv:2: time has no zone: "2026-01-31T08:00:00"; write for example 2026-01-31T08:00:00Z/,
      /nothing/,
    ],
    ['a list', 'a.jsonl', '[{"id":"a"}]\n', /a\.jsonl:1: not a JSON object; write one object a line/, /nothing/],
    ['an empty table', 'a.parquet', '', /a\.parquet: the file is empty/, /correct the file or its name/],
    ['an empty text', 'a.csv', '', /a\.csv:1: the file is empty/, /nothing/],
  ];
  it.each(cases)('%s: it is told what, where and what to do', async (_, name, content, message, cure) => {
    const { status, out, err } = await ingest(cli.file(name, content.toString()));
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).toMatch(cure);
    expect(err).not.toMatch(/\n {4}at |DataView/);
    expect(await count()).toBe(0);
  });

  it('a header alone is no fault, and it is said that there were no rows', async () => {
    const { status, out } = await ingest(cli.file('bare.csv', 'id,time,prediction\n'));
    expect([status, out]).toEqual([0, expect.stringContaining('has no rows; nothing is stored')]);
  });
});

it('labels whose prediction is not there are counted, so that a wrong id or time is noticed', async () => {
  expect((await ingest(cli.file('known.csv', csv(3)))).status).toBe(0);
  const labels = ['id,time,label', `p0,${String(AT)},yes`, `p1,${String(AT)},no`, `nobody,${String(AT)},no`].join('\n');
  const { status, out } = await ingest(cli.file('labels.csv', labels), 'labels', '--json');
  expect([status, JSON.parse(out)]).toEqual([0, expect.objectContaining({ rows: 3, unmatched: 2 })]);
  const again = await ingest(cli.file('labels.csv', labels), 'labels');
  expect(again.out).toContain('2 of them have no prediction so far');
  expect(await count('labels')).toBe(3);
});

describe('an interrupted file', () => {
  /** 5,000 rows, of which the 4,501st cannot be read: two batches are stored, and a mark is left. */
  const broken = (i: number): string =>
    i === 4500 ? 'p4500,yesterday,no,1' : `p${String(i)},${String(AT + i)},yes,${String(i)}`;

  it('goes on where it was stopped, and its mark is gone at the end', async () => {
    const file = cli.file('long.csv', csv(5000, broken));
    const first = await ingest(file);
    expect([first.status, first.err]).toEqual([
      2,
      expect.stringMatching(/long\.csv:4502: time is no time.*\n.*4000 rows before it are stored/),
    ]);
    expect([await count(), await count('ingested_files')]).toEqual([4000, 1]);
    writeFileSync(file, csv(5000));
    const second = await ingest(file, 'predictions', '--json');
    expect([second.status, second.err]).toEqual([0, expect.stringContaining('goes on after row 4000')]);
    expect(JSON.parse(second.out)).toMatchObject({ rows: 5000, resumed: 4000 });
    expect([await count(), await count('ingested_files')]).toEqual([5000, 0]);
    const third = await ingest(file, 'predictions', '--json');
    expect([JSON.parse(third.out), await count()]).toMatchObject([{ rows: 5000, resumed: 0 }, 5000]);
  });

  const changed = (i: number): string => (i === 7 ? 'new,2026-01-01,no,1' : `p${String(i)},${String(AT + i)},yes,1`);
  it.each([
    ['a row before the mark was changed', csv(5000, changed), 5001],
    ['the file is shorter now', csv(3), 4000],
    ['the file breaks before the mark now', csv(5000, (i) => (i === 7 ? '"' : `p${String(i)},1,yes,1`)), 4000],
  ])('begins anew where %s: nothing is skipped', async (_, text, there) => {
    const file = cli.file('long.csv', csv(5000, broken));
    await ingest(file);
    writeFileSync(file, text);
    const { err } = await ingest(file);
    expect(err).not.toContain('goes on after');
    expect(await count()).toBe(there);
  });

  it('begins anew where its rows were deleted', async () => {
    const file = cli.file('long.csv', csv(5000, broken));
    await ingest(file);
    await change(cli.database.pool, 'DELETE FROM predictions');
    const { err } = await ingest(file);
    expect([err, await count()]).toEqual([expect.not.stringContaining('goes on after'), 4000]);
  });

  it('labels and predictions of one file have marks of their own, and a copy elsewhere too', async () => {
    const text = (kind: string): string =>
      csv(4001, (i) => (i === 4000 ? 'x' : `p${String(i)},${String(AT + i)},yes,1`)).replace('prediction,age', kind);
    const file = cli.file('both.csv', text('label,arrived_at').replaceAll(/,1$/gm, `,${String(AT)}`));
    expect((await ingest(file, 'labels')).status).toBe(2);
    expect([await count('labels'), await count('ingested_files')]).toEqual([4000, 1]);
    copyFileSync(file, join(cli.folder, 'copy.csv'));
    const { err } = await ingest(join(cli.folder, 'copy.csv'), 'labels');
    expect(err).not.toContain('goes on after');
    expect([await count('labels'), await count('ingested_files')]).toEqual([4000, 2]);
  });
});

describe('progress', () => {
  it('is drawn over itself on a terminal, no wider than that, and wiped at the end', async () => {
    const file = cli.file('long.csv', csv(6000));
    let err = '';
    const status = await runCommandLine(['ingest', file, '--model', cli.model, '--kind', 'predictions'], {
      ...{ env: cli.env, out: () => undefined, err: (text: string) => (err += text), columns: 50 },
    });
    expect(status).toBe(0);
    const drawn = err.split('\r\u001b[K').slice(1);
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn[0]).toMatch(/^\[#* *\] +\d+ % {2}2,000 rows/);
    expect(Math.max(...drawn.map((line) => line.length))).toBeLessThan(50);
    expect(drawn.at(-1)).toBe('');
  });

  it('is a line now and then elsewhere', async () => {
    const { err } = await ingest(cli.file('longer.csv', csv(101_000)));
    expect(err).toMatch(/^100,000 rows, \d+ %\n$/);
  });
});
