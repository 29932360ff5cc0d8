import { describe, expect, test } from 'vitest';

import { breachesNow, chooseRemedy, type Breach, type RemedyInput } from '../../../src/response/policy.js';

const auc: Breach = { rule: 'roc-auc', family: 'performance', severity: 'critical', action: 'remedy', version: 'v4' };
const latency: Breach = { ...auc, rule: 'latency-p95', family: 'runtime', action: 'rollback' };

const input: RemedyInput = {
  breaches: [auc],
  serving: { version: 'v4', origin: 'release', windows: 2 },
  predecessor: 'v3',
  recentWindows: 3,
  feedBrokenSinceRelease: ['new-categories'],
  defined: { retrain: true, rollback: true },
};
const worse = {
  metric: 'roc_auc',
  higherIsBetter: true,
  serving: { value: 0.46, interval: [0.36, 0.56] },
  predecessor: { value: 0.68, interval: [0.58, 0.76] },
} as const;
const noFeed = { feedBrokenSinceRelease: [] } as const;

describe('the remedy', () => {
  test.each<[string, Partial<RemedyInput>, string, string]>([
    ['a recent release broke the feed', {}, 'rollback', 'recent release broke the feed'],
    ['a recent release is clearly worse', { ...noFeed, performance: worse }, 'rollback', 'recent release is worse'],
    [
      'a recent retraining broke the feed',
      { serving: { version: 'v4', origin: 'retraining', windows: 1 } },
      'rollback',
      'recent release broke the feed',
    ],
    ['nothing speaks against the release', noFeed, 'retrain', 'the world has moved'],
    [
      'the release is only somewhat worse',
      { ...noFeed, performance: { ...worse, predecessor: { value: 0.6, interval: [0.5, 0.7] } } },
      'retrain',
      'the world has moved',
    ],
    [
      'the release is not recent any more',
      { serving: { version: 'v4', origin: 'release', windows: 4 } },
      'retrain',
      'the world has moved',
    ],
    [
      'the version is the first one',
      { serving: { version: 'v4', origin: 'first', windows: 1 }, predecessor: null },
      'retrain',
      'the world has moved',
    ],
    [
      'a rollback brought the version back, so that two versions cannot take turns',
      { serving: { version: 'v4', origin: 'rollback', windows: 1 } },
      'retrain',
      'the world has moved',
    ],
    [
      'a rule asks for retraining by name',
      { breaches: [{ ...auc, action: 'retrain' }] },
      'retrain',
      'rule asks for retraining',
    ],
    ['a warning asks for a remedy', { breaches: [{ ...auc, severity: 'warning' }] }, 'retrain', 'the world has moved'],
    ['a run-time rule names the rollback', { ...noFeed, breaches: [latency] }, 'rollback', 'rule asks for a rollback'],
  ])('when %s', (_, change, kind, reason) => {
    expect(chooseRemedy({ ...input, ...change })).toMatchObject({ kind, reason });
  });

  test.each<[string, Partial<RemedyInput>, string]>([
    ['nothing breaches', { breaches: [] }, 'no breach'],
    ['no breaching rule asks', { breaches: [{ ...auc, action: 'none' }] }, 'no action asked for'],
    [
      'only drift asks',
      { breaches: [{ ...auc, family: 'drift', severity: 'critical', action: 'remedy' }] },
      'warnings never act alone',
    ],
    ['only an estimate asks', { breaches: [{ ...auc, family: 'estimate' }] }, 'warnings never act alone'],
    [
      'only data quality asks',
      { breaches: [{ ...auc, family: 'quality', action: 'rollback' }] },
      'warnings never act alone',
    ],
    [
      'late labels speak of a version that is gone',
      { breaches: [{ ...auc, version: 'v3' }] },
      'version serves no more',
    ],
    ['no version came before', { predecessor: null }, 'no predecessor'],
    ['the definition has no rollback', { defined: { retrain: true, rollback: false } }, 'not defined'],
    ['the definition has no retraining', { ...noFeed, defined: { retrain: false, rollback: true } }, 'not defined'],
    [
      'a rollback is named by a rule that is not critical',
      { ...noFeed, breaches: [{ ...latency, severity: 'warning' }] },
      'only a critical breach offers a rollback',
    ],
    [
      'a rollback is named, and the version is an old one',
      { ...noFeed, breaches: [latency], serving: { version: 'v4', origin: 'release', windows: 40 } },
      'no recent release',
    ],
    [
      'the run-time suffers and no release is to blame',
      { ...noFeed, breaches: [{ ...latency, action: 'remedy' }] },
      'retraining cures no run-time fault',
    ],
  ])('is nothing when %s', (_, change, reason) => {
    expect(chooseRemedy({ ...input, ...change })).toMatchObject({ kind: 'none', target: null, reason });
  });

  test('names the version to go back to, and why, in a sentence', () => {
    expect(chooseRemedy(input)).toEqual({
      kind: 'rollback',
      target: 'v3',
      reason: 'recent release broke the feed',
      text: 'v4 has served 2 windows; checks of the fed features broke with it: new-categories.',
      rules: ['roc-auc'],
    });
  });

  test('knows figures that are worse when they are higher', () => {
    const performance = {
      metric: 'log_loss',
      higherIsBetter: false,
      serving: { value: 1, interval: [0.9, 1.1] },
      predecessor: { value: 0.7, interval: [0.6, 0.8] },
    } as const;
    expect(chooseRemedy({ ...input, ...noFeed, performance })).toMatchObject({ reason: 'recent release is worse' });
    expect(chooseRemedy({ ...input, ...noFeed, performance: { ...performance, higherIsBetter: true } })).toMatchObject({
      kind: 'retrain',
    });
  });

  test('retrains for the performance rule where a run-time rule breaches beside it without a recent release', () => {
    const serving = { version: 'v4', origin: 'release', windows: 9 } as const;
    expect(chooseRemedy({ ...input, ...noFeed, serving, breaches: [latency, auc] })).toMatchObject({
      kind: 'retrain',
      rules: ['roc-auc'],
    });
  });
});

describe('an alert asks for an action', () => {
  test.each([
    ['firing', 'ccb', true],
    ['acknowledged', 'ccb', true],
    ['firing', 'ccbuu', true],
    ['firing', 'ccbc', false],
    ['firing', 'ccbn', false],
    ['firing', 'ccbnu', false],
    ['resolved', 'bcc', false],
    ['pending', 'cb', false],
    ['firing', '', false],
  ] as const)('%s, windows %s: %s', (state, recent, asks) => {
    expect(breachesNow({ state, recent })).toBe(asks);
  });
});
