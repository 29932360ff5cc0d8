/** Data in, versions, cycles and the rhythm of a model, by command and with a worker. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { findModel } from '../../src/io/mysql/definitions.js';
import { integer, json, select } from '../../src/io/mysql/rows.js';
import type { CommandLine } from './command-line.js';
import { day, startWorkedLine, type WorkedLine } from './worked-line.js';

let line: WorkedLine;
let cli: CommandLine;

beforeAll(async () => {
  line = await startWorkedLine(inject('stack'), inject('workflowBundlePath'));
  ({ cli } = line);
});
afterAll(async () => {
  await line.end();
});

const storedPredictions = async (): Promise<number> => {
  const [row] = await select(cli.database.pool, 'SELECT COUNT(*) AS n FROM predictions WHERE model = ?', [cli.model]);
  return row === undefined ? 0 : integer(row, 'n');
};

/** Forty requests of one day. */
function predictionsOf(back: number): string {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const time = `${day(back)}T${String(i % 24).padStart(2, '0')}:15:00Z`;
    const outcome = `v1,${i % 3 === 0 ? 'yes' : 'no'},0.${String(i + 10)}`;
    return `d${String(back)}-${String(i)},${time},${outcome},${String(20 + i)},${String(i * 100)},clerk`;
  });
  return ['id,time,version,prediction,score,age,balance,job', ...rows].join('\n');
}

describe('ingest', () => {
  test('stores the rows of a file, and the same file again changes nothing', async () => {
    for (const back of [3, 2]) {
      const file = cli.file(`predictions-${String(back)}.csv`, predictionsOf(back));
      for (let time = 0; time < 2; time += 1) {
        const { status, out } = await cli.run('ingest', file, '--model', cli.model, '--kind', 'predictions');
        expect([status, out]).toEqual([0, expect.stringContaining(`40 predictions of ${cli.model} stored`)]);
      }
    }
    expect(await storedPredictions()).toBe(80);
    const [row] = await select(cli.database.pool, "SELECT features FROM predictions WHERE id = 'd3-0'");
    expect(row === undefined ? null : json(row, 'features')).toEqual({ age: 20, balance: 0, job: 'clerk' });
  });

  test('a corrected label replaces the earlier one; an older one does not, and the same keeps its arrival', async () => {
    const label = (value: string, arrived: number): string =>
      JSON.stringify({
        id: 'd3-1',
        time: `${day(3)}T01:15:00Z`,
        label: value,
        arrived_at: `${day(arrived)}T00:00:00Z`,
      });
    const text = [label('no', 2), label('yes', 1), label('no', 3), label('yes', 0)].join('\n');
    const file = cli.file('labels.jsonl', text);
    const { status } = await cli.run('ingest', file, '--model', cli.model, '--kind', 'labels');
    expect(status).toBe(0);
    const rows = await select(cli.database.pool, 'SELECT label, arrived_at FROM labels WHERE model = ?', [cli.model]);
    expect(rows).toEqual([{ label: 'yes', arrived_at: new Date(`${day(1)}T00:00:00Z`) }]);
  });

  test.each([
    [
      'id,time,prediction\na,2026-01-01T00:00:00Z,yes\nb,yesterday,no\n',
      'x.csv',
      /x\.csv:3: time is no time: "yesterday"/,
    ],
    ['id,time,prediction\na,2026-01-01T00:00:00Z\n', 'x.csv', /x\.csv:2: 2 cells where the header has 3/],
    ['id,tme,prediction\na,2026-01-01T00:00:00Z,yes\n', 'x.csv', /x\.csv:2: time is missing\. Did you mean `tme`/],
    ['id,time,score\na,2026-01-01T00:00:00Z,high\n', 'x.csv', /score is no number: "high"/],
    ['id,time\na,1700000000\n', 'x.csv', /looks like seconds/],
    ['id,id\n1,2\n', 'x.csv', /"id" stands twice/],
    ['not zipped', 'x.csv.gz', /x\.csv\.gz: it is no gzip file/],
    ['{"id":"a","time":"2026-01-01T00:00:00Z"}\n{"id":\n', 'x.jsonl', /x\.jsonl:2: not JSON/],
    ['{"id":"a","time":"2026-01-01T00:00:00Z","features":[1]}\n', 'x.jsonl', /features is no JSON object/],
    [`{"id":"${'a'.repeat(129)}","time":"2026-01-01T00:00:00Z"}\n`, 'x.jsonl', /x\.jsonl:1: id has 129 characters/],
  ])('a faulty row is named: %j', async (text, name, message) => {
    const file = cli.file(name, text);
    const { status, err } = await cli.run('ingest', file, '--model', cli.model, '--kind', 'predictions');
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test.each([
    [['nothing.csv', '--model', 'MODEL', '--kind', 'labels'], /there is no such file/],
    [['x.csv', '--model', 'MODEL', '--kind', 'guesses'], /no kind "guesses"/],
    [['x.txt', '--model', 'MODEL', '--kind', 'labels'], /say --format csv, --format jsonl or --format parquet/],
    [['x.csv', '--model', 'bnk', '--kind', 'labels'], /there is no model "bnk"/],
    [['x.csv', '--kind', 'labels'], /required option '--model <model>'/],
  ])('wrong use is status 2: %j', async (args, message) => {
    const given = args.map((arg) => (arg === 'MODEL' ? cli.model : arg));
    const { status, err } = await cli.run('ingest', ...given);
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('versions', () => {
  test('release registers a version and lets it serve; the same again changes nothing', async () => {
    const artefact = cli.file('v1.json', '{"weights":[1]}');
    const first = await cli.json('release', cli.model, 'v1', '--artefact', artefact, '--from', day(9), '--as', 'ana');
    expect(first).toMatchObject({ status: 0, data: { version: 'v1', generation: 1, changed: true } });
    const again = await cli.json('release', cli.model, 'v1', '--artefact', artefact);
    expect(again).toMatchObject({ status: 0, data: { generation: 1, changed: false } });
    await cli.run('release', cli.model, 'v2', '--artefact', cli.file('v2.json', '{"weights":[2]}'), '--as', 'ana');
    const { data } = await cli.json('versions', cli.model);
    expect(data).toMatchObject({
      serving: { version: 'v2', generation: 2 },
      versions: [{ version: 'v1' }, { version: 'v2', parent: 'v1' }],
    });
  });

  test('release refuses another artefact of a known name, a file that is not there, and a name that is none', async () => {
    const release = (version: string, artefact: string) =>
      cli.run('release', cli.model, version, '--artefact', artefact, '--as', 'ana');
    const other = await release('v1', cli.file('other.json', '{}'));
    expect([other.status, other.err]).toEqual([2, expect.stringContaining('registered with another artefact')]);
    const missing = await release('v9', `${cli.folder}/nothing`);
    expect([missing.status, missing.err]).toEqual([2, expect.stringContaining('cannot be read (ENOENT)')]);
    const name = await release('v 1', cli.file('other.json', '{}'));
    expect([name.status, name.err]).toEqual([2, expect.stringContaining('no name of a version')]);
  });
});

describe('the rhythm', () => {
  test('backfill judges the windows of a time, one after the other, and keeps the permission', async () => {
    const { status, data } = await cli.json('backfill', cli.model, '--from', day(3), '--to', day(1), '--as', 'ana');
    const { slots, breaches } = data as { slots: readonly { result: { verdict: string } }[]; breaches: number };
    expect(slots.map(({ result }) => result.verdict)).toEqual([
      expect.stringMatching(/^(pass|breach|unknown)$/),
      expect.stringMatching(/^(pass|breach|unknown)$/),
    ]);
    expect(status).toBe(breaches > 0 ? 1 : 0);
    const rows = await select(cli.database.pool, 'SELECT asked_by, alert FROM backfills WHERE model = ?', [cli.model]);
    expect(rows).toEqual([{ asked_by: 'ana', alert: 0 }]);
  });

  test('run judges the newest window, and its status says whether a rule is breached', async () => {
    const { status, data } = await cli.json('run', cli.model);
    const { verdict } = data as { verdict: string };
    expect(verdict).toMatch(/^(pass|breach|unknown)$/);
    expect(status).toBe(verdict === 'breach' ? 1 : 0);
  });

  test('cycles, models and show tell what is stored', async () => {
    expect((await cli.json('cycles', cli.model, '--last', '2')).data).toHaveLength(2);
    const history = await cli.run('cycles', cli.model, '--history');
    expect(history.out).toMatch(/^slot +window +verdict/);
    expect((await cli.run('models')).out).toMatch(new RegExp(`${cli.model} +campaigns +active +v2`));
    const show = await cli.run('show', cli.model, '--rules');
    for (const part of ['Serving', 'Newest windows', 'Open actions: none', 'Rules']) expect(show.out).toContain(part);
    const many = await cli.run('cycles', cli.model, '--last', 'all');
    expect([many.status, many.err]).toEqual([2, expect.stringContaining('--last must be a whole number')]);
  });

  test.each([
    [['--from', 'soon', '--to', '2026-01-01'], /--from is no time: "soon"/],
    [['--from', '2026-01-02', '--to', '2026-01-01'], /--to is not after --from/],
    [['--from', '2026-01-01T01:00:00Z', '--to', '2026-01-01T02:00:00Z'], /no window ends in that time/],
    [['--from', '1900-01-01', '--to', '2026-01-01'], /more than 10000 windows/],
    [['--from', day(1), '--to', day(-9)], /lies ahead/],
  ])('backfill of a wrong time is status 2: %j', async (args, message) => {
    const { status, err } = await cli.run('backfill', cli.model, ...args);
    expect([status, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('replay of a recorded cycle decides alike', async () => {
    const { data } = await cli.json('cycles', cli.model, '--last', '1');
    const [{ cycle }] = data as [{ cycle: string }];
    const { status, out } = await cli.run('replay', cycle);
    expect([status, out]).toEqual([0, expect.stringContaining('same decisions')]);
    const unknown = await cli.run('replay', 'cycle/nothing');
    expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining('no execution "cycle/nothing"')]);
  });

  test('pause, resume, stop and start move the Schedule and the model together', async () => {
    const schedule = cli.client.schedule.getHandle(`monitor/${cli.model}`);
    const steps = [
      ['pause', 'paused', true],
      ['resume', 'active', false],
      ['stop', 'stopped', true],
      ['start', 'active', false],
    ] as const;
    for (const [what, state, paused] of steps) {
      const { status } = await cli.run(what, cli.model, '--as', 'ana');
      expect([what, status]).toEqual([what, 0]);
      expect((await findModel(cli.database.pool, cli.model))?.state).toBe(state);
      expect((await schedule.describe()).state.paused).toBe(paused);
    }
    // An update and a patch of one Schedule that arrive together do not undo each other.
    for (let time = 0; time < 5; time += 1) {
      for (const [what, , paused] of steps.slice(0, 2)) {
        await cli.run(what, cli.model, '--as', 'ana');
        expect([what, (await schedule.describe()).state.paused]).toEqual([what, paused]);
      }
    }
    const unknown = await cli.run('stop', `${cli.model}x`, '--as', 'ana');
    expect([unknown.status, unknown.err]).toEqual([2, expect.stringContaining(`Did you mean \`${cli.model}\`?`)]);
  });
});

describe('the command line itself', () => {
  test('wrong use is status 2, help is 0, and metrics needs no server', async () => {
    const unknown = await cli.run('aprove', 'x');
    const guess = /unknown command 'aprove'.*Did you mean approve/;
    expect([unknown.status, unknown.err]).toEqual([2, expect.stringMatching(guess)]);
    expect((await cli.run()).status).toBe(2);
    const help = await cli.run('help', 'backfill');
    expect([help.status, help.out]).toEqual([0, expect.stringContaining('--from <time>')]);
    const metric = await cli.run('metrics', 'roc_auc');
    expect([metric.status, metric.out]).toEqual([0, expect.stringContaining('0 … 1')]);
    const none = await cli.run('metrics', 'roc_ac');
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('Did you mean `roc_auc`?')]);
  });

  test('with --json a fault is a document too', async () => {
    const { status, data } = await cli.json('show', 'nobody');
    const cure = expect.stringContaining(cli.model) as string;
    expect([status, data]).toEqual([2, { error: { status: 2, message: 'there is no model "nobody"', cure } }]);
  });
});
