import { describe, expect, test } from 'vitest';
import { entry, missingEntry } from '../../../bench/entry.js';
import { sameFigures, withinBounds } from '../../../bench/evaluate/same-figures.js';

const AT_MOST_HALF = { of: 'ratio', is: 'at most', limit: 0.5 } as const;

describe('an entry of a benchmark', () => {
  test.each([
    ['an odd number of runs: the middle one', [3, 1, 2], 2],
    ['an even number: the mean of the two in the middle', [4, 1, 2, 3], 2.5],
    ['one run', [7], 7],
  ])('is the median of its runs; %s', (_, runs, median) => {
    const { value, runs: told } = entry({ name: 'a', unit: 's', runs });
    expect(value).toBe(median);
    expect(told).toEqual({ min: Math.min(...runs), median, max: Math.max(...runs) });
  });

  test('compares neighbours where runs are paired, so that a slow minute meets both', () => {
    const to = entry({ name: 'peer', unit: 's', runs: [2, 20, 4] });
    const own = { name: 'own', unit: 's', runs: [1, 10, 1], to };
    expect(entry({ ...own, paired: [2, 20, 4] }).ratio).toBe(0.5);
    expect(entry(own).ratio).toBe(0.25);
    expect(() => entry({ ...own, paired: [2] })).toThrow('pairs');
  });

  test('what was not measured has no value, and neither has a ratio to it: both say why', () => {
    const to = missingEntry('peer', 's', 'no Python here');
    expect(to).toMatchObject({ value: null, runs: null, met: null, note: 'no Python here' });
    const own = entry({ name: 'own', unit: 's', runs: [1], to, goal: AT_MOST_HALF });
    expect(own).toMatchObject({ value: 1, ratio: null, met: null, note: 'no Python here', goal: 'ratio <= 0.5' });
  });

  test.each([
    ['met', 1, true],
    ['met at the limit', 2, true],
    ['missed', 3, false],
  ])('its goal is %s', (_, run, met) => {
    const to = entry({ name: 'peer', unit: 's', runs: [4] });
    expect(entry({ name: 'own', unit: 's', runs: [run], to, goal: AT_MOST_HALF }).met).toBe(met);
  });

  test('no runs are no number', () => {
    expect(() => entry({ name: 'a', unit: 's', runs: [] })).toThrow(RangeError);
  });
});

describe('figures of a peer', () => {
  const ours = new Map([
    ['drift/a/ks_statistic', 0.25],
    ['drift/a/psi', 1e-9],
  ]);

  test.each([
    ['the same to rounding', [['drift/a/ks_statistic', 0.25 + 1e-11]], 1],
    ['near nothing, where only the absolute difference says something', [['drift/a/psi', 1e-9 + 9e-13]], 1],
    ['those that only the script takes are not asked for', [['fairness/current/sex/fpr_ratio', 0.5]], 0],
  ] as const)('agree: %s', (_, theirs, compared) => {
    expect(sameFigures(ours, new Map<string, number>(theirs))).toBe(compared);
  });

  test.each([
    ['another value', [['drift/a/ks_statistic', 0.25 + 1e-7]]],
    ['a figure that we lack', [['drift/b/ks_statistic', 0.25]]],
    ['no number', [['drift/a/ks_statistic', NaN]]],
  ] as const)('end the benchmark: %s', (_, theirs) => {
    expect(() => sameFigures(ours, new Map<string, number>(theirs))).toThrow('1 figures differ');
  });
});

describe('figures with bounds', () => {
  const ours = new Map([
    ['drift/a/ks_statistic', 0.25],
    ['quality/current/a/mean', 3],
    ['only/ours', 1],
  ]);
  const bounds = new Map([['drift/a/ks_statistic', 0.01]]);
  const against = (theirs: ReadonlyArray<readonly [string, number]>): number =>
    withinBounds(ours, bounds, new Map<string, number>(theirs));

  test('agree where each of the peer lies within its bound; one that only one of both gives is not compared', () => {
    expect(
      against([
        ['drift/a/ks_statistic', 0.2401],
        ['quality/current/a/mean', 3 + 1e-10],
        ['only/theirs', 7],
      ]),
    ).toBe(2);
  });

  test.each([
    ['beyond the bound', [['drift/a/ks_statistic', 0.2399]]],
    ['another value where there is no bound', [['quality/current/a/mean', 3.000_001]]],
    ['no number', [['quality/current/a/mean', NaN]]],
    ['nothing that both give', [['only/theirs', 7]]],
  ] as const)('end the benchmark: %s', (_, theirs) => {
    expect(() => against(theirs)).toThrow(/by the peer|no figure of the peer/);
  });
});
