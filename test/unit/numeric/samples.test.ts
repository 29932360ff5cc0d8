import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addToMoments,
  compensatedSum,
  mean,
  mergeMoments,
  type Moments,
  momentsOf,
  noMoments,
  standardDeviation,
  variance,
} from '../../../src/numeric/moments.js';
import { quantiles, quantileSorted } from '../../../src/numeric/quantile.js';
import { midRanks } from '../../../src/numeric/rank.js';
import { sortDoubles, sortWithOrder } from '../../../src/numeric/sort.js';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

function expectClose(a: Moments, b: Moments): void {
  expect(a.count).toBe(b.count);
  expect(Math.abs(a.mean - b.mean)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(a.mean)));
  expect(Math.abs(a.m2 - b.m2)).toBeLessThanOrEqual(1e-6 * (1 + a.m2));
}

describe('sums and moments', () => {
  it('a compensated sum keeps what a plain one loses', () => {
    expect(compensatedSum([1e16, 1, -1e16])).toBe(1);
    expect(compensatedSum(new Array(10).fill(0.1))).toBe(1);
    expect(compensatedSum([])).toBe(0);
    expect(compensatedSum([1e308, 1e308])).toBe(Infinity);
  });

  it('mean and standard deviation as textbooks have them', () => {
    const moments = momentsOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect(moments).toEqual({ count: 8, mean: 5, m2: 32 });
    expect(standardDeviation(moments, 0)).toBe(2);
    expect(variance(moments)).toBeCloseTo(32 / 7, 14);
  });

  it('a far-off mean costs no digits', () => {
    expect(variance(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]))).toBe(30);
  });

  it('equal values have no spread', () => {
    expect(momentsOf(new Float64Array(1000).fill(0.1)).m2).toBe(0);
  });

  it('without enough values there is no number', () => {
    expect(mean([])).toBeNaN();
    expect(variance(noMoments)).toBeNaN();
    expect(variance(momentsOf([3]))).toBeNaN();
    expect(variance(momentsOf([3]), 0)).toBe(0);
  });

  it('merging is associative and commutative, and the same as measuring the union', () => {
    fc.assert(
      fc.property(fc.array(finite), fc.array(finite), fc.array(finite), (x, y, z) => {
        const [a, b, c] = [momentsOf(x), momentsOf(y), momentsOf(z)];
        expectClose(mergeMoments(mergeMoments(a, b), c), mergeMoments(a, mergeMoments(b, c)));
        expectClose(mergeMoments(a, b), mergeMoments(b, a));
        expectClose(mergeMoments(mergeMoments(a, b), c), momentsOf([...x, ...y, ...z]));
      }),
    );
  });

  it('adding one by one is the same as measuring all', () => {
    fc.assert(
      fc.property(fc.array(finite), (x) => {
        expectClose(x.reduce(addToMoments, noMoments), momentsOf(x));
      }),
    );
  });
});

describe('quantiles', () => {
  it.each([
    [0, 15],
    [0.05, 16],
    [0.25, 20],
    [0.4, 29],
    [0.5, 35],
    [1, 50],
  ])('numpy.quantile([15, 20, 35, 40, 50], %d) is %d', (q, expected) => {
    expect(quantileSorted([15, 20, 35, 40, 50], q)).toBeCloseTo(expected, 12);
  });

  it('selection gives what sorting gives, and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (x, qs) => {
        const values = Float64Array.from(x);
        const sorted = sortDoubles(values);
        expect(quantiles(values, qs)).toEqual(qs.map((q) => quantileSorted(sorted, q)));
        expect([...values]).toEqual(x);
      }),
    );
  });

  it('an empty sample has none', () => {
    expect(quantileSorted([], 0.5)).toBeNaN();
    expect(quantiles([], [0.5])).toEqual([NaN]);
    expect(quantiles([1], [NaN])).toEqual([NaN]);
  });
});

describe('sorting', () => {
  const any = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, 0, Infinity, -Infinity, 5e-324, -5e-324, 1.7e308));
  /** Long enough for the radix sort; short arrays are compared. */
  const lengths = [0, 1, 2, 100, 600, 5000];

  it.each(lengths)('%d doubles come in the order of the built-in sort', (length) => {
    fc.assert(
      fc.property(fc.array(any, { minLength: Math.min(length, 40), maxLength: Math.max(length, 1) }), (x) => {
        const values = Float64Array.from({ length }, (_, i) => x[i % Math.max(1, x.length)] ?? i);
        const expected = values.slice().sort();
        const sorted = sortDoubles(values);
        const withOrder = sortWithOrder(values);
        const wrong = expected.findIndex(
          (value, i) =>
            !Object.is(sorted[i], value) ||
            !Object.is(withOrder.sorted[i], value) ||
            !Object.is(values[withOrder.order[i] as number], value),
        );
        expect(wrong).toBe(-1);
      }),
      { numRuns: length > 1000 ? 10 : 50 },
    );
  });

  it.each(lengths)('equal ones of %d keep their order', (length) => {
    const { order, sorted } = sortWithOrder(Float64Array.from({ length }, (_, i) => i % 7));
    const swapped = order.findIndex((from, i) => sorted[i] === sorted[i - 1] && from < (order[i - 1] as number));
    expect(swapped).toBe(-1);
  });

  /** Values that differ in the lower half of their bits alone, in runs of every length, of both signs, with ties. */
  const close = fc.tuple(fc.constantFrom(1, -1, 1e9, -1e-300), fc.integer({ min: 1, max: 4000 }), fc.nat({ max: 30 }));

  it('values that share the upper half of their bits are put in order by the lower one', () => {
    fc.assert(
      fc.property(close, close, ([a, runs, shiftA], [b, spread, shiftB]) => {
        const step = (base: number, shift: number): number => Math.abs(base) * 2 ** (shift - 52);
        const values = Float64Array.from({ length: 6000 }, (_, i) => {
          const scrambled = (i * 2_654_435_761) % 4_294_967_291;
          return scrambled % 2 === 0
            ? a + (scrambled % runs) * step(a, shiftA)
            : b + (scrambled % spread) * step(b, shiftB);
        });
        const expected = values.slice().sort();
        const { sorted, order } = sortWithOrder(values);
        expect(sortDoubles(values)).toEqual(expected);
        expect(sorted).toEqual(expected);
        const wrong = order.findIndex(
          (from, i) => values[from] !== sorted[i] || (sorted[i] === sorted[i - 1] && from < (order[i - 1] as number)),
        );
        expect(wrong).toBe(-1);
      }),
      { numRuns: 30 },
    );
  });

  it('works on a part of a larger buffer', () => {
    const whole = Float64Array.from({ length: 9000 }, (_, i) => -i);
    expect([...sortDoubles(whole.subarray(4000, 4500))]).toEqual([...whole.subarray(4000, 4500)].reverse());
    expect(sortDoubles(whole.subarray(100, 8900))[0]).toBe(-8899);
  });
});

describe('ranks', () => {
  it('tied values share the mean of their places', () => {
    const { ranks, tieTerm } = midRanks(Float64Array.of(0, 2, 3, 2, -0));
    expect([...ranks]).toEqual([1.5, 3.5, 5, 3.5, 1.5]);
    expect(tieTerm).toBe(12);
  });

  it('nothing has no ranks', () => {
    expect(midRanks(new Float64Array(0))).toEqual({ ranks: new Float64Array(0), tieTerm: 0 });
  });
});
