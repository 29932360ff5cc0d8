import { describe, expect, it } from 'vitest';
import { DAY, DAY_MS, HOUR_MS, hoursProfiledAgain, hoursStage, numberOf } from '../support/hours.js';
import { FIRST_DAY } from '../support/watched-model.js';

const { pool: poolOf, judged, profiled, watched } = hoursStage();

describe('hours of a table that others write', () => {
  it('reads an hour of very many rows in parts, and knows an id of one part in the next', async () => {
    const pool = poolOf();
    await pool.query(`CREATE TABLE crowded (
      id BIGINT, at DATETIME(3) NOT NULL, said VARCHAR(8), sure DOUBLE, income DOUBLE, job VARCHAR(40), truth VARCHAR(8), KEY (at))`);
    const first = FIRST_DAY + DAY * DAY_MS;
    const rows = Array.from({ length: 1000 }, (_, i) => [
      ...[i, new Date(FIRST_DAY + i * 1000), i % 3 === 0 ? 'yes' : 'no', (i % 97) / 97, i % 400, 'baker'],
      i % 2 === 0 ? 'yes' : 'no',
    ]);
    await pool.query('INSERT INTO crowded VALUES ?', [rows]);
    await pool.query(
      'INSERT INTO crowded SELECT id, at + INTERVAL ? SECOND, said, sure, income, job, truth FROM crowded',
      [(first - FIRST_DAY) / 1000],
    );
    for (let copies = 1; copies < 128; copies *= 2) {
      await pool.query(
        `INSERT INTO crowded SELECT id + ?, at + INTERVAL ? SECOND, said, sure, income + ?, job, truth FROM crowded WHERE at >= ?`,
        [1000 * copies, copies * 20, copies, new Date(first)],
      );
    }
    // The id of a row of the first minutes comes again at the end of the hour.
    await pool.query("INSERT INTO crowded VALUES (7, ?, 'yes', 0.5, 1, 'baker', 'yes')", [
      new Date(first + HOUR_MS - 1),
    ]);
    const source = { table: 'crowded', columns: { id: 'id', time: 'at', prediction: 'said', score: 'sure' } };
    const parts = { source, labels: { table: 'crowded', id: 'id', label: 'truth' } };
    const models = [await watched('crowded', parts), await watched('crowded-rows', { ...parts, read: 'rows' })];
    for (const model of models) await model.cycle(DAY);
    const [summed, exact] = await Promise.all(models.map((model) => judged(model)));
    expect(summed?.rows).toBe(128_000);
    expect(summed?.rows).toBe(exact?.rows);
    for (const id of [
      'quality/current/duplicate_id_share',
      'performance/current/accuracy',
      'quality/current/income/max',
    ]) {
      const [value, other] = [summed, exact].map((one) => numberOf(one?.figures ?? [], id));
      expect(value, id).toBeCloseTo(other ?? NaN, 12);
    }
    expect(numberOf(summed?.figures ?? [], 'quality/current/duplicate_id_share')).toBeGreaterThan(0);
  });

  it.each([
    ['hour by hour where an index of the time helps', 'scored', 'PRIMARY KEY (id), KEY (at)'],
    ['in one pass where none does', 'scored_unsorted', 'PRIMARY KEY (id)'],
  ])('finds late rows and labels in a table that others write, by counting %s', async (_, table, keys) => {
    const pool = poolOf();
    await pool.query(`CREATE TABLE IF NOT EXISTS ${table} (
      id VARCHAR(64), at DATETIME(3) NOT NULL, said VARCHAR(8), sure DOUBLE, income DOUBLE, job VARCHAR(40),
      truth VARCHAR(8) NULL, ${keys})`);
    const source = { table, columns: { id: 'id', time: 'at', prediction: 'said', score: 'sure' } };
    const model = await watched('foreign', { source, labels: { table, id: 'id', label: 'truth' } });
    await pool.query(
      `INSERT IGNORE INTO ${table} SELECT id, time, prediction, score, 1000, 'baker', prediction FROM predictions WHERE model = ?`,
      [model.id],
    );
    await model.cycle(DAY);
    const before = await profiled(model);
    expect(before.size).toBe(24);
    const at = new Date(FIRST_DAY + DAY * DAY_MS + 7 * HOUR_MS + 1);
    await pool.query(`INSERT INTO ${table} VALUES ('late', ?, 'yes', 0.9, 1000, 'baker', NULL)`, [at]);
    await model.cycle(DAY);
    const late = await profiled(model);
    expect(hoursProfiledAgain(before, late)).toEqual([24 * DAY + 7]);
    await pool.query(`UPDATE ${table} SET truth = 'no' WHERE id = 'late'`);
    await model.cycle(DAY);
    const labelled = await profiled(model);
    expect(hoursProfiledAgain(late, labelled)).toEqual([24 * DAY + 7]);
    expect((await judged(model)).rows).toBe(481);
    await model.cycle(DAY);
    expect(await profiled(model)).toEqual(labelled);
  });

  it('reads an hour again that was new and is damaged when the sum is made anew for another', async () => {
    const pool = poolOf();
    await pool.query(`CREATE TABLE mended (
      id VARCHAR(64) PRIMARY KEY, at DATETIME(3) NOT NULL, said VARCHAR(8), sure DOUBLE, truth VARCHAR(8) NULL, KEY (at))`);
    const model = await watched('mended', {
      source: { table: 'mended', columns: { id: 'id', time: 'at', prediction: 'said', score: 'sure' } },
      labels: { table: 'mended', id: 'id', label: 'truth' },
      features: { numeric: [], categorical: [] },
      schedule: { window: '1d', every: '1h', catchup: '1d' },
    });
    await model.log(DAY + 1, { rows: 480 });
    await pool.query(
      'INSERT INTO mended SELECT id, time, prediction, score, prediction FROM predictions WHERE model = ?',
      [model.id],
    );
    await model.cycle(DAY);
    const at = new Date(FIRST_DAY + DAY * DAY_MS + 7 * HOUR_MS + 1);
    await pool.query("INSERT INTO mended VALUES ('late', ?, 'yes', 0.9, NULL)", [at]);
    const newest = new Date(FIRST_DAY + (DAY + 1) * DAY_MS).toISOString().slice(0, 19);
    await pool.query(`CREATE TRIGGER broken_disk BEFORE INSERT ON hour_profiles FOR EACH ROW
      BEGIN IF NEW.model = '${model.id}' AND NEW.hour = '${newest}' THEN SET NEW.profile = 'broken'; END IF; END`);
    await model.cycle(DAY + 1 / 24);
    await pool.query('DROP TRIGGER broken_disk');
    expect((await judged(model, FIRST_DAY + DAY * DAY_MS + HOUR_MS)).rows).toBe(481);
  });
});
