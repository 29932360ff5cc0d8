import { describe, expect, test } from 'vitest';
import { attributionNdcg } from '../../../src/explain/attribution-drift.js';

describe('attribution drift by nDCG', () => {
  test.each([
    // By hand: (0.1 / log2 2 + 0.3 / log2 3 + 0.6 / log2 4) over (0.6 / log2 2 + 0.3 / log2 3 + 0.1 / log2 4).
    ['the order turned round', [0.6, 0.3, 0.1], [1, 2, 3], 0.7021252503381449],
    ['the same order in other sizes', [0.6, 0.3, 0.1], [60, 2, 1], 1],
    ['equal importances that changed places', [0.5, 0.5], [0.1, 0.9], 1],
  ])('%s', (_, reference, current, value) => {
    expect(attributionNdcg(reference, current)).toEqual({
      n: reference.length,
      value: expect.closeTo(value, 9) as number,
    });
  });

  test.each([
    ['one feature', [1], [1], 'fewer than two features'],
    ['lists of other features', [1, 2], [1], 'the importances are not of the same features'],
    ['a negative importance', [1, -2], [1, 1], 'an importance is negative or not finite'],
    ['an importance that is no number', [1, 2], [1, Number.NaN], 'an importance is negative or not finite'],
    ['a reference in which nothing mattered', [0, 0], [1, 1], 'no feature mattered in the reference'],
  ])('%s gives a reason', (_, reference, current, reason) => {
    expect(attributionNdcg(reference, current)).toEqual({ n: reference.length, value: null, reason });
  });
});
