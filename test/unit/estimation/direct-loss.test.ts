import { describe, expect, test } from 'vitest';
import { fitEstimator } from '../../../src/estimation/fit-estimator.js';
import { measureChunkEstimates, measureWindowEstimates } from '../../../src/estimation/measure-estimates.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame } from '../../../src/model/frame.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { type Cells, frameOf, regressionRoles } from '../../support/frames.js';

const roles = regressionRoles({ numeric: ['x'], categorical: ['kind'] });

/** The error is as large as x, twice that for kind b; `from` and `to` bound x. */
function draw(rows: number, seed: number, { from = 0, to = 1, scale = 1, change = {} } = {}): Frame {
  const random = randomFrom(seed);
  const x = Array.from({ length: rows }, () => from + (to - from) * random.uniform());
  const kind = x.map(() => (random.uniform() < 0.5 ? 'a' : 'b'));
  const prediction = x.map(() => 10 * scale * random.uniform());
  const label = prediction.map((said, row) => {
    const error = x[row]! * (kind[row] === 'b' ? 2 : 1) * scale;
    return said + (random.uniform() < 0.5 ? error : -error);
  });
  return frameOf({ x, kind, prediction, label, ...change });
}

const estimate = (reference: Frame, current: Frame, metrics: 'default' | 'all' = 'default'): readonly Figure[] =>
  measureWindowEstimates(fitEstimator(reference, roles, metrics), current, roles, { metrics, on: 'current' });

const figureOf = (figures: readonly Figure[], metric: string): Figure | undefined =>
  figures.find(({ id }) => id === `estimate/current/${metric}`);

const reference = draw(1000, 1);

describe('the error of a regression is estimated without labels', () => {
  test.each([
    ['rows as in the reference', draw(1000, 2), 0.75, 0.9129],
    ['rows whose errors are larger', draw(1000, 3, { from: 0.7 }), 1.275, 1.362],
  ])('of %s', (_, current, mae, rmse) => {
    const figures = estimate(reference, current);
    expect(figures.map(({ id }) => id)).toEqual(['estimate/current/mae', 'estimate/current/rmse']);
    const ofMae = figureOf(figures, 'mae')!;
    expect(ofMae).toMatchObject({ family: 'estimate', metric: 'estimated_mae', on: 'current', n: 1000 });
    expect(Math.abs((ofMae.value as number) - mae)).toBeLessThan(0.06);
    expect(Math.abs((figureOf(figures, 'rmse')?.value as number) - rmse)).toBeLessThan(0.06);
    const [low, high] = (ofMae.value !== null && ofMae.interval) || [0, 0];
    expect(low).toBeLessThan(ofMae.value as number);
    expect(high - low).toBeCloseTo((2 * 2.5758 * 0.52) / Math.sqrt(1000), 2);
  });

  test('all losses, where they are asked for', () => {
    const positive = draw(300, 4, { change: { label: Array.from({ length: 300 }, (_, row) => 20 + (row % 7)) } });
    const figures = estimate(positive, positive, 'all');
    expect(figures.map(({ metric }) => metric)).toEqual(
      ['mae', 'rmse', 'mse', 'mape', 'msle', 'rmsle'].map((name) => `estimated_${name}`),
    );
    const value = (metric: string): number => figureOf(figures, metric)?.value as number;
    expect(value('rmse') ** 2).toBeCloseTo(value('mse'), 9);
    expect(value('rmsle') ** 2).toBeCloseTo(value('msle'), 9);
    expect(value('mape')).toBeCloseTo(value('mae') / 23, 1);
  });

  test.each([2 ** -400, 2 ** 400])('the same in units of %s', (scale) => {
    const plain = estimate(reference, draw(200, 5));
    const scaled = estimate(draw(1000, 1, { scale }), draw(200, 5, { scale }));
    expect((figureOf(scaled, 'mae')?.value as number) / scale).toBeCloseTo(figureOf(plain, 'mae')?.value as number, 2);
    expect((figureOf(scaled, 'rmse')?.value as number) / scale).toBeCloseTo(
      figureOf(plain, 'rmse')?.value as number,
      2,
    );
  });
});

describe('what cannot be estimated says why', () => {
  const nothing = Array.from({ length: 30 }, () => null);
  const small = draw(30, 6);
  const without = (column: string): Frame => draw(30, 6, { change: { [column]: nothing } });
  const negative = 'a label or prediction of the reference is negative: there is no logarithm';

  test.each([
    ['no labels in the reference', without('label'), small, 'mae', 'the reference has fewer than two rows'],
    ['one labelled row', draw(1, 6), small, 'mae', 'the reference has fewer than two rows'],
    ['no prediction now', small, without('prediction'), 'rmse', 'no rows with a prediction'],
    ['no rows now', small, draw(0, 6), 'mae', 'no rows with a prediction'],
    ['a label of 0', draw(30, 6, { change: { label: Array.from({ length: 30 }, () => 0) } }), small, 'mape', 'is 0'],
    ['a negative label', draw(2, 6, { change: { label: [-3, 3] } }), small, 'rmsle', negative],
    ['errors beyond all bounds', draw(2, 6, { change: { label: [1e300, 1] } }), small, 'rmse', 'too large'],
  ])('%s', (_, before, now, metric, reason) => {
    const figure = figureOf(estimate(before, now, 'all'), metric);
    expect(figure?.value).toBeNull();
    expect(figure?.value === null && figure.reason).toContain(reason);
  });

  test('the chunks of a reference without labels have no limits', () => {
    const fit = fitEstimator(without('label'), roles, 'default');
    const options = { chunkRows: 15, metrics: 'default' } as const;
    const figures = measureChunkEstimates(fit, { reference: without('label'), current: small }, roles, options);
    expect(figures.map(({ id }) => id)).toContain('estimate/dle/1/rmse/alert');
    expect(figures.filter(({ id, value }) => id !== 'estimate/dle/chunks' && value !== null)).toEqual([]);
  });
});

describe('columns of any kind are borne', () => {
  const rows = 200;
  const same = <T>(value: T): T[] => Array.from({ length: rows }, () => value);
  const base = draw(rows, 7);

  test.each<readonly [string, Record<string, Cells>, Record<string, Cells>]>([
    ['a constant label', { label: same(3) }, {}],
    ['a feature that is missing throughout', { x: same(null) }, {}],
    ['a feature that is missing only now', {}, { x: same(null) }],
    ['a feature of infinities', { x: same(Infinity) }, { x: same(-Infinity) }],
    ['categories that the reference does not know', {}, { kind: same('new') }],
    ['categories missing throughout', { kind: same(null) }, {}],
    ['a category for each row', { kind: Array.from({ length: rows }, (_, row) => `k${String(row)}`) }, {}],
    ['exact predictions', { label: same(5), prediction: same(5) }, {}],
  ])('%s', (_, before, now) => {
    const figures = estimate(draw(rows, 7, { change: before }), draw(rows, 8, { change: now }));
    for (const { value } of figures) {
      expect(value).toEqual(expect.any(Number));
      expect(value as number).toBeGreaterThanOrEqual(0);
    }
  });

  test('rows without label or prediction teach nothing, and rows without prediction are not counted', () => {
    const gaps = Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? null : 4));
    expect(figureOf(estimate(base, draw(rows, 9, { change: { prediction: gaps } })), 'mae')?.n).toBe(rows / 2);
    expect(fitEstimator(draw(rows, 9, { change: { label: gaps } }), roles, 'default')).toMatchObject({
      kind: 'regression',
      labelled: rows / 2,
    });
  });
});
