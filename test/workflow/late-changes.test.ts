import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { statesNow, stateRead } from '../../activities/cycle/source-state.js';
import { markDirtyHours, takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { revisedHours, storeHour } from '../../src/io/mysql/hour-profiles.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change, select, text } from '../../src/io/mysql/rows.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel, type WatchedModel } from '../support/watched-model.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const REFERENCE = { from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z' };
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

const dayOf = (day: number): number => FIRST_DAY + day * DAY_MS;
const dayName = (day: number): string => new Date(dayOf(day)).toISOString().slice(0, 10);

/** Rows of each sequence that a day was judged by, the newest last. */
async function judgedRows(model: WatchedModel, day: number): Promise<readonly number[]> {
  const rows = await select(
    stage.database.pool,
    'SELECT row_count FROM evaluations WHERE model = ? AND window_from = ? ORDER BY sequence',
    [model.id, new Date(dayOf(day))],
  );
  return rows.map((row) => Number(row['row_count']));
}

/** What a cycle did with the days before its own. */
async function cycleOf(model: WatchedModel, day: number): Promise<readonly string[]> {
  const { windows } = await model.cycle(day);
  expect(windows[0]?.window).toBe(dayName(day));
  return windows
    .slice(1)
    .map(({ window, verdict }) => `${window} ${verdict === 'unchanged' ? 'is unchanged' : 'was judged'}`);
}

const at = (day: number): number => dayOf(day) + HOUR_MS + 1;

async function logLate(model: WatchedModel, day: number, id: string): Promise<void> {
  const { pool } = stage.database;
  const row = { id, time: at(day), prediction: 'yes', score: 0.9, version: 'v1' };
  await insertPredictions(pool, model.id, [{ ...row, features: { income: 1000, job: 'baker' } }]);
  await insertLabels(pool, model.id, [{ id, time: at(day), label: 'yes' }], at(day));
}

describe.concurrent.each([
  ['row by row', {}],
  ['by hours', { read: 'hours', reference: REFERENCE }],
])('rows and labels that come after their window was judged %s', (_, definition) => {
  it('are judged by the next cycle, as the next sequence, and then when the window is four times as old', async () => {
    const model = await watchModel(stage, 'after', definition, 1);
    await model.log(0);
    for (const day of [1, 2]) await model.live(day);
    await logLate(model, 2, 'one');
    await model.log(3);
    expect(await cycleOf(model, 3)).toEqual([`${dayName(2)} was judged`]);
    expect(await judgedRows(model, 2)).toEqual([120, 121]);
    await logLate(model, 2, 'two');
    const later: (readonly string[])[] = [];
    for (const day of [4, 5, 6]) {
      await model.log(day);
      later.push(await cycleOf(model, day));
    }
    expect(later).toEqual([[], [], []]);
    expect(await cycleOf(model, 7)).toContain(`${dayName(2)} was judged`);
    expect(await judgedRows(model, 2)).toEqual([120, 121, 122]);
    expect(await judgedRows(model, 1)).toEqual([120]);
  });

  it('are judged once more when the deadline of labels has passed', async () => {
    const labels = { min_coverage: 0.5, deadline: '2d' };
    const model = await watchModel(stage, 'deadline', { ...definition, labels }, 1);
    await model.log(0);
    await model.live(1);
    expect(await cycleOf(model, 2)).toEqual([]);
    await logLate(model, 1, 'late');
    expect(await cycleOf(model, 3)).toContain(`${dayName(1)} was judged`);
    expect(await judgedRows(model, 1)).toEqual([120, 121]);
  });

  it('are no reason to judge a window whose other rows were removed', async () => {
    const model = await watchModel(stage, 'gone', definition, 1);
    await model.log(0);
    await model.live(1);
    const { pool } = stage.database;
    await change(pool, 'INSERT INTO removed_rows (model, before_time, removed_at) VALUES (?, ?, ?)', [
      ...[model.id, new Date(dayOf(2)), new Date()],
    ]);
    await logLate(model, 1, 'late');
    expect(await cycleOf(model, 2)).toEqual([]);
    expect(await judgedRows(model, 1)).toEqual([120]);
  });

  it('are left to people where an earlier release judged the window, which did not say what it rested on', async () => {
    const model = await watchModel(stage, 'upgraded', definition, 1);
    await model.log(0);
    await model.live(1);
    const { pool } = stage.database;
    await change(pool, 'UPDATE evaluations SET source_state = NULL WHERE model = ?', [model.id]);
    await logLate(model, 1, 'late');
    expect(await cycleOf(model, 2)).toEqual([]);
    const [row] = await select(pool, 'SELECT source_state FROM evaluations WHERE model = ? AND window_from = ?', [
      ...[model.id, new Date(dayOf(1))],
    ]);
    expect(row && text(row, 'source_state')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe.concurrent.each([
  ['row by row', {}],
  ['by hours', { read: 'hours', reference: REFERENCE }],
])('rows and labels that others write after their window was judged %s', (_, reading) => {
  async function watchedTable(table: string): Promise<WatchedModel> {
    const { pool } = stage.database;
    const name = `${table}_${'read' in reading ? 'hours' : 'rows'}`;
    await pool.query(`CREATE TABLE ${name} (id VARCHAR(64), at DATETIME(3) NOT NULL, said VARCHAR(8), sure DOUBLE,
      income DOUBLE, job VARCHAR(40), truth VARCHAR(8) NULL, KEY (at))`);
    const model = await watchModel(
      stage,
      table,
      {
        ...reading,
        source: { table: name, columns: { id: 'id', time: 'at', prediction: 'said', score: 'sure' } },
        labels: { table: name, id: 'id', label: 'truth', min_coverage: 0.8, deadline: '20d' },
      },
      1,
    );
    for (const day of [0, 1]) await model.log(day);
    await pool.query(
      `INSERT INTO ${name} SELECT id, time, prediction, score, 1000, 'baker', prediction FROM predictions WHERE model = ?`,
      [model.id],
    );
    return model;
  }
  const tableOf = ({ definition: { source } }: WatchedModel): string => source.table;
  const LATE = [new Date(at(1))];

  it('are found by counting, a label as a row', async () => {
    const model = await watchedTable('counted');
    const { pool } = stage.database;
    await pool.query(`UPDATE ${tableOf(model)} SET truth = NULL WHERE at = ?`, [new Date(dayOf(1))]);
    await model.cycle(1);
    await pool.query(`INSERT INTO ${tableOf(model)} VALUES ('late', ?, 'yes', 0.9, 1000, 'baker', 'yes')`, LATE);
    expect(await cycleOf(model, 2)).toEqual([`${dayName(1)} was judged`]);
    await pool.query(`UPDATE ${tableOf(model)} SET truth = 'no' WHERE at = ?`, [new Date(dayOf(1))]);
    for (const day of [3, 4, 5]) expect(await cycleOf(model, day)).toEqual([]);
    expect(await cycleOf(model, 6)).toContain(`${dayName(1)} was judged`);
    expect(await judgedRows(model, 1)).toEqual([120, 121, 121]);
  });

  it('are found where the definition had its hours marked when the window was judged', async () => {
    const model = await watchedTable('marked');
    const { pool } = stage.database;
    await model.cycle(1);
    await change(pool, 'UPDATE evaluations SET source_state = ? WHERE model = ?', ['a'.repeat(64), model.id]);
    await pool.query(`INSERT INTO ${tableOf(model)} VALUES ('late', ?, 'yes', 0.9, 1000, 'baker', 'yes')`, LATE);
    expect(await cycleOf(model, 2)).toEqual([`${dayName(1)} was judged`]);
  });

  it('are told from rows of an id that comes twice, which are read again once', async () => {
    const model = await watchedTable('twice');
    const { pool } = stage.database;
    await pool.query(`INSERT INTO ${tableOf(model)} SELECT * FROM ${tableOf(model)} WHERE at = ?`, [
      new Date(dayOf(1)),
    ]);
    await model.cycle(1);
    expect(await cycleOf(model, 2)).toEqual([`${dayName(1)} is unchanged`]);
    for (const day of [3, 4, 5, 6])
      expect(await cycleOf(model, day)).not.toContain(expect.stringContaining(dayName(1)));
    expect(await judgedRows(model, 1)).toEqual([120]);
  });

  it('do not have a window judged again from which the owner has removed rows', async () => {
    const model = await watchedTable('purged');
    const { pool } = stage.database;
    const some = `at >= ? ORDER BY at LIMIT`;
    await pool.query(`UPDATE ${tableOf(model)} SET truth = NULL WHERE ${some} 10`, [new Date(dayOf(1))]);
    await model.cycle(1);
    await pool.query(`DELETE FROM ${tableOf(model)} WHERE ${some} 2`, [new Date(dayOf(1))]);
    await pool.query(`UPDATE ${tableOf(model)} SET truth = 'no' WHERE ${some} 8`, [new Date(dayOf(1))]);
    expect(await cycleOf(model, 2)).toEqual([]);
    expect(await judgedRows(model, 1)).toEqual([120]);
  });

  it('are found later where the source cannot be counted, which the cycle tells of its own window', async () => {
    const model = await watchedTable('away');
    const { pool } = stage.database;
    await model.cycle(1);
    await pool.query(`INSERT INTO ${tableOf(model)} VALUES ('late', ?, 'yes', 0.9, 1000, 'baker', 'yes')`, LATE);
    await pool.query(`RENAME TABLE ${tableOf(model)} TO ${tableOf(model)}_away`);
    const { verdict, windows } = await model.cycle(2);
    expect([verdict, windows.length]).toEqual(['unknown', 1]);
    await pool.query(`RENAME TABLE ${tableOf(model)}_away TO ${tableOf(model)}`);
    expect(await cycleOf(model, 3)).toEqual([`${dayName(2)} was judged`, `${dayName(1)} was judged`]);
    expect(await judgedRows(model, 1)).toEqual([120, 121]);
  });
});

it('labels of a window that waits for them are counted later where the source cannot be counted', async () => {
  const { pool } = stage.database;
  await pool.query('CREATE TABLE waiting (id VARCHAR(64) PRIMARY KEY, truth VARCHAR(8), came DATETIME(3))');
  const labels = { table: 'waiting', id: 'id', label: 'truth', arrived: 'came', min_coverage: 0.8, deadline: '20d' };
  const model = await watchModel(stage, 'waiting', { labels }, 1);
  await model.log(1);
  await model.cycle(1);
  await pool.query('INSERT INTO waiting SELECT id, prediction, time FROM predictions WHERE model = ?', [model.id]);
  await pool.query('RENAME TABLE waiting TO waiting_away');
  const { verdict, windows } = await model.cycle(2);
  expect([verdict, windows.length]).toEqual(['unknown', 1]);
  await pool.query('RENAME TABLE waiting_away TO waiting');
  expect(await cycleOf(model, 3)).toContain(`${dayName(1)} was judged`);
});

it('a mark behind the time of its cycle is none of what the cycle saw, unless the time is long gone', async () => {
  const { pool } = stage.database;
  const { definition } = await watchModel(stage, 'state');
  const window = { from: dayOf(0), to: dayOf(1) };
  await markDirtyHours(pool, definition.model, [dayOf(0)]);
  const marks = await takeDirtyHours(pool, definition.model, window);
  const [mark] = marks;
  if (mark === undefined) throw new Error('nothing was marked');
  const [known] = await statesNow(stage, definition, [window]);
  const after = (ms: number, readAt = mark.markedAt + ms): Promise<string> =>
    stateRead(stage, definition, window, { marks, now: mark.markedAt + ms, readAt });
  expect(await after(10 * 60_000)).toBe(known);
  expect(await after(-1000)).not.toBe(known);
  expect(await after(-1000, mark.markedAt + 2 * DAY_MS)).toBe(known);
});

it('an hour that is profiled again for another reason than a mark is as it was', async () => {
  const { pool } = stage.database;
  const hour = dayOf(0);
  const model = 'profiled-again';
  const store = async (now: number): Promise<unknown> => {
    const marks = await takeDirtyHours(pool, model, { from: hour, to: hour + HOUR_MS });
    await storeHour(pool, { model, method: 'm'.repeat(64), now }, { hour, seen: null, parts: [] }, marks);
    return revisedHours(pool, model, { from: hour, to: hour + HOUR_MS });
  };
  expect(await store(hour)).toEqual([]);
  await markDirtyHours(pool, model, [hour]);
  expect(await store(hour + 1)).toEqual([{ hour, revisedAt: hour + 1 }]);
  expect(await store(hour + 2)).toEqual([{ hour, revisedAt: hour + 1 }]);
  await markDirtyHours(pool, model, [hour]);
  expect(await store(hour + 3)).toEqual([{ hour, revisedAt: hour + 3 }]);
});
