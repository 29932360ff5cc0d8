/** How distances and tests between two periods have to behave, whatever the periods hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { categoryMeasures } from '../../src/drift/catalogue.js';
import { measureDrift } from '../../src/drift/measure-drift.js';
import type { Column } from '../../src/model/frame.js';
import { profileFrame } from '../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../unit/frames.js';

function valueOf(metric: string, before: Column, now: Column): number | null {
  const frames = { reference: frameOf([before]), current: frameOf([now]) };
  const roles = rolesFor(frames.reference);
  const [reference, current] = [profileFrame(frames.reference, roles), profileFrame(frames.current, roles)];
  const [figure] = measureDrift(reference, current, roles, { metrics: [metric], frames });
  return typeof figure?.value === 'number' ? figure.value : null;
}

type Sample = readonly number[];
const ofNumbers = (metric: string, before: Sample, now: Sample): number | null =>
  valueOf(metric, numbers('x', before), numbers('x', now));
const ofTexts = (metric: string, before: readonly string[], now: readonly string[]): number | null =>
  valueOf(metric, texts('c', before), texts('c', now));

/** Equal, or equal up to the rounding of sums; both without a value counts as equal. */
function expectClose(got: number | null, wanted: number | null, what: string): void {
  if (got === null || wanted === null) expect(got, what).toBe(wanted);
  else expect(Math.abs(got - wanted), what).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted)));
}

const whole: fc.Arbitrary<Sample> = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 3, maxLength: 60 });
const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 60 });
const scale = fc.constantFrom(0.125, 0.5, 2, 4, 1024);
const shift = fc.integer({ min: -500, max: 500 });

const RANKS = [
  ...['ks_statistic', 'ks_p_asymp', 'ks_p_exact_or_auto', 'ks_p_limit', 'mann_whitney_u', 'mann_whitney_p'],
  ...['cramer_von_mises_statistic', 'cramer_von_mises_p', 'anderson_statistic', 'anderson_p'],
];
const MEANS = ['t_statistic', 't_p', 'welch_statistic', 'welch_p'];
const BINS = ['psi_decile', 'jensen_shannon', 'psi_evidently', 'jensen_shannon_evidently', 'hellinger_nannyml'];

const isConstant = (...samples: readonly Sample[]): boolean => new Set(samples.flat()).size < 2;

describe('a change of unit', () => {
  test.each([...RANKS, ...MEANS, ...BINS])('%s does not see another scale', (metric) => {
    fc.assert(
      fc.property(whole, whole, scale, (x, y, factor) => {
        const by = (sample: Sample): Sample => sample.map((value) => value * factor);
        expectClose(ofNumbers(metric, by(x), by(y)), ofNumbers(metric, x, y), metric);
      }),
    );
  });

  test.each([...RANKS, ...MEANS, 'wasserstein', 'energy_distance'])(
    '%s does not see a shift of both periods',
    (metric) => {
      fc.assert(
        fc.property(whole, whole, shift, (x, y, by) => {
          const moved = (sample: Sample): Sample => sample.map((value) => value + by);
          expectClose(ofNumbers(metric, moved(x), moved(y)), ofNumbers(metric, x, y), metric);
        }),
      );
    },
  );

  test.each([
    ['wasserstein', (factor: number) => factor],
    ['energy_distance', (factor: number) => Math.sqrt(factor)],
  ])('%s grows with the unit', (metric, growth) => {
    fc.assert(
      fc.property(whole, whole, scale, (x, y, factor) => {
        const by = (sample: Sample): Sample => sample.map((value) => value * factor);
        const plain = ofNumbers(metric, x, y) ?? NaN;
        expectClose(ofNumbers(metric, by(x), by(y)), plain * growth(factor), metric);
      }),
    );
  });

  test.each(['ks_statistic', 'wasserstein', 'energy_distance', 'cramer_von_mises_statistic', 'mann_whitney_p', 't_p'])(
    '%s does not see a sign',
    (metric) => {
      fc.assert(
        fc.property(whole, whole, (x, y) => {
          const turned = (sample: Sample): Sample => sample.map((value) => -value);
          expectClose(ofNumbers(metric, turned(x), turned(y)), ofNumbers(metric, x, y), metric);
        }),
      );
    },
  );

  test('a t statistic changes its sign with the values, and with the periods', () => {
    fc.assert(
      fc.property(whole, whole, (x, y) => {
        fc.pre(!isConstant(x, y));
        const turned = (sample: Sample): Sample => sample.map((value) => -value);
        const plain = ofNumbers('t_statistic', x, y);
        expectClose(ofNumbers('t_statistic', turned(x), turned(y)), plain === null ? null : -plain, 'turned');
        expectClose(ofNumbers('t_statistic', y, x), plain === null ? null : -plain, 'swapped');
      }),
    );
  });
});

describe('distances of numbers', () => {
  test.each(['ks_statistic', 'wasserstein', 'energy_distance'])('%s keeps the triangle', (metric) => {
    fc.assert(
      fc.property(whole, whole, whole, (x, y, z) => {
        const of = (a: Sample, b: Sample): number => ofNumbers(metric, a, b) ?? NaN;
        expect(of(x, z)).toBeLessThanOrEqual(of(x, y) + of(y, z) + 1e-9);
      }),
    );
  });

  test.each(['ks_statistic', 'wasserstein', 'energy_distance'])(
    '%s does not see how often both periods are repeated',
    (metric) => {
      fc.assert(
        fc.property(whole, whole, fc.integer({ min: 2, max: 4 }), (x, y, times) => {
          const repeated = (sample: Sample): Sample => Array.from({ length: times }, () => sample).flat();
          expectClose(ofNumbers(metric, repeated(x), repeated(y)), ofNumbers(metric, x, y), metric);
        }),
      );
    },
  );

  test('the area between two distribution functions is at most the largest gap times the range, and at least the gap of the means', () => {
    fc.assert(
      fc.property(whole, whole, (x, y) => {
        const range = Math.max(...x, ...y) - Math.min(...x, ...y);
        const mean = (sample: Sample): number => sample.reduce((sum, value) => sum + value, 0) / sample.length;
        const [gap, area, energy] = ['ks_statistic', 'wasserstein', 'energy_distance'].map(
          (metric) => ofNumbers(metric, x, y) ?? NaN,
        ) as [number, number, number];
        expect(area).toBeLessThanOrEqual(gap * range + 1e-9);
        expect(area).toBeGreaterThanOrEqual(Math.abs(mean(x) - mean(y)) - 1e-9);
        expect(energy ** 2).toBeLessThanOrEqual(2 * gap * area + 1e-9);
      }),
    );
  });

  test('the Mann–Whitney counts of both orders add up to all pairs', () => {
    fc.assert(
      fc.property(whole, whole, (x, y) => {
        const both = (ofNumbers('mann_whitney_u', x, y) ?? NaN) + (ofNumbers('mann_whitney_u', y, x) ?? NaN);
        expect(both).toBe(x.length * y.length);
      }),
    );
  });

  test('bins come from the reference, so that the order of the periods matters', () => {
    const [x, y] = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [1, 1, 1, 2, 2, 3, 9, 30, 31, 32],
    ];
    for (const metric of ['psi_decile', 'jensen_shannon'])
      expect(Math.abs((ofNumbers(metric, x, y) ?? NaN) - (ofNumbers(metric, y, x) ?? NaN)), metric).toBeGreaterThan(
        0.001,
      );
  });
});

describe('distances of categories', () => {
  const SYMMETRIC = [
    ...['total_variation', 'l_infinity', 'jensen_shannon', 'jensen_shannon_evidently', 'hellinger_evidently', 'psi'],
    // What only one period has counts by its sum, pooled or not.
    ...[
      'hellinger_nannyml',
      'jensen_shannon_nannyml',
      'chi2_statistic',
      'chi2_p',
      'chi2_p_pooled',
      'g_statistic',
      'g_p',
      'cramers_v',
    ],
  ];
  test.each(SYMMETRIC)('%s does not care which period comes first', (metric) => {
    fc.assert(
      fc.property(words, words, (x, y) => {
        expectClose(ofTexts(metric, y, x), ofTexts(metric, x, y), metric);
      }),
    );
  });

  test('relative entropy does', () => {
    const [x, y] = [
      ['a', 'a', 'a', 'b'],
      ['a', 'b', 'b', 'b', 'b', 'c'],
    ];
    expect(Math.abs((ofTexts('kl_evidently', x, y) ?? NaN) - (ofTexts('kl_evidently', y, x) ?? NaN))).toBeGreaterThan(
      0.1,
    );
  });

  test.each([...categoryMeasures.keys()])('%s does not see how the categories are called', (metric) => {
    const names = new Map<string, string>([
      ...([
        ['a', '𝒳'],
        ['b', ''],
        ['c', 'constructor'],
      ] as const),
      ...([
        ['d', 'a'],
        ['e', 'b'],
      ] as const),
    ]);
    fc.assert(
      fc.property(words, words, (x, y) => {
        const renamed = (sample: readonly string[]): string[] => sample.map((name) => names.get(name) ?? name);
        expectClose(ofTexts(metric, renamed(x), renamed(y)), ofTexts(metric, x, y), metric);
      }),
    );
  });

  test.each(['total_variation', 'l_infinity', 'jensen_shannon', 'hellinger_evidently'])(
    '%s keeps the triangle',
    (metric) => {
      fc.assert(
        fc.property(words, words, words, (x, y, z) => {
          const of = (a: readonly string[], b: readonly string[]): number => ofTexts(metric, a, b) ?? NaN;
          expect(of(x, z)).toBeLessThanOrEqual(of(x, y) + of(y, z) + 1e-9);
        }),
      );
    },
  );

  test.each(['total_variation', 'l_infinity', 'jensen_shannon', 'hellinger_evidently', 'psi', 'cramers_v'])(
    '%s does not see how often both periods are repeated',
    (metric) => {
      fc.assert(
        fc.property(words, words, fc.integer({ min: 2, max: 4 }), (x, y, times) => {
          const repeated = (sample: readonly string[]): string[] => Array.from({ length: times }, () => sample).flat();
          expectClose(ofTexts(metric, repeated(x), repeated(y)), ofTexts(metric, x, y), metric);
        }),
      );
    },
  );

  test('Hellinger, total variation and the largest gap bound each other', () => {
    fc.assert(
      fc.property(words, words, (x, y) => {
        const [hellinger, variation, largest] = ['hellinger_evidently', 'total_variation', 'l_infinity'].map(
          (metric) => ofTexts(metric, x, y) ?? NaN,
        ) as [number, number, number];
        expect(hellinger ** 2).toBeLessThanOrEqual(variation + 1e-9);
        expect(variation).toBeLessThanOrEqual(Math.SQRT2 * hellinger + 1e-9);
        expect(largest).toBeLessThanOrEqual(variation + 1e-9);
      }),
    );
  });

  test('two categories taken for one never set the periods further apart', () => {
    fc.assert(
      fc.property(words, words, (x, y) => {
        const pooled = (sample: readonly string[]): string[] => sample.map((name) => (name === 'e' ? 'd' : name));
        for (const metric of ['total_variation', 'jensen_shannon', 'hellinger_evidently'])
          expect(ofTexts(metric, pooled(x), pooled(y)), metric).toBeLessThanOrEqual(
            (ofTexts(metric, x, y) ?? NaN) + 1e-9,
          );
      }),
    );
  });
});
