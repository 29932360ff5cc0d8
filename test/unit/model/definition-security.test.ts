import { describe, expect, it } from 'vitest';
import { windowQuery } from '../../../src/io/mysql/window-query.js';
import type { ModelDefinition } from '../../../src/model/definition.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { planChanges } from '../../../src/model/plan.js';
import { ROLE_COLUMNS, rolesOf } from '../../../src/model/roles.js';
import { smallestGroupOf } from '../../../src/model/smallest-group.js';
import { defaultRules } from '../../../src/rules/default-rules.js';

const BASE = `
model: churn
task: binary
positive: 'yes'
features: { numeric: [age], categorical: [job] }
source:
  table: log
  columns: { id: id, time: at, prediction: said CALLER }
labels: { table: outcomes, id: id, label: outcome }
notify: { slack: { channel: '#alerts' } }
`;

function parsed(more = '', caller = ''): ModelDefinition {
  const result = parseDefinition(BASE.replace(' CALLER', caller) + more, 'churn.yaml', { defaultRules });
  if (!result.ok) throw new Error(result.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.definition;
}

const ruleIds = (definition: ModelDefinition): readonly string[] => definition.rules.map(({ id }) => id);

describe('what a definition says of privacy, segments and callers', () => {
  it('is nothing new for a definition that does not mention them', () => {
    const definition = parsed();
    expect(Object.keys(definition)).not.toEqual(expect.arrayContaining(['segments']));
    expect(Object.keys(definition)).not.toEqual(expect.arrayContaining(['minimumGroup']));
    expect(smallestGroupOf(definition)).toBe(10);
    expect(ruleIds(definition)).toEqual(expect.arrayContaining(['weak-segments', 'personal-data']));
  });

  it('the search for segments and its rule can be left out', () => {
    const definition = parsed('segments: false\n');
    expect(definition.segments).toBe(false);
    expect(ruleIds(definition)).not.toContain('weak-segments');
    expect(parsed('segments: true\n')).toEqual(parsed());
  });

  it('the least size of a group is a whole number from 1', () => {
    expect(smallestGroupOf(parsed('min_group: 25\n'))).toBe(25);
    const [step] = planChanges(parsed(), parsed('min_group: 25\n'));
    expect(step?.effect).toBe('Messages about windows judged from now on follow it.');
    expect(parseDefinition(`${BASE.replace(' CALLER', '')}min_group: 0\n`, 'churn.yaml', { defaultRules }).ok).toBe(
      false,
    );
  });

  it('a column of callers is read beside the others, and plays its part', () => {
    const definition = parsed('', ', caller: api_key_id');
    expect(rolesOf(definition).caller).toBe(ROLE_COLUMNS.caller);
    const { sql, plan } = windowQuery(definition, { from: 0, to: 1000 }, 2000);
    expect(sql).toContain('p.`api_key_id`');
    expect(plan).toContainEqual({ kind: 'category', name: ROLE_COLUMNS.caller });
    expect(rolesOf(parsed()).caller).toBeUndefined();
  });

  it('a rule may judge segments, of which only the worst are named', () => {
    const definition = parsed('rules: { add: [{ id: any-weak, metric: segment_gap, scope: segments, above: 0.2 }] }\n');
    expect(definition.rules.at(-1)).toMatchObject({ scope: 'segments', metric: 'segment_gap' });
  });
});
