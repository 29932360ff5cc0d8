import { describe, expect, it } from 'vitest';
import { summaryOf, valueOf, worseOf } from '../../../src/alerts/verdict-summary.js';
import type { Evidence, Verdict } from '../../../src/model/verdict.js';
import { verdict } from './alert-story.js';

const of = (evidence: readonly Evidence[], breached: number, judged: number): Verdict => ({
  ...verdict('breach'),
  evidence,
  breached,
  judged,
});
const one = (subject: string, value: number | null, reference?: number): Evidence => ({
  figure: `drift/${subject}/ks_statistic`,
  subject,
  value,
  n: 100,
  ...(reference !== undefined && { reference }),
});

describe('a verdict in a few words', () => {
  it.each([
    [of([one('', 0.6123456, 0.74)], 1, 1), 'roc_auc 0.6123 (reference 0.74)'],
    [of([one('age', 0.21), one('balance', 0.18)], 2, 30), 'age 0.21, balance 0.18 (2 of 30)'],
    [
      of([one('a', 0.4), one('b', 0.3), one('c', 0.2), one('d', 0.1)], 12, 30),
      'a 0.4, b 0.3, c 0.2 and 9 more (12 of 30)',
    ],
    [of([one('age', 0.05), one('balance', 0.04)], 0, 30), 'age 0.05 (0 of 30)'],
    [of([one('', null)], 0, 0), 'roc_auc without a value'],
    [of([one('x'.repeat(500), 1)], 1, 2), `${'x'.repeat(59)}… 1 (1 of 2)`],
    [
      of([{ ...one('', 0.58, 0.8), pooled: { windows: 3, value: 0.6111111, n: 180 } }], 1, 1),
      'roc_auc 0.58 (reference 0.8), 0.6111 over 3 windows together',
    ],
    [of([], 0, 0), ''],
  ])('%#', (said, words) => {
    expect(summaryOf(said, 'roc_auc')).toBe(words);
  });

  it('takes its value from the worst subject', () => {
    expect(valueOf(of([one('a', 0.4), one('b', 0.3)], 2, 2))).toBe(0.4);
    expect(valueOf(of([], 0, 0))).toBeNull();
  });

  it.each([
    [{ kind: 'below', value: 0.75 }, 0.6, 0.7, 0.6],
    [{ kind: 'above', value: 0.1 }, 0.3, 0.2, 0.3],
    [{ kind: 'outside', low: 0.5, high: 2 }, 0.4, 5, 5],
    [{ kind: 'outside', low: 0.5, high: 2 }, 0.1, 2.1, 0.1],
    [{ kind: 'changed', by: -0.05, relative: false }, 0.6, 0.7, 0.6],
    [{ kind: 'changed', by: 0.2, relative: true }, 12, 15, 15],
    [{ kind: 'below', value: 0.75 }, null, 0.7, 0.7],
    [{ kind: 'below', value: 0.75 }, 0.6, null, 0.6],
    [{ kind: 'below', value: 0.75 }, null, null, null],
  ] as const)('%j: of %s and %s the worse is %s', (limit, a, b, worse) => {
    expect(worseOf(limit, a, b)).toBe(worse);
  });
});
