import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import { definition, figure, judge, rule, said } from './builders.js';

describe('rules on features', () => {
  const drift = rule({
    id: 'drift-numeric',
    metric: 'ks_statistic',
    scope: 'features',
    limit: { kind: 'above', value: 0.1 },
    significance: { metric: 'ks_p_asymp', correction: 'benjamini-hochberg', level: 0.001 },
    minimumN: 200,
    certainty: null,
  });
  const names = Array.from({ length: 30 }, (_, index) => `f${index}`);
  const many = definition({ features: { numeric: names, categorical: ['job'] }, rules: [drift] });
  const measured = (column: string, d: number, p: number, n = 1000): Figure[] => [
    figure('ks_statistic', d, { family: 'drift', on: 'both', column, n }),
    figure('ks_p_asymp', p, { family: 'drift', on: 'both', column, n }),
  ];
  const quiet = names.flatMap((name, index) => measured(name, 0.02 + index / 1000, 0.2));

  it('rolls thirty features up into one verdict', () => {
    const verdict = judge(drift, quiet, { definition: many });
    expect(verdict).toMatchObject({ status: 'pass', segment: '', breached: 0, judged: 30 });
    expect(verdict.evidence.map(({ subject }) => subject)).toEqual(['f29']);
  });

  it('names the breaching features, worst first, at most ten, and counts them all', () => {
    const figures = names.flatMap((name, index) => measured(name, index < 12 ? 0.2 + index / 100 : 0.02, 1e-9));
    const verdict = judge(drift, figures, { definition: many });
    expect(verdict).toMatchObject({ status: 'breach', breached: 12, judged: 30 });
    expect(verdict.evidence).toHaveLength(10);
    expect(verdict.evidence.slice(0, 2).map(({ subject }) => subject)).toEqual(['f11', 'f10']);
  });

  it('needs size and significance: a large distance alone is uncertain, a small one is nothing', () => {
    const large = [...quiet.slice(2), ...measured('f0', 0.3, 0.01)];
    expect(said(judge(drift, large, { definition: many }))).toBe('pass: uncertain');
    const small = [...quiet.slice(2), ...measured('f0', 0.09, 1e-20)];
    expect(said(judge(drift, small, { definition: many }))).toBe('pass: within limit');
  });

  it('corrects the p-value over every test of its kind in the window, the prediction’s included', () => {
    // 1e-3 / 31 tests = 3.2e-5 is the first step of Benjamini–Hochberg.
    const score = measured('score', 0.01, 0.5);
    const at = (p: number): string =>
      said(judge(drift, [...quiet.slice(2), ...score, ...measured('f0', 0.3, p)], { definition: many }));
    expect(at(3.2e-5)).toBe('breach: beyond limit');
    expect(at(3.3e-5)).toBe('pass: uncertain');
    const verdict = judge(drift, [...quiet.slice(2), ...score, ...measured('f0', 0.3, 3e-5)], { definition: many });
    expect(verdict.evidence[0]?.p).toBeCloseTo(31 * 3e-5, 12);
  });

  it('leaves out a feature that rests on too few, and says how many', () => {
    const figures = [...quiet.slice(2), ...measured('f0', 0.9, 1e-30, 199)];
    const verdict = judge(drift, figures, { definition: many });
    expect(verdict).toMatchObject({ status: 'pass', judged: 29, leftOut: 1 });
  });

  it('is unknown if every feature is left out, with the reason of each', () => {
    const verdict = judge(drift, [...measured('f0', 0.9, 0, 5), ...measured('f1', 0.9, 0, 6)], { definition: many });
    expect(verdict).toMatchObject({ status: 'unknown', reason: 'too few rows', judged: 0, leftOut: 2 });
    expect(verdict.evidence.map(({ subject, reason }) => [subject, reason])).toEqual([
      ['f0', 'rests on 5, needs 200'],
      ['f1', 'rests on 6, needs 200'],
    ]);
  });

  it('leaves out a feature whose p-value is missing: no test, no verdict', () => {
    const figures = [figure('ks_statistic', 0.9, { family: 'drift', on: 'both', column: 'f0' }), ...quiet.slice(2)];
    expect(judge(drift, figures, { definition: many })).toMatchObject({ status: 'pass', judged: 29, leftOut: 1 });
  });

  it('without a reference is unknown for that reason', () => {
    expect(said(judge(drift, [], { definition: many, referenceRows: null }))).toBe('unknown: no reference');
  });

  it('looks only at the features it is narrowed to, and misses the one that was not measured', () => {
    const narrow = { ...drift, only: ['f1', 'gone'] };
    const verdict = judge(narrow, [...measured('f0', 0.9, 0), ...measured('f1', 0.05, 0.5)], { definition: many });
    expect(verdict).toMatchObject({ status: 'pass', judged: 1, leftOut: 1 });
  });

  it('judges prediction and score by the prediction rule only', () => {
    const scores = { ...drift, scope: 'prediction' as const };
    const figures = [...quiet, ...measured('score', 0.5, 0)];
    expect(judge(scores, figures, { definition: many })).toMatchObject({ status: 'breach', judged: 1 });
    expect(judge(drift, figures, { definition: many })).toMatchObject({ status: 'pass', judged: 30 });
  });

  it('shares the certainty out among the features: what is certain for one need not be for thirty', () => {
    const share = rule({ metric: 'missing_share', scope: 'features', limit: { kind: 'above', value: 0.01 } });
    const of = (column: string, value: number): Figure =>
      figure('missing_share', value, { family: 'quality', column, interval: [value - 0.02, value + 0.02] });
    const alone = definition({ features: { numeric: ['f0'], categorical: [] }, rules: [share] });
    expect(said(judge(share, [of('f0', 0.031)], { definition: alone }))).toBe('breach: beyond limit');
    const crowd = [of('f0', 0.031), ...names.slice(1).map((name) => of(name, 0))];
    expect(said(judge(share, crowd, { definition: { ...many, rules: [share] } }))).toBe('pass: uncertain');
  });
});
