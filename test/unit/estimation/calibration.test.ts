import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isotonicIfItHelps } from '../../../src/estimation/calibration.js';
import { calibrate, fitIsotonic, gatherLabels } from '../../../src/estimation/isotonic.js';
import { splitRandom } from '../../../src/estimation/mersenne-twister.js';
import { stratifiedTestRows } from '../../../src/estimation/stratified-splits.js';

describe('random splits are those of scikit-learn', () => {
  test('a permutation is that of NumPy’s RandomState(42)', () => {
    expect([...splitRandom(42).permutation(10)]).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
  });

  test('every split keeps the share of each class and never takes a row twice', () => {
    const labels = Uint8Array.from({ length: 100 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    for (const rows of stratifiedTestRows(labels, 10, 0.1, 42)) {
      expect(new Set(rows).size).toBe(10);
      expect([...rows].filter((row) => labels[row] === 1)).toHaveLength(2);
    }
  });
});

describe('isotonic regression', () => {
  const curveOf = (scores: readonly number[], labels: readonly number[]) =>
    fitIsotonic(gatherLabels(Float64Array.from(scores), Uint8Array.from(labels)));

  test.each([
    ['rising labels are kept', [1, 2, 3], [0, 0, 1], [1, 2, 3], [0, 0, 1]],
    ['falling labels become their mean', [1, 2, 3, 4], [1, 1, 0, 0], [1, 4], [0.5, 0.5]],
    ['equal scores are one', [1, 1, 2, 2], [0, 1, 1, 1], [1, 2], [0.5, 1]],
    ['one row is a constant', [3], [1], [3], [1]],
    ['a violation is pooled with what came before', [1, 2, 3, 4], [0, 1, 0, 1], [1, 2, 3, 4], [0, 0.5, 0.5, 1]],
  ])('%s', (_, scores, labels, knots, levels) => {
    const curve = curveOf(scores, labels);
    expect([...curve.scores]).toEqual(knots);
    expect([...curve.probabilities]).toEqual(levels);
  });

  test('reads between its knots along a line, and outside them at the nearest', () => {
    const curve = { scores: [0.2, 0.6], probabilities: [0.1, 0.5], rows: [5, 5] };
    expect([0, 0.2, 0.4, 0.6, 1].map((score) => calibrate(curve, score))).toEqual([
      0.1,
      0.1,
      expect.closeTo(0.3, 12) as number,
      0.5,
      0.5,
    ]);
    expect(calibrate(curve, NaN)).toBeNaN();
  });

  const mapsOf = (rows: readonly (readonly [number, number])[]) => {
    const sorted = rows.toSorted(([a], [b]) => a - b);
    const scores = sorted.map(([score]) => score);
    const labels = sorted.map(([, label]) => label);
    const curve = curveOf(scores, labels);
    return { labels, mapped: scores.map((score) => calibrate(curve, score)) };
  };
  const rowsWith = (score: fc.Arbitrary<number>) => fc.array(fc.tuple(score, fc.nat(1)), { minLength: 1 });

  test('rises and stays within [0, 1] for any scores', () => {
    fc.assert(
      fc.property(rowsWith(fc.double({ noNaN: true, min: 0, max: 1 })), (rows) => {
        const { mapped } = mapsOf(rows);
        expect(mapped.every((p, at) => p >= 0 && p <= 1 && p >= (mapped[at - 1] ?? 0) - 1e-12)).toBe(true);
      }),
    );
  });

  // Scores nearer than 1e-15 count as one, and one that lies inside such a clump is read off the line beside it.
  test('keeps the sum of the labels where scores are equal or apart', () => {
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    fc.assert(
      fc.property(rowsWith(fc.nat(1000).map((step) => step / 1000)), (rows) => {
        const { labels, mapped } = mapsOf(rows);
        expect(sum(mapped)).toBeCloseTo(sum(labels), 6);
      }),
    );
  });
});

describe('calibration is left away', () => {
  const rising = Float64Array.from({ length: 40 }, (_, i) => i / 40);
  test.each([
    ['with one class', Uint8Array.from(rising, () => 1)],
    ['with a single row of a class', Uint8Array.from(rising, (_, i) => (i === 7 ? 1 : 0))],
    ['where the scores separate the classes', Uint8Array.from(rising, (score) => (score > 0.5 ? 1 : 0))],
  ])('%s', (_, labels) => {
    expect(isotonicIfItHelps(rising, labels)).toBeNull();
  });
});
