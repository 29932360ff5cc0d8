import { describe, expect, test } from 'vitest';
import { measureEstimates } from '../../src/estimation/measure-estimates.js';
import { compareFigure, type ExpectedFigure, listCases, readCase, readExpected } from './read-case.js';

const wantedOf = (figures: readonly ExpectedFigure[]): readonly ExpectedFigure[] =>
  figures.filter(
    (figure) =>
      (figure.family === 'estimate' && figure.library === 'nannyml.CBPE') || figure.figure === 'calibration_knots',
  );

const cases = listCases().filter((name) => wantedOf(readExpected(name).figures).length > 0);

const chunkRowsOf = (figures: readonly ExpectedFigure[]): number =>
  figures.map(({ params }) => params?.['chunk_size']).find((size) => typeof size === 'number') ?? 0;

describe('performance without labels agrees with NannyML', () => {
  test.each(cases)('%s', (name) => {
    const { reference, current, roles, expected } = readCase(name);
    const wanted = wantedOf(expected);
    const figures = measureEstimates(reference, current, roles, { chunkRows: chunkRowsOf(wanted), metrics: 'all' });
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const faults = wanted
      .map((figure) => compareFigure(figure, byId.get(figure.id)))
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  test('the limits of its alerts are those of the library', () => {
    for (const name of cases) {
      const { reference, current, roles, expected } = readCase(name);
      const alerts = expected.filter(({ figure }) => figure.endsWith('_alert'));
      if (alerts.length === 0) continue;
      const figures = measureEstimates(reference, current, roles, { chunkRows: chunkRowsOf(alerts), metrics: 'all' });
      for (const { figure, params } of alerts) {
        const limits = figures.find(({ id }) => id === `estimate/isotonic/${figure.replace('_alert', '')}/limits`);
        const [low, high] = limits?.value as readonly [number, number];
        expect(low).toBeCloseTo(params?.['lower'] as number, 9);
        expect(high).toBeCloseTo(params?.['upper'] as number, 9);
      }
    }
  });

  test('the set holds 313 of them in 3 cases', () => {
    expect(cases).toHaveLength(3);
    expect(cases.flatMap((name) => wantedOf(readExpected(name).figures))).toHaveLength(313);
  });
});
