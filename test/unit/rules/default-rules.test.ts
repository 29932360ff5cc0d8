import { describe, expect, it } from 'vitest';
import type { ModelDefinition } from '../../../src/model/definition.js';
import { RULE_ID } from '../../../src/model/identifiers.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { evaluateRules } from '../../../src/rules/evaluate.js';
import { explainRule } from '../../../src/rules/explain-rule.js';
import { familyOf } from '../../../src/rules/metric-family.js';
import { definition, figure, input, rule } from './builders.js';

const ids = (change: Partial<ModelDefinition>): string[] => defaultRules(definition(change)).map(({ id }) => id);
const columns = { id: 'id', time: 't', prediction: 'p' };
const source = { table: 'predictions', filters: {}, columns };
const full = { ...source, columns: { ...columns, score: 's', latency: 'ms', error: 'code' } };

const QUALITY = ['volume', 'duplicate-ids', 'poison-rows', 'missing-values'];
const NUMERIC = ['type-mismatches', 'out-of-range'];

function without(key: 'labels'): ModelDefinition {
  const { [key]: _, ...rest } = definition();
  return rest;
}

describe('default rules', () => {
  it('watch everything that a binary classifier with scores, labels, groups and a run time has', () => {
    expect(ids({ source: full })).toEqual([
      ...QUALITY,
      ...NUMERIC,
      'new-categories',
      'drift-numeric',
      'drift-categorical',
      'drift-score',
      'drift-prediction',
      'personal-data',
      'roc-auc',
      'recall',
      'calibration',
      'weak-segments',
      'selection-rate',
      'true-positive-rate',
      'error-rate',
      'latency-p95',
    ]);
  });

  it.each([
    [
      'without scores: no AUC, no calibration',
      { source },
      ['drift-numeric', 'drift-categorical', 'drift-prediction', 'recall'],
      ['drift-score', 'roc-auc', 'calibration'],
    ],
    [
      'with scores that are no probabilities: no calibration',
      { scoresAreProbabilities: false },
      ['roc-auc'],
      ['calibration'],
    ],
    ['without sensitive attributes: no fairness', { sensitive: [] }, [], ['selection-rate', 'true-positive-rate']],
    [
      'of a multi-class model: macro F1',
      { task: 'multiclass' as const },
      ['f1-macro', 'drift-prediction'],
      ['recall', 'selection-rate'],
    ],
    [
      'of a regression: error and bias',
      { task: 'regression' as const, source },
      ['mae', 'bias', 'drift-score'],
      ['drift-prediction', 'recall'],
    ],
    [
      'without numeric features',
      { features: { numeric: [], categorical: ['job'] } },
      ['missing-values', 'new-categories', 'drift-categorical'],
      [...NUMERIC, 'drift-numeric'],
    ],
    [
      'without any feature',
      { features: { numeric: [], categorical: [] } },
      ['volume', 'recall'],
      ['missing-values', 'drift-numeric', 'drift-categorical'],
    ],
  ])('%s', (_title, change, present, absent) => {
    const found = ids(change);
    expect(found).toEqual(expect.arrayContaining(present));
    for (const id of absent) expect(found).not.toContain(id);
  });

  it('without labels judge nothing that needs them', () => {
    const found = defaultRules(without('labels')).map(({ id }) => id);
    expect(found).toContain('selection-rate');
    for (const id of ['roc-auc', 'recall', 'calibration', 'true-positive-rate']) expect(found).not.toContain(id);
  });

  const all = (['binary', 'multiclass', 'regression'] as const).flatMap((task) =>
    defaultRules(definition({ task, source: full })),
  );

  it('have ids that differ, one-line titles, and clear thresholds on the safe side', () => {
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      const found = ids({ task, source: full });
      expect(new Set(found).size).toBe(found.length);
    }
    for (const one of all) {
      expect(one.id).toMatch(RULE_ID);
      expect(one.title).toMatch(/^[^\n]{10,100}$/);
      const { limit, clear } = one;
      if (clear === undefined) continue;
      if (limit.kind === 'below') expect(clear).toBeGreaterThan(limit.value);
      if (limit.kind === 'above') expect(clear).toBeLessThan(limit.value);
      if (limit.kind === 'changed') expect(Math.abs(clear)).toBeLessThan(Math.abs(limit.by));
      if (limit.kind === 'outside') expect(2 * clear).toBeLessThan(limit.high - limit.low);
    }
  });

  it('let only critical performance and run-time rules ask for an action', () => {
    for (const one of all.filter(({ action }) => action !== 'none')) {
      expect(one.severity).toBe('critical');
      expect(['performance', 'runtime']).toContain(familyOf(one));
    }
  });

  it('find a feature that is missing five points more often, and not one point', () => {
    const missingValues = all.find(({ id }) => id === 'missing-values')!;
    const share = (on: 'current' | 'reference', value: number) =>
      figure('missing_share', value, {
        family: 'quality',
        on,
        column: 'age',
        interval: [Math.max(0, value - 0.01), value + 0.01],
      });
    const at = (value: number): string =>
      evaluateRules(
        input(missingValues, [share('current', value)], { referenceFigures: [share('reference', 0.02)] }),
      )[0]!.status;
    expect(at(0.07)).toBe('breach');
    expect(at(0.03)).toBe('pass');
  });
});

describe('a rule in plain sentences', () => {
  it.each([
    [
      rule(),
      'Critical if roc_auc is below 0.75, and asks for a rollback or a retraining, whichever fits. It needs a count of at least 50, its 99 % interval (where there is one) must lie beyond the limit, in one window; 2 clear windows in a row end the alert.',
    ],
    [
      rule({
        metric: 'missing_share',
        scope: 'features',
        only: ['age', 'job'],
        limit: { kind: 'changed', by: 0.01, relative: false },
        severity: 'warning',
        action: 'none',
        certainty: null,
        hold: { breaches: 3, of: 5 },
        keep: 1,
      }),
      'Warning if missing_share of any feature (age, job) rose by more than 0.01 against the reference. It needs a count of at least 50, in 3 of 5 windows; one clear window ends the alert.',
    ],
  ])('%#', (one, sentences) => {
    expect(explainRule(one)).toBe(sentences);
  });
});
