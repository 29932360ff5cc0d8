import { describe, expect, test } from 'vitest';
import { fitEstimator } from '../../src/estimation/fit-estimator.js';
import { measureChunkEstimates } from '../../src/estimation/measure-estimates.js';
import { measureReference, measureWindow } from '../../src/measure/measure.js';
import type { Figure } from '../../src/model/figure.js';
import { takeRows } from '../../src/model/frame-rows.js';
import { compareFigure, type ExpectedFigure, listCases, readCase, readExpected } from './read-case.js';

const wantedOf = (figures: readonly ExpectedFigure[]): readonly ExpectedFigure[] =>
  figures.filter(
    (figure) =>
      (figure.family === 'estimate' && figure.library?.startsWith('nannyml.') === true) ||
      figure.figure === 'calibration_knots',
  );

const cases = listCases().filter((name) => wantedOf(readExpected(name).figures).length > 0);

const chunkRowsOf = (figures: readonly ExpectedFigure[]): number =>
  figures.map(({ params }) => params?.['chunk_size']).find((size) => typeof size === 'number') ?? 0;

/** Chunk by chunk, with the chunks of the figures that are wanted. */
function estimate(name: string, wanted: readonly ExpectedFigure[]): readonly Figure[] {
  const { reference, current, roles } = readCase(name);
  const fit = fitEstimator(reference, roles, 'all');
  const options = { chunkRows: chunkRowsOf(wanted), metrics: 'all' } as const;
  return measureChunkEstimates(fit, { reference, current }, roles, options);
}

describe('performance without labels agrees with NannyML', () => {
  test.each(cases)('%s', (name) => {
    const wanted = wantedOf(readExpected(name).figures);
    const figures = estimate(name, wanted);
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const faults = wanted
      .map((figure) => compareFigure(figure, byId.get(figure.id)))
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  test('the limits of its alerts are those of the library', () => {
    for (const name of cases) {
      const alerts = readExpected(name).figures.filter(({ figure }) => figure.endsWith('_alert'));
      if (alerts.length === 0) continue;
      const figures = estimate(name, alerts);
      for (const { figure, params } of alerts) {
        const limits = figures.find(({ id }) => id === `estimate/isotonic/${figure.replace('_alert', '')}/limits`);
        const [low, high] = limits?.value as readonly [number, number];
        expect(low).toBeCloseTo(params?.['lower'] as number, 9);
        expect(high).toBeCloseTo(params?.['upper'] as number, 9);
      }
    }
  });

  test('the trees of a regression are nearer than the set asks for', () => {
    // Its tolerance is 15 %. The trees of LightGBM themselves differ by 0.02 % with the order in which threads add up.
    const wanted = wantedOf(readExpected('car-price').figures);
    const figures = new Map(estimate('car-price', wanted).map((figure) => [figure.id, figure.value]));
    for (const { id, value } of wanted) {
      expect(Math.abs((figures.get(id) as number) / (value as number) - 1)).toBeLessThan(0.0002);
    }
  });

  test('the set holds at least 323 of them', () => {
    expect(cases.flatMap((name) => wantedOf(readExpected(name).figures)).length).toBeGreaterThanOrEqual(323);
  });
});

describe('what docs/estimates.md says of real data', () => {
  /** Estimate and realised figure of rows `from` to `to` of the current period. */
  const wholeWindow = (name: string, metric: string, from = 0, to?: number) => {
    const { reference, current, roles } = readCase(name);
    const rows = (to ?? current.rows) - from;
    const part = takeRows(
      current,
      Int32Array.from({ length: rows }, (_, row) => from + row),
    );
    const measured = measureReference(reference, roles, { metrics: 'default', estimates: true });
    const options = { families: ['estimate', 'performance'], metrics: 'default' } as const;
    const figures = measureWindow(part, measured, roles, options);
    const of = (id: string) => figures.find((figure) => figure.id === id);
    const estimate = of(`estimate/current/${metric}`);
    const round = (value: unknown): number => Number((value as number).toPrecision(3));
    return {
      estimate: round(estimate?.value),
      interval: estimate?.value == null ? [] : (estimate.interval ?? []).map(round),
      realised: round(of(`performance/current/${metric}`)?.value),
    };
  };

  test.each([
    ['electricity-p2', 'roc_auc', 0, undefined, { estimate: 0.864, interval: [0.832, 0.896], realised: 0.773 }],
    ['electricity-p2', 'accuracy', 0, undefined, { estimate: 0.812, interval: [0.78, 0.845], realised: 0.728 }],
    ['electricity-p2', 'accuracy', 2000, 2500, { estimate: 0.91, interval: [0.873, 0.946], realised: 0.56 }],
    ['car-loan', 'roc_auc', 0, undefined, { estimate: 0.971, interval: [0.961, 0.98], realised: 0.967 }],
    ['car-price', 'mae', 0, undefined, { estimate: 774, interval: [751, 797], realised: 775 }],
    ['diabetes-p2', 'mae', 0, undefined, { estimate: 60.9, interval: [51.2, 70.6], realised: 51.2 }],
  ] as const)('%s, %s from row %i', (name, metric, from, to, told) => {
    expect(wholeWindow(name, metric, from, to)).toEqual(told);
  });
});
