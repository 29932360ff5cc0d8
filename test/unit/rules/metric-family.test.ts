import { describe, expect, it } from 'vitest';
import type { RuleScope } from '../../../src/model/definition.js';
import { listMetrics, ruleMetricNames, type ListedMetric } from '../../../src/run/metric-list.js';
import { familyOf } from '../../../src/rules/metric-family.js';

/** The scope of a rule that finds the metric's figures. */
function scopeOf({ family, name, of }: ListedMetric): RuleScope {
  if (family === 'fairness') return 'groups';
  if (of.endsWith('columns') || name.startsWith('pii_')) return 'features';
  return family === 'segment' ? 'segments' : 'model';
}

describe('the family of a rule', () => {
  const named = new Set(ruleMetricNames());
  const families = new Map<string, string[]>();
  for (const { name, family } of listMetrics()) families.set(name, [...(families.get(name) ?? []), family]);

  // A rule looks at no pair of columns.
  const judged = listMetrics().filter(({ name, of }) => named.has(name) && of !== 'rows and pairs of columns');
  it.each(judged.map((metric) => [metric.name, scopeOf(metric)] as const))(
    '%s of %s is that of its figures',
    (metric, scope) => {
      expect(families.get(metric)).toContain(familyOf({ metric, scope }));
    },
  );
});
