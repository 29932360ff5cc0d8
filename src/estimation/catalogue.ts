/** Every estimate of a whole window, described. */

import type { MetricDescription } from '../model/metric-description.js';
import { LOSS_ESTIMATES, DEFAULT_LOSS_ESTIMATES } from './direct-loss.js';
import { BINARY_ESTIMATES, MULTICLASS_ESTIMATES } from './estimator.js';

/** What the expected cells or ranks are put together to; `p` is the probability of a row, calibrated where that helps. */
const CLASS_FORMULAS: Readonly<Record<(typeof BINARY_ESTIMATES)[number], string>> = {
  roc_auc: 'area under the curve of the expected TPR over the expected FPR, by falling score',
  f1: 'TP / (TP + (FP + FN)/2)',
  precision: 'TP / (TP + FP)',
  recall: 'TP / (TP + FN)',
  specificity: 'TN / (TN + FP)',
  accuracy: '(TP + TN) / N',
  average_precision: 'sum over the rows by falling score of the growth of expected recall times the expected precision',
};

const CELLS = 'TP = sum of p over rows predicted positive, FP = sum of 1 - p over them, FN and TN alike';

const LOSS_FORMULAS: Readonly<Record<(typeof LOSS_ESTIMATES)[number], string>> = {
  mae: 'mean of the foretold |label - prediction|',
  rmse: 'root of the mean of the foretold (label - prediction)^2',
  mse: 'mean of the foretold (label - prediction)^2',
  mape: 'mean of the foretold |label - prediction| / |label|',
  msle: 'mean of the foretold (log(1 + label) - log(1 + prediction))^2',
  rmsle: 'root of the mean of the foretold (log(1 + label) - log(1 + prediction))^2',
};

const ofClasses = (metric: (typeof BINARY_ESTIMATES)[number]): MetricDescription => ({
  name: `estimated_${metric}`,
  family: 'estimate',
  tasks: (MULTICLASS_ESTIMATES as readonly string[]).includes(metric) ? ['binary', 'multiclass'] : ['binary'],
  needs: ['prediction', 'score', 'reference'],
  range: [0, 1],
  better: 'higher',
  denominator: 'expected denominator of the metric, in rows; with several classes, rows with all scores',
  smallestN: 1,
  byDefault: true,
  formula: `${CLASS_FORMULAS[metric]}; ${CELLS}; several classes: mean over the classes`,
  source: 'NannyML CBPE',
});

const ofLosses = (metric: (typeof LOSS_ESTIMATES)[number]): MetricDescription => ({
  name: `estimated_${metric}`,
  family: 'estimate',
  tasks: ['regression'],
  needs: ['prediction', 'reference'],
  range: [0, null],
  better: 'lower',
  denominator: 'rows with a prediction',
  smallestN: 1,
  byDefault: DEFAULT_LOSS_ESTIMATES.includes(metric),
  formula: `${LOSS_FORMULAS[metric]}, by boosted trees that learned it from the reference's rows`,
  source: 'NannyML DLE, LightGBM',
});

export const estimateCatalogue: readonly MetricDescription[] = [
  ...BINARY_ESTIMATES.map(ofClasses),
  ...LOSS_ESTIMATES.map(ofLosses),
];
