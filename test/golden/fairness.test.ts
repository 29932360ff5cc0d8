import { describe, expect, test } from 'vitest';
import { measureFairness } from '../../src/fairness/measure-fairness.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some((figure) => figure.family === 'fairness'));

describe('fairness figures agree with Fairlearn, AIF360 and SciPy', () => {
  test.each(cases)('%s', (name) => {
    const { reference, current, roles, expected } = readCase(name);
    const figures = [
      ...measureFairness(reference, roles, 'reference', { metrics: 'all' }),
      ...measureFairness(current, roles, 'current', { metrics: 'all' }),
    ];
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter((figure) => figure.family === 'fairness');
    const faults = wanted
      .map((figure) => compareFigure(figure, byId.get(figure.id)))
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  test('the set holds 4861 of them in 26 cases', () => {
    expect(cases).toHaveLength(26);
    const fairness = cases
      .flatMap((name) => readExpected(name).figures)
      .filter((figure) => figure.family === 'fairness');
    expect(fairness).toHaveLength(4861);
  });
});
