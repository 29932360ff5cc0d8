import { describe, expect, it } from 'vitest';
import { standardDeviation } from '../../../src/numeric/moments.js';
import { pairwiseMoments, pairwiseSum } from '../../../src/numeric/pairwise-sum.js';

/** Whole multiples of a step, back and forth. */
const sample = (n: number, step: number, shift = 0): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => shift + step * ((i * 7) % 11));

// NumPy 2.4.6: sum and std(ddof=1) of the same doubles.
describe('sums and spreads round as numpy rounds them', () => {
  it.each([
    [7, 0.1, 0, 3.7, 0.37289089429432176],
    [8, 0.1, 0, 4.2, 0.34537764010675953],
    [40, 0.1, 0.3, 32.2, 0.32577324188491164],
    [129, 0.1, 0, 64.7, 0.31794862402498275],
    [1000, 0.1, 1000000000.0, 1000000000500.1001, 0.3165283175828982],
    [5003, 0.7, 1000000000000.0, 5003000000017510.0, 2.2140438769846837],
    [300, 0.3, 1000000000000000.0, 3.0000000000000045e17, 0.9585362831004713],
  ])('%i values of step %d beside %d', (n, step, shift, sum, deviation) => {
    const values = sample(n, step, shift);
    expect(pairwiseSum(values)).toBe(sum);
    expect(Math.abs(standardDeviation(pairwiseMoments(values)) / deviation - 1)).toBeLessThan(1e-14);
  });

  it('large values that cancel swallow what was added to them, in the same lane only', () => {
    const values = Float64Array.from({ length: 24 }, (_, i) => (i === 0 ? 1e308 : i === 9 ? -1e308 : 1));
    expect(pairwiseSum(values)).toBe(18.0);
  });

  it('nothing is a sum of 0 with no moments, and an overflow is told', () => {
    expect(pairwiseSum(new Float64Array(0))).toBe(0);
    expect(pairwiseMoments(new Float64Array(0))).toEqual({ count: 0, mean: 0, m2: 0 });
    expect(pairwiseMoments(Float64Array.of(1e308, 1e308, -1e308))).toEqual({ count: 3, mean: Infinity, m2: Infinity });
  });
});
