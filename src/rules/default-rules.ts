/**
 * The rules that a model gets when its definition names none: quiet by construction. Thresholds are conventions of this
 * product unless a source is named; each rule can be copied into the definition and changed there.
 */
import type { ModelDefinition, Rule } from '../model/definition.js';
import { leftOut } from '../model/left-out.js';
import { familyOf } from './metric-family.js';

export type DefinitionWithoutRules = Omit<ModelDefinition, 'rules'>;

type Draft = Pick<Rule, 'id' | 'title' | 'metric' | 'scope' | 'limit' | 'minimumN'> & Partial<Rule>;

const ONCE = { breaches: 1, of: 1 } as const;
const TWICE = { breaches: 2, of: 2 } as const;

const rule = (draft: Draft): Rule => ({
  hold: ONCE,
  keep: 2,
  certainty: 0.99,
  severity: 'warning',
  action: 'none',
  ...draft,
});

/** The default rules for a model's task and columns, in the order in which they are told. */
export function defaultRules(definition: DefinitionWithoutRules): Rule[] {
  const left = leftOut(definition);
  return [
    ...qualityRules(definition),
    ...driftRules(definition),
    ...predictionDriftRules(definition),
    ...textRules(definition),
    ...(definition.labels ? [...performanceRules(definition), ...segmentRules(definition)] : []),
    ...(definition.task === 'binary' && definition.sensitive.length > 0 ? fairnessRules(definition) : []),
    ...runtimeRules(definition),
  ].filter((made) => !left.has(familyOf(made)));
}

/** One point: a share may grow by this much over the reference before anybody hears of it. */
const POINT = 0.01;

function qualityRules({ features }: DefinitionWithoutRules): Rule[] {
  const share = (draft: Omit<Draft, 'scope' | 'limit' | 'minimumN'>): Rule =>
    rule({
      scope: 'features',
      limit: { kind: 'changed', by: POINT, relative: false },
      minimumN: 100,
      ...draft,
    });
  const model = { scope: 'model', limit: { kind: 'above', value: POINT }, minimumN: 100 } as const;
  const numeric = features.numeric.length > 0;
  const categorical = features.categorical.length > 0;
  return [
    rule({
      id: 'volume',
      title: 'The window holds far fewer or far more rows than usual',
      metric: 'volume_ratio',
      scope: 'model',
      limit: { kind: 'outside', low: 0.5, high: 2 },
      // Its n is the window's rows, and none at all is the clearest case.
      minimumN: 0,
      certainty: null,
    }),
    rule({ id: 'duplicate-ids', title: 'Rows came twice', metric: 'duplicate_id_share', ...model }),
    rule({ id: 'poison-rows', title: 'Rows could not be read', metric: 'poison_share', ...model }),
    ...(numeric || categorical
      ? [share({ id: 'missing-values', title: 'A feature is missing more often than before', metric: 'missing_share' })]
      : []),
    ...(numeric
      ? [
          share({
            id: 'type-mismatches',
            title: 'A numeric feature holds what is no number',
            metric: 'type_mismatch_share',
          }),
          share({
            id: 'out-of-range',
            title: 'A feature leaves the range that the reference knows',
            metric: 'out_of_range_share',
          }),
        ]
      : []),
    ...(categorical
      ? [
          share({
            id: 'new-categories',
            title: 'A feature holds categories that the reference does not know',
            metric: 'new_category_share',
          }),
        ]
      : []),
  ];
}

/**
 * A distance with its test: both the size and the significance must speak, since at a million rows everything is
 * significant and at two hundred large distances come by chance.
 */
const NUMERIC_DRIFT = {
  metric: 'ks_statistic',
  limit: { kind: 'above', value: 0.1 },
  clear: 0.09,
  significance: { metric: 'ks_p_asymp', correction: 'benjamini-hochberg', level: 0.001 },
  // Once the reference has lived through enough windows, how far they go by themselves says more than a p-value.
  learned: true,
  minimumN: 200,
  // The test is the evidence; a distance of samples has no interval of its own here.
  certainty: null,
} as const;

const CATEGORICAL_DRIFT = {
  ...NUMERIC_DRIFT,
  metric: 'total_variation',
  significance: { metric: 'chi2_p_pooled', correction: 'benjamini-hochberg', level: 0.001 },
} as const;

function driftRules({ features }: DefinitionWithoutRules): Rule[] {
  const scope = 'features';
  const rules: Rule[] = [];
  if (features.numeric.length > 0) {
    const title = 'A numeric feature is distributed otherwise than in the reference';
    rules.push(rule({ id: 'drift-numeric', title, scope, ...NUMERIC_DRIFT }));
  }
  if (features.categorical.length > 0) {
    const title = 'The shares of a feature’s categories differ from the reference';
    rules.push(rule({ id: 'drift-categorical', title, scope, ...CATEGORICAL_DRIFT }));
  }
  return rules;
}

function predictionDriftRules({ task, source }: DefinitionWithoutRules): Rule[] {
  const rules: Rule[] = [];
  const scope = 'prediction';
  if (task === 'regression' || source.columns.score !== undefined || source.columns.scores !== undefined) {
    const title =
      task === 'regression' ? 'The model predicts otherwise than before' : 'The model’s scores differ from before';
    rules.push(rule({ id: 'drift-score', title, scope, hold: TWICE, ...NUMERIC_DRIFT }));
  }
  if (task !== 'regression') {
    const title = 'The model predicts its classes in other shares than before';
    rules.push(rule({ id: 'drift-prediction', title, scope, hold: TWICE, ...CATEGORICAL_DRIFT }));
  }
  return rules;
}

const CRITICAL = { scope: 'model', severity: 'critical', action: 'remedy' } as const;

function performanceRules(definition: DefinitionWithoutRules): Rule[] {
  switch (definition.task) {
    case 'binary':
      return binaryRules(definition);
    case 'multiclass':
      return [
        rule({
          ...CRITICAL,
          id: 'f1-macro',
          title: 'The model finds its classes worse than in the reference',
          metric: 'f1_macro',
          limit: { kind: 'changed', by: -0.05, relative: false },
          clear: -0.045,
          minimumN: 30,
        }),
      ];
    case 'regression':
      return [
        rule({
          ...CRITICAL,
          id: 'mae',
          title: 'The model’s errors have grown',
          metric: 'mae',
          limit: { kind: 'changed', by: 0.2, relative: true },
          clear: 0.18,
          minimumN: 100,
        }),
        rule({
          ...CRITICAL,
          id: 'bias',
          title: 'The model predicts too high or too low on the whole',
          metric: 'mean_error_in_sd',
          limit: { kind: 'outside', low: -0.1, high: 0.1 },
          clear: 0.01,
          minimumN: 100,
        }),
      ];
  }
}

/** Personal data or keys where there were none before: somebody fills a field with what does not belong there. */
function textRules({ features }: DefinitionWithoutRules): Rule[] {
  if (features.categorical.length === 0) return [];
  return [
    rule({
      id: 'personal-data',
      title: 'A feature’s texts hold personal data or keys more often than before',
      metric: 'pii_rate',
      scope: 'features',
      limit: { kind: 'changed', by: POINT, relative: false },
      minimumN: 100,
    }),
  ];
}

/**
 * A slice in which the model is worse than in its weakest one before; warns only, since a remedy for the whole model may
 * not be one for a part of it. Errors of a regression have a unit, so they are compared as a ratio.
 */
function segmentRules({ task, features }: DefinitionWithoutRules): Rule[] {
  if (features.numeric.length + features.categorical.length === 0) return [];
  const gap = { metric: 'segment_gap', limit: { kind: 'changed', by: 0.1, relative: false }, clear: 0.08 } as const;
  const ratio = { metric: 'segment_ratio', limit: { kind: 'changed', by: 0.5, relative: true }, clear: 0.4 } as const;
  return [
    rule({
      id: 'weak-segments',
      title: 'In a part of the data the model errs much more often than before',
      scope: 'segments',
      ...(task === 'regression' ? ratio : gap),
      hold: TWICE,
      minimumN: 50,
    }),
  ];
}

function binaryRules({ source, scoresAreProbabilities }: DefinitionWithoutRules): Rule[] {
  // n of AUC is the rarer class, n of recall the positives: fifty each carry an estimate at all.
  const fell = { limit: { kind: 'changed', by: -0.05, relative: false }, clear: -0.045, minimumN: 50 } as const;
  const rules: Rule[] = [];
  if (source.columns.score !== undefined) {
    const title = 'The score tells positives from negatives worse than in the reference';
    rules.push(rule({ ...CRITICAL, ...fell, id: 'roc-auc', title, metric: 'roc_auc' }));
  }
  const title = 'The model finds fewer of the positives than in the reference';
  rules.push(rule({ ...CRITICAL, ...fell, id: 'recall', title, metric: 'recall' }));
  if (source.columns.score !== undefined && scoresAreProbabilities) {
    rules.push(
      rule({
        ...CRITICAL,
        id: 'calibration',
        title: 'The mean score is off the share of positives',
        metric: 'calibration_gap',
        limit: { kind: 'outside', low: -0.05, high: 0.05 },
        clear: 0.005,
        minimumN: 100,
      }),
    );
  }
  return rules;
}

/** The four-fifths rule of thumb: Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 (1978). */
const FOUR_FIFTHS = { kind: 'below', value: 0.8 } as const;

function fairnessRules({ labels }: DefinitionWithoutRules): Rule[] {
  const group = { scope: 'groups', limit: FOUR_FIFTHS, clear: 0.82 } as const;
  const significant = (metric: string): Required<Pick<Rule, 'significance'>> => ({
    significance: { metric, correction: 'holm', level: 0.01 },
  });
  const selection = rule({
    ...group,
    ...significant('selection_rate_to_rest_p'),
    id: 'selection-rate',
    title: 'A group is selected less often than the rest',
    metric: 'selection_rate_to_rest',
    minimumN: 100,
  });
  if (!labels) return [selection];
  return [
    selection,
    rule({
      ...group,
      ...significant('tpr_to_rest_p'),
      id: 'true-positive-rate',
      title: 'Positives of a group are found less often than those of the rest',
      metric: 'tpr_to_rest',
      // n of a true positive rate is the group's positives.
      minimumN: 30,
    }),
  ];
}

function runtimeRules({ source }: DefinitionWithoutRules): Rule[] {
  const runtime = {
    scope: 'model',
    severity: 'critical',
    action: 'rollback',
    hold: TWICE,
    minimumN: 200,
    // Load goes up and down with the day: what the reference knows of that is evidence besides the interval.
    learned: true,
  } as const;
  const rules: Rule[] = [];
  if (source.columns.error !== undefined) {
    rules.push(
      rule({
        ...runtime,
        id: 'error-rate',
        title: 'More requests fail than before',
        metric: 'error_rate',
        // In points, since a change relative to a reference without errors has no value.
        limit: { kind: 'changed', by: POINT, relative: false },
      }),
    );
  }
  if (source.columns.latency !== undefined) {
    rules.push(
      rule({
        ...runtime,
        id: 'latency-p95',
        title: 'The slowest requests take much longer than before',
        metric: 'latency_p95',
        limit: { kind: 'changed', by: 0.5, relative: true },
        clear: 0.45,
      }),
    );
  }
  return rules;
}
