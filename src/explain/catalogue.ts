/** Every metric of explanations, described. */

import type { MetricDescription } from '../model/metric-description.js';

const SHAP = 'L. Shapley (1953); S. Lundberg and S.-I. Lee, NeurIPS 2017';
const LIME = 'M. Ribeiro, S. Singh and C. Guestrin, KDD 2016; the lime package';
const BACKGROUND = 'complete reference rows that stand for what is usual';
const EXPLAINED = 'rows that are explained';
const SAMPLES = 'samples around the row';

type Entry = Pick<MetricDescription, 'name' | 'range' | 'denominator' | 'formula' | 'source'> &
  Partial<Pick<MetricDescription, 'better' | 'smallestN' | 'needs' | 'tasks' | 'byDefault'>>;

const ENTRIES: readonly Entry[] = [
  {
    ...{ name: 'base_value', range: [null, null], denominator: BACKGROUND, source: SHAP },
    formula: 'mean answer to the background',
  },
  {
    ...{ name: 'prediction', range: [null, null], denominator: 'the row itself', source: 'the model' },
    formula: 'the model’s answer to one current row',
  },
  {
    ...{ name: 'shap_values', range: null, denominator: BACKGROUND, source: SHAP },
    formula:
      'sum over coalitions S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)), for each feature i of one row',
  },
  {
    ...{ name: 'shap_method', range: null, denominator: BACKGROUND, source: SHAP },
    formula: 'exact, or Kernel SHAP with every coalition or so many drawn',
  },
  {
    ...{ name: 'mean_abs_shap', range: null, denominator: EXPLAINED, source: SHAP },
    formula: 'mean |Shapley value|, feature by feature',
  },
  {
    ...{ name: 'importance_order', range: null, denominator: EXPLAINED, source: SHAP },
    formula: 'features by falling mean |Shapley value|',
  },
  {
    ...{ name: 'rotation_importance', range: [null, null], denominator: 'complete labelled current rows' },
    ...{ smallestN: 2, tasks: ['regression'], needs: ['model', 'label', 'rows'] },
    formula: 'mean squared error with the feature’s column moved down by one row - mean squared error',
    source: 'L. Breiman (2001); A. Fisher et al. (2019)',
  },
  {
    ...{ name: 'attribution_ndcg', range: [0, 1], better: 'higher', denominator: 'features', smallestN: 2 },
    ...{ byDefault: false, source: 'K. Jarvelin and J. Kekalainen (2002)' },
    formula: 'DCG of the current order of features with the reference’s importances as gains / DCG of their own order',
  },
  {
    ...{ name: 'lime_weights', range: null, denominator: SAMPLES, byDefault: false, source: LIME },
    formula: 'ridge coefficients on samples around one row, weighted by exp(-d² / 2 w²), w = 0.75 sqrt(features)',
  },
  {
    ...{ name: 'lime_intercept', range: [null, null], denominator: SAMPLES, byDefault: false, source: LIME },
    formula: 'intercept of that regression',
  },
  {
    ...{ name: 'lime_score', range: [null, 1], better: 'higher', denominator: SAMPLES, byDefault: false, source: LIME },
    formula: 'weighted R squared of that regression',
  },
  {
    ...{ name: 'lime_local_prediction', range: [null, null], denominator: SAMPLES, byDefault: false, source: LIME },
    formula: 'that regression’s answer to the row itself',
  },
];

/** Of one row, of all explained rows, or of a feature; each needs a model to ask. */
export const explainCatalogue: readonly MetricDescription[] = ENTRIES.map((entry) => ({
  tasks: [],
  needs: ['model', 'reference', 'rows'],
  better: 'none',
  smallestN: 1,
  byDefault: true,
  ...entry,
  family: 'explain',
}));
