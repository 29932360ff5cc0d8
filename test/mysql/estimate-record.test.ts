/** Estimates held against what labels showed, from the figures that are kept of each window. */
import { expect, it } from 'vitest';
import { estimateRecords } from '../../src/io/mysql/estimate-record.js';
import type { NewEvaluation } from '../../src/io/mysql/evaluations.js';
import { insertFigures } from '../../src/io/mysql/figures.js';
import type { Figure } from '../../src/model/figure.js';
import { storeEvaluation } from './judged.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const DAY_MS = 86_400_000;

const figure = (id: string, value: number | null, more: object = {}): Figure => {
  const [family = '', , metric = ''] = id.split('/');
  return {
    ...{ id, family, metric: family === 'estimate' ? `estimated_${metric}` : metric, on: 'current', n: 90, value },
    ...(value === null && { reason: 'no labels' }),
    ...more,
  } as Figure;
};

onEachServer((database) => {
  const store = async (
    model: string,
    days: number,
    figures: readonly Figure[],
    change: Partial<NewEvaluation> = {},
  ): Promise<void> => {
    const window = { from: DAY.from + days * DAY_MS, to: DAY.to + days * DAY_MS };
    const { id } = await storeEvaluation(database().pool, model, { window, ...change });
    await insertFigures(database().pool, id, figures);
  };
  const both = (estimated: number | null, realised: number | null, interval?: [number, number]): readonly Figure[] => [
    figure('estimate/current/roc_auc', estimated, interval === undefined ? {} : { interval }),
    figure('performance/current/roc_auc', realised),
    figure('performance/current/log_loss', 0.7),
  ];

  it('windows that are final, with both figures, are compared, oldest first', async () => {
    const { pool } = database();
    expect(await estimateRecords(pool, 'shop', 60)).toEqual([]);
    await store('shop', 2, both(0.75, 0.5, [0.5, 1]));
    await store('shop', 1, both(0.5, 0.75, [0.25, 0.625]));
    // Not compared: labels awaited, none at all, a convention, no estimate; and of a judged window only its newest judgement.
    await store('shop', 3, both(0.9, 0.1), { state: 'provisional' });
    await store('shop', 4, both(0.9, null));
    await store('shop', 5, [
      figure('estimate/current/f1', 0.9),
      figure('performance/current/f1', 0, { degenerate: true }),
    ]);
    await store('shop', 6, both(null, 0.9));
    await store('shop', 7, both(0.9, 0.1), { state: 'provisional' });
    await store('shop', 7, both(0.25, 0.25, [0.125, 0.5]), { digest: 'e'.repeat(64) });
    await store('other', 1, both(0.1, 0.9));
    const [record, ...rest] = await estimateRecords(pool, 'shop', 60);
    expect(rest).toEqual([]);
    expect(record).toMatchObject({
      ...{ metric: 'roc_auc', windows: 3, withInterval: 3, within: 2, meanDifference: 0 },
      compared: [
        { window: { from: DAY.from + DAY_MS }, estimated: 0.5, realised: 0.75, interval: [0.25, 0.625] },
        { window: { from: DAY.from + 2 * DAY_MS }, estimated: 0.75, realised: 0.5, interval: [0.5, 1] },
        { window: { from: DAY.from + 7 * DAY_MS }, estimated: 0.25, realised: 0.25, interval: [0.125, 0.5] },
      ],
    });
    expect((await estimateRecords(pool, 'shop', 1))[0]?.windows).toBe(1);
  });
});
