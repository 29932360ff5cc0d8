/** `retain` as a person uses it: a dry run first, then for the models whose definition asks for it. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { startCommandLine, type CommandLine } from './command-line.js';

const DAY_MS = 86_400_000;
/** Today's midnight in UTC. */
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const daysAgo = (days: number): number => TODAY - days * DAY_MS;

let cli: CommandLine;
const named = (name: string): string => `${cli.model}-${name}`;

const rowsOf = async (model: string): Promise<readonly number[]> => {
  const counts: number[] = [];
  for (const table of ['predictions', 'labels']) {
    const [row] = await select(cli.database.pool, `SELECT COUNT(*) AS n FROM ${table} WHERE model = ?`, [model]);
    counts.push(row === undefined ? -1 : integer(row, 'n'));
  }
  return counts;
};

async function applied(name: string, more: string): Promise<string> {
  const model = named(name);
  const lines = [
    `model: ${model}`,
    'task: binary',
    'positive: 1',
    'labels: { deadline: 5d }',
    'reference: trainer',
    more,
  ];
  const { status, err } = await cli.run('apply', cli.file(`${name}.yaml`, lines.join('\n')));
  if (status !== 0) throw new Error(err);
  for (let days = 1; days <= 40; days += 1) {
    const time = daysAgo(days);
    await insertPredictions(cli.database.pool, model, [{ id: String(days), time, prediction: '1' }]);
    await insertLabels(cli.database.pool, model, [{ id: String(days), time, label: '1' }], TODAY);
  }
  await change(cli.database.pool, 'DELETE FROM dirty_hours WHERE model = ?', [model]);
  return model;
}

beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  await change(
    cli.database.pool,
    'CREATE TABLE theirs (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), KEY (at))',
  );
  await applied('asks', 'retention: 30d');
  await applied('says-nothing', '');
  const theirs = `model: ${named('theirs')}\ntask: binary\npositive: 1\nlabels: none\nsource: { table: theirs, columns: { id: id, time: at, prediction: said } }\n`;
  const { status, err } = await cli.run('apply', cli.file('theirs.yaml', theirs));
  if (status !== 0) throw new Error(err);
});
afterAll(() => cli.end());

test('a dry run says for each model what would go and what is left alone, and removes nothing', async () => {
  const { status, data } = await cli.json('retain', '--dry-run');
  expect(status).toBe(0);
  const before = new Date(daysAgo(30)).toISOString();
  expect(data).toEqual({
    dryRun: true,
    rows: 20,
    models: [
      {
        ...{ model: named('asks'), keep: '30 days', before, kept: [] },
        tables: ['predictions', 'labels'].map((table) => ({
          ...{ table, rows: 10 },
          oldest: new Date(daysAgo(40)).toISOString(),
          newest: new Date(daysAgo(31)).toISOString(),
        })),
      },
    ],
    partitions: { predictions: [], labels: [] },
    left: [
      {
        model: named('says-nothing'),
        why: 'its definition says no `retention`, and --older-than was not given',
        cure: expect.stringContaining('--older-than 90d') as string,
      },
      { model: named('theirs'), why: 'its rows are in a table of yours, of which Plumbline only reads', cure: null },
    ],
  });
  const { out } = await cli.run('retain', '--dry-run');
  expect(out).toContain('20 rows would go; figures, verdicts, incidents and the audit stay.');
  expect(await rowsOf(named('asks'))).toEqual([40, 40]);
});

test('it removes what the dry run said, in small statements, and the audit knows who', async () => {
  const { status, out } = await cli.run('retain', '--batch', '3', '--pause', '0', '--as', 'ana');
  expect([status, out]).toEqual([0, expect.stringContaining('20 rows removed')]);
  expect([await rowsOf(named('asks')), await rowsOf(named('says-nothing'))]).toEqual([
    [30, 30],
    [40, 40],
  ]);
  const rows = await select(cli.database.pool, "SELECT model, actor FROM audit WHERE what = 'retention'");
  expect(rows).toEqual([{ model: named('asks'), actor: 'ana' }]);
});

test('one model may be named, with a length of its own', async () => {
  const { status } = await cli.run('retain', named('says-nothing'), '--older-than', '2w');
  expect([status, await rowsOf(named('says-nothing'))]).toEqual([0, [14, 14]]);
});

test('windows whose rows were removed are not judged again', async () => {
  const day = (days: number): string => new Date(daysAgo(days)).toISOString().slice(0, 10);
  const { status, err } = await cli.run('backfill', named('asks'), '--from', day(33), '--to', day(29));
  expect([status, err]).toEqual([2, expect.stringContaining(`${day(30)} 00:00:00Z were removed (plumbline retain)`)]);
});

test.each([
  { args: ['--older-than', '90'], says: '--older-than has no unit' },
  { args: ['--batch', 'all'], says: '--batch is no number of rows' },
  { args: ['--pause', 'long'], says: '--pause is not a length of time' },
  { args: ['no-such-model'], says: 'there is no model "no-such-model"' },
])('wrong use is refused: $args', async ({ args, says }) => {
  const { status, err } = await cli.run('retain', ...args);
  expect([status, err]).toEqual([2, expect.stringContaining(says)]);
});

test('a model without a length of time is told how to give one', async () => {
  const { status, err } = await cli.run('retain', named('says-nothing'));
  expect([status, err]).toEqual([2, expect.stringMatching(/says no `retention`.*\n.*`retention: 90d`/)]);
});

test('a model whose rows are the user’s own cannot be named', async () => {
  const { status, err } = await cli.run('retain', named('theirs'), '--older-than', '90d');
  expect([status, err]).toEqual([2, expect.stringContaining('of which Plumbline only reads')]);
});

test('two removals do not run at once', async () => {
  const { pool, address } = cli.database;
  const { createHash } = await import('node:crypto');
  const name = `plumbline.retain.${createHash('sha256').update(address.database).digest('hex').slice(0, 32)}`;
  const other = await pool.getConnection();
  try {
    await other.query('SELECT GET_LOCK(?, 0)', [name]);
    const { status, err } = await cli.run('retain');
    expect([status, err]).toEqual([2, expect.stringContaining('another plumbline retain')]);
    expect((await cli.run('retain', '--dry-run')).status).toBe(0);
  } finally {
    other.destroy();
  }
});
