import { describe, expect, it } from 'vitest';
import { mean, momentsOf, variance } from '../../../src/numeric/moments.js';
import { drawBinomial, drawMultinomial, drawNormal, randomFrom, seedFrom } from '../../../src/numeric/random.js';

const DRAWS = 20_000;

function drawMany(draw: () => number): Float64Array {
  return Float64Array.from({ length: DRAWS }, draw);
}

/** A mean of draws may lie six standard errors off; the seed is fixed, so it never flickers. */
function expectMoments(values: Float64Array, expectedMean: number, expectedVariance: number): void {
  expect(Math.abs(mean(values) - expectedMean)).toBeLessThan(6 * Math.sqrt(expectedVariance / DRAWS) + 1e-12);
  expect(Math.abs(variance(momentsOf(values)) / expectedVariance - 1)).toBeLessThan(0.08);
}

describe('seeded draws', () => {
  it('one seed gives one sequence, another gives another', () => {
    const take = (seed: number): number[] => {
      const random = randomFrom(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(seedFrom('credit 2008-08')).not.toBe(seedFrom('credit 2008-09'));
  });

  it('uniform draws fill [0, 1) evenly', () => {
    const random = randomFrom(1);
    const values = drawMany(random.uniform);
    expectMoments(values, 0.5, 1 / 12);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('whole numbers below a bound are even, too', () => {
    const random = randomFrom(2);
    expectMoments(
      drawMany(() => random.below(10)),
      4.5,
      8.25,
    );
  });

  it('normal draws have mean 0 and variance 1', () => {
    const random = randomFrom(3);
    expectMoments(
      drawMany(() => drawNormal(random)),
      0,
      1,
    );
  });

  it.each([
    [1, 0.5],
    [10, 0.03],
    [100, 0.2],
    [100, 0.97],
    [5000, 0.4],
    [1_000_000, 1e-5],
  ])('binomial draws of %d trials at %d', (n, p) => {
    const random = randomFrom(n);
    const values = drawMany(() => drawBinomial(random, n, p));
    expectMoments(values, n * p, n * p * (1 - p));
    expect(values.every((value) => value >= 0 && value <= n && Number.isInteger(value))).toBe(true);
  });

  it('certain and impossible outcomes are not drawn', () => {
    const random = randomFrom(4);
    expect([drawBinomial(random, 9, 0), drawBinomial(random, 9, 1), drawBinomial(random, 0, 0.5)]).toEqual([0, 9, 0]);
  });

  it('multinomial counts add up and follow their weights', () => {
    const random = randomFrom(5);
    const into = new Float64Array(4);
    let wrong = 0;
    const third = drawMany(() => {
      drawMultinomial(random, 200, [10, 0, 25, 15], into);
      if (into.reduce((sum, count) => sum + count, 0) !== 200 || into[1] !== 0) wrong++;
      return into[2] as number;
    });
    expect(wrong).toBe(0);
    expectMoments(third, 100, 50);
  });
});
