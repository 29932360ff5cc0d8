import { describe, expect, test } from 'vitest';
import { measurePerformance } from '../../src/metrics/measure-performance.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) =>
  readExpected(name).figures.some((figure) => figure.family === 'performance'),
);

describe('performance figures agree with scikit-learn', () => {
  test.each(cases)('%s', (name) => {
    const { reference, current, roles, expected } = readCase(name);
    const figures = [
      ...measurePerformance(reference, roles, 'reference', { metrics: 'all' }),
      ...measurePerformance(current, roles, 'current', { metrics: 'all' }),
    ];
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter((figure) => figure.family === 'performance');
    const faults = wanted
      .map((figure) => compareFigure(figure, byId.get(figure.id)))
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  test('the set holds 1563 of them in 41 cases', () => {
    expect(cases).toHaveLength(41);
    const performance = cases
      .flatMap((name) => readExpected(name).figures)
      .filter((figure) => figure.family === 'performance');
    expect(performance).toHaveLength(1563);
  });
});
