import { expect, it } from 'vitest';
import { withSeries } from '../../activities/cycle/series.js';
import { figureHistory } from '../../src/io/mysql/figure-history.js';
import { insertFigures } from '../../src/io/mysql/figures.js';
import type { Pool } from '../../src/io/mysql/pool.js';
import type { Figure } from '../../src/model/figure.js';
import type { Window } from '../../src/model/window.js';
import type { NewEvaluation } from '../../src/io/mysql/evaluations.js';
import { definition, rule } from '../unit/rules/builders.js';
import { storeEvaluation } from './judged.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const DAY_MS = 86_400_000;
/** So many days before the judged one. */
const before = (days: number, length = 1): Window => ({
  from: DAY.from - days * DAY_MS,
  to: DAY.from - days * DAY_MS + length * DAY_MS,
});

const figure = (metric: string, value: number | string | null, more: object = {}): Figure =>
  ({
    ...{ id: `performance/current/${metric}`, family: 'performance', metric, on: 'current', n: 120, value },
    ...(value === null && { reason: 'no positive label' }),
    ...more,
  }) as Figure;

async function store(
  pool: Pool,
  model: string,
  days: number,
  figures: readonly Figure[],
  change: Partial<NewEvaluation> = {},
): Promise<void> {
  const { id } = await storeEvaluation(pool, model, { window: before(days), ...change });
  await insertFigures(pool, id, figures);
}

onEachServer((database) => {
  const historyOf = (model: string, metrics?: readonly string[], version: string | null = 'v1') =>
    figureHistory(database().pool, {
      ...{ model, version, window: DAY, after: DAY.from - 100 * DAY_MS },
      ...(metrics && { metrics }),
    });

  it('the history of a figure holds its numbers, oldest first, of the metrics that were asked for', async () => {
    const { pool } = database();
    for (const days of [3, 1, 2]) await store(pool, 'order', days, [figure('roc_auc', days / 10), figure('f1', 0.5)]);
    await store(pool, 'other', 1, [figure('roc_auc', 0.9)]);
    expect(await historyOf('order', ['roc_auc'])).toEqual(new Map([['performance/current/roc_auc', [0.3, 0.2, 0.1]]]));
    expect([...(await historyOf('order')).keys()].sort()).toEqual([
      'performance/current/f1',
      'performance/current/roc_auc',
    ]);
    expect(await historyOf('order', [])).toEqual(new Map());
    expect(await historyOf('nobody')).toEqual(new Map());
  });

  it('what is no number to judge by does not count, nor do other versions, empty windows, and the judged one', async () => {
    const { pool } = database();
    await store(pool, 'kept', 1, [figure('roc_auc', 0.7)]);
    await store(pool, 'kept', 2, [figure('roc_auc', null)]);
    await store(pool, 'kept', 3, [figure('roc_auc', 0, { degenerate: true })]);
    await store(pool, 'kept', 4, [figure('roc_auc', 'high')]);
    await store(pool, 'kept', 5, [figure('roc_auc', 0.1, { on: 'reference' })]);
    await store(pool, 'kept', 6, [figure('roc_auc', 0.2)], { version: 'v2' });
    await store(pool, 'kept', 7, [figure('roc_auc', 0.3)], { rows: 0 });
    await store(pool, 'kept', 8, [figure('roc_auc', 0.4)], { failed: true });
    await store(pool, 'kept', 200, [figure('roc_auc', 0.4)]);
    await store(pool, 'kept', 0, [figure('roc_auc', 0.5)]);
    expect(await historyOf('kept')).toEqual(new Map([['performance/current/roc_auc', [0.7]]]));
    expect(await historyOf('kept', ['roc_auc'], 'v2')).toEqual(new Map([['performance/current/roc_auc', [0.2]]]));
  });

  it('what rests on labels waits until they are in', async () => {
    const { pool } = database();
    const missing = figure('missing_share', 0.01, { id: 'quality/current/age/missing_share', family: 'quality' });
    await store(pool, 'labels', 1, [figure('roc_auc', 0.7), missing], { state: 'provisional' });
    expect(await historyOf('labels')).toEqual(new Map([['quality/current/age/missing_share', [0.01]]]));
  });

  it('windows that share data count once', async () => {
    const { pool } = database();
    const hour = DAY_MS / 24;
    for (const hours of [0, 1, 2, 23, 24, 25]) {
      const window = { from: DAY.from - DAY_MS - hours * hour, to: DAY.from - hours * hour };
      await store(pool, 'hourly', 0, [figure('roc_auc', 1 - hours / 100)], { window });
    }
    // The newest, and the one that ends where that begins.
    expect([...(await historyOf('hourly')).values()]).toEqual([[0.76, 1]]);
  });

  it('a rule that asks for it gets the figure against its history, and others cost nothing', async () => {
    const { pool } = database();
    for (let days = 1; days <= 9; days += 1)
      await store(pool, 'bank-marketing', days, [figure('roc_auc', 0.8 + (days % 3) / 100)]);
    const own = [figure('roc_auc', 0.5), figure('roc_auc', 0.4, { id: 'x@v2', version: 'v2' })];
    const judged = { window: DAY, version: 'v1' };
    const asks = definition({ rules: [rule({ metric: 'roc_auc_series_mad' })] });
    const all = await withSeries(pool, asks, judged, own);
    expect(all.slice(0, 2)).toEqual(own);
    expect(all.slice(2)).toMatchObject([{ id: 'anomaly/series_mad/performance/current/roc_auc', n: 9 }]);
    expect(all[2]?.value).toBeLessThan(-5);
    expect(await withSeries(pool, definition({ rules: [rule()] }), judged, own)).toBe(own);
  });
});
