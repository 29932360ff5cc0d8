import { describe, expect, it } from 'vitest';
import { measureDrift } from '../../src/drift/measure-drift.js';
import { profileFrame } from '../../src/profile/reference-profile.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some(({ family }) => family === 'drift'));
let compared = 0;

describe('every drift figure of the golden set agrees with the library that made it', () => {
  it.each(cases)('%s', (name) => {
    const { roles, reference, current, expected } = readCase(name);
    const [before, now] = [profileFrame(reference, roles), profileFrame(current, roles)];
    const figures = measureDrift(before, now, roles, { metrics: 'all', frames: { reference, current } });
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter(({ family }) => family === 'drift');
    compared += wanted.length;
    expect(wanted.flatMap((figure) => compareFigure(figure, byId.get(figure.id)) ?? [])).toEqual([]);
  });

  it('none was left out', () => {
    expect(compared).toBe(7405);
  });
});
