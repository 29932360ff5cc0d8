import { describe, expect, it } from 'vitest';
import { measureAnomaly } from '../../src/anomaly/measure-anomaly.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some(({ family }) => family === 'anomaly'));
let compared = 0;

describe('every anomaly figure of the golden set agrees with the library that made it', () => {
  it.each(cases)('%s', (name) => {
    const { roles, reference, current, expected } = readCase(name);
    const figures = measureAnomaly(reference, current, roles);
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter(({ family }) => family === 'anomaly');
    compared += wanted.length;
    expect(wanted.flatMap((figure) => compareFigure(figure, byId.get(figure.id)) ?? [])).toEqual([]);
  });

  it('none was left out', () => {
    expect(compared).toBe(98);
  });
});
