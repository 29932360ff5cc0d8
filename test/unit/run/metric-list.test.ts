/** The catalogue that a rule's metric is checked against holds every metric that Plumbline's own rules use. */
import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { listMetrics, metricNames } from '../../../src/run/metric-list.js';

const TASKS = ['binary', 'multiclass', 'regression'];

describe('the list of metrics', () => {
  it.each(TASKS)('has every metric of the default rules of a %s model', (task) => {
    const text = `model: one
task: ${task}
${task === 'binary' ? "positive: 'yes'\n" : ''}features: { numeric: [age], categorical: [job], other: [sex] }
sensitive: [sex]
notify: { slack: { channel: '#alerts' } }
`;
    const parsed = parseDefinition(text, 'one.yaml', { defaultRules });
    expect(parsed).toMatchObject({ ok: true });
    const rules = parsed.ok ? parsed.definition.rules : [];
    const used = rules.flatMap((rule) => [
      rule.metric,
      ...(rule.significance === undefined ? [] : [rule.significance.metric]),
    ]);
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((metric) => !metricNames().includes(metric))).toEqual([]);
  });

  it('has each metric of a family once', () => {
    const keys = listMetrics().map(({ family, name }) => `${family}/${name}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});
