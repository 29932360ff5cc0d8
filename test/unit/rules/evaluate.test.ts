import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/model/definition.js';
import { cycleVerdict, unknownVerdicts } from '../../../src/rules/evaluate.js';
import { definition, figure, judge, missing, reference, rule, said } from './builders.js';

describe('what a rule says of one figure', () => {
  const accuracy = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 }, certainty: null });
  const auc = rule();

  it.each([
    ['W6: accuracy 0.95 passes "below 0.9"', accuracy, figure('accuracy', 0.95), 'pass: within limit'],
    ['W6: accuracy 0.90 passes, the comparison is strict', accuracy, figure('accuracy', 0.9), 'pass: within limit'],
    ['W6: accuracy 0.89 breaches', accuracy, figure('accuracy', 0.89), 'breach: beyond limit'],
    [
      'a value beyond the limit with its whole interval breaches',
      auc,
      figure('roc_auc', 0.7, { interval: [0.66, 0.74] }),
      'breach: beyond limit',
    ],
    [
      'a value beyond the limit whose interval is not is uncertain, and passes',
      auc,
      figure('roc_auc', 0.7, { interval: [0.64, 0.76] }),
      'pass: uncertain',
    ],
    [
      'a value inside the limit passes whatever its interval',
      auc,
      figure('roc_auc', 0.8, { interval: [0.6, 0.9] }),
      'pass: within limit',
    ],
    ['a figure without an interval is judged bare', auc, figure('roc_auc', 0.74), 'breach: beyond limit'],
    [
      'with a lower certainty the interval shrinks and the breach is certain',
      rule({ certainty: 0.9 }),
      figure('roc_auc', 0.7, { interval: [0.64, 0.76] }),
      'breach: beyond limit',
    ],
    [
      'between fire and clear threshold it is in the band',
      rule({ clear: 0.8 }),
      figure('roc_auc', 0.77),
      'pass: in band',
    ],
    ['a conventional value is never judged', auc, figure('roc_auc', 0, { degenerate: true }), 'unknown: degenerate'],
    ['too small a denominator is not judged', auc, figure('roc_auc', 0.1, { n: 49 }), 'unknown: too few rows'],
    ['a figure without a value is unknown', auc, missing('roc_auc', 'no positive label'), 'unknown: no value'],
    ['a text is no number', auc, figure('roc_auc', 0, { value: 'high' }), 'unknown: no value'],
    ['a figure that was not measured is unknown', auc, figure('recall', 0.1), 'unknown: no value'],
    ['a figure of one class is not the model’s', auc, figure('roc_auc', 0.1, { class: 'a' }), 'unknown: no value'],
    ['a figure of one version is not the model’s', auc, figure('roc_auc', 0.1, { version: '2' }), 'unknown: no value'],
    ['a figure of the reference is not judged', auc, figure('roc_auc', 0.1, { on: 'reference' }), 'unknown: no value'],
  ])('%s', (_title, one, measured, expected) => {
    expect(said(judge(one, [measured]))).toBe(expected);
  });

  it.each([
    ['an empty window', { rows: 0 }, 'unknown: empty window', false],
    ['a window below the minimum of rows', { rows: 199 }, 'unknown: too few rows', false],
    [
      'labels that may still come, however bad the figure',
      { labels: { present: true, coverage: 0.5, final: false } },
      'unknown: labels not in yet',
      true,
    ],
    [
      'labels that did not come by the deadline',
      { labels: { present: false, coverage: 0, final: true } },
      'unknown: no labels',
      false,
    ],
    [
      'few labels at the deadline are judged',
      { labels: { present: true, coverage: 0.3, final: true } },
      'breach: beyond limit',
      false,
    ],
  ])('%s', (_title, change, expected, provisional) => {
    const verdict = judge(auc, [figure('roc_auc', 0.5)], change);
    expect(said(verdict)).toBe(expected);
    expect(verdict.provisional).toBe(provisional);
    expect(verdict.evidence.length).toBeGreaterThan(0);
  });

  it('judges the label coverage itself where no label came', () => {
    const coverage = rule({ metric: 'label_coverage', limit: { kind: 'below', value: 0.8 } });
    const labels = { present: false, coverage: 0, final: true };
    expect(said(judge(coverage, [figure('label_coverage', 0)], { labels }))).toBe('breach: beyond limit');
  });

  it('judges what needs no labels while they are awaited', () => {
    const labels = { present: false, coverage: 0, final: false };
    const errors = rule({ metric: 'error_rate', limit: { kind: 'above', value: 0.01 } });
    expect(said(judge(errors, [figure('error_rate', 0.5, { family: 'runtime' })], { labels }))).toBe(
      'breach: beyond limit',
    );
  });

  it('carries limit, severity, action and evidence into the verdict', () => {
    const verdict = judge(auc, [figure('roc_auc', 0.7, { interval: [0.66, 0.74], n: 321 })]);
    expect(verdict).toMatchObject({
      rule: 'auc-floor',
      segment: '',
      severity: 'critical',
      action: 'remedy',
      limit: 'below 0.75',
      breached: 1,
      judged: 1,
      evidence: [{ figure: 'performance/current/roc_auc', subject: '', value: 0.7, interval: [0.66, 0.74], n: 321 }],
    });
  });
});

describe('a window as a whole', () => {
  const pass = judge(rule(), [figure('roc_auc', 0.9)]);
  const breach = judge(rule(), [figure('roc_auc', 0.1)]);
  const unknown = judge(rule(), []);

  it.each([
    [[pass, unknown], 'pass'],
    [[pass, breach, unknown], 'breach'],
    [[unknown], 'unknown'],
    [[], 'unknown'],
  ])('verdicts %# in one word', (verdicts, expected) => {
    expect(cycleVerdict(verdicts)).toBe(expected);
  });

  it('that could not be measured is unknown by every rule, with the reason', () => {
    const rules = [rule(), rule({ id: 'parity', metric: 'selection_rate_to_rest', scope: 'groups' })];
    const verdicts = unknownVerdicts(definition({ rules }), 'error', 'the source is unreachable');
    expect(verdicts.map(({ rule: id, segment, status }) => [id, segment, status])).toEqual([
      ['auc-floor', '', 'unknown'],
      ['parity', 'sex', 'unknown'],
      ['parity', 'sex x race', 'unknown'],
    ]);
    expect(verdicts[0]?.evidence[0]?.reason).toBe('the source is unreachable');
  });

  it('never passes without a figure that can be judged, and survives any number', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324));
    const limit = fc.constantFrom<Rule['limit']>(
      { kind: 'below', value: 0.5 },
      { kind: 'outside', low: -1, high: 1 },
      { kind: 'changed', by: 0.1, relative: true },
      { kind: 'changed', by: -0.1, relative: false },
    );
    fc.assert(
      fc.property(limit, value, value, fc.nat(200), fc.boolean(), (of, now, before, n, degenerate) => {
        const half = Math.min(1e300, Math.abs(now));
        const one = figure('roc_auc', now, {
          n,
          interval: [now - half, now + half],
          ...(degenerate && { degenerate }),
        });
        const referenceFigures = [reference('roc_auc', before)];
        const verdict = judge(rule({ limit: of }), [one], { referenceFigures });
        if (n < 50 || degenerate) expect(verdict.status).toBe('unknown');
        expect(JSON.parse(JSON.stringify(verdict))).toBeTruthy();
      }),
    );
  });
});
