/** Small definitions, rules and figures for tests of the judging stage. */
import type { ModelDefinition, Rule } from '../../../src/model/definition.js';
import type { Figure, MissingFigure, ValuedFigure } from '../../../src/model/figure.js';
import type { Verdict } from '../../../src/model/verdict.js';
import { evaluateRules, type RulesInput } from '../../../src/rules/evaluate.js';

export function rule(change: Partial<Rule> = {}): Rule {
  return {
    id: 'auc-floor',
    title: 'AUC is too low',
    metric: 'roc_auc',
    scope: 'model',
    limit: { kind: 'below', value: 0.75 },
    hold: { breaches: 1, of: 1 },
    keep: 2,
    minimumN: 50,
    certainty: 0.99,
    severity: 'critical',
    action: 'remedy',
    ...change,
  };
}

export function definition(change: Partial<ModelDefinition> = {}): ModelDefinition {
  return {
    model: 'bank-marketing',
    title: 'Bank marketing',
    team: 'growth',
    task: 'binary',
    positive: '1',
    scoresAreProbabilities: true,
    source: {
      table: 'predictions',
      filters: {},
      columns: { id: 'id', time: 'predicted_at', prediction: 'said', score: 'how_sure' },
    },
    features: { numeric: ['age', 'balance'], categorical: ['job'] },
    labels: {
      table: 'labels',
      filters: {},
      id: 'id',
      label: 'outcome',
      minimumCoverage: 0.8,
      deadline: { count: 30, unit: 'day' },
    },
    sensitive: [['sex'], ['sex', 'race']],
    schedule: {
      window: { count: 1, unit: 'day' },
      every: { count: 1, unit: 'day' },
      timezone: 'UTC',
      delayMs: 0,
      catchupMs: 3_600_000,
      timeoutMs: 3_600_000,
    },
    reference: { kind: 'first', length: { count: 28, unit: 'day' }, minimumRows: 1000 },
    minimumRows: 200,
    rules: [],
    notify: { acknowledgeForMs: 86_400_000 },
    approvers: ['ada'],
    actions: {},
    ...change,
  };
}

type Place = Partial<Pick<ValuedFigure, 'on' | 'column' | 'attribute' | 'group' | 'class' | 'version' | 'family'>>;

export function figure(metric: string, value: number, change: Partial<ValuedFigure> = {}): ValuedFigure {
  const at: Place = { on: 'current', family: 'performance', ...change };
  return {
    id: [at.family, at.on, at.attribute, at.group, at.column, metric].filter(Boolean).join('/'),
    family: 'performance',
    metric,
    on: 'current',
    n: 1000,
    value,
    ...change,
  };
}

export function missing(metric: string, reason: string, change: Partial<MissingFigure> = {}): MissingFigure {
  return {
    id: `performance/current/${metric}`,
    family: 'performance',
    metric,
    on: 'current',
    n: 0,
    value: null,
    reason,
    ...change,
  };
}

/** One rule, one set of figures, everything else in order. */
export function input(one: Rule, figures: readonly Figure[], change: Partial<RulesInput> = {}): RulesInput {
  return {
    figures,
    referenceFigures: [],
    rows: 1000,
    referenceRows: 5000,
    labels: { present: true, coverage: 1, final: true },
    ...change,
    definition: { ...(change.definition ?? definition()), rules: [one] },
  };
}

export function reference(metric: string, value: number, change: Partial<ValuedFigure> = {}): ValuedFigure {
  return figure(metric, value, { on: 'reference', ...change });
}

/** The one verdict of a rule that has only one. */
export function judge(one: Rule, figures: readonly Figure[], change: Partial<RulesInput> = {}): Verdict {
  const [verdict, ...others] = evaluateRules(input(one, figures, change));
  if (verdict === undefined || others.length > 0) throw new Error(`${String(others.length)} more verdicts than one`);
  return verdict;
}

export const said = ({ status, reason }: Verdict): string => `${status}: ${reason}`;
