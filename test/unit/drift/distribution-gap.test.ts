import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaBetween, largestGap } from '../../../src/drift/distribution-gap.js';

/** As the two are defined: both distribution functions at every value that either sample has. */
function byDefinition(r: Float64Array, k: Float64Array): { readonly largest: number; readonly area: number } {
  const values = [...new Set([...r, ...k])].sort((a, b) => a - b);
  const shareUpTo = (sample: Float64Array, value: number): number =>
    sample.filter((one) => one <= value).length / sample.length;
  const gaps = values.map((value) => Math.abs(shareUpTo(r, value) - shareUpTo(k, value)));
  const area = gaps.slice(0, -1).reduce((sum, gap, at) => sum + gap * ((values[at + 1] ?? 0) - (values[at] ?? 0)), 0);
  return { largest: Math.max(...gaps), area };
}

const sorted = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort();
/** Long enough for several blocks; with ties, long runs of them, and values of one side alone. */
const sample = fc
  .tuple(
    fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -100, max: 100, noNaN: true })), {
      minLength: 1,
      maxLength: 120,
    }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 150 }),
    fc.integer({ min: -200, max: 200 }),
  )
  .map(([values, times, run, value]) =>
    sorted([...Array.from({ length: times }, () => values).flat(), ...new Array<number>(run).fill(value)]),
  );

describe('the gap between two distribution functions', () => {
  it('is what its definition says, largest and in area, whatever the samples hold', () => {
    fc.assert(
      fc.property(sample, sample, (r, k) => {
        const wanted = byDefinition(r, k);
        expect(largestGap(r, k)).toBeCloseTo(wanted.largest, 12);
        expect(areaBetween(r, k)).toBeCloseTo(wanted.area, 9);
        expect(largestGap(k, r)).toBe(largestGap(r, k));
        expect(areaBetween(k, r)).toBe(areaBetween(r, k));
      }),
      { numRuns: 300 },
    );
  });

  it('is found in the one block of many in which it lies', () => {
    const r = Float64Array.from({ length: 1_000 }, (_, row) => row);
    for (const hole of [0, 63, 64, 65, 500, 990]) {
      const k = r.filter((value) => value < hole || value >= hole + 7);
      const wanted = byDefinition(r, k);
      expect(largestGap(r, k)).toBeCloseTo(wanted.largest, 15);
      expect(areaBetween(r, k)).toBeCloseTo(wanted.area, 9);
    }
  });

  it.each([
    ['equal samples', [1, 2, 2, 3], [1, 2, 2, 3], 0, 0],
    ['one value each', [1], [4], 1, 3],
    ['samples apart', [1, 2, 3], [11, 12], 1, 9.5],
    ['one within the other', [0, 10], [4, 5, 6], 0.5, 4 + 1 / 3],
    ['the largest numbers', [-1.5e308, 0, 1e308], [-1.5e308, 0, 1.5e308], 1 / 3, 0.5e308 / 3],
    [
      'a difference that overflows, in an area that does not',
      [-1e308, 1e308, 1e308],
      [1e308, 1e308, 1e308],
      1 / 3,
      (1e308 / 3) * 2,
    ],
  ])('%s', (_, r, k, largest, area) => {
    expect(largestGap(sorted(r), sorted(k))).toBeCloseTo(largest, 15);
    expect(areaBetween(sorted(r), sorted(k)) / area || 0).toBeCloseTo(Math.sign(area), 12);
  });

  it('has no finite area where that is larger than any number', () => {
    expect(areaBetween(Float64Array.of(-1.7e308), Float64Array.of(1.7e308))).toBe(Infinity);
  });
});
