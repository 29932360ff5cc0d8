/** A plan names every change between two revisions, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelDefinition, Rule } from '../../../src/model/definition.js';
import { planChanges, planLine, retiresAlert } from '../../../src/model/plan.js';

const BEFORE = JSON.parse(
  readFileSync(join(import.meta.dirname, 'definitions', 'complete.json'), 'utf8'),
) as ModelDefinition;

const ruleOf = (id: string): Rule => {
  const rule = BEFORE.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(id);
  return rule;
};

const withRule = (id: string, change: Partial<Rule>): ModelDefinition => ({
  ...BEFORE,
  rules: BEFORE.rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule)),
});

const { slack: _slack, ...withoutSlack } = BEFORE.notify;
const { retrain: _retrain, ...withoutRetrain } = BEFORE.actions;
const retrain = BEFORE.actions.retrain!;

describe('one change is one line that says what follows', () => {
  it.each<[string, ModelDefinition, string]>([
    ['title', { ...BEFORE, title: 'Deposits' }, '~ title: Who will subscribe a term deposit → Deposits. Messages'],
    ['minimum rows', { ...BEFORE, minimumRows: 50 }, '~ min_rows: 200 → 50. '],
    [
      'window',
      { ...BEFORE, schedule: { ...BEFORE.schedule, window: { count: 1, unit: 'day' } } },
      '~ schedule.window: 1 month → 1 day. Windows are cut anew',
    ],
    [
      'delay',
      { ...BEFORE, schedule: { ...BEFORE.schedule, delayMs: 0 } },
      '~ schedule.delay: 10 minutes → 0 minutes. The schedule',
    ],
    [
      'reference',
      { ...BEFORE, reference: { kind: 'trainer' } },
      '~ reference: 2008-04-30T22:00:00.000Z to 2008-07-31T22:00:00.000Z → trainer. The reference is profiled anew',
    ],
    [
      'feature',
      { ...BEFORE, features: { ...BEFORE.features, numeric: ['age'] } },
      '- features.numeric: balance. Later windows',
    ],
    [
      'new feature',
      { ...BEFORE, features: { ...BEFORE.features, numeric: ['age', 'balance', 'day'] } },
      '+ features.numeric: day. ',
    ],
    [
      'order of features',
      { ...BEFORE, features: { ...BEFORE.features, numeric: ['balance', 'age'] } },
      '~ features.numeric: age, balance → balance, age. Only the order',
    ],
    ['attribute', { ...BEFORE, sensitive: [['sex']] }, '~ sensitive: sex, race, sex x race → sex. '],
    [
      'column',
      { ...BEFORE, source: { ...BEFORE.source, columns: { ...BEFORE.source.columns, score: 'q' } } },
      '~ source.columns.score: p → q. Rows are read',
    ],
    [
      'filter',
      { ...BEFORE, source: { ...BEFORE.source, filters: { ...BEFORE.source.filters, kind: ['web', true] } } },
      '~ source.where.kind: web, 7, 0.5, true → web, true. ',
    ],
    ['channel', { ...BEFORE, notify: withoutSlack }, '- notify.slack: #ml-alerts, env:SLACK_BOT_TOKEN. Messages'],
    [
      'escalation',
      { ...BEFORE, notify: { ...BEFORE.notify, escalation: { afterMs: 60_000, mention: '@oncall-second' } } },
      '~ notify.escalate.after: 15 minutes → 1 minute. ',
    ],
    [
      'approval',
      {
        ...BEFORE,
        actions: { ...BEFORE.actions, retrain: { ...retrain, approval: { ...retrain.approval, required: false } } },
      },
      '~ actions.retrain.approval: required → none. ',
    ],
    [
      'training span',
      { ...BEFORE, actions: { ...BEFORE.actions, retrain: { ...retrain, span: { count: 8, unit: 'month' } } } },
      '~ actions.retrain.span: 6 months → 8 months. ',
    ],
    [
      'action',
      { ...BEFORE, actions: withoutRetrain },
      '- actions.retrain: node, trainer.js, 1 hour, 6 months, required',
    ],
    [
      'command that reads alike',
      { ...BEFORE, actions: { ...BEFORE.actions, retrain: { ...retrain, command: ['node, trainer.js'] } } },
      '~ actions.retrain: ',
    ],
    [
      'limit',
      withRule('auc-floor', { limit: { kind: 'below', value: 0.55 } }),
      '~ rule auc-floor: below 0.6 → below 0.55. An open alert of this rule is retired',
    ],
    [
      'severity',
      withRule('auc-floor', { severity: 'warning' }),
      '~ rule auc-floor: severity critical → severity warning. An open alert of this rule goes on',
    ],
    [
      'hold',
      withRule('auc-floor', { hold: { breaches: 3, of: 5 } }),
      '~ rule auc-floor: for 2 of 2 → for 3 of 5. An open alert of this rule goes on',
    ],
    [
      'rule gone',
      { ...BEFORE, rules: BEFORE.rules.filter(({ id }) => id !== 'auc-floor') },
      '- rule auc-floor: roc_auc below 0.6, critical, asks for remedy. An open alert of this rule is retired',
    ],
    [
      'rule added',
      { ...BEFORE, rules: [...BEFORE.rules, { ...ruleOf('auc-floor'), id: 'auc-alarm' }] },
      '+ rule auc-alarm: roc_auc below 0.6, critical',
    ],
    ['order of rules', { ...BEFORE, rules: [...BEFORE.rules].reverse() }, '~ rules: '],
  ])('%s', (_, after, start) => {
    const lines = planChanges(BEFORE, after).map(planLine);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^${start.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))]);
  });
});

describe('a plan as a whole', () => {
  it('is empty between equal definitions, however their keys are ordered', () => {
    const reordered = Object.fromEntries(Object.entries(BEFORE).reverse()) as unknown as ModelDefinition;
    expect(planChanges(BEFORE, reordered)).toEqual([]);
  });

  it('introduces a new model', () => {
    const subjects = planChanges(null, BEFORE).map(({ change, subject }) => `${change} ${subject}`);
    expect(subjects).toEqual(['add model bank-marketing', 'add schedule', 'add rules', 'add notify', 'add actions']);
  });

  it('says of a new model that nobody is told and nothing asked for', () => {
    const quiet: ModelDefinition = { ...BEFORE, notify: { acknowledgeForMs: 1 }, actions: {} };
    expect(planChanges(null, quiet).map(planLine).join('\n')).toMatch(/nobody is told[^]*nothing is asked for/);
  });

  it('refuses to turn one model into another', () => {
    expect(() => planChanges(BEFORE, { ...BEFORE, model: 'other' })).toThrow('cannot become');
  });
});

describe('an alert is retired when its rule looks at something else', () => {
  const rule = ruleOf('age-moved');
  it.each<[string, Partial<Rule>, boolean]>([
    ['metric', { metric: 'psi' }, true],
    ['limit', { limit: { kind: 'above', value: 0.3 } }, true],
    ['scope', { scope: 'prediction' }, true],
    ['features', { only: ['balance'] }, true],
    ['significance', { significance: { metric: 'ks_p_asymp', correction: 'holm', level: 0.05 } }, true],
    ['title', { title: 'Age' }, false],
    ['severity', { severity: 'critical' }, false],
    ['clear threshold', { clear: 0.1 }, false],
    ['minimum n', { minimumN: 5 }, false],
  ])('%s', (_, change, retired) => {
    expect(retiresAlert(rule, { ...rule, ...change })).toBe(retired);
  });
});
