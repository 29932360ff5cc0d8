import { describe, expect, test } from 'vitest';
import { blockSums, bootstrapBlocks, bootstrapCells } from '../../../src/metrics/bootstrap.js';
import { tableFigures } from '../../../src/metrics/confusion.js';
import {
  aucInterval,
  logRatio,
  meanDifferenceInterval,
  meanInterval,
  orderStatisticInterval,
  ratioBelowP,
  ratioInterval,
  shareDifferenceInterval,
} from '../../../src/numeric/intervals.js';
import { rankScores, rocAuc } from '../../../src/metrics/ranking.js';
import { momentsOf } from '../../../src/numeric/moments.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';

test('Newcombe, method 10: his own example 56/70 against 48/80', () => {
  const [low, high] = shareDifferenceInterval(56, 70, 48, 80, 0.95);
  expect(low).toBeCloseTo(0.0524, 4);
  expect(high).toBeCloseTo(0.3339, 4);
});

test('t interval of a mean: the textbook value for 1 to 10 at 95 %', () => {
  // mean 5.5, s = 3.02765, t(9) = 2.262157
  const [low, high] = meanInterval(momentsOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 0.95) ?? [NaN, NaN];
  expect(low).toBeCloseTo(5.5 - (2.262157 * 3.027650354) / Math.sqrt(10), 5);
  expect(high).toBeCloseTo(5.5 + (2.262157 * 3.027650354) / Math.sqrt(10), 5);
  expect(meanInterval(momentsOf([1]))).toBeUndefined();
});

test("Welch's interval of a difference is that of the two means' errors together", () => {
  // Two samples of equal size and variance: df = 18, t = 2.100922.
  const a = momentsOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const b = momentsOf([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const [low, high] = meanDifferenceInterval(a, b, 0.95) ?? [NaN, NaN];
  const half = 2.100922 * Math.sqrt(2 * (9.16666667 / 10));
  expect(low).toBeCloseTo(-1 - half, 5);
  expect(high).toBeCloseTo(-1 + half, 5);
});

test('order statistics: 95 % of the median of 100 lies between the 40th and the 61st value', () => {
  const sorted = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  expect(orderStatisticInterval(sorted, 0.5, 0.95)).toEqual([40, 61]);
});

test('order statistics: a sample too small for the quantile has no interval', () => {
  const sorted = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  expect(orderStatisticInterval(sorted, 0.99)).toBeUndefined();
  expect(orderStatisticInterval(new Float64Array([1]), 0.5)).toBeUndefined();
});

describe('ratios on the log scale', () => {
  test('equal shares have the log ratio 0 and an interval about 1', () => {
    const ratio = logRatio(50, 100, 50, 100);
    expect(ratio.log).toBe(0);
    const [low, high] = ratioInterval(ratio);
    expect(low * high).toBeCloseTo(1, 12);
  });

  test('counts of 0 and of all rows leave the interval finite', () => {
    for (const [x1, x2] of [
      [0, 100],
      [100, 0],
      [0, 0],
      [100, 100],
    ] as const) {
      const [low, high] = ratioInterval(logRatio(x1, 100, x2, 100));
      expect(Number.isFinite(low) && Number.isFinite(high) && low >= 0).toBe(true);
    }
  });

  test('the p-value of "at least 0.8" is one half at 0.8 and small far below', () => {
    expect(ratioBelowP({ log: Math.log(0.8), standardError: 0.1 }, 0.8)).toBeCloseTo(0.5, 12);
    // z = -1.959964: the 2.5 % point of the normal law.
    expect(ratioBelowP({ log: Math.log(0.8) - 1.959964 * 0.1, standardError: 0.1 }, 0.8)).toBeCloseTo(0.025, 7);
  });
});

describe('the interval of a ROC AUC', () => {
  test.each([
    ['perfect', 1, 0],
    ['upside down', 0, 0],
    ['all tied', 0.5, 0],
    ['ordinary', 0.8, 0.001],
  ])('is never of zero width: %s', (_, auc, variance) => {
    const [low, high] = aucInterval(auc, variance, 40, 60);
    expect(high - low).toBeGreaterThan(1e-3);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(low <= auc && auc <= high).toBe(true);
  });

  test('of a perfect score is the wider, the fewer rows the rarer class has', () => {
    expect(aucInterval(1, 0, 10, 1000)[0]).toBeLessThan(aucInterval(1, 0, 100, 1000)[0]);
  });

  test('holds the true area in 99 of 100 samples', () => {
    // Scores N(1, 1) against N(0, 1): the true area is the normal law at 1 / sqrt 2.
    const area = 0.7602499;
    const random = randomFrom(5);
    const samples = 400;
    let held = 0;
    for (let sample = 0; sample < samples; sample++) {
      const labels = Int8Array.from({ length: 120 }, (_, row) => Number(row < 40));
      const scores = Float64Array.from(labels, (label) => label + drawNormal(random));
      const estimate = rocAuc(rankScores(labels, scores));
      const [low, high] = (estimate.value !== null && estimate.interval) || [NaN, NaN];
      if (low <= area && area <= high) held++;
    }
    expect(held / samples).toBeGreaterThanOrEqual(0.98);
  });
});

describe('the bootstrap on cells', () => {
  test('gives the same interval for the same seed, and holds the value', () => {
    const table = { tp: 40, fp: 10, fn: 20, tn: 130 };
    expect(tableFigures(table, 3)).toEqual(tableFigures(table, 3));
    expect(tableFigures(table, 3)).not.toEqual(tableFigures(table, 4));
  });

  test('is close to the normal interval of a share in a large table', () => {
    const share = (cells: Float64Array, out: Float64Array): void => {
      out[0] = (cells[0] as number) / 10_000;
    };
    const [interval] = bootstrapCells([3000, 7000], share, 1, { seed: 1, rounds: 4000 });
    const half = 2.5758 * Math.sqrt((0.3 * 0.7) / 10_000);
    expect(interval?.[0]).toBeCloseTo(0.3 - half, 2);
    expect(interval?.[1]).toBeCloseTo(0.3 + half, 2);
  });

  test.each([
    ['without errors', { tp: 50, fp: 0, fn: 0, tn: 50 }],
    ['without hits', { tp: 0, fp: 50, fn: 50, tn: 0 }],
    ['that never predicts the positive class', { tp: 0, fp: 0, fn: 50, tn: 50 }],
  ])('has some width for a table %s', (_, table) => {
    const { f1 } = tableFigures(table, 1);
    const [low, high] = (f1.value !== null && f1.interval) || [0, 0];
    expect(high - low).toBeGreaterThan(0.005);
  });
});

test('the bootstrap on blocks is close to the t interval of a mean', () => {
  const random = randomFrom(9);
  const values = Float64Array.from({ length: 1000 }, () => drawNormal(random));
  const mean = (sums: Float64Array, out: Float64Array): void => {
    out[0] = (sums[0] as number) / (sums[1] as number);
  };
  const [interval] = bootstrapBlocks(blockSums([values]), mean, 1, { seed: 2, rounds: 4000 });
  const expected = meanInterval(momentsOf(values)) ?? [NaN, NaN];
  expect(interval?.[0]).toBeCloseTo(expected[0], 1);
  expect(interval?.[1]).toBeCloseTo(expected[1], 1);
});
