import { describe, expect, it } from 'vitest';
import { windowQuery } from '../../../src/io/mysql/window-query.js';
import type { ModelDefinition } from '../../../src/model/definition.js';
import { leftOut } from '../../../src/model/left-out.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { planChanges } from '../../../src/model/plan.js';
import { ROLE_COLUMNS, rolesOf } from '../../../src/model/roles.js';
import { smallestGroupOf } from '../../../src/model/smallest-group.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { familyOf } from '../../../src/rules/metric-family.js';

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
    expect(Object.keys(definition)).not.toEqual(expect.arrayContaining(['leaveOut']));
    expect(Object.keys(definition)).not.toEqual(expect.arrayContaining(['read']));
    expect(Object.keys(definition)).not.toEqual(expect.arrayContaining(['minimumGroup']));
    expect(smallestGroupOf(definition)).toBe(10);
    expect(ruleIds(definition)).toEqual(expect.arrayContaining(['weak-segments', 'personal-data']));
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['leave_out: [segment]', ['segment'], ['weak-segments']],
    ['leave_out: [security, estimate, security]', ['estimate', 'security'], ['personal-data']],
    ['leave_out: [drift]', ['drift'], ['drift-numeric', 'drift-categorical', 'drift-prediction']],
    ['leave_out: [performance, runtime]', ['performance', 'runtime'], ['recall']],
    ['read: hours', ['security', 'segment'], ['weak-segments', 'personal-data']],
    ['read: rows', [], []],
  ])('%s leaves out figures and their rules', (line, families, gone) => {
    const definition = parsed(`${line}\n`);
    expect([...leftOut(definition)].sort()).toEqual(families);
    const before = ruleIds(parsed());
    expect(before).toEqual(expect.arrayContaining([...gone]));
    expect(ruleIds(definition).filter((id) => gone.includes(id))).toEqual([]);
    if (families.length === 0) expect(definition).toEqual(parsed());
  });

  it.each([
    ['leave_out: [segment]', 'segment_gap, scope: segments', /`segment_gap` of the family `segment`.*leave_out/],
    ['leave_out: [performance]', 'roc_auc', /`roc_auc` of the family `performance`.*leave_out/],
    ['read: hours', 'pii_rate, scope: features', /`pii_rate`, which needs the rows/],
  ])('with %s no rule judges %s', (line, metric, message) => {
    const rules = `rules: { add: [{ id: mine, metric: ${metric}, above: 0.2 }] }\n`;
    const result = parseDefinition(`${BASE.replace(' CALLER', '')}${line}\n${rules}`, 'churn.yaml', {
      defaultRules,
      familyOf,
    });
    if (result.ok) throw new Error('it was taken');
    expect(result.faults.map((fault) => fault.message)).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['leave_out: [quality]', 'leave_out[0]', /^Item 1 must be drift, .*security, but is "quality"$/],
    ['leave_out: []', 'leave_out', /must be a list of at least 1, but is an empty list/],
    ['leave_out: [segments]', 'leave_out[0]', /but is "segments"$/],
    ['segments: false', 'segments', /`segments` is not a key of a definition/],
    ['read: hour', 'read', /must be rows, hours, but is "hour"/],
  ])('%s is a fault', (line, path, message) => {
    const result = parseDefinition(`${BASE.replace(' CALLER', '')}${line}\n`, 'churn.yaml', { defaultRules });
    if (result.ok) throw new Error('it was taken');
    expect(result.faults).toMatchObject([{ path, line: 11, message: expect.stringMatching(message) as string }]);
  });

  it('the least size of a group is a whole number from 1', () => {
    expect(smallestGroupOf(parsed('min_group: 25\n'))).toBe(25);
    const [step] = planChanges(parsed(), parsed('min_group: 25\n'));
    expect(step).toMatchObject({
      ...{ subject: 'min_group', effect: 'Messages about windows judged from now on follow it.' },
    });
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
