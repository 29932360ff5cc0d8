import { expect, test } from 'vitest';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import type { Figure } from '../../../src/model/figure.js';
import { frameOf, regressionRoles } from '../../support/frames.js';

const METRICS = ['prediction_slope', 'prediction_intercept'];

function line(prediction: readonly number[], label: readonly number[]): readonly Figure[] {
  return measurePerformance(frameOf({ label, prediction }), regressionRoles(), 'current', { metrics: METRICS });
}

test('slope and intercept of label on prediction, with the 99 % intervals of their standard errors', () => {
  const figures = line([2.5, 0, 2, 8, 4.1, 7.7, -1.2, 3.3], [3, -0.5, 2, 7, 4.5, 9.1, -2, 2.2]);
  // SciPy 1.17.1: linregress, and t.ppf(0.995, 6) = 3.7074280213248065.
  const half = (error: number): number => 3.7074280213248065 * error;
  expect(figures).toMatchObject([
    {
      metric: 'prediction_slope',
      n: 8,
      value: expect.closeTo(1.0877448385389095, 12) as unknown,
      interval: [
        expect.closeTo(1.0877448385389095 - half(0.10221865717360909), 9),
        expect.closeTo(1.0877448385389095 + half(0.10221865717360909), 9),
      ],
    },
    {
      metric: 'prediction_intercept',
      value: expect.closeTo(-0.42705796717840094, 12) as unknown,
      interval: [
        expect.closeTo(-0.42705796717840094 - half(0.46094834475831714), 9),
        expect.closeTo(-0.42705796717840094 + half(0.46094834475831714), 9),
      ],
    },
  ]);
});

test.each([
  ['one row', [1], [1], 'fewer than two rows'],
  ['one prediction for all', [3, 3, 3], [1, 2, 3], 'the predictions are all equal, or their sums overflow'],
])('%s: no line, with the reason', (_, prediction, label, reason) => {
  expect(line(prediction, label)).toMatchObject([
    { value: null, reason },
    { value: null, reason },
  ]);
});

test('two rows have a line and no interval', () => {
  const [slope] = line([0, 1], [1, 3]);
  expect(slope).toMatchObject({ value: 2, n: 2 });
  expect(slope).not.toHaveProperty('interval');
});
