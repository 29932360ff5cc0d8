import { describe, expect, test } from 'vitest';

import {
  judgeRollback,
  poolFigures,
  type FeedCheck,
  type RestoredWindow,
  type VerificationInput,
  type WindowFigure,
} from '../../../src/response/verification.js';

const MONTH = 30 * 86_400_000;
const figure = (month: number, value: number, interval: readonly [number, number], n = 130): WindowFigure => ({
  from: month * MONTH,
  to: (month + 1) * MONTH,
  value,
  interval,
  n,
});
const window = (
  month: number,
  status: FeedCheck['status'],
  measured?: readonly [number, readonly [number, number]],
): RestoredWindow => ({
  from: month * MONTH,
  to: (month + 1) * MONTH,
  feedChecks: [{ rule: 'new-categories', status }],
  ...(measured && { figure: figure(month, ...measured) }),
});

const good = [0.68, [0.59, 0.75]] as const;
const bad = [0.45, [0.37, 0.55]] as const;
const input: VerificationInput = {
  target: 'v3',
  serving: 'v3',
  metric: 'roc_auc',
  higherIsBetter: true,
  windowsNeeded: 2,
  patience: 4,
  confidence: 0.99,
  restored: [window(3, 'pass', good), window(4, 'pass', [0.73, [0.64, 0.8]])],
  defective: [figure(1, 0.46, [0.36, 0.56]), figure(2, 0.446, [0.35, 0.55])],
};

describe('a rollback', () => {
  test('is verified when the target serves, the feed checks pass, and the figure is clearly better', () => {
    const verdict = judgeRollback(input);
    expect(verdict).toMatchObject({ state: 'verified', reason: 'restored', measured: 2 });
    expect(verdict.text).toMatch(/^roc_auc of v3 is 0\.70\d \(.*\), of the defective release 0\.45\d/);
  });

  test.each<[string, Partial<VerificationInput>, string, string]>([
    ['waits for the first window', { restored: [] }, 'waiting', 'windows to come'],
    ['waits for labels', { restored: [window(3, 'pass'), window(4, 'pass')] }, 'waiting', 'windows to come'],
    ['waits for the second window', { restored: [window(3, 'pass', good)] }, 'waiting', 'windows to come'],
    [
      'waits while a feed check could not be judged',
      { restored: [window(3, 'unknown', good), window(4, 'unknown', good)] },
      'waiting',
      'windows to come',
    ],
    [
      'waits while the intervals overlap',
      { restored: [window(3, 'pass', [0.55, [0.46, 0.64]]), window(4, 'pass', [0.52, [0.43, 0.61]])] },
      'waiting',
      'not clear yet',
    ],
    ['waits for the labels of the defective release', { defective: [] }, 'waiting', 'not clear yet'],
    ['fails at once when another version serves', { serving: 'v4', restored: [] }, 'failed', 'another version serves'],
    [
      'fails at once when a feed check still breaches',
      { restored: [window(3, 'breach')] },
      'failed',
      'feed checks still breach',
    ],
    [
      'fails when the restored version is clearly worse',
      { restored: [window(3, 'pass', [0.2, [0.15, 0.25]]), window(4, 'pass', [0.2, [0.15, 0.25]])] },
      'failed',
      'worse than the defective release',
    ],
    [
      'fails when it has waited long enough for labels',
      { restored: [3, 4, 5, 6].map((month) => window(month, 'pass')) },
      'failed',
      'not shown to be better',
    ],
    [
      'fails when the intervals still overlap after all windows',
      { restored: [3, 4, 5, 6].map((month) => window(month, 'pass', bad)) },
      'failed',
      'not shown to be better',
    ],
    [
      'fails when there is nothing to compare with after all windows',
      { defective: [], restored: [3, 4, 5, 6].map((month) => window(month, 'pass', good)) },
      'failed',
      'nothing to compare with',
    ],
  ])('%s', (_, change, state, reason) => {
    expect(judgeRollback({ ...input, ...change })).toMatchObject({ state, reason });
  });

  test('needs every broken feed check to pass once, and windows may come in any order', () => {
    const restored = [window(4, 'pass', good), window(3, 'unknown', good)];
    expect(judgeRollback({ ...input, restored })).toMatchObject({ state: 'verified' });
  });

  test('is judged by figures alone where no feed check had broken', () => {
    const restored = input.restored.map((one) => ({ ...one, feedChecks: [] }));
    expect(judgeRollback({ ...input, restored })).toMatchObject({ state: 'verified' });
  });

  test('knows figures that are better when they are smaller', () => {
    const swapped = { ...input, higherIsBetter: false };
    expect(judgeRollback(swapped)).toMatchObject({ state: 'failed', reason: 'worse than the defective release' });
  });
});

describe('figures of several windows', () => {
  test('are pooled by inverse variance', () => {
    // numpy: w = 1 / se², se = (high − low) / (2 · norm.ppf(0.995))
    const pooled = poolFigures([figure(1, 0.66, [0.6, 0.71]), figure(2, 0.72, [0.64, 0.79], 70)], 0.99);
    expect(pooled?.value).toBeCloseTo(0.6809826589595376, 10);
    expect(pooled?.interval[0]).toBeCloseTo(0.6366303841874738, 10);
    expect(pooled?.interval[1]).toBeCloseTo(0.7253349337316014, 10);
    expect(pooled).toMatchObject({ n: 200, windows: 2 });
  });

  test('keep the interval of a single window as it is, and are nothing without one', () => {
    expect(poolFigures([figure(1, 0.9, [0.7, 0.95])], 0.99)).toMatchObject({ value: 0.9, interval: [0.7, 0.95] });
    expect(poolFigures([], 0.99)).toBe(null);
  });

  test('are weighed by their count where an interval has no width', () => {
    const pooled = poolFigures([figure(1, 1, [1, 1], 10), figure(2, 0.5, [0.4, 0.6], 30)], 0.99);
    expect(pooled?.value).toBeCloseTo(0.625, 12);
  });
});
