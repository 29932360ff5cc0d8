import { describe, expect, test } from 'vitest';
import { fitLine } from '../../../src/numeric/line.js';
import { minMaxNormalised, minMaxScaled } from '../../../src/numeric/scaling.js';

describe('a least-squares line', () => {
  test('has the slope, the intercept and the errors that SciPy 1.17.1 linregress gives', () => {
    const x = Float64Array.of(2.5, 0, 2, 8, 4.1, 7.7, -1.2, 3.3);
    const y = Float64Array.of(3, -0.5, 2, 7, 4.5, 9.1, -2, 2.2);
    const line = fitLine(x, y);
    expect(line?.slope).toBeCloseTo(1.0877448385389095, 12);
    expect(line?.intercept).toBeCloseTo(-0.42705796717840094, 12);
    expect(line?.slopeError).toBeCloseTo(0.10221865717360909, 12);
    expect(line?.interceptError).toBeCloseTo(0.46094834475831714, 12);
  });

  test('through two points passes through both, and says nothing of its errors', () => {
    expect(fitLine(Float64Array.of(1, 3), Float64Array.of(2, 8))).toEqual({
      slope: 3,
      intercept: -1,
      slopeError: NaN,
      interceptError: NaN,
    });
  });

  test.each([
    ['no point', [], []],
    ['one point', [1], [2]],
    ['a constant x', [0.1, 0.1, 0.1], [1, 2, 3]],
    ['sums that overflow', [1e308, -1e308], [1, 2]],
  ])('is not drawn through %s', (_, x, y) => {
    expect(fitLine(Float64Array.from(x), Float64Array.from(y))).toBeUndefined();
  });
});

describe('min–max normalisation', () => {
  test.each([
    [2, 0, 4, 0.5],
    [-1, 0, 4, -0.25],
    [8, 0, 4, 2],
    [0, -1.7e308, 1.7e308, 0.5],
    [1, 1, 1, undefined],
    [1, 0, Infinity, undefined],
    [1, 2, 0, undefined],
  ])('%d between %d and %d: %s', (value, low, high, expected) => {
    expect(minMaxScaled(value, low, high)).toBe(expected);
  });

  test('of a list reaches from 0 to 1, and is not there where all values are equal', () => {
    expect(minMaxNormalised([2, 4, 6, 10])).toEqual([0, 0.25, 0.5, 1]);
    expect(minMaxNormalised([3, 3])).toBeUndefined();
    expect(minMaxNormalised([])).toBeUndefined();
    expect(minMaxNormalised([1, NaN])).toBeUndefined();
  });
});
