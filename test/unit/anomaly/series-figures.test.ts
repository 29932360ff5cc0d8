import { describe, expect, test } from 'vitest';
import { metricsWithSeries, seriesFigure, seriesFigures } from '../../../src/anomaly/series-figures.js';
import type { Figure } from '../../../src/model/figure.js';
import { SERIES_METHODS, seriesIn, seriesMetric } from '../../../src/model/series-metric.js';

const auc = (value: number | null, more: object = {}): Figure =>
  ({
    ...{ id: 'performance/current/roc_auc', family: 'performance', metric: 'roc_auc', on: 'current', n: 400, value },
    ...(value === null && { reason: 'no positive label' }),
    ...more,
  }) as Figure;

const steady = [0.8, 0.82, 0.79, 0.81, 0.8, 0.83, 0.78, 0.8, 0.81, 0.79];
const historyOf = (values: readonly number[]) => new Map([['performance/current/roc_auc', values]]);

describe('a figure against its own history', () => {
  test('keeps its place, and says by sign on which side it is unusual', () => {
    const [low, high, usual] = [0.6, 0.99, 0.8].map((value) => seriesFigure(auc(value), 'mad', historyOf(steady)));
    expect(low).toMatchObject({
      ...{ id: 'anomaly/series_mad/performance/current/roc_auc', family: 'anomaly', metric: 'roc_auc_series_mad' },
      ...{ on: 'current', n: 10 },
    });
    expect(low?.value).toBeLessThan(-1);
    expect(high?.value).toBeGreaterThan(1);
    expect(Math.abs(usual?.value as number)).toBeLessThan(0.2);
    const place = { column: 'age', group: 'f', attribute: 'sex', pair: ['a', 'b'] };
    expect(seriesFigure(auc(0.6, place), 'z', historyOf(steady))).toMatchObject(place);
  });

  test.each([
    ['has no value now', auc(null), steady, 'no positive label'],
    ['is a convention now', auc(0, { degenerate: true }), steady, 'its value is none to judge by'],
    ['is a text', auc(0.5, { value: 'Oslo' }), steady, 'its value is none to judge by'],
    ['has seven earlier values', auc(0.5), steady.slice(0, 7), 'fewer than 8 earlier values'],
    ['has no history at all', auc(0.5), undefined, 'fewer than 8 earlier values'],
    ['never varied', auc(0.5), new Array<number>(9).fill(0.8), 'the history does not vary'],
  ])('that %s has a reason', (_, figure, values, reason) => {
    const history = values === undefined ? new Map<string, number[]>() : historyOf(values);
    expect(seriesFigure(figure, 'mad', history)).toMatchObject({ value: null, reason });
  });

  test('only the metrics that are asked for, by the methods that are asked for, of this window', () => {
    const figures = [auc(0.6), auc(0.7, { metric: 'accuracy', id: 'a' }), auc(0.6, { on: 'reference', id: 'r' })];
    const asked = ['roc_auc_series_mad', 'roc_auc_series_z', 'accuracy', 'roc_auc_series_mad'];
    expect(metricsWithSeries(asked)).toEqual(['roc_auc']);
    expect(seriesFigures(figures, asked, historyOf(steady)).map(({ metric }) => metric)).toEqual([
      'roc_auc_series_mad',
      'roc_auc_series_z',
    ]);
    expect(seriesFigures(figures, ['accuracy'], historyOf(steady))).toEqual([]);
  });

  test.each(SERIES_METHODS)('names by %s lead back to the metric', (method) => {
    expect(seriesIn(seriesMetric('missing_share', method))).toEqual({ metric: 'missing_share', method });
    expect(seriesIn('missing_share')).toBeUndefined();
  });
});
