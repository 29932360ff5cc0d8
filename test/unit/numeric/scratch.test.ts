import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lendScratch, withScratch } from '../../../src/numeric/scratch.js';
import { sortDoubles } from '../../../src/numeric/sort.js';

const LARGE = 100_000;

describe('scratch memory', () => {
  test('is as long as was asked for', () => {
    for (const length of [0, 1, 65_535, 65_536, LARGE])
      expect(withScratch(length, (scratch) => scratch.length)).toBe(length);
  });

  test('is had again by whoever computes next', () => {
    const first = withScratch(LARGE, ({ buffer }) => buffer);
    expect(withScratch(LARGE - 1, ({ buffer }) => buffer)).toBe(first);
  });

  test('is never had by two at a time, whether the first one fails or not', () => {
    withScratch(LARGE, (outer) => {
      expect(() =>
        withScratch(LARGE, (inner) => {
          expect(inner.buffer).not.toBe(outer.buffer);
          throw new Error('this one fails');
        }),
      ).toThrow('this one fails');
      withScratch(LARGE, (inner) => expect(inner.buffer).not.toBe(outer.buffer));
    });
  });

  test('is what somebody lent', () => {
    const lent = new Float64Array(10 * LARGE);
    lendScratch(lent);
    expect(withScratch(10 * LARGE, ({ buffer }) => buffer)).toBe(lent.buffer);
  });
});

test('many values are sorted as few are, and those given stay as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { minLength: 1, maxLength: 50 }), (some) => {
      const many = Float64Array.from({ length: 70_000 }, (_, i) => some[i % some.length] as number);
      const before = many.slice();
      const sorted = sortDoubles(many);
      expect(many).toEqual(before);
      expect(sorted).toEqual(before.map((value) => (Number.isNaN(value) ? NaN : value)).sort());
    }),
    { numRuns: 4 },
  );
});
