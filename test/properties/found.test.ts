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

test('scores below 0 have a Gini coefficient by its formula alone, which no rule judges by', () => {
  const frame = frameOf({ label: ['0', '1'], prediction: ['0', '1'], score: [-0.5, 0.2], sex: ['a', 'a'] });
  const roles = binaryRoles({ sensitive: [['sex']] });
  expect(measureFairness(frame, roles, 'current', { metrics: ['gini_scores'] })).toMatchObject([
    { value: expect.closeTo(0.7 / (4 * -0.15)) as number, degenerate: true, n: 2 },
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

test.each([
  ['one order', [6.14451956899149e-242, 1.7735284646508383e-51, 5.290596875424876e-62], ['0', '0', '1']],
  ['another', [5.290596875424876e-62, 6.14451956899149e-242, 1.7735284646508383e-51], ['1', '0', '0']],
])('scores of next to nothing have a calibration slope, in %s of the rows', (_, score, label) => {
  const frame = frameOf({ label, prediction: label, score });
  const [slope] = measurePerformance(frame, binaryRoles(), 'current', { metrics: ['calibration_slope'] });
  expect(slope?.value).toBeCloseTo(0.008027909350422559, 9);
});

test('groups one of which has no finite mean error are not compared', () => {
  const label = [0, 0, 0, 0, 0];
  const prediction = [Infinity, -Infinity, 1e308, 1, 2];
  const frame = frameOf({ label, prediction, sex: ['a', 'a', 'b', 'c', 'c'] });
  const roles = regressionRoles({ sensitive: [['sex']] });
  const metrics = ['mean_error_difference', 'mae_difference'];
  for (const figure of measureFairness(frame, roles, 'current', { metrics }))
    expect(figure).toMatchObject({ value: null, reason: "a group's mean error is not finite", n: 1 });
});
