import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { centreOf } from '../../../src/anomaly/column-outliers.js';
import { measureAnomaly } from '../../../src/anomaly/measure-anomaly.js';
import type { Figure } from '../../../src/model/figure.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

function normals(n: number, seed: number): number[] {
  const random = randomFrom(seed);
  return Array.from({ length: n }, () => drawNormal(random));
}

function measure(before: readonly number[], now: readonly number[]): ReadonlyMap<string, Figure> {
  const reference = frameOf([numbers('x', before)]);
  const figures = measureAnomaly(reference, frameOf([numbers('x', now)]), rolesFor(reference));
  return new Map(figures.map((figure) => [figure.id, figure]));
}

const reasonOf = (figure: Figure | undefined): string | undefined =>
  figure?.value === null ? figure.reason : undefined;

const clear = (figures: Iterable<Figure>): void => {
  for (const figure of figures) {
    if (figure.value === null) expect(figure.reason).not.toBe('');
    else
      expect([figure.value].flat(3).every((value) => typeof value !== 'number' || Number.isFinite(value))).toBe(true);
  }
};

describe('anomalies', () => {
  test('a constant reference has no spread to judge by, and says so', () => {
    const figures = measure([3, 3, 3, 3], [3, 3, 4]);
    expect(reasonOf(figures.get('anomaly/x/z_count'))).toBe('the reference is constant');
    expect(reasonOf(figures.get('anomaly/x/mad_count'))).toMatch(/MAD is 0/);
    expect(reasonOf(figures.get('anomaly/mahalanobis_count'))).toBe('every feature is constant in the reference');
    expect(reasonOf(figures.get('anomaly/lof'))).toMatch(/constant/);
    expect(figures.get('anomaly/x/tukey_count')).toMatchObject({ value: 1, n: 3 });
  });

  test('a constant current period has no z-score of its own', () => {
    expect(reasonOf(measure([1, 2, 3, 4], [2, 2]).get('anomaly/x/z_own_count'))).toBe('the current period is constant');
  });

  test.each([
    ['no reference row', [], [1, 2]],
    ['one reference row', [1], [1, 2]],
    ['no current row', [1, 2, 3], []],
    ['nothing but missing values', [Number.NaN, Number.NaN], [Number.NaN]],
    ['infinities', [Infinity, -Infinity, 1, 2], [Infinity, 1]],
    ['the ends of the number range', [1e308, -1e308, 1e308, -1e308], [1e308, 0, -1e308]],
    ['denormal numbers', [5e-324, 1e-323, 1.5e-323], [5e-324, 1]],
    ['ties everywhere', new Array<number>(40).fill(1).concat(2), new Array<number>(40).fill(1).concat(2)],
  ])('%s: numbers or reasons, nothing else', (_, before, now) => {
    const figures = measure(before, now);
    clear(figures.values());
    expect(figures.size).toBeGreaterThan(9);
  });

  test('any columns: numbers or reasons, nothing else, and shares within [0, 1]', () => {
    const column = fc.array(fc.double(), { maxLength: 40 });
    fc.assert(
      fc.property(column, column, (before, now) => {
        const figures = measure(before, now);
        clear(figures.values());
        for (const { metric, value } of figures.values())
          if (metric.endsWith('_share') && typeof value === 'number') {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
          }
      }),
      { numRuns: 60 },
    );
  });

  test('without a numeric feature the row detectors say so', () => {
    const frame = frameOf([texts('city', ['a', 'b'])]);
    const figures = measureAnomaly(frame, frame, rolesFor(frame));
    expect(figures.map(reasonOf)).toEqual(figures.map(() => 'no numeric feature'));
    expect(figures).toHaveLength(8);
  });

  test('a feature that the current period lacks is named', () => {
    const reference = frameOf([numbers('x', [1, 2]), numbers('y', [1, 2])]);
    const figures = measureAnomaly(reference, frameOf([numbers('x', [1, 2])]), rolesFor(reference));
    expect(reasonOf(figures.find(({ id }) => id === 'anomaly/lof'))).toContain('y');
    expect(reasonOf(figures.find(({ id }) => id === 'anomaly/y/z_count'))).toBe('no value in the current period');
  });

  test('ties at the twentieth neighbour are counted, and no factor is given that hangs on them', () => {
    const grid = Array.from({ length: 50 }, (_, at) => Math.floor(at / 2));
    const figures = measure(grid, grid);
    expect(figures.get('anomaly/lof_tied_rows')?.value).toBeGreaterThan(0);
    expect(reasonOf(figures.get('anomaly/lof'))).toMatch(/ties/);
  });

  test('known outliers of one kind only cannot score a detector', () => {
    const values = normals(60, 1);
    const plain = texts('planted', new Array<string>(60).fill('0'));
    const reference = frameOf([numbers('x', values)]);
    const roles = { ...rolesFor(reference), planted: 'planted' };
    const figures = measureAnomaly(reference, frameOf([numbers('x', values), plain]), roles);
    const reasons = figures.filter(({ metric }) => /auc|precision/.test(metric)).map(reasonOf);
    const [few, none] = ['fewer than 5 known rows of a kind to learn from', 'no known outlier'];
    expect(reasons).toEqual([none, none, none, none, none, few, few]);
  });

  test('outliers put into a quiet sample are found by every share, with an interval', () => {
    const now = normals(400, 3).map((value, at) => (at % 10 === 0 ? value + 12 : value));
    const figures = measure(normals(400, 2), now);
    for (const id of ['anomaly/x/outlier_share', 'anomaly/isolated_share', 'anomaly/mahalanobis_share']) {
      const figure = figures.get(id);
      expect(figure?.value).toBeGreaterThan(0.09);
      expect(figure && 'interval' in figure && figure.interval[0]).toBeGreaterThan(0.05);
    }
    expect(figures.get('anomaly/x/reference_outlier_share')?.value).toBeLessThan(0.03);
  });

  test('moving and stretching a column changes no count', () => {
    const [before, now] = [normals(200, 5), normals(200, 6).map((v) => v * 3)];
    const moved = (values: readonly number[]): number[] => values.map((value) => value * 4 + 1024);
    const [plain, other] = [measure(before, now), measure(moved(before), moved(now))];
    for (const metric of ['z_count', 'z_own_count', 'tukey_count', 'mad_count'])
      expect(other.get(`anomaly/x/${metric}`)?.value).toBe(plain.get(`anomaly/x/${metric}`)?.value);
  });

  test('an empty sample has no centre', () => {
    expect(centreOf(new Float64Array(0))).toMatchObject({ n: 0, mean: Number.NaN, median: Number.NaN });
  });
});
