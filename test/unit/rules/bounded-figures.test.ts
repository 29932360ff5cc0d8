import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/model/definition.js';
import type { Figure, ValuedFigure } from '../../../src/model/figure.js';
import { definition, figure, judge, rule, said } from './builders.js';

/** A figure that was made from profiles. */
const within = (bound: number, made: Figure): Figure => ({ ...(made as ValuedFigure), bound });

const auc = (value: number, bound: number): Figure =>
  within(bound, figure('roc_auc', value, { interval: [value - 0.01, value + 0.01] }));

describe('verdicts on figures that are known within a bound', () => {
  it.each<[string, number, number, string]>([
    ['a bound that does not reach the limit changes nothing', 0.9, 0.01, 'pass: within limit'],
    ['a figure that is beyond the limit wherever it lies is a breach', 0.6, 0.01, 'breach: beyond limit'],
    ['a limit within the bound is neither a pass nor a breach', 0.749, 0.02, 'unknown: limit within bound'],
    ['nor is it a pass where the figure itself is on the safe side', 0.755, 0.02, 'unknown: limit within bound'],
    [
      'an interval that lies beyond the limit only at one end of the bound is not certain',
      0.738,
      0.005,
      'unknown: limit within bound',
    ],
    ['a bound of nothing is no bound', 0.6, 0, 'breach: beyond limit'],
  ])('%s', (_, value, bound, verdict) => {
    expect(said(judge(rule(), [auc(value, bound)]))).toBe(verdict);
  });

  it('says why in the evidence, and counts no breach', () => {
    expect(judge(rule(), [auc(0.749, 0.02)])).toMatchObject({
      breached: 0,
      evidence: [{ value: 0.749, reason: 'the limit lies within the bound of the figure' }],
    });
  });

  it('looks at both ends of a band, and at what lies between them', () => {
    const band = rule({ limit: { kind: 'outside', low: 0.7, high: 0.8 }, certainty: null });
    expect(said(judge(band, [auc(0.75, 0.01)]))).toBe('pass: within limit');
    expect(said(judge(band, [auc(0.75, 0.1)]))).toBe('unknown: limit within bound');
  });

  it('does not let an alert clear by a figure that may still be in the band', () => {
    const band = rule({ clear: 0.8, certainty: null });
    expect(said(judge(band, [auc(0.9, 0.01)]))).toBe('pass: within limit');
    expect(said(judge(band, [auc(0.805, 0.01)]))).toBe('unknown: limit within bound');
  });

  describe('with a test beside the size', () => {
    const drift: Rule = rule({
      id: 'drift-numeric',
      metric: 'ks_statistic',
      scope: 'features',
      limit: { kind: 'above', value: 0.1 },
      significance: { metric: 'ks_p_asymp', correction: 'benjamini-hochberg', level: 0.001 },
      certainty: null,
    });
    const watched = definition({ features: { numeric: ['age', 'balance'], categorical: [] }, rules: [drift] });
    const of = (column: string, d: number, p: number, bounds: readonly [number, number]): Figure[] => [
      within(bounds[0], figure('ks_statistic', d, { family: 'drift', on: 'both', column, n: 1000 })),
      within(bounds[1], figure('ks_p_asymp', p, { family: 'drift', on: 'both', column, n: 1000 })),
    ];
    it.each<[string, readonly Figure[], string]>([
      [
        'size and p-value hold wherever they lie',
        [...of('age', 0.3, 1e-9, [0.01, 1e-9]), ...of('balance', 0.02, 0.4, [0.01, 0.1])],
        'breach: beyond limit',
      ],
      [
        'the p-value may be too large',
        [...of('age', 0.3, 4e-4, [0.01, 2e-4]), ...of('balance', 0.02, 0.4, [0.01, 0.1])],
        'unknown: limit within bound',
      ],
      [
        'one feature of two may be too far away',
        [...of('age', 0.02, 0.4, [0.01, 0.1]), ...of('balance', 0.095, 1e-9, [0.01, 1e-9])],
        'unknown: limit within bound',
      ],
      [
        'one that is beyond for certain settles the rule for the other too',
        [...of('age', 0.3, 1e-9, [0.01, 1e-9]), ...of('balance', 0.095, 1e-9, [0.01, 1e-9])],
        'breach: beyond limit',
      ],
    ])('%s', (_, figures, verdict) => {
      expect(said(judge(drift, figures, { definition: watched }))).toBe(verdict);
    });
  });
});
