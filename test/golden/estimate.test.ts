import { describe, expect, test } from 'vitest';
import { fitEstimator } from '../../src/estimation/fit-estimator.js';
import { measureChunkEstimates } from '../../src/estimation/measure-estimates.js';
import type { Figure } from '../../src/model/figure.js';
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

  test('the set holds 323 of them in 4 cases', () => {
    expect(cases).toHaveLength(4);
    expect(cases.flatMap((name) => wantedOf(readExpected(name).figures))).toHaveLength(323);
  });
});
