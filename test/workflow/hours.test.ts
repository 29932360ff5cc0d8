import { describe, expect, it } from 'vitest';
import { takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change } from '../../src/io/mysql/rows.js';
import { NEEDS_ROWS } from '../../src/profile/hourly/needs-rows.js';
import {
  DAY,
  DAY_MS,
  HOUR_MS,
  hoursProfiledAgain,
  hoursStage,
  type Judged,
  numberOf,
  REFERENCE,
} from '../support/hours.js';
import { FIRST_DAY } from '../support/watched-model.js';

const { pool: poolOf, judged, profiled, watched } = hoursStage();

describe('a window that is the sum of its hours', () => {
  it('has the figures of its rows, or holds them within their bounds, or says that it needs the rows', async () => {
    const [hours, rows] = [await watched('hours'), await watched('rows', { read: 'rows' })];
    await hours.cycle(DAY);
    await rows.cycle(DAY);
    const [summed, exact] = [await judged(hours), await judged(rows)];
    expect([summed.rows, summed.sequence]).toEqual([480, exact.sequence]);
    expect([...(await profiled(hours)).keys()]).toEqual(Array.from({ length: 24 }, (_, i) => 24 * DAY + i));
    expect(await profiled(rows)).toEqual(new Map());
    const others = new Map(exact.figures.map((figure) => [figure.id, figure]));
    let bounded = 0;
    for (const figure of summed.figures) {
      const other = others.get(figure.id);
      if (figure.metric.startsWith('label_delay')) continue;
      expect(other, figure.id).toBeDefined();
      if (figure.value === null && figure.reason === NEEDS_ROWS) continue;
      if (typeof figure.value !== 'number' || typeof other?.value !== 'number') {
        expect(figure, figure.id).toMatchObject({ value: other?.value, n: other?.n });
        continue;
      }
      const { bound = 0 } = figure;
      bounded += bound > 0 ? 1 : 0;
      const rounding = 1e-9 * Math.max(1, Math.abs(other.value));
      expect(Math.abs(figure.value - other.value), figure.id).toBeLessThanOrEqual(bound + rounding);
    }
    expect(summed.figures.length).toBeGreaterThan(80);
    expect(bounded).toBeGreaterThan(5);
    const needRows = /^(weak-segments|personal-data) /;
    expect(exact.verdicts.filter((verdict) => needRows.test(verdict))).toHaveLength(2);
    expect(summed.verdicts).toEqual(exact.verdicts.filter((verdict) => !needRows.test(verdict)));
  });

  it('reads an hour once: a window that has moved by an hour reads the new one', async () => {
    const model = await watched('moved', { schedule: { window: '1d', every: '1h', catchup: '1d' } });
    await model.log(DAY + 1, { rows: 480 });
    await model.cycle(DAY);
    const before = await profiled(model);
    await model.cycle(DAY + 1 / 24);
    const after = await profiled(model);
    expect(hoursProfiledAgain(before, after)).toEqual([24 * (DAY + 1)]);
    expect((await judged(model, FIRST_DAY + DAY * DAY_MS + HOUR_MS)).rows).toBe(480);
  });

  it('reads an hour again to which rows or labels came, and no other', async () => {
    const model = await watched('late');
    await model.cycle(DAY);
    const [first, before] = [await judged(model), await profiled(model)];
    const pool = poolOf();
    const at = (hour: number): number => FIRST_DAY + DAY * DAY_MS + hour * HOUR_MS + 1;
    await insertPredictions(pool, model.id, [
      { id: 'late', time: at(5), prediction: 'yes', score: 0.9, version: 'v1' },
    ]);
    await insertLabels(pool, model.id, [{ id: 'late', time: at(5), label: 'yes' }], Date.now());
    await model.cycle(DAY);
    const [second, after] = [await judged(model), await profiled(model)];
    expect(hoursProfiledAgain(before, after)).toEqual([24 * DAY + 5]);
    expect([first.rows, second.rows, second.sequence]).toEqual([480, 481, first.sequence + 1]);
    expect(numberOf(second.figures, 'performance/current/accuracy')).not.toBe(
      numberOf(first.figures, 'performance/current/accuracy'),
    );
    const window = { from: FIRST_DAY + DAY * DAY_MS, to: FIRST_DAY + (DAY + 1) * DAY_MS };
    expect(await takeDirtyHours(pool, model.id, window)).toEqual([]);
    await model.cycle(DAY);
    expect((await judged(model)).sequence).toBe(second.sequence);
  });

  it('does not need its rows any more', async () => {
    const model = await watched('removed');
    await model.cycle(DAY);
    const before = await judged(model);
    const pool = poolOf();
    await change(pool, 'DELETE FROM predictions WHERE model = ? AND time >= ?', [
      model.id,
      new Date(Date.parse(REFERENCE.to)),
    ]);
    await change(pool, 'INSERT INTO removed_rows (model, before_time, removed_at) VALUES (?, ?, ?)', [
      ...[model.id, new Date(FIRST_DAY + 30 * DAY_MS), new Date()],
    ]);
    await model.redefine({ title: 'Another title', reference: REFERENCE, read: 'hours', rules: { defaults: true } });
    await model.cycle(DAY);
    const after = await judged(model);
    expect(after.sequence).toBe(before.sequence + 1);
    expect(after.figures).toEqual(before.figures);
  });

  it('goes on where an attempt that failed in the middle had come to', async () => {
    const model = await watched('resumed');
    const pool = poolOf();
    const noon = FIRST_DAY + DAY * DAY_MS + 12 * HOUR_MS;
    await pool.query(`CREATE TRIGGER full_disk BEFORE INSERT ON hour_profiles FOR EACH ROW
      BEGIN IF NEW.model = '${model.id}' AND NEW.hour >= '${new Date(noon).toISOString().slice(0, 19)}' THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the disk is full'; END IF; END`);
    const failing = model.cycle(DAY);
    await expect.poll(async () => (await profiled(model)).size, { timeout: 20_000 }).toBe(12);
    const before = await profiled(model);
    await pool.query('DROP TRIGGER full_disk');
    expect((await failing).windows[0]?.verdict).not.toBe('unknown');
    const after = await profiled(model);
    expect(hoursProfiledAgain(before, after)).toEqual(Array.from({ length: 12 }, (_, i) => 24 * DAY + 12 + i));
    expect((await judged(model)).rows).toBe(480);
  });

  const AUC = 'performance/current/roc_auc';
  const floorAt = (value: number): Readonly<Record<string, unknown>> => ({
    rules: {
      defaults: false,
      add: [
        {
          ...{ id: 'auc-floor', title: 'The score hardly tells yes from no', metric: 'roc_auc', below: value },
          ...{ min_n: 20, for: 1, keep: 1, severity: 'critical', certainty: 'none' },
        },
      ],
    },
  });

  it('is read row by row where the bound of a figure reaches over a limit', async () => {
    const model = await watched('near');
    await model.cycle(DAY);
    const figure = (await judged(model)).figures.find(({ id }) => id === AUC);
    if (figure?.value == null || figure.bound === undefined) throw new Error('the area has no bound');
    const near = Number(figure.value) - figure.bound / 2;
    await model.redefine({ reference: REFERENCE, read: 'hours', ...floorAt(near) });
    await model.cycle(DAY);
    const { figures, verdicts } = await judged(model);
    expect(verdicts).toContainEqual(expect.stringMatching(/^auc-floor (pass: within limit|breach: beyond limit)$/));
    expect(figures.find(({ id }) => id === AUC)).not.toHaveProperty('bound');
    // The other part of the figures had no limit near it, and stays the sum of its hours.
    expect(figures.some((other) => other.value !== null && other.bound !== undefined)).toBe(true);

    await model.redefine({ reference: REFERENCE, read: 'hours', ...floorAt(near + 1e-6) });
    const pool = poolOf();
    await change(pool, 'INSERT INTO removed_rows (model, before_time, removed_at) VALUES (?, ?, ?)', [
      ...[model.id, new Date(FIRST_DAY + 30 * DAY_MS), new Date()],
    ]);
    const result = await model.cycle(DAY);
    expect((await judged(model)).verdicts).toContain('auc-floor unknown: limit within bound');
    expect(result.windows[0]?.reason).toMatch(/limit within bound/);
  });

  it('is read row by row until its version has a reference', async () => {
    const model = await watched('unreferenced', { reference: { first: '3d', min_rows: 100 } });
    await model.cycle(DAY);
    expect(await profiled(model)).toEqual(new Map());
    expect((await judged(model)).rows).toBe(480);
    await model.release('v1', 0);
    await model.redefine({ reference: { first: '3d', min_rows: 100 }, read: 'hours', title: 'Released' });
    await model.cycle(DAY);
    expect((await profiled(model)).size).toBe(24);
  });

  it('holds versions apart, and judges first the one that served last', async () => {
    const [hours, rows] = [await watched('versions'), await watched('versions-rows', { read: 'rows' })];
    for (const model of [hours, rows]) {
      await model.log(DAY, { rows: 240, version: 'v2', prefix: 'two-' });
      await model.cycle(DAY);
    }
    const [summed, exact] = [await judged(hours), await judged(rows)];
    const volumes = ({ figures }: Judged): unknown =>
      figures.flatMap(({ id, metric, value }) => (metric === 'volume' ? [[id, value]] : []));
    expect(volumes(summed)).toEqual(volumes(exact));
    expect(summed.rows).toBe(exact.rows);
    expect(summed.verdicts.filter((verdict) => verdict.startsWith('recall'))).toEqual(
      exact.verdicts.filter((verdict) => verdict.startsWith('recall')),
    );
  });

  it('reads the parts of hours at its ends each time', async () => {
    const model = await watched('half-hours', {
      schedule: { window: '1d', timezone: 'Asia/Kolkata', catchup: '1d' },
    });
    await model.log(DAY - 1, { rows: 480, prefix: 'more-' });
    // Midnight of Kolkata is half past an hour of UTC.
    await model.cycle(DAY - 5.5 / 24);
    const from = FIRST_DAY + DAY * DAY_MS - 5.5 * HOUR_MS;
    expect((await judged(model, from)).rows).toBe(480 + 110);
    expect((await profiled(model)).size).toBe(23);
  });

  it('is profiled again where its stored bytes are damaged, or its features are others', async () => {
    const model = await watched('damaged');
    await model.cycle(DAY);
    const before = await profiled(model);
    const pool = poolOf();
    await change(
      pool,
      "UPDATE hour_profiles SET profile = CONCAT(LEFT(profile, 40), 'x') WHERE model = ? AND hour = ?",
      [...[model.id, new Date(FIRST_DAY + DAY * DAY_MS)]],
    );
    await model.redefine({ reference: REFERENCE, read: 'hours', rules: { defaults: true }, title: 'Another title' });
    await model.cycle(DAY);
    const healed = await profiled(model);
    expect(hoursProfiledAgain(before, healed)).toEqual([24 * DAY]);
    await model.redefine({
      ...{ reference: REFERENCE, read: 'hours', rules: { defaults: true } },
      features: { numeric: ['income'], categorical: [] },
    });
    await model.cycle(DAY);
    expect(hoursProfiledAgain(healed, await profiled(model))).toHaveLength(24);
  });
});
