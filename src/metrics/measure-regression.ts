/** Performance of a regression. */

import { columnOf, numbersOf } from '../model/columns.js';
import { pairRows } from '../profile/regression-rows.js';
import { meanPresent, type PerformanceContext } from './performance-context.js';
import { predictionLine } from './prediction-line.js';
import { mae, mape, maxError, meanError, medianAbsoluteError, pinball, squareFigures, wape } from './regression.js';

export const OF_REGRESSION = [
  'mse',
  'rmse',
  'mae',
  'mape',
  'wape',
  'median_ae',
  'r2',
  'explained_variance',
  'max_error',
  'mean_error',
  'std_error',
  'pinball_0.9',
  'rmsle',
  'prediction_slope',
  'prediction_intercept',
] as const;

/** Figures of the errors, and the mean prediction. */
export function regressionFigures({ frame, roles, list, confidence, seed, unlabelled }: PerformanceContext): void {
  const prediction = columnOf(frame, roles.prediction);
  const label = columnOf(frame, roles.label);
  if (!prediction) return;
  const predicted = numbersOf(prediction);
  list.add('mean_prediction', () => meanPresent(predicted, confidence));
  const paired = label && !unlabelled ? pairRows(numbersOf(label), predicted) : undefined;
  const n = paired?.rows.errors.length ?? 0;
  list.add('count', { n, value: n });
  if (!paired || n === 0 || paired.infinite) {
    const reason = paired?.infinite ? 'a label or prediction is infinite' : 'no labelled rows';
    list.addAbsent(OF_REGRESSION, n, unlabelled ?? reason);
    return;
  }
  const { rows } = paired;
  if (list.wants('mse', 'rmse', 'r2', 'explained_variance', 'std_error', 'rmsle')) {
    const squares = squareFigures(rows, seed, confidence);
    list.add('mse', squares.mse);
    list.add('rmse', squares.rmse);
    list.add('r2', squares.r2);
    list.add('explained_variance', squares.explainedVariance);
    list.add('std_error', squares.stdError);
    list.add('rmsle', squares.rmsle);
  }
  if (list.wants('prediction_slope', 'prediction_intercept')) {
    const line = predictionLine(rows, confidence);
    list.add('prediction_slope', line.slope);
    list.add('prediction_intercept', line.intercept);
  }
  list.add('mae', () => mae(rows, confidence));
  list.add('mape', () => mape(rows, confidence));
  list.add('wape', () => wape(rows, confidence));
  list.add('median_ae', () => medianAbsoluteError(rows, confidence));
  list.add('max_error', () => maxError(rows));
  list.add('mean_error', () => meanError(rows, confidence));
  list.add('pinball_0.9', () => pinball(rows, 0.9, confidence));
}
