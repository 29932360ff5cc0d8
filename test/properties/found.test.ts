/** What arbitrary frames brought to light, as cases of their own. */
import { expect, test } from 'vitest';
import { measureReference } from '../../src/measure/measure.js';
import { measurePerformance } from '../../src/metrics/measure-performance.js';
import { measureFairness } from '../../src/fairness/measure-fairness.js';
import { binaryRoles, frameOf, regressionRoles } from '../support/frames.js';

test('errors that are all equal have a standard deviation of 0, and an interval that holds it', () => {
  const prediction = new Array<number>(40).fill(-81.92598865763613);
  const frame = frameOf({ label: prediction.map(() => 0), prediction });
  const [figure] = measurePerformance(frame, regressionRoles(), 'current', { metrics: ['std_error'] });
  const [low, high] = (figure?.value === null ? undefined : figure?.interval) ?? [NaN, NaN];
  expect(figure?.value).toBeLessThan(1e-12);
  expect([Math.abs(low), Math.abs(high)].every((end) => end < 1e-12)).toBe(true);
});

test('scores below 0 have no Gini coefficient', () => {
  const frame = frameOf({ label: ['0', '1'], prediction: ['0', '1'], score: [-0.5, 0.2], sex: ['a', 'a'] });
  const roles = binaryRoles({ sensitive: [['sex']] });
  expect(measureFairness(frame, roles, 'current', { metrics: ['gini_scores'] })).toMatchObject([
    { value: null, reason: 'a score is negative', n: 2 },
  ]);
});

test('errors whose squares overflow make no table of levels', () => {
  const frame = frameOf({ label: [0, 0], prediction: [1e200, 1], c: ['a', 'b'] });
  const { figures } = measureReference(frame, regressionRoles({ categorical: ['c'] }), { metrics: ['mae_by_level'] });
  expect(figures.length).toBeGreaterThan(0);
  for (const figure of figures)
    expect(figure).toMatchObject({
      value: null,
      reason: 'not a finite number: the sum of the squared errors overflows',
    });
});
