/** Names: which may be used, which are glued of others, and which is meant by a mistyped one. */
import { describe, expect, it } from 'vitest';
import {
  attributeName,
  COLUMN_NAME,
  FEATURE_NAME,
  METRIC_NAME,
  PERSON_NAME,
  RULE_ID,
  SECRET_REFERENCE,
  TABLE_NAME,
} from '../../../src/model/identifiers.js';
import * as ids from '../../../src/model/ids.js';
import { didYouMean, listNames, nearest } from '../../../src/model/nearest.js';

const ALLOWED: [string, RegExp, string[]][] = [
  [
    'column',
    COLUMN_NAME,
    [
      'id',
      'hours-per-week',
      'mean radius',
      'größe',
      '年龄',
      'a$b',
      '2019',
      'a`b',
      "it's",
      '"a"',
      'a;b',
      'a\\b',
      'emp.var',
      'e\u0301',
    ],
  ],
  ['feature', FEATURE_NAME, ['emp.var.rate', 'bmi (kg/m)', 'share_%', 'mean radius', 'a`b', '"a"', 'a?']],
  ['table', TABLE_NAME, ['outcomes', 'shop.outcomes', 'v-scores', 'a b', 'a`b', "the shop's.calls"]],
  ['rule', RULE_ID, ['auc-floor', 'a', 'p95']],
  ['metric', METRIC_NAME, ['roc_auc', 'p95', 'f1']],
  ['secret', SECRET_REFERENCE, ['env:SLACK_BOT_TOKEN', 'file:/run/secrets/smtp']],
  ['person', PERSON_NAME, ['ana', 'ana.silva@example.org', 'Zoë']],
  ['model', ids.MODEL_ID, ['churn', 'credit-risk-eu2']],
];
const REFUSED: [string, RegExp, string[]][] = [
  [
    'column',
    COLUMN_NAME,
    ['', ' a', 'a ', 'a?', 'a\nb', 'a\u0000', 'a\u00ad', 'a\u202eb', 'a\u200bb', '\ud800', '👍', 'x'.repeat(65)],
  ],
  ['feature', FEATURE_NAME, ['', '$time', 'score:good', ' a', 'a\tb', 'a\u202eb', 'x'.repeat(65)]],
  ['table', TABLE_NAME, ['', 'a.b.c', ' a', 'a .b', '.a', 'a.', 'a?']],
  ['rule', RULE_ID, ['', 'AUC', '9a', 'a_b', '-a', 'x'.repeat(65)]],
  ['metric', METRIC_NAME, ['', 'ROC', 'roc-auc', '_a']],
  ['secret', SECRET_REFERENCE, ['', 'xoxb-1', 'env:', 'env:1A', 'env:A B', 'file:relative', 'mysql://u:p@h/d']],
  ['person', PERSON_NAME, ['', 'ana silva', '@ana', 'a\nb']],
  ['model', ids.MODEL_ID, ['', 'Churn', '9lives', 'a/b', 'a_b', 'x'.repeat(65)]],
];
const flat = (table: [string, RegExp, string[]][]): [string, string, RegExp][] =>
  table.flatMap(([kind, pattern, names]) => names.map((name): [string, string, RegExp] => [kind, name, pattern]));

describe('patterns of names', () => {
  it.each(flat(ALLOWED))('a %s may be called %j', (_, name, pattern) => {
    expect(name).toMatch(pattern);
  });
  it.each(flat(REFUSED))('a %s may not be called %j', (_, name, pattern) => {
    expect(name).not.toMatch(pattern);
  });
});

describe('names glued of others', () => {
  it.each([
    [ids.scheduleId('churn'), 'monitor/churn'],
    [ids.cycleWorkflowId('churn'), 'cycle/churn'],
    [ids.incidentWorkflowId('churn'), 'incident/churn'],
    [ids.retrainingWorkflowId('churn'), 'retraining/churn'],
    [ids.rollbackWorkflowId('churn'), 'rollback/churn'],
    [ids.notificationId('churn-7', 'slack', 3), 'churn-7/slack/3'],
    [attributeName(['sex', 'race']), 'sex x race'],
    [attributeName(['sex']), 'sex'],
  ])('%s', (made, expected) => {
    expect(made).toBe(expected);
  });
});

describe('the name that was meant', () => {
  it.each([
    ['shedule', ['schedule', 'source'], 'schedule'],
    ['categoricl', ['numeric', 'categorical'], 'categorical'],
    ['min-rows', ['min_rows', 'model'], 'min_rows'],
    ['Timezone', ['timezone'], 'timezone'],
    ['form', ['from', 'for'], 'from'],
    ['aeg', ['age', 'balance'], 'age'],
    ['owner', ['model', 'task'], undefined],
    ['x', [], undefined],
    ['a'.repeat(10_000), ['a'], undefined],
  ])('%s', (typed, known, meant) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  it('is offered, or else what there is, at most twenty', () => {
    expect(didYouMean('aeg', ['age'], 'Known')).toBe('Did you mean `age`?');
    expect(didYouMean('zzz', ['age', 'job'], 'Known')).toBe('Known: `age`, `job`');
    expect(listNames(Array.from({ length: 23 }, (_, i) => String(i)))).toMatch(/`19` and 3 more$/);
    expect(listNames([])).toBe('none');
  });
});
