import { describe, expect, it } from 'vitest';
import { MEASURED_FAMILIES } from '../../../src/measure/measure.js';
import type { ModelDefinition } from '../../../src/model/definition.js';
import type { Fault } from '../../../src/model/definition-faults.js';
import { LEAVABLE_FAMILIES } from '../../../src/model/left-out.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';
import { planChanges, planLine } from '../../../src/model/plan.js';
import { storedDefinition } from '../../../src/model/stored-definition.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { familyOf } from '../../../src/rules/metric-family.js';

const BASE = `
model: churn
task: binary
positive: 'yes'
features: { numeric: [age], categorical: [job] }
sensitive: [job]
source:
  table: log
  columns: { id: id, time: at, prediction: said, score: score, latency: ms, error: code }
labels: { table: outcomes, id: id, label: outcome }
notify: { slack: { channel: '#alerts' } }
approvers: [ana]
`;

const parse = (more: string) => parseDefinition(BASE + more, 'churn.yaml', { defaultRules, familyOf });

function taken(more = ''): ModelDefinition {
  const result = parse(more);
  if (!result.ok) throw new Error(result.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.definition;
}

function faults(more: string): readonly Fault[] {
  const result = parse(more);
  if (result.ok) throw new Error('it was taken');
  return result.faults;
}

/** Every choice of some of the families. */
const CHOICES = Array.from({ length: 2 ** LEAVABLE_FAMILIES.length }, (_, bits) =>
  LEAVABLE_FAMILIES.filter((_family, k) => (bits & (1 << k)) !== 0),
);

describe('families that are left out', () => {
  it('may be all that cycles measure but quality: rows that came or did not come always count', () => {
    expect([...LEAVABLE_FAMILIES, 'quality'].sort()).toEqual([...MEASURED_FAMILIES].sort());
  });

  it('take their default rules along, and no other, whichever they are', () => {
    const all = taken().rules;
    expect(new Set(all.map(familyOf)).size).toBe(MEASURED_FAMILIES.length - 1);
    for (const left of CHOICES.slice(1)) {
      const { rules, leaveOut } = taken(`leave_out: [${left.join(', ')}]\n`);
      expect(leaveOut).toEqual(left);
      expect(rules).toEqual(all.filter((rule) => !left.some((family) => family === familyOf(rule))));
      expect(rules.map(({ id }) => id)).toEqual(expect.arrayContaining(['volume', 'duplicate-ids', 'poison-rows']));
    }
  });

  it('may be named twice and in any order', () => {
    expect(taken('leave_out: [segment, drift, segment]\n')).toEqual(taken('leave_out: [drift, segment]\n'));
  });

  it.each([
    ['leave_out: [segments]', 'leave_out[0]', 'Did you mean `segment`?'],
    ['leave_out: [drift, estimates]', 'leave_out[1]', 'Did you mean `estimate`?'],
    ['leave_out: [run-time]', 'leave_out[0]', 'Did you mean `runtime`?'],
    ['leave_out: [anomaly]', 'leave_out[0]', 'Choose one of: `drift`, `performance`, `fairness`'],
    ['leave_out: segment', 'leave_out', 'For example `[segment, security]`'],
    ['segments: false', 'segments', 'For `segments: false` write `leave_out: [segment]`'],
  ])('%s is told what to write', (line, path, cure) => {
    expect(faults(`${line}\n`)).toMatchObject([{ path, line: 13, cure: expect.stringContaining(cure) as string }]);
  });
});

const RULE = { id: 'mine', above: 0.2 };
const added = (rule: object): string => `rules: { add: [${JSON.stringify({ ...RULE, ...rule })}] }`;
const significant = { metric: 'missing_share', scope: 'features', significance: { metric: 'chi2_p_pooled' } };

describe('what would wait for figures that are left out is a fault where it stands', () => {
  it.each([
    [
      'drift',
      added({ metric: 'ks_statistic', scope: 'features' }),
      'rules.add[0].metric',
      '`ks_statistic` of the family',
    ],
    ['estimate', added({ metric: 'estimated_recall' }), 'rules.add[0].metric', '`estimated_recall` of the family'],
    ['runtime', added({ metric: 'latency_p95_series_iqr' }), 'rules.add[0].metric', 'of the family `runtime`'],
    ['fairness', added({ metric: 'tpr_to_rest', scope: 'groups' }), 'rules.add[0].metric', 'of the family `fairness`'],
    ['drift', added(significant), 'rules.add[0].metric', '`chi2_p_pooled` of the family `drift`'],
    ['segment', 'rules: { change: { weak-segments: off } }', 'rules.change.weak-segments', 'the family `segment`'],
    ['performance', 'rules: { change: { recall: { min_n: 9 } } }', 'rules.change.recall', 'the family `performance`'],
    [
      'performance',
      'actions: { rollback: {} }',
      'actions.rollback',
      'verified by a figure of the family `performance`',
    ],
  ])('%s and %s', (family, line, path, message) => {
    taken(`${line}\n`);
    expect(faults(`leave_out: [${family}]\n${line}\n`)).toMatchObject([
      {
        path,
        line: 14,
        message: expect.stringContaining(message) as string,
        cure: expect.stringContaining(family) as string,
      },
    ]);
    taken(`leave_out: [security]\n${line}\n`);
  });

  it('a changed default rule that needs rows says so where windows are sums of hours', () => {
    const [fault] = faults('read: hours\nrules: { change: { weak-segments: off } }\n');
    expect(fault).toMatchObject({
      path: 'rules.change.weak-segments',
      cure: 'Leave the rule out, or write `read: rows`',
    });
  });

  it('a rule that never was is not taken for one that is left out', () => {
    const [fault] = faults('leave_out: [segment]\nrules: { change: { weakest-segments: off } }\n');
    expect(fault?.message).toBe('There is no default rule `weakest-segments` to change');
  });

  it('retraining by a gate of its own, and rules on what is measured, are none', () => {
    taken('leave_out: [performance, fairness]\nactions: { retrain: { command: [node, trainer.js] } }\n');
    taken(`leave_out: [performance, runtime]\n${added({ metric: 'infinite_share', scope: 'features' })}\n`);
  });
});

describe('a definition that an earlier version stored', () => {
  const { leaveOut: _none, ...plain } = taken();
  const { leaveOut: _segment, ...without } = taken('leave_out: [segment]\n');

  it.each([
    ['with `segments: false` leaves out segments', { ...without, segments: false }, taken('leave_out: [segment]\n')],
    ['with families left out is as it was', taken('leave_out: [drift]\n'), taken('leave_out: [drift]\n')],
    ['without either leaves out nothing', plain, taken()],
  ])('%s', (_title, stored, expected) => {
    expect(storedDefinition(JSON.parse(JSON.stringify(stored)))).toEqual(expected);
  });

  it('changes only where the file says something else', () => {
    const before = storedDefinition({ ...without, segments: false });
    expect(planChanges(before, taken('leave_out: [segment]\n'))).toEqual([]);
    const lines = planChanges(before, taken('leave_out: [segment, drift]\n')).map(planLine);
    expect(lines[0]).toMatch(/leave_out: segment → drift, segment\. Figures are measured so from the next cycle on/);
    expect(planChanges(before, taken()).map(({ subject }) => subject)).toEqual(['leave_out', 'rule weak-segments']);
  });
});
