import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import type { Verdict } from '../../../src/model/verdict.js';
import type { RulesInput } from '../../../src/rules/evaluate.js';
import { wilsonInterval } from '../../../src/numeric/proportion.js';
import { figure, judge, missing, reference, rule, said } from './builders.js';

describe('change against the reference', () => {
  const fell = rule({ limit: { kind: 'changed', by: -0.05, relative: false } });
  const pair = (current: number, before: number, half: number): [Figure[], Partial<RulesInput>] => [
    [figure('roc_auc', current, { interval: [current - half, current + half] })],
    {
      referenceFigures: [reference('roc_auc', before, { interval: [before - half, before + half] })],
    },
  ];

  it.each([
    ['a fall by 0.1 that is certain breaches', 0.7, 0.8, 0.03, 'breach: beyond limit'],
    // Half-widths 0.04 a side: √(0.04² + 0.04²) = 0.057 exceeds the 0.05 beyond the limit; one side's 0.04 would not.
    ['the reference’s error counts too: a fall by 0.1 is then uncertain', 0.7, 0.8, 0.04, 'pass: uncertain'],
    ['a fall by exactly 0.05 passes', 0.85, 0.9, 0, 'pass: within limit'],
    ['a rise passes', 0.9, 0.8, 0.01, 'pass: within limit'],
  ])('%s', (_title, current, before, half, expected) => {
    expect(said(judge(fell, ...pair(current, before, half)))).toBe(expected);
  });

  it('shows value, reference, change and the judged interval', () => {
    const [evidence] = judge(fell, ...pair(0.7, 0.8, 0.03)).evidence;
    expect(evidence).toMatchObject({ value: 0.7, reference: 0.8 });
    expect(evidence?.change).toBeCloseTo(-0.1, 12);
    expect(evidence?.judgedInterval?.[0]).toBeCloseTo(-0.1 - Math.hypot(0.03, 0.03), 9);
  });

  it.each([
    ['no reference at all', { referenceRows: null }, 'unknown: no reference'],
    ['a reference without the figure', {}, 'unknown: no reference'],
    [
      'a reference in which the figure has no value',
      { referenceFigures: [missing('roc_auc', 'one class only', { on: 'reference' })] },
      'unknown: no reference',
    ],
    ['a reference of too few', { referenceFigures: [reference('roc_auc', 0.8, { n: 10 })] }, 'unknown: too few rows'],
    [
      'a reference whose value is a convention',
      { referenceFigures: [reference('roc_auc', 0.8, { degenerate: true })] },
      'unknown: degenerate',
    ],
  ])('%s', (_title, change, expected) => {
    expect(said(judge(fell, [figure('roc_auc', 0.5)], change))).toBe(expected);
  });

  it.each([
    ['an error that grew by 30 % breaches "+20 %"', 1.3, 1, 'breach: beyond limit'],
    ['an error that grew by 20 % exactly does not', 1.2, 1, 'pass: within limit'],
    ['an error that fell passes', 0.5, 1, 'pass: within limit'],
    ['a reference of 0 has no relative change', 1, 0, 'unknown: no value'],
  ])('%s', (_title, current, before, expected) => {
    const grew = rule({ metric: 'mae', limit: { kind: 'changed', by: 0.2, relative: true } });
    const referenceFigures = [reference('mae', before)];
    expect(said(judge(grew, [figure('mae', current)], { referenceFigures }))).toBe(expected);
  });
});

describe('figures that follow from others', () => {
  const volume = rule({ metric: 'volume_ratio', limit: { kind: 'outside', low: 0.5, high: 2 }, minimumN: 1 });

  it.each([
    ['too short a history', [900, 1000, 1100], 'unknown: no value'],
    ['a usual volume', [900, 1000, 1100, 5000], 'pass: within limit'],
    ['exactly half of the usual', [2000, 2000, 2000, 2000], 'pass: within limit'],
    ['less than half of the usual', [2001, 2001, 2001, 2001], 'breach: beyond limit'],
    ['more than twice the usual', [499, 499, 499, 499, 9000], 'breach: beyond limit'],
    ['a history of empty windows', [0, 0, 0, 0, 9], 'unknown: no value'],
  ])('volume with %s', (_title, volumeHistory, expected) => {
    expect(said(judge(volume, [], { volumeHistory }))).toBe(expected);
  });

  it('measures the bias in standard deviations of the reference’s labels', () => {
    const bias = rule({ metric: 'mean_error_in_sd', limit: { kind: 'outside', low: -0.1, high: 0.1 } });
    // Variance of the labels = mse / (1 − R²) = 25 / 0.25 = 100, so the standard deviation is 10.
    const referenceFigures = [reference('mse', 25), reference('r2', 0.75)];
    const at = (error: number): Verdict => judge(bias, [figure('mean_error', error)], { referenceFigures });
    expect(said(at(-1.01))).toBe('breach: beyond limit');
    expect(at(-1.01).evidence[0]?.value).toBeCloseTo(-0.101, 12);
    expect(said(at(0.99))).toBe('pass: within limit');
    expect(said(judge(bias, [figure('mean_error', 5)]))).toBe('unknown: no value');
  });
});

describe('values that the reference has not seen', () => {
  const range = rule({
    metric: 'out_of_range_share',
    scope: 'features',
    limit: { kind: 'changed', by: 0.01, relative: false },
    minimumN: 100,
  });
  const at = (share: number, n: number, present = n): Verdict => {
    const shares = { family: 'quality', column: 'age' } as const;
    const current = figure('out_of_range_share', share, { ...shares, n, interval: wilsonInterval(share * n, n) });
    return judge(range, [current], {
      referenceFigures: [reference('missing_share', 1 - present / n, { ...shares, n })],
    });
  };

  it('a small reference leaves its range now and then: 6 of 150 are no evidence', () => {
    // The share beyond both ends of 150 values is Beta(2, 149): above 0.04 in one of sixty pairs of honest samples.
    expect(said(at(6 / 150, 150))).toBe('pass: uncertain');
  });

  it('a large one seldom does: 3 % of 5,000 are', () => {
    const verdict = at(0.03, 5000);
    expect(said(verdict)).toBe('breach: beyond limit');
    expect(verdict.evidence[0]?.reference).toBe(2 / 5000);
  });

  it('rests on the values that are present, not on the rows', () => {
    expect(said(at(0.03, 5000, 99))).toBe('unknown: too few rows');
    expect(said(at(0.03, 5000, 0))).toBe('unknown: no reference');
  });

  it.each([
    // Zipf's tail: of 500 values 40 are the only ones of their category, so 8 % of another sample are new to it.
    ['a long tail of rare categories is no news', 0.08, 40, 'pass: within limit'],
    ['more new ones than the tail explains are', 0.2, 40, 'breach: beyond limit'],
    ['few categories, all of them common: 4 % are news', 0.04, 0, 'breach: beyond limit'],
  ])('%s', (_title, unseen, singles, expected) => {
    const n = 500;
    const place = { family: 'quality', column: 'job', n } as const;
    const share = (count: number) => wilsonInterval(count, n);
    const current = figure('new_category_share', unseen, { ...place, interval: share(unseen * n) });
    const referenceFigures = [
      reference('missing_share', 0, place),
      reference('singleton_share', singles / n, { ...place, interval: share(singles) }),
    ];
    const newOnes = { ...range, metric: 'new_category_share' };
    expect(said(judge(newOnes, [current], { referenceFigures }))).toBe(expected);
  });

  it('takes the reference’s own figure where there is one', () => {
    const shares = { family: 'quality', column: 'age' } as const;
    const referenceFigures = [
      reference('missing_share', 0, shares),
      reference('out_of_range_share', 0.03, { ...shares, interval: [0.02, 0.04] }),
    ];
    expect(said(judge(range, [figure('out_of_range_share', 0.03, shares)], { referenceFigures }))).toBe(
      'pass: within limit',
    );
  });
});
