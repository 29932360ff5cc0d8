import { describe, expect, it } from 'vitest';
import { profileCategory } from '../../../src/profile/category-profile.js';
import { singletonShare } from '../../../src/quality/category-quality.js';
import { texts } from '../frames.js';

function singles(values: ReadonlyArray<string | null>): ReturnType<typeof singletonShare> {
  const column = texts('c', values);
  if (column.kind !== 'category') throw new Error('texts make categories');
  return singletonShare(profileCategory(column));
}

describe('the share of values whose category occurs once', () => {
  it.each([
    ['one of four', ['a', 'a', 'a', 'b'], 0.25, 4],
    ['all of them', ['a', 'b', 'c'], 1, 3],
    ['none', ['a', 'a', 'b', 'b'], 0, 4],
    ['missing values are no category', ['a', 'a', null, 'b', null], 1 / 3, 3],
  ])('%s', (_title, values, value, n) => {
    const estimate = singles(values);
    expect(estimate).toMatchObject({ n });
    expect(estimate.value).toBeCloseTo(value, 12);
  });

  it('has no value without a present one', () => {
    expect(singles([null, null])).toEqual({ value: null, n: 0, reason: 'no present value' });
    expect(singles([])).toEqual({ value: null, n: 0, reason: 'no rows' });
  });
});
