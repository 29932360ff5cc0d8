import { describe, expect, it } from 'vitest';
import { profileFrame } from '../../src/profile/reference-profile.js';
import { measureQuality } from '../../src/quality/measure-quality.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some(({ family }) => family === 'quality'));
let compared = 0;

describe('every quality figure of the golden set agrees with the library that made it', () => {
  it.each(cases)('%s', (name) => {
    const { roles, reference, current, expected } = readCase(name);
    const [before, now] = [profileFrame(reference, roles), profileFrame(current, roles)];
    const figures = [
      ...measureQuality(before, roles, 'reference', { metrics: 'all', frame: reference }),
      ...measureQuality(now, roles, 'current', {
        metrics: 'all',
        frame: current,
        reference: before,
        referenceFrame: reference,
      }),
    ];
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter(({ family }) => family === 'quality');
    compared += wanted.length;
    expect(wanted.flatMap((figure) => compareFigure(figure, byId.get(figure.id)) ?? [])).toEqual([]);
  });

  it('none was left out', () => {
    expect(compared).toBe(6486);
  });
});
