/** Every performance metric, described. `measurePerformance` gives no other; a test compares the two. */

import type { Task } from '../model/frame.js';
import type { Better, MetricDescription, MetricNeed, MetricSelection } from '../model/metric-description.js';

const ROWS = 'rows with label and prediction';
const SCORED = 'rows with label and score';
const LABELLED: readonly MetricNeed[] = ['label', 'prediction'];
const WITH_SCORE: readonly MetricNeed[] = ['label', 'score'];
const WITH_SCORES: readonly MetricNeed[] = ['label', 'scores'];
const CLASSIFICATION: readonly Task[] = ['binary', 'multiclass'];
const sk = (name: string): string => `scikit-learn ${name}`;

type Entry = Omit<MetricDescription, 'family' | 'byDefault' | 'smallestN'> & {
  readonly byDefault?: boolean;
  readonly smallestN?: number;
};

function share(name: string, tasks: readonly Task[], denominator: string, formula: string, source: string): Entry {
  return { name, tasks, needs: LABELLED, range: [0, 1], better: 'higher', denominator, formula, source };
}

function average(metric: string, how: string, denominator: string): Entry {
  const formula =
    how === 'micro' ? 'hits / rows: with one label a row, the accuracy' : `${how} average over the classes`;
  const entry = share(
    `${metric}_${how}`,
    ['multiclass'],
    denominator,
    formula,
    sk(`${metric}_score(average="${how}")`),
  );
  return { ...entry, byDefault: how !== 'micro' };
}

function regression(
  name: string,
  range: MetricDescription['range'],
  better: Better,
  formula: string,
  source: string,
  more: Partial<Entry> = {},
): Entry {
  return { name, tasks: ['regression'], needs: LABELLED, range, better, denominator: ROWS, formula, source, ...more };
}

function labelDelay(name: string, quantile: string): Entry {
  return {
    name,
    tasks: [],
    needs: ['label', 'time', 'arrival'],
    range: [null, null],
    better: 'lower',
    denominator: 'labelled rows with the time of both',
    formula: `${quantile} of arrival of the label - time of the prediction, in seconds`,
    source: 'NumPy quantile(method="linear")',
  };
}

/** Tables of the reference by level, and the two parts of the change against it. */
function changes(outcome: 'accuracy' | 'mae', tasks: readonly Task[]): Entry[] {
  const share = outcome === 'accuracy';
  const part = (name: string, formula: string): Entry => ({
    name: `${outcome}_change_${name}`,
    tasks,
    needs: ['label', 'prediction', 'reference'],
    range: share ? [-1, 1] : [null, null],
    better: share ? 'higher' : 'lower',
    denominator: `${ROWS}, of the smaller period`,
    formula,
    source: 'E. M. Kitagawa, JASA 50 (1955)',
  });
  return [
    {
      name: `${outcome}_by_level`,
      tasks,
      needs: LABELLED,
      range: null,
      better: 'none',
      denominator: ROWS,
      formula: `of the reference: ${share ? 'hits' : '|error|'} by level of a feature or decile of the score: rows, sum, sum of squares`,
      source: 'own',
    },
    part('mix', 'change through other shares of the levels: sum (s1 - s0) (r0 + r1) / 2'),
    part('concept', 'change within the levels: sum (s0 + s1) / 2 (r1 - r0)'),
  ];
}

const SHARED: readonly Entry[] = [
  {
    name: 'label_coverage',
    tasks: [],
    needs: ['label'],
    range: [0, 1],
    better: 'higher',
    denominator: 'rows of the window',
    formula: 'rows with a label / rows',
    source: 'own',
  },
  labelDelay('label_delay_p50', 'median'),
  labelDelay('label_delay_p95', '0.95 quantile'),
  {
    name: 'count',
    tasks: [],
    needs: LABELLED,
    range: [0, null],
    better: 'none',
    denominator: ROWS,
    smallestN: 0,
    formula: ROWS,
    source: 'own',
  },
  {
    name: 'confusion_matrix',
    tasks: CLASSIFICATION,
    needs: LABELLED,
    range: null,
    better: 'none',
    denominator: ROWS,
    formula: 'rows by label (down) and prediction (across)',
    source: sk('confusion_matrix'),
  },
  share('accuracy', CLASSIFICATION, ROWS, '(tp + tn) / rows', sk('accuracy_score')),
  share('precision', CLASSIFICATION, 'positive predictions', 'tp / (tp + fp)', sk('precision_score')),
  share('recall', CLASSIFICATION, 'positive labels', 'tp / (tp + fn)', sk('recall_score')),
  share('f1', CLASSIFICATION, 'tp + fp + fn', '2 tp / (2 tp + fp + fn)', sk('f1_score')),
  share(
    'balanced_accuracy',
    CLASSIFICATION,
    'labels of the rarest class',
    'mean recall of the classes among the labels',
    sk('balanced_accuracy_score'),
  ),
  {
    ...share(
      'mcc',
      CLASSIFICATION,
      ROWS,
      '(tp tn - fp fn) / sqrt of the product of the margins',
      sk('matthews_corrcoef'),
    ),
    range: [-1, 1],
  },
  {
    ...share('cohen_kappa', CLASSIFICATION, ROWS, '(agreement - chance) / (1 - chance)', sk('cohen_kappa_score')),
    range: [-1, 1],
  },
  {
    name: 'log_loss',
    tasks: CLASSIFICATION,
    needs: WITH_SCORE,
    range: [0, null],
    better: 'lower',
    denominator: SCORED,
    formula: 'mean of -ln(score of the true class)',
    source: sk('log_loss'),
  },
  {
    name: 'ece',
    tasks: CLASSIFICATION,
    needs: WITH_SCORE,
    range: [0, 1],
    better: 'lower',
    denominator: SCORED,
    formula: '10 equal bins: sum n_b/N |mean score - share of positives|',
    source: 'Naeini et al. 2015; Guo et al. 2017 for several classes',
  },
];

function scored(name: string, denominator: string, formula: string, source: string): Entry {
  return { name, tasks: ['binary'], needs: WITH_SCORE, range: [0, 1], better: 'higher', denominator, formula, source };
}

function recalibrated(name: string, best: number, formula: string): Entry {
  const denominator = 'labels of the rarer class, with a score strictly between 0 and 1';
  const entry = scored(name, denominator, formula, 'D. R. Cox, Biometrika 45 (1958); statsmodels Logit');
  return { ...entry, range: [null, null], better: { closer: best } };
}

const BINARY: readonly Entry[] = [
  share('specificity', ['binary'], 'negative labels', 'tn / (tn + fp)', sk('recall_score(pos_label=negative)')),
  scored('roc_auc', 'labels of the rarer class', 'share of pairs in order, ties half', sk('roc_auc_score')),
  scored('average_precision', 'positive labels', 'sum (R_k - R_(k-1)) P_k', sk('average_precision_score')),
  scored('score_ks', 'labels of the rarer class', 'max |F_positive - F_negative|', 'SciPy ks_2samp'),
  { ...scored('gain_10', 'positive labels', 'share of positives in the best tenth', 'gain chart'), byDefault: false },
  {
    ...scored('lift_10', 'positive labels', 'gain_10 / share of rows taken', 'lift chart'),
    range: [0, 10],
    byDefault: false,
  },
  {
    ...scored('precision_recall_curve', 'positive labels', '[score, recall, precision]', sk('precision_recall_curve')),
    range: null,
    better: 'none',
    byDefault: false,
  },
  {
    ...scored('roc_curve', 'labels of the rarer class', '[score, false, true positive rate]', sk('roc_curve')),
    range: null,
    better: 'none',
    byDefault: false,
  },
  { ...scored('brier', SCORED, 'mean (score - label)²', sk('brier_score_loss')), better: 'lower' },
  {
    ...scored('calibration_gap', SCORED, 'mean score - share of positives', 'calibration in the large'),
    range: [-1, 1],
    better: { closer: 0 },
  },
  recalibrated('calibration_slope', 1, 'slope b of the fit logit P(positive) = a + b logit(score)'),
  recalibrated('calibration_intercept', 0, 'intercept a of the fit logit P(positive) = a + b logit(score)'),
  {
    ...scored('mean_score', 'rows with a score', 'mean score', 'own'),
    needs: ['score'],
    range: [null, null],
    better: 'none',
  },
  {
    ...scored('positive_share', 'rows with a label', 'positive labels / labels', 'own'),
    needs: ['label'],
    better: 'none',
  },
];

const MULTICLASS: readonly Entry[] = [
  ...['precision', 'recall', 'f1'].flatMap((metric) => [
    average(metric, 'macro', 'labels of the rarest class'),
    average(metric, 'micro', ROWS),
    average(metric, 'weighted', ROWS),
  ]),
  {
    name: 'roc_auc_ovr_macro',
    tasks: ['multiclass'],
    needs: WITH_SCORES,
    range: [0, 1],
    better: 'higher',
    denominator: 'labels of the rarest class',
    formula: 'mean over the classes of the area of one class against the rest',
    source: sk('roc_auc_score(multi_class="ovr", average="macro")'),
  },
  {
    name: 'top_2_accuracy',
    tasks: ['multiclass'],
    needs: WITH_SCORES,
    range: [0, 1],
    better: 'higher',
    denominator: 'rows with label and all scores',
    formula: 'share of rows whose label is among the two best scores',
    source: sk('top_k_accuracy_score(k=2)'),
  },
];

const REGRESSION: readonly Entry[] = [
  regression('mse', [0, null], 'lower', 'mean error²', sk('mean_squared_error')),
  regression('rmse', [0, null], 'lower', 'sqrt(mse)', sk('root_mean_squared_error')),
  regression('mae', [0, null], 'lower', 'mean |error|', sk('mean_absolute_error')),
  regression('mape', [0, null], 'lower', 'mean |error| / max(|label|, eps)', sk('mean_absolute_percentage_error')),
  regression('wape', [0, null], 'lower', 'sum |error| / sum |label|', 'Kolassa and Schütz, Foresight 6 (2007)'),
  regression('median_ae', [0, null], 'lower', 'median |error|', sk('median_absolute_error')),
  regression('r2', [null, 1], 'higher', '1 - sum error² / sum (label - mean)²', sk('r2_score'), { smallestN: 2 }),
  regression('explained_variance', [null, 1], 'higher', '1 - var(error) / var(label)', sk('explained_variance_score'), {
    smallestN: 2,
    byDefault: false,
  }),
  regression('max_error', [0, null], 'lower', 'max |error|', sk('max_error'), { byDefault: false }),
  regression('mean_error', [null, null], { closer: 0 }, 'mean (prediction - label)', 'NumPy mean'),
  regression('std_error', [0, null], 'lower', 'standard deviation of the errors, divisor n - 1', 'NumPy std(ddof=1)', {
    smallestN: 2,
  }),
  regression('pinball_0.9', [0, null], 'lower', 'pinball loss at 0.9', sk('mean_pinball_loss'), { byDefault: false }),
  regression(
    'prediction_slope',
    [null, null],
    { closer: 1 },
    'slope of the least-squares line of label on prediction',
    'Mincer and Zarnowitz 1969; scikit-learn LinearRegression',
    { smallestN: 2, byDefault: false },
  ),
  regression(
    'prediction_intercept',
    [null, null],
    { closer: 0 },
    'intercept of the least-squares line of label on prediction',
    'Mincer and Zarnowitz 1969; scikit-learn LinearRegression',
    { smallestN: 2, byDefault: false },
  ),
  regression('rmsle', [0, null], 'lower', 'sqrt(mean (ln(1+z) - ln(1+y))²)', sk('root_mean_squared_log_error'), {
    byDefault: false,
  }),
  regression('mean_prediction', [null, null], 'none', 'mean prediction', 'own', {
    needs: ['prediction'],
    denominator: 'rows with a prediction',
  }),
];

const CHANGES: readonly Entry[] = [...changes('accuracy', CLASSIFICATION), ...changes('mae', ['regression'])];

/** The catalogue of the family `performance`. */
export const performanceCatalogue: readonly MetricDescription[] = [
  ...SHARED,
  ...BINARY,
  ...MULTICLASS,
  ...REGRESSION,
  ...CHANGES,
].map((entry) => ({ smallestN: 1, byDefault: true, ...entry, family: 'performance' }));

/** Names that a selection takes for a task, from any catalogue. */
export function selectedMetrics(
  catalogue: readonly MetricDescription[],
  task: Task,
  selection: MetricSelection,
): ReadonlySet<string> {
  const wanted = catalogue.filter(
    ({ name, tasks, byDefault }) =>
      (tasks.length === 0 || tasks.includes(task)) &&
      (selection === 'all' || (selection === 'default' ? byDefault : selection.includes(name))),
  );
  return new Set(wanted.map((metric) => metric.name));
}
