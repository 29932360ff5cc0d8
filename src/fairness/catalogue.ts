/** Every fairness metric, described. Each is measured for every sensitive attribute and crossing of the roles. */

import type { Task } from '../model/frame.js';
import type { Better, MetricDescription, MetricNeed } from '../model/metric-description.js';
import { inequalityRates, supportedDisparities } from './definitions.js';

const LABELLED: readonly MetricNeed[] = ['label', 'prediction', 'sensitive'];
const SCORED: readonly MetricNeed[] = ['label', 'prediction', 'score', 'sensitive'];
const PRIVILEGED: readonly MetricNeed[] = ['label', 'prediction', 'sensitive', 'privileged'];
const SMALLEST = 'smallest denominator of the groups';

type Entry = Pick<MetricDescription, 'name' | 'range' | 'better' | 'denominator' | 'formula' | 'source'> &
  Partial<Pick<MetricDescription, 'tasks' | 'needs' | 'byDefault' | 'smallestN'>>;

const groupRate = (name: string, denominator: string, formula: string, better: Better = 'none'): Entry => ({
  name,
  range: [0, 1],
  better,
  denominator: `${denominator} of the group`,
  formula,
  source: 'Fairlearn MetricFrame',
});

const difference = (name: string, rate: string): Entry => ({
  name,
  range: [0, 1],
  better: 'lower',
  denominator: SMALLEST,
  formula: `largest - smallest ${rate} of the groups`,
  source: `Fairlearn, between groups`,
});

const ratio = (name: string, rate: string): Entry => ({
  name,
  range: [0, 1],
  better: 'higher',
  denominator: SMALLEST,
  formula: `smallest / largest ${rate} of the groups`,
  source: `Fairlearn, between groups`,
});

const signed = (name: string, formula: string, better: Better = { closer: 0 }): Entry => ({
  name,
  needs: PRIVILEGED,
  range: name === 'disparate_impact' ? [0, null] : [-1, 1],
  better,
  denominator: 'smaller denominator of the two',
  formula,
  source: 'AIF360 ClassificationMetric, unprivileged against privileged',
  byDefault: false,
});

const entropyIndex = (name: string, needs: readonly MetricNeed[], formula: string): Entry => ({
  name,
  needs,
  range: [0, null],
  better: 'lower',
  denominator: 'rows with label and prediction',
  formula,
  source: 'AIF360; benefit = 1 + prediction - label',
  byDefault: false,
});

const test = (name: string, p: boolean, formula: string, source: string, more: Partial<Entry> = {}): Entry => ({
  name,
  range: p ? [0, 1] : [null, null],
  better: 'none',
  denominator: 'rows tested (two samples: the smaller)',
  formula,
  source,
  ...more,
});

const toRest = (name: string, rate: string, of: string): readonly Entry[] => [
  {
    name,
    range: [0, null],
    better: { closer: 1 },
    denominator: `${of}, the smaller of group and rest`,
    smallestN: 30,
    formula: `${rate} of the group / ${rate} of all other rows; groups of 100 rows and more`,
    source: 'four-fifths rule; log ratio: Katz et al. 1978, Walter 1975',
  },
  test(`${name}_p`, true, `one-sided p of "${name} is at least 0.8", on the log ratio`, 'Walter 1975', {
    smallestN: 30,
  }),
];

const BINARY: readonly Entry[] = [
  groupRate('selection_rate', 'rows', '(tp + fp) / rows'),
  groupRate('tpr', 'positive labels', 'tp / (tp + fn)', 'higher'),
  groupRate('fpr', 'negative labels', 'fp / (fp + tn)', 'lower'),
  { ...groupRate('fnr', 'positive labels', 'fn / (tp + fn)', 'lower'), byDefault: false },
  { ...groupRate('precision', 'positive predictions', 'tp / (tp + fp)', 'higher'), byDefault: false },
  difference('demographic_parity_difference', 'selection rate'),
  ratio('demographic_parity_ratio', 'selection rate'),
  difference('equalized_odds_difference', 'tpr or fpr, the worse,'),
  ratio('equalized_odds_ratio', 'tpr or fpr, the worse,'),
  difference('equal_opportunity_difference', 'tpr'),
  ratio('equal_opportunity_ratio', 'tpr'),
  { ...difference('predictive_parity_difference', 'precision'), byDefault: false },
  ...supportedDisparities.map(({ name, kind }): Entry => {
    const plain = kind === 'difference' ? difference(name, 'rate') : ratio(name, 'rate');
    return { ...plain, name: `${name}_supported`, formula: `${name} over the groups with enough evidence` };
  }),
  {
    name: 'four_fifths_pass',
    range: null,
    better: 'none',
    denominator: SMALLEST,
    formula: 'demographic_parity_ratio >= 0.8',
    source: 'US Uniform Guidelines 1978, section 4D',
  },
  ...inequalityRates.flatMap(({ name }): readonly Entry[] => [
    {
      ...difference(`contrast_${name}`, name),
      formula: `(max - min) / (max + min) of the groups' ${name}`,
      source: "Michelson's contrast",
      byDefault: false,
    },
    {
      ...difference(`gini_${name}`, name),
      formula: `mean absolute difference / (2 mean) of the groups' ${name}`,
      source: 'Gini coefficient',
      byDefault: false,
    },
  ]),
  entropyIndex('theil_index', LABELLED, 'mean (b/mu) ln (b/mu)'),
  test('chi2_prediction_statistic', false, 'chi-square of group × prediction', 'SciPy chi2_contingency'),
  test('chi2_prediction_p', true, 'its p, df = groups - 1', 'SciPy chi2_contingency(correction=False)'),
  test('chi2_prediction_p_yates', true, "its p with Yates' correction for 2 × 2", 'SciPy chi2_contingency', {
    byDefault: false,
  }),
  test('score_t_statistic', false, 'pooled t of scores, group against rest', 'SciPy ttest_ind', { needs: SCORED }),
  test('score_t_p', true, 'its p, two-sided', 'SciPy ttest_ind', { needs: SCORED }),
  test('score_welch_statistic', false, "Welch's t of scores, group against rest", 'SciPy ttest_ind(equal_var=False)', {
    needs: SCORED,
    byDefault: false,
  }),
  test('score_welch_p', true, 'its p, two-sided', 'SciPy ttest_ind(equal_var=False)', {
    needs: SCORED,
    byDefault: false,
  }),
  {
    name: 'gini_scores',
    needs: SCORED,
    range: [null, null],
    better: 'none',
    denominator: 'rows with a score',
    formula: "Gini coefficient of the rows' scores; in [0, 1], but degenerate where a score is negative",
    source: 'Gini coefficient',
    byDefault: false,
  },
  signed('statistical_parity_difference', 'difference of selection rates'),
  signed('disparate_impact', 'ratio of selection rates', { closer: 1 }),
  signed('average_odds_difference', 'mean of the differences of fpr and tpr'),
  {
    ...signed('average_abs_odds_difference', 'mean of the absolute differences of fpr and tpr', 'lower'),
    range: [0, 1],
  },
  signed('equal_opportunity_difference_signed', 'difference of tpr'),
  entropyIndex('theil_index_aif360', PRIVILEGED, 'mean (b/mu) ln (b/mu)'),
  entropyIndex('between_group_theil_index', PRIVILEGED, "Theil's index of the two groups' mean benefits"),
  entropyIndex('generalized_entropy_index', PRIVILEGED, 'mean ((b/mu)² - 1) / 2'),
  {
    name: 'group_rows',
    needs: ['prediction', 'sensitive'],
    range: [0, null],
    better: 'none',
    denominator: 'rows of the group with a prediction',
    smallestN: 0,
    formula: 'rows of the group with a prediction, labelled or not',
    source: 'own',
  },
  ...toRest('selection_rate_to_rest', 'selection rate', 'rows with a prediction').map((entry) => ({
    ...entry,
    needs: ['prediction', 'sensitive'] as const,
  })),
  ...toRest('tpr_to_rest', 'true-positive rate', 'positive labels'),
];

const CLASSIFICATION: readonly Entry[] = [
  groupRate('accuracy', 'rows', 'rows right / rows', 'higher'),
  difference('accuracy_difference', 'accuracy'),
];

const ERRORS: readonly Entry[] = [
  {
    name: 'mean_error',
    range: [null, null],
    better: { closer: 0 },
    denominator: 'rows of the group',
    formula: 'mean (prediction - label)',
    source: 'pandas groupby mean',
  },
  {
    name: 'mae',
    range: [0, null],
    better: 'lower',
    denominator: 'rows of the group',
    formula: 'mean |prediction - label|',
    source: 'pandas groupby mean',
  },
  ...['mean_error', 'mae'].map((name): Entry => ({
    name: `${name}_difference`,
    range: [0, null],
    better: 'lower',
    denominator: 'rows of the smallest group',
    formula: `largest - smallest ${name} of the groups`,
    source: 'own',
  })),
  test('anova_p', true, 'one-way analysis of variance of the errors', 'SciPy f_oneway'),
];

const ANY: readonly Entry[] = [
  {
    name: 'count',
    range: [0, null],
    better: 'none',
    denominator: 'rows of the group with label and prediction',
    smallestN: 0,
    formula: 'rows of the group with label and prediction',
    source: 'Fairlearn count',
  },
];

const of = (tasks: readonly Task[], entries: readonly Entry[]): readonly MetricDescription[] =>
  entries.map((entry) => ({
    tasks,
    needs: LABELLED,
    smallestN: 1,
    byDefault: true,
    ...entry,
    family: 'fairness',
  }));

/** The catalogue of the family `fairness`. */
export const fairnessCatalogue: readonly MetricDescription[] = [
  ...of([], ANY),
  ...of(['binary'], BINARY),
  ...of(['binary', 'multiclass'], CLASSIFICATION),
  ...of(['regression'], ERRORS),
];
