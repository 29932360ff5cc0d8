/** Every metric of anomalies, described. */

import type { MetricDescription } from '../model/metric-description.js';

const TUKEY = 'J. Tukey, Exploratory Data Analysis (1977)';
const IGLEWICZ = 'B. Iglewicz and D. Hoaglin (1993)';
const KNOWN = 'known outliers, or ordinary rows if fewer';
const CURRENT = 'present current values of the column';
const REFERENCE = 'present reference values of the column';
const COMPLETE = 'current rows in which every numeric feature is present';

type Entry = Pick<MetricDescription, 'name' | 'range' | 'better' | 'denominator' | 'smallestN' | 'formula' | 'source'>;

const count = (name: string, formula: string, source: string, denominator = CURRENT): Entry => ({
  ...{ name, range: [0, null], better: 'lower', denominator, smallestN: 1, formula, source },
});

const share = (name: string, formula: string, source: string, denominator = COMPLETE): Entry => ({
  ...{ name, range: [0, 1], better: 'lower', denominator, smallestN: 1, formula, source },
});

const ofReference = (name: string, range: Entry['range'], formula: string, source: string): Entry => ({
  ...{ name, range, better: 'none', denominator: REFERENCE, smallestN: 2, formula, source },
});

const auc = (name: string, scores: string, source: string, smallestN = 1): Entry => ({
  ...{ name, range: [0, 1], better: 'higher', denominator: KNOWN, smallestN, source },
  formula: `ROC AUC of ${scores} against known outliers`,
});

const precision = (name: string, scores: string, source: string, smallestN = 1): Entry => ({
  ...{ name, range: [0, 1], better: 'higher', denominator: 'known outliers', smallestN, source },
  formula: `known outliers among as many rows with the highest ${scores} / known outliers`,
});

const list = (name: string, denominator: string, formula: string, source: string): Entry => ({
  ...{ name, range: null, better: 'none', denominator, smallestN: 1, formula, source },
});

const COLUMN: readonly Entry[] = [
  count('z_count', 'values with |x - mean| / sd > 3, both of the reference (divisor n - 1)', 'three-sigma rule'),
  count('z_own_count', 'values with |z| > 3 by their own mean and sd (divisor n)', 'SciPy zscore'),
  ofReference('tukey_low', [null, null], 'q1 - 1.5 iqr of the reference', TUKEY),
  ofReference('tukey_high', [null, null], 'q3 + 1.5 iqr of the reference', TUKEY),
  count('tukey_count', 'values strictly outside the fences', TUKEY),
  ofReference('mad', [0, null], 'median |x - median| of the reference', 'SciPy median_abs_deviation'),
  count('mad_count', 'values with |0.6745 (x - median) / MAD| > 3.5, both of the reference', IGLEWICZ),
  share('outlier_share', 'values strictly outside the fences / present values', TUKEY, CURRENT),
  { ...ofReference('reference_outlier_share', [0, 1], 'the same of the reference’s own values', TUKEY) },
];

const FOREST = 'F. Liu, K. Ting and Z.-H. Zhou (2008); scikit-learn IsolationForest';
const LOF = 'M. Breunig et al. (2000); scikit-learn LocalOutlierFactor';
const SVM = 'B. Scholkopf et al. (2001); scikit-learn OneClassSVM';
const RANDOM_FOREST = 'L. Breiman (2001); scikit-learn RandomForestClassifier';
const MAHALANOBIS = 'P. Mahalanobis (1936)';
const BEYOND = 'squared distance beyond the 0.999 quantile of chi-square';

const ROWS: readonly Entry[] = [
  share('isolated_share', 'rows scored above the 0.99 quantile of the reference’s own scores / rows', FOREST),
  auc('isolation_forest_auc', 'the scores of an isolation forest, mean of ten seeds,', FOREST),
  precision('isolation_forest_precision_at_n', 'scores of an isolation forest, mean of ten seeds', FOREST),
  list('lof', 'the first 300 complete current rows', '-LOF of each row, k = 20, in the reference’s sd', LOF),
  count('lof_tied_rows', 'rows whose 20th and 21st neighbours are equally far', LOF, 'rows with a factor'),
  auc('lof_auc', 'local outlier factors', LOF),
  count('mahalanobis_count', `rows with their ${BEYOND}`, MAHALANOBIS, COMPLETE),
  share('mahalanobis_share', `rows with their ${BEYOND} / rows`, MAHALANOBIS),
  list('mahalanobis_squared_first_10', COMPLETE, "(x - m)' S^+ (x - m) of the first ten rows", MAHALANOBIS),
  share('one_class_svm_share', 'rows outside the region around every second reference row / rows', SVM),
  {
    ...share('one_class_svm_reference_share', 'the same of the reference rows between', SVM, 'these rows'),
    ...{ better: 'none' },
  },
  auc('one_class_svm_auc', 'the distances to the region of a one-class SVM', SVM),
  precision('one_class_svm_precision_at_n', 'distances outside the region of a one-class SVM', SVM),
  share('random_forest_share', 'rows that a forest trained on known anomalies scores above 0.5 / rows', RANDOM_FOREST),
  auc('random_forest_auc', 'the scores of a forest trained on other known anomalies', RANDOM_FOREST, 5),
  precision('random_forest_precision_at_n', 'scores of a forest trained on known anomalies', RANDOM_FOREST, 5),
];

const needsOf = ({ name }: Entry): MetricDescription['needs'] =>
  /_(auc|at_n)$|^random_/.test(name) ? ['reference', 'rows', 'known outliers'] : ['reference', 'rows'];

/** Those of a numeric feature first, then those of all numeric features together. */
export const anomalyCatalogue: readonly MetricDescription[] = [...COLUMN, ...ROWS].map((entry) => ({
  ...entry,
  family: 'anomaly',
  tasks: [],
  needs: needsOf(entry),
  byDefault: false,
}));
