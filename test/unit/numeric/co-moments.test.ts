/** Joint spread of several quantities, merged and combined; sums of reciprocals. */
import { describe, expect, test } from 'vitest';
import { coMomentsOf, mergeCoMoments, productOf, squaresOfCombination } from '../../../src/numeric/co-moments.js';
import { reciprocalsBetween } from '../../../src/numeric/harmonic.js';
import { momentsOf } from '../../../src/numeric/moments.js';

const X = Float64Array.of(1, 2, 4, 8, 9);
const Y = Float64Array.of(3, -1, 4, 1, -5);
const Z = Float64Array.of(0.5, 0.25, 2, 2, 2);

describe('joint moments', () => {
  const all = coMomentsOf([X, Y, Z]);

  test('hold the moments of each and the products of each two', () => {
    // By hand: means 4.8 and 0.4; sum of (x - 4.8)(y - 0.4).
    expect(Array.from(all.means)).toEqual([4.8, 0.4, 1.35]);
    expect(productOf(all, 0, 1)).toBeCloseTo(-29.6, 12);
    expect(productOf(all, 1, 0)).toBe(productOf(all, 0, 1));
    expect(productOf(all, 2, 2)).toBeCloseTo(momentsOf(Z).m2, 12);
  });

  test('of two parts add up to those of the whole', () => {
    const parts = [0, 2].map((from) => coMomentsOf([X, Y, Z].map((all3) => all3.subarray(from, from === 0 ? 2 : 5))));
    const merged = mergeCoMoments([coMomentsOf([X, Y, Z].map(() => new Float64Array(0))), ...parts]);
    expect(merged.count).toBe(5);
    all.products.forEach((product, at) => expect(merged.products[at]).toBeCloseTo(product, 10));
  });

  test('give the spread of a combination', () => {
    const combined = X.map((x, row) => 2 * x - 3 * (Y[row] as number));
    expect(squaresOfCombination(all, [2, -3, 0])).toBeCloseTo(momentsOf(combined).m2, 10);
  });
});

test.each([
  [0, 0],
  [0, 1],
  [0, 100],
  [3, 70],
  [63, 65],
  [500, 500],
  [500, 2000],
])('the reciprocals after %i up to %i are those that are added one by one', (from, to) => {
  let sum = 0;
  for (let at = from + 1; at <= to; at++) sum += 1 / at;
  expect(reciprocalsBetween(from, to)).toBeCloseTo(sum, 12);
});
