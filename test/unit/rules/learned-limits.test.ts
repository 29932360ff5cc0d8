import { describe, expect, it } from 'vitest';
import { byWindowFigure, ownWindowsOf } from '../../../src/model/by-window.js';
import type { Figure } from '../../../src/model/figure.js';
import type { RulesInput } from '../../../src/rules/evaluate.js';
import { learnedLimit, learnedP, usualOf, type Side, type Usual } from '../../../src/rules/learned-limits.js';
import { definition, figure, judge, rule, said } from './builders.js';

const own = (values: readonly number[], rows = 1000) => values.map((value) => ({ rows, value }));
const upTo20 = Array.from({ length: 20 }, (_, at) => at + 1);

function usual(values: readonly number[], side: Side): Usual {
  const found = usualOf(own(values), 1000, side);
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

describe('limits learned from twenty windows', () => {
  // SciPy 1.x: mean ± stats.t.ppf(1 - level, 19) * std(ddof=1) * sqrt(1 + 1/20) of 1 … 20, of their roots on the first line.
  it.each([
    { side: 'above', level: 0.001, limit: 46.69928946979458, value: 60, p: 0.00013730357821482004 },
    { side: 'below', level: 0.005, limit: -6.8434943343529575, value: -5, p: 0.0096386595137177 },
    { side: 'both', level: 0.01, limit: 27.843494334352958, value: 30, p: 0.004541241097274282 },
  ] as const)('$side: mean and t sd √(1 + 1/m)', ({ side, level, limit, value, p }) => {
    const learned = usual(upTo20, side);
    expect(learnedLimit(learned, level)).toBeCloseTo(limit, 8);
    expect(learnedP(value, learned)).toBeCloseTo(p, 12);
    expect(learnedP(learnedLimit(learned, level), learned)).toBeCloseTo(level, 9);
  });

  it('are of the roots only where large values are the trouble and none is negative', () => {
    expect(usual(upTo20, 'above').ofRoots).toBe(true);
    expect(usual([-1, ...upTo20], 'above').ofRoots).toBe(false);
    expect(usual(upTo20, 'below').ofRoots).toBe(false);
  });

  it.each([
    ['nineteen windows are too few', own(upTo20.slice(1)), 1000, /19 windows of its own, 20 needed/],
    ['less than half the rows of the smallest', own(upTo20, 1000), 499, /499 rows, .* 1000 to 1000/],
    ['more than twice the rows of the largest', own(upTo20, 1000), 2001, /2001 rows/],
    ['windows that are all alike have no deviation', own(upTo20.map(() => 0)), 1000, /all alike/],
  ])('none: %s', (_title, windows, rows, reason) => {
    const found = usualOf(windows, rows, 'above');
    expect('reason' in found && found.reason).toMatch(reason);
  });

  it.each([500, 2000])('twice or half the rows still compare: %s', (rows) => {
    expect(usualOf(own(upTo20), rows, 'above')).toMatchObject({ windows: 20 });
  });
});

describe('rules with learned limits', () => {
  const drift = rule({
    id: 'drift-numeric',
    metric: 'ks_statistic',
    scope: 'features',
    limit: { kind: 'above', value: 0.1 },
    significance: { metric: 'ks_p_asymp', correction: 'benjamini-hochberg', level: 0.001 },
    learned: true,
    minimumN: 200,
    certainty: null,
  });
  const distance = (d: number, p = 1e-12): Figure[] => [
    figure('ks_statistic', d, { family: 'drift', on: 'both', column: 'age' }),
    figure('ks_p_asymp', p, { family: 'drift', on: 'both', column: 'age' }),
  ];
  const usualDistances = (values: readonly number[], rows = 1000): Partial<RulesInput> => ({
    referenceFigures: [byWindowFigure(distance(0)[0]!, own(values, rows))],
  });
  /** Weekends lie farther from the rest than the days of work do. */
  const weeks = Array.from({ length: 28 }, (_, day) => (day % 7 < 5 ? 0.05 + day / 1000 : 0.2 + day / 1000));

  it('are preferred over p-values once available: a distance that is significant, but usual, passes', () => {
    expect(said(judge(drift, distance(0.22)))).toBe('breach: beyond limit');
    const verdict = judge(drift, distance(0.22), usualDistances(weeks));
    expect(said(verdict)).toBe('pass: uncertain');
    expect(verdict.evidence[0]?.learned).toMatchObject({ windows: 28 });
  });

  it('find what goes beyond the usual, and name the limit', () => {
    const verdict = judge(drift, distance(0.7), usualDistances(weeks));
    expect(said(verdict)).toBe('breach: beyond limit');
    const limit = verdict.evidence[0]?.learned?.limit ?? NaN;
    expect(limit).toBeGreaterThan(0.25);
    expect(limit).toBeLessThan(0.7);
    expect(verdict.limit).toMatch(/^above 0\.1 and significant .* and beyond 0\.\d+, learned from 28 windows/);
  });

  it('do not make a rule louder: without significance nothing breaches', () => {
    expect(said(judge(drift, distance(0.7, 0.3), usualDistances(weeks)))).toBe('pass: uncertain');
  });

  it('keep the size of the effect: a distance beyond the usual, but small, passes', () => {
    const close = weeks.map((_, day) => 0.01 + day / 1e6);
    expect(said(judge(drift, distance(0.09), usualDistances(close)))).toBe('pass: within limit');
  });

  it('leave it to the p-value where there are too few windows, or other row counts', () => {
    for (const change of [usualDistances(weeks.slice(0, 19)), usualDistances(weeks, 2001)]) {
      const verdict = judge(drift, distance(0.22), change);
      expect(said(verdict)).toBe('breach: beyond limit');
      expect(verdict.evidence[0]?.learned).toBeUndefined();
    }
  });

  it('are corrected over the family: one of thirty features has to go farther than one alone', () => {
    const names = Array.from({ length: 30 }, (_, at) => `f${at}`);
    const at = (column: string) => ({ family: 'drift', on: 'both', column }) as const;
    const figures = names.flatMap((name) => [
      figure('ks_statistic', 0.06, at(name)),
      figure('ks_p_asymp', 1e-12, at(name)),
    ]);
    const learned = (columns: readonly string[]): Partial<RulesInput> => ({
      definition: definition({ features: { numeric: columns, categorical: [] } }),
      referenceFigures: columns.map((name) => byWindowFigure(figure('ks_statistic', 0, at(name)), own(weeks))),
    });
    const one = judge(drift, figures.slice(0, 2), learned(['f0']));
    const thirty = judge(drift, figures, learned(names));
    expect(thirty.evidence[0]?.learned?.limit).toBeGreaterThan(one.evidence[0]?.learned?.limit ?? Infinity);
  });

  const latency = rule({
    metric: 'latency_p95',
    limit: { kind: 'changed', by: 0.5, relative: true },
    learned: true,
    certainty: 0.99,
  });
  const slow = figure('latency_p95', 160, { family: 'runtime', interval: [156, 164] });
  const before = figure('latency_p95', 100, { family: 'runtime', on: 'reference', interval: [98, 102] });

  it('are evidence beside the interval for rules without a test', () => {
    const usually = (values: readonly number[]): Figure[] => [before, byWindowFigure(before, own(values))];
    const calm = Array.from({ length: 24 }, (_, at) => 95 + (at % 10));
    const busy = Array.from({ length: 24 }, (_, at) => (at < 18 ? 80 : 155) + (at % 10));
    expect(said(judge(latency, [slow], { referenceFigures: usually(calm) }))).toBe('breach: beyond limit');
    expect(said(judge(latency, [slow], { referenceFigures: usually(busy) }))).toBe('pass: uncertain');
    expect(said(judge(latency, [slow], { referenceFigures: [before] }))).toBe('breach: beyond limit');
  });

  it('without any other evidence to fall back on are insufficient evidence, by name', () => {
    const bare = rule({ metric: 'error_rate', limit: { kind: 'above', value: 0 }, learned: true, certainty: null });
    const errors = figure('error_rate', 0.2, { family: 'runtime' });
    const verdict = judge(bare, [errors]);
    expect(said(verdict)).toBe('unknown: insufficient evidence');
    expect(verdict.evidence[0]?.reason).toBe(
      'insufficient evidence: the reference has 0 windows of its own, 20 needed',
    );
    const referenceFigures = [byWindowFigure(errors, own(upTo20.map((at) => at / 1000)))];
    expect(said(judge(bare, [errors], { referenceFigures }))).toBe('breach: beyond limit');
    expect(said(judge(bare, [errors], { referenceFigures, rows: 5000 }))).toBe('unknown: insufficient evidence');
  });

  it('guard against a fall from below', () => {
    const auc = rule({ limit: { kind: 'below', value: 0.75 }, learned: true, certainty: null });
    const usually = byWindowFigure(figure('roc_auc', 0), own(upTo20.map((at) => 0.7 + at / 500)));
    const at = (value: number): string => said(judge(auc, [figure('roc_auc', value)], { referenceFigures: [usually] }));
    expect([at(0.5), at(0.71), at(0.8)]).toEqual(['breach: beyond limit', 'pass: uncertain', 'pass: within limit']);
  });
});

describe('the list of a reference’s own windows', () => {
  it('comes back as it was put in, through JSON too', () => {
    const windows = [
      { rows: 120, value: 0.125 },
      { rows: 80, value: 0.0625 },
    ];
    const listed = byWindowFigure(figure('ks_statistic', 0, { family: 'drift', on: 'both', column: 'age' }), windows);
    expect(listed).toMatchObject({ metric: 'ks_statistic_by_window', on: 'reference', column: 'age', n: 2 });
    expect(ownWindowsOf(JSON.parse(JSON.stringify(listed)) as Figure)).toEqual(windows);
    expect(ownWindowsOf(figure('ks_statistic', 0.1))).toEqual([]);
  });
});
