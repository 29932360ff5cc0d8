import { expect, test } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { measureQuality } from '../../../src/quality/measure-quality.js';
import { frameOf, numbers, rolesFor } from '../frames.js';

function measure(
  current: readonly number[],
  before: readonly number[],
  metrics: readonly string[] | 'default',
): Figure[] {
  const [frame, reference] = [frameOf([numbers('x', current)]), frameOf([numbers('x', before)])];
  const roles = rolesFor(frame);
  const options = { metrics, reference: profileFrame(reference, roles) };
  return measureQuality(profileFrame(frame, roles), roles, 'current', options);
}

test('the sum is that of the finite values', () => {
  expect(measure([1, NaN, 2.5, Infinity, -4], [1], ['sum'])).toMatchObject([
    { id: 'quality/current/x/sum', value: expect.closeTo(-0.5, 12) as unknown, n: 3 },
  ]);
});

test.each([
  ['in the middle', [3, 5], [0, 8, 2], { value: 0.5, n: 2 }],
  ['beyond the largest value of the reference', [16, NaN], [0, 8], { value: 2, n: 1 }],
  ['of nothing', [NaN], [0, 8], { value: null, reason: 'no finite value' }],
  ['against nothing', [1], [NaN], { value: null, reason: 'the reference has no finite value' }],
  ['against a constant', [1], [2, 2], { value: null, reason: 'the reference is constant' }],
])('the mean, min–max normalised by the reference: %s', (_, current, before, expected) => {
  expect(measure(current, before, ['mean_scaled'])).toMatchObject([expected]);
});

test('neither is measured unasked', () => {
  const metrics = measure([1], [0, 2], 'default').map(({ metric }) => metric);
  expect(metrics).toContain('mean');
  expect(metrics).not.toContain('sum');
  expect(metrics).not.toContain('mean_scaled');
});
