/** What retention removes of Plumbline's own tables, what it leaves and why, and that a killed run goes on. */
import { describe, expect, it } from 'vitest';
import type { StoredModel } from '../../src/io/mysql/definitions.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { partitionsOf } from '../../src/io/mysql/retention-partitions.js';
import { planRetention, type RetentionRequest } from '../../src/io/mysql/retention-plan.js';
import { lookAhead, partitionsThatGo, removedBefore, removeRows } from '../../src/io/mysql/retention.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { storeEvaluation } from './judged.js';
import { onEachServer } from './servers.js';

const DAY_MS = 86_400_000;
const day = (number: number): number => Date.parse('2026-01-01T00:00:00Z') + (number - 1) * DAY_MS;
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Noon of the sixtieth day of the year: 1 March. */
const NOW = day(60) + DAY_MS / 2;

onEachServer((database) => {
  const run = (sql: string, values: readonly (string | Date)[] = []): Promise<number> =>
    change(database().pool, sql, values);

  function request(model: string, more = '', watchFrom = NOW): RetentionRequest {
    const parsed = parseDefinition(
      [
        ...[`model: ${model}`, 'task: binary', 'positive: 1', 'labels: { deadline: 5d }', more],
        more.includes('reference:') ? '' : 'reference: trainer',
      ].join('\n'),
      'm.yaml',
      { defaultRules },
    );
    if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
    const state: StoredModel = { model, title: model, team: 'x', state: 'active', revision: 1, watchFrom };
    const keep = parsed.definition.retention ?? { count: 30, unit: 'day' };
    return { model: state, definition: parsed.definition, keep, now: NOW, unprofiled: false };
  }

  /** Two predictions a day, and a label for one of them. */
  async function fill(model: string, days: number): Promise<void> {
    const { pool } = database();
    for (let number = 1; number <= days; number += 1) {
      await insertPredictions(pool, model, [
        { id: `a${String(number)}`, time: day(number), prediction: '1' },
        { id: `b${String(number)}`, time: day(number) + DAY_MS - 1, prediction: '0' },
      ]);
      await insertLabels(pool, model, [{ id: `a${String(number)}`, time: day(number), label: '1' }], NOW);
    }
    await run('DELETE FROM dirty_hours WHERE model = ?', [model]);
  }

  /** Days of the model that still have rows in a table. */
  async function daysOf(table: string, model: string): Promise<string> {
    const rows = await select(
      database().pool,
      `SELECT DISTINCT TO_DAYS(time) - TO_DAYS('2025-12-31') AS number FROM ${table} WHERE model = ? ORDER BY number`,
      [model],
    );
    const numbers = rows.map((row) => integer(row, 'number'));
    const parts: string[] = [];
    for (const [i, number] of numbers.entries()) {
      if (numbers[i - 1] !== number - 1) parts.push(String(number));
      else if (numbers[i + 1] !== number + 1) parts.push(`${parts.pop() ?? ''}-${String(number)}`);
    }
    return parts.join(' ');
  }

  const options = { batch: 7, pauseMs: 0, by: 'ana', now: () => NOW };
  const remove = async (...requests: readonly RetentionRequest[]) => {
    const { pool } = database();
    const outlooks = [];
    for (const one of requests) outlooks.push(await lookAhead(pool, one));
    return removeRows(pool, outlooks, options);
  };

  it('rows older than asked go from both tables, with all before them; newer ones and other models stay', async () => {
    await fill('plain', 60);
    await fill('other', 60);
    const { pool } = database();
    const outlook = await lookAhead(pool, request('plain'));
    // 30 days before 1 March, 12:00, is 30 January, 12:00: the window of that day is not cut.
    expect(iso(outlook.plan.before)).toBe('2026-01-30');
    expect(outlook.tables).toEqual([
      { table: 'predictions', rows: 58, oldest: day(1), newest: day(30) - 1 },
      { table: 'labels', rows: 29, oldest: day(1), newest: day(29) },
    ]);
    // Looking changes nothing.
    expect(await daysOf('predictions', 'plain')).toBe('1-60');
    await remove(request('plain'));
    expect([await daysOf('predictions', 'plain'), await daysOf('labels', 'plain')]).toEqual(['30-60', '30-60']);
    expect([await daysOf('predictions', 'other'), await daysOf('labels', 'other')]).toEqual(['1-60', '1-60']);
    expect(await removedBefore(pool, 'plain')).toBe(day(30));
    expect(await removedBefore(pool, 'other')).toBeNull();
    const audits = await select(
      pool,
      "SELECT actor, what, subject, detail FROM audit WHERE model = 'plain' ORDER BY id",
    );
    expect(audits.map((row) => [row['actor'], row['what'], row['subject']] as unknown[])).toEqual([
      ['ana', 'retention begun', 'before 2026-01-30T00:00:00.000Z'],
      ['ana', 'retention', 'before 2026-01-30T00:00:00.000Z'],
    ]);
    expect(JSON.parse(String(audits[1]?.['detail']))).toMatchObject({ rows: { predictions: 58, labels: 29 } });
    // Nothing is left to do: nothing is done, and nothing is written.
    expect((await lookAhead(pool, request('plain'))).tables.map(({ rows }) => rows)).toEqual([0, 0]);
    await remove(request('plain'));
    expect(await select(pool, "SELECT id FROM audit WHERE model = 'plain'")).toHaveLength(2);
  });

  describe('what something still needs stays, and it is said for what', () => {
    interface KeptCase {
      readonly title: string;
      readonly more?: string;
      readonly watchFrom?: number;
      readonly prepare?: (model: string) => Promise<unknown>;
      /** Days that are left of 1 to 60. */
      readonly left: string;
      readonly why: RegExp;
    }
    const dayWindow = (number: number) => ({ from: day(number), to: day(number + 1) });
    const cases: readonly KeptCase[] = [
      {
        title: 'windows that await labels, however old',
        prepare: (model) =>
          storeEvaluation(database().pool, model, { window: dayWindow(12), state: 'provisional' }).then(() =>
            storeEvaluation(database().pool, model, { window: dayWindow(13), state: 'provisional' }),
          ),
        left: '12-13 30-60',
        why: /^2026-01-12 2026-01-14 windows that are not final: labels are awaited$/,
      },
      {
        title: 'but not windows that became final',
        prepare: async (model) => {
          await storeEvaluation(database().pool, model, { window: dayWindow(12), state: 'provisional' });
          await storeEvaluation(database().pool, model, {
            window: dayWindow(12),
            state: 'final',
            digest: 'f'.repeat(64),
          });
        },
        left: '30-60',
        why: /^$/,
      },
      {
        title: 'windows that a cycle will catch up',
        more: 'schedule: { window: 1w }\nretention: 20d\n',
        watchFrom: day(12),
        // Weeks from Monday: 5, 12, 19 and 26 January, …; older windows than the watch are not caught up.
        prepare: (model) =>
          storeEvaluation(database().pool, model, { window: { from: day(19), to: day(26) }, state: 'final' }),
        left: '12-18 26-60',
        why: /^2026-01-12 2026-01-19 windows that are not judged yet; 2026-01-26 2026-02-09 windows that are not judged yet$/,
      },
      {
        title: 'the first days of the versions that serve or may serve again',
        more: 'reference: first 3d\n',
        prepare: (model) =>
          run(
            `INSERT INTO serving_history (model, generation, version, data_since, switched_at, switched_by, origin) VALUES
             ('${model}', 1, 'v1', '2026-01-02', '2026-01-02', 'ana', 'release'),
             ('${model}', 2, 'v2', '2026-01-08', '2026-01-08', 'ana', 'release'),
             ('${model}', 3, 'v3', '2026-01-20', '2026-01-20', 'ana', 'release')`,
          ),
        left: '8-10 20-22 30-60',
        why: /^2026-01-08 2026-01-11 the reference of version v2; 2026-01-20 2026-01-23 the reference of version v3$/,
      },
      {
        title: 'a reference with fixed ends',
        more: 'reference: { from: 2026-01-03, to: 2026-01-06 }\n',
        left: '3-5 30-60',
        why: /^2026-01-03 2026-01-06 the reference$/,
      },
      {
        title: 'hours that changed since they were profiled',
        more: 'read: hours\n',
        prepare: (model) =>
          run(
            `INSERT INTO dirty_hours (model, hour, mark, marked_at) VALUES
             ('${model}', '2026-01-07 00:00', 'x', UTC_TIMESTAMP(3)), ('${model}', '2026-02-07 00:00', 'x', UTC_TIMESTAMP(3))`,
          ),
        left: '7 30-60',
        why: /hours whose rows changed since they were last profiled, or never were$/,
      },
      {
        title: 'what a retraining is given',
        more: 'actions: { retrain: { command: [train], span: 40d } }\napprovers: [ana]\n',
        left: '20-60',
        why: /^2026-01-20 2026-03-01 the 40 days that a retraining is given$/,
      },
    ];
    for (const [i, { title, more = '', watchFrom, prepare, left, why }] of cases.entries()) {
      it(title, async () => {
        const model = `kept-${String(i)}`;
        await fill(model, 60);
        await prepare?.(model);
        const asked = request(model, more, watchFrom);
        const { kept } = await planRetention(database().pool, asked);
        expect(kept.map(({ from, to, why: words }) => `${iso(from)} ${iso(to)} ${words}`).join('; ')).toMatch(why);
        await remove(asked);
        expect(await daysOf('predictions', model)).toBe(left);
      });
    }

    it('rows of a model whose hours are not profiled await no profile', async () => {
      await fill('by-rows', 60);
      await run("INSERT INTO dirty_hours VALUES ('by-rows', '2026-01-07 00:00', 'x', UTC_TIMESTAMP(3))");
      await remove(request('by-rows'));
      expect(await daysOf('predictions', 'by-rows')).toBe('30-60');
    });

    it('hours without a profile go where that is asked for, and leave no mark to profile them empty', async () => {
      await fill('bare', 60);
      await run("INSERT INTO dirty_hours VALUES ('bare', '2026-01-07 00:00', 'x', UTC_TIMESTAMP(3))");
      await remove({ ...request('bare', 'read: hours\n'), unprofiled: true });
      expect(await daysOf('predictions', 'bare')).toBe('30-60');
      expect(await select(database().pool, "SELECT hour FROM dirty_hours WHERE model = 'bare'")).toEqual([]);
    });
  });

  it('a run that was killed in the middle has said how far it meant to go, and the next one goes on', async () => {
    await fill('killed', 60);
    const { pool } = database();
    const outlook = await lookAhead(pool, request('killed'));
    let batches = 0;
    const dies = removeRows(pool, [outlook], {
      ...options,
      progress: () => {
        batches += 1;
        if (batches === 3) throw new Error('killed');
      },
    });
    await expect(dies).rejects.toThrow('killed');
    expect(await daysOf('predictions', 'killed')).toBe('11-60');
    expect(await removedBefore(pool, 'killed')).toBe(day(30));
    await remove(request('killed'));
    expect([await daysOf('predictions', 'killed'), await daysOf('labels', 'killed')]).toEqual(['30-60', '30-60']);
  });

  it('a statement locks the rows that it removes, and none of those that go later', async () => {
    await fill('busy', 60);
    const { pool } = database();
    const holder = await pool.getConnection();
    try {
      await holder.beginTransaction();
      await holder.query("SELECT id FROM predictions WHERE model = 'busy' AND time = ? AND id = 'a29' FOR UPDATE", [
        new Date(day(29)),
      ]);
      let batches = 0;
      await removeRows(pool, [await lookAhead(pool, request('busy'))], {
        ...options,
        // Batches that want the locked row, too, would wait for it and never come here.
        progress: () => {
          batches += 1;
          if (batches === 3) void holder.rollback();
        },
      });
    } finally {
      holder.destroy();
    }
    expect(await daysOf('predictions', 'busy')).toBe('30-60');
  });

  describe('partitions', () => {
    it.each([
      { kind: 'columns', by: 'RANGE COLUMNS (time)', end: (number: number) => `('${iso(day(number))}')` },
      { kind: 'days', by: 'RANGE (TO_DAYS(time))', end: (number: number) => `(TO_DAYS('${iso(day(number))}'))` },
    ])('of days go whole where no row in them has to stay ($kind)', async ({ kind, by, end }) => {
      const { pool } = database();
      await run('DELETE FROM predictions');
      const parts = [10, 20, 25, 30, 35].map(
        (number) => `PARTITION before_${String(number)} VALUES LESS THAN ${end(number)}`,
      );
      await run(
        `ALTER TABLE predictions PARTITION BY ${by} (${parts.join(', ')}, PARTITION rest VALUES LESS THAN MAXVALUE)`.replace(
          'LESS THAN MAXVALUE',
          kind === 'columns' ? 'LESS THAN (MAXVALUE)' : 'LESS THAN MAXVALUE',
        ),
      );
      const [mine, theirs] = [`mine-${kind}`, `theirs-${kind}`];
      await fill(mine, 60);
      // Another model that keeps its rows has some in one of the partitions.
      await insertPredictions(pool, theirs, [{ id: 'x', time: day(12), prediction: '1' }]);
      const asked = request(mine);
      const outlook = await lookAhead(pool, asked);
      expect(await partitionsThatGo(pool, [outlook])).toEqual({
        predictions: ['before_10', 'before_25', 'before_30'],
        labels: [],
      });
      expect(await remove(asked)).toEqual({ predictions: ['before_10', 'before_25', 'before_30'], labels: [] });
      expect((await partitionsOf(pool, 'predictions')).map(({ name }) => name)).toEqual(['before_20', 'before_35']);
      expect([await daysOf('predictions', mine), await daysOf('predictions', theirs)]).toEqual(['30-60', '12']);
      await run('ALTER TABLE predictions REMOVE PARTITIONING');
    });

    it('in use for too long are not waited for: their rows are deleted', async () => {
      const { pool } = database();
      await run('DELETE FROM predictions');
      await run(
        `ALTER TABLE predictions PARTITION BY RANGE COLUMNS (time) (PARTITION old VALUES LESS THAN ('${iso(day(30))}'), PARTITION rest VALUES LESS THAN (MAXVALUE))`,
      );
      await fill('busy', 60);
      const reader = await pool.getConnection();
      try {
        await reader.beginTransaction();
        await reader.query('SELECT COUNT(*) FROM predictions');
        expect(await remove(request('busy'))).toEqual({ predictions: [], labels: [] });
        expect(await daysOf('predictions', 'busy')).toBe('30-60');
      } finally {
        await reader.rollback();
        reader.release();
      }
      await run('ALTER TABLE predictions REMOVE PARTITIONING');
    });
  });
});
