/** Rules that judge a figure by its own history. */
import { describe, expect, it } from 'vitest';
import { seriesFigures } from '../../../src/anomaly/series-figures.js';
import type { Figure } from '../../../src/model/figure.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { familyOf, needsLabels } from '../../../src/rules/metric-family.js';
import { ruleMetricNames } from '../../../src/run/metric-list.js';
import { figure, judge, rule, said } from './builders.js';

const steady = [0.8, 0.82, 0.79, 0.81, 0.8, 0.83, 0.78, 0.8, 0.81, 0.79];

function parsed(metric: string, more = '') {
  const text = `model: one
task: binary
positive: 'yes'
features: { numeric: [age] }
notify: { slack: { channel: '#alerts' } }
rules: { defaults: false, add: [{ id: unusual, metric: ${metric}, below: -1${more} }] }
`;
  return parseDefinition(text, 'one.yaml', { defaultRules, metrics: ruleMetricNames() });
}

const against = (history: readonly number[], now: Figure): Figure[] => [
  now,
  ...seriesFigures([now], ['roc_auc_series_mad'], new Map([[now.id, history]])),
];

describe('a rule on a figure against its history', () => {
  const unusual = rule({ metric: 'roc_auc_series_mad', limit: { kind: 'below', value: -1 }, minimumN: 1 });

  it('breaches where the value has fallen out of what was usual', () => {
    expect(said(judge(unusual, against(steady, figure('roc_auc', 0.6))))).toBe('breach: beyond limit');
  });

  it.each([
    ['passes an ordinary value', steady, 0.8, 'pass: within limit'],
    ['passes a value that is unusual to the good', steady, 0.99, 'pass: within limit'],
    ['is unknown before there is a history', steady.slice(0, 7), 0.2, 'unknown: no value'],
  ])('%s', (_, history, now, expected) => {
    expect(said(judge(unusual, against(history, figure('roc_auc', now))))).toBe(expected);
  });

  it('needs labels where its figure does', () => {
    expect(needsLabels(unusual)).toBe(true);
    expect(familyOf({ metric: 'missing_share_series_iqr', scope: 'features' })).toBe('quality');
    expect(needsLabels({ metric: 'missing_share_series_iqr', scope: 'features' })).toBe(false);
    expect(needsLabels({ metric: 'selection_rate_series_z', scope: 'groups' })).toBe(false);
  });

  it('may be written, asks for no rows but those it has, and is refused of a metric that is none', () => {
    const good = parsed('roc_auc_series_mad');
    expect(good.ok && good.definition.rules[0]).toMatchObject({ metric: 'roc_auc_series_mad', minimumN: 1 });
    const asked = parsed('roc_auc_series_mad', ', min_n: 20');
    expect(asked.ok && asked.definition.rules[0]?.minimumN).toBe(20);
    const wrong = parsed('roc_auk_series_mad');
    expect(wrong.ok ? [] : wrong.faults.map(({ cure }) => cure)).toEqual(['Did you mean `roc_auc_series_mad`?']);
  });
});
