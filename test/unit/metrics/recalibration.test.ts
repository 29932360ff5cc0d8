/** Calibration slope and intercept against statsmodels 0.15.0 (`Logit`, tolerance 1e-14), WAPE against sums by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logisticRecalibration } from '../../../src/metrics/recalibration.js';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import type { Estimate } from '../../../src/model/estimate.js';
import { readCase } from '../../golden/read-case.js';
import { frameOf, numbers } from '../frames.js';

const fitted = (labels: readonly number[], scores: readonly number[], probabilities = true) =>
  logisticRecalibration(Int8Array.from(labels), Float64Array.from(scores), probabilities);

function expectEstimate(got: Estimate, value: number, interval: readonly [number, number], n: number): void {
  expect(got.value).toBeCloseTo(value, 9);
  const ends = got.value === null ? undefined : got.interval;
  expect(ends?.[0]).toBeCloseTo(interval[0], 7);
  expect(ends?.[1]).toBeCloseTo(interval[1], 7);
  expect(got.n).toBe(n);
}

describe('calibration slope and intercept', () => {
  test('are those of statsmodels for eight rows, with its 99 % intervals', () => {
    const { slope, intercept } = fitted([0, 0, 1, 0, 1, 1, 0, 1], [0.1, 0.3, 0.35, 0.4, 0.6, 0.7, 0.8, 0.9]);
    expectEstimate(slope, 0.8716248450889001, [-0.9963115660581343, 2.739561256235935], 4);
    expectEstimate(intercept, -0.0888256449555242, [-2.1622068864772443, 1.984555596566196], 4);
  });

  test('leave out scores of exactly 0 and 1, which have no logit', () => {
    const { slope } = fitted([0, 0, 1, 0, 1, 1, 0, 1, 1, 0], [0.1, 0.3, 0.35, 0.4, 0.6, 0.7, 0.8, 0.9, 0, 1]);
    expectEstimate(slope, 0.8716248450889001, [-0.9963115660581343, 2.739561256235935], 4);
  });

  test.each([
    ['german-credit', 'reference', 1.7863255686583588, -0.8529059280130968],
    ['german-credit', 'current', 1.393364151151086, -0.6673841465824601],
    ['breast-cancer-p1', 'reference', 0.9032702362596732, 0.24231247637191228],
    ['compas-logistic', 'current', 1.0271219114289662, 1.0177477293486283],
    ['electricity-p2', 'reference', 0.7342888993554304, 0.03513744506642247],
    ['electricity-p2', 'current', 0.552098611626385, 0.45159941075260684],
    ['car-loan', 'current', 1.2049320568643354, -0.134817080289672],
  ] as const)('are those of statsmodels on %s, %s', (name, period, slope, intercept) => {
    const { roles, [period]: frame } = readCase(name);
    const figures = measurePerformance(frame, roles, period, {
      metrics: ['calibration_slope', 'calibration_intercept'],
    });
    expect(figures.map(({ metric }) => metric)).toEqual(['calibration_slope', 'calibration_intercept']);
    expect(figures[0]?.value).toBeCloseTo(slope, 8);
    expect(figures[1]?.value).toBeCloseTo(intercept, 8);
  });

  test.each([
    ['outside [0, 1]', [0, 1, 0], [0.2, 1.2, 0.4], 'a score lies outside [0, 1]'],
    ['none strictly inside', [0, 1, 0], [0, 1, 1], 'no score lies strictly between 0 and 1'],
    ['one class', [0, 0, 0], [0.2, 0.3, 0.4], 'no positive label'],
    ['the other class', [1, 1], [0.2, 0.3], 'no negative label'],
    ['all the same', [0, 1, 0], [0.3, 0.3, 0.3], 'all scores are the same'],
    ['separated', [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], 'the scores separate the classes'],
    ['touching', [0, 0, 1, 1], [0.1, 0.2, 0.2, 0.4], 'the scores separate the classes'],
    ['separated the wrong way', [1, 1, 0], [0.1, 0.2, 0.3], 'the scores separate the classes'],
    ['no rows', [], [], 'no rows with both label and score'],
  ])('have no value where scores are %s', (_, labels, scores, reason) => {
    const { slope, intercept } = fitted(labels, scores);
    for (const estimate of [slope, intercept]) {
      expect(estimate).toMatchObject({ value: null });
      expect(estimate.value === null && estimate.reason).toContain(reason);
    }
  });

  test('have no value where the scores are declared not to be probabilities', () => {
    expect(fitted([0, 1, 0], [0.2, 0.1, 0.4], false).slope).toMatchObject({ value: null });
  });

  test('answer to a stretched and moved logit by the inverse stretch and move', () => {
    // In eighths: logits that differ in their last digits only are separated in one scale and tied in another.
    const eighths = fc.integer({ min: -32, max: 32 }).map((count) => count / 8);
    const row = fc.record({ label: fc.constantFrom(0, 1), logit: eighths });
    const given = fc.array(row, { minLength: 20, maxLength: 60 });
    const stretch = fc.double({ min: 0.25, max: 3, noNaN: true });
    const move = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(given, stretch, move, (rows, by, plus) => {
        const labels = rows.map(({ label }) => label);
        const at = (of: (logit: number) => number) =>
          fitted(
            labels,
            rows.map(({ logit }) => 1 / (1 + Math.exp(-of(logit)))),
          );
        const plain = at((logit) => logit);
        const moved = at((logit) => by * logit + plus);
        const [slope, intercept] = [plain.slope.value, plain.intercept.value];
        if (typeof slope !== 'number' || typeof intercept !== 'number') return;
        expect(moved.slope.value).toBeCloseTo(slope / by, 5);
        expect(moved.intercept.value).toBeCloseTo(intercept - (slope / by) * plus, 4);
      }),
    );
  });
});

describe('WAPE', () => {
  const wape = (labels: readonly number[], predictions: readonly number[]) =>
    measurePerformance(
      frameOf([numbers('y', labels), numbers('z', predictions)]),
      {
        task: 'regression',
        numeric: [],
        categorical: [],
        sensitive: [],
        scoresAreProbabilities: false,
        label: 'y',
        prediction: 'z',
      },
      'current',
      { metrics: ['wape'] },
    )[0];

  test('is the sum of the errors over the sum of the labels', () => {
    // Errors 10, 0, 20, 5 of labels 100, 0, 200, 50: 35 / 350.
    const figure = wape([100, 0, 200, -50], [110, 0, 180, -45]);
    expect(figure).toMatchObject({ id: 'performance/current/wape', n: 4 });
    expect(figure?.value).toBeCloseTo(0.1, 12);
    // Every error is a tenth of its label: the ratio has no sampling error.
    const ends = figure?.value === null ? undefined : figure?.interval;
    expect(ends?.[0]).toBeCloseTo(0.1, 12);
    expect(ends?.[1]).toBeCloseTo(0.1, 12);
  });

  test('has the interval of a ratio of means', () => {
    // Residuals |e| - 0.2 |y| = -1, 1, 1, -1 (sd 1.1547) over the mean label 10: 0.2 ∓ t(0.995, 3) 1.1547 / 10 / 2.
    const figure = wape([10, 10, 10, 10], [11, 13, 13, 11]);
    expect(figure?.value).toBeCloseTo(0.2, 12);
    const ends = figure?.value === null ? undefined : figure?.interval;
    expect(ends?.[0]).toBe(0);
    expect(ends?.[1]).toBeCloseTo(0.2 + (5.840909309733355 * 1.1547005383792515) / 10 / 2, 9);
  });

  test('has no value where every label is 0', () => {
    expect(wape([0, 0], [1, 2])).toMatchObject({ value: null, reason: 'every label is 0' });
  });
});
