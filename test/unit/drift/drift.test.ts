import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categoryMeasures, DEFAULT_DRIFT_METRICS, numericMeasures } from '../../../src/drift/catalogue.js';
import { cramerVonMisesLimitTail } from '../../../src/drift/cramer-von-mises.js';
import { type DriftSelection, measureDrift } from '../../../src/drift/measure-drift.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Column } from '../../../src/model/frame.js';
import { chiSquareTail } from '../../../src/numeric/distributions.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

function drift(reference: Column, current: Column, metrics: DriftSelection = 'all'): Figure[] {
  const frames = { reference: frameOf([reference]), current: frameOf([current]) };
  const roles = rolesFor(frames.reference);
  return measureDrift(profileFrame(frames.reference, roles), profileFrame(frames.current, roles), roles, {
    metrics,
    frames,
  });
}

function value(metric: string, reference: readonly number[], current: readonly number[]): number {
  const [figure] = drift(numbers('x', reference), numbers('x', current), [metric]);
  if (typeof figure?.value !== 'number') throw new Error(`${metric} has no value`);
  return figure.value;
}

function categoryFigure(metric: string, reference: readonly string[], current: readonly string[]): Figure | undefined {
  return drift(texts('c', reference), texts('c', current), [metric])[0];
}

const whole = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 80 });
const real = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 80 });
const wild = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -0, 0, 1, 1, 5e-324, 1.7e308, -1.7e308)));

const DISTANCES = ['ks_statistic', 'wasserstein', 'energy_distance', 'jensen_shannon', 'psi_decile', 'psi_evidently'];
const WITHIN_ONE = [...numericMeasures.keys()].filter(
  (metric) => /_p(_|$)/.test(metric) || /^(ks|jensen_shannon$|jensen_shannon_nannyml|hellinger)/.test(metric),
);

describe('laws of the distances', () => {
  it.each(DISTANCES)('%s of a sample from itself is 0', (metric) => {
    fc.assert(
      fc.property(real, (x) => {
        expect(value(metric, x, x)).toBe(0);
      }),
    );
  });

  it.each(['ks_statistic', 'ks_p_asymp', 'ks_p_exact_or_auto', 'wasserstein', 'energy_distance', 'mann_whitney_p'])(
    '%s does not care which period comes first',
    (metric) => {
      fc.assert(
        fc.property(fc.tuple(whole, whole), ([x, y]) => {
          fc.pre(x.length > 1);
          const [forth, back] = [value(metric, x, y), value(metric, y, x)];
          expect(Math.abs(forth - back)).toBeLessThanOrEqual(1e-9 * (1 + forth));
        }),
      );
    },
  );

  it('PSI does care: its bins come from the reference', () => {
    expect(value('psi_decile', [1, 2, 3, 4], [4, 4, 4, 9])).not.toBeCloseTo(
      value('psi_decile', [4, 4, 4, 9], [1, 2, 3, 4]),
      3,
    );
  });

  it.each(['ks_statistic', 'ks_p_asymp', 'mann_whitney_u', 'cramer_von_mises_statistic', 'anderson_statistic'])(
    '%s stays the same under a rising map',
    (metric) => {
      fc.assert(
        fc.property(fc.tuple(whole, whole), ([x, y]) => {
          fc.pre(x.length > 2 && y.length > 2 && new Set([...x, ...y]).size > 1);
          const map = (v: number): number => v ** 3 + 2 * v;
          expect(value(metric, x.map(map), y.map(map))).toBe(value(metric, x, y));
        }),
      );
    },
  );

  it('the Wasserstein distance of a shift is the shift, and it grows with the unit', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (x, shift, unit) => {
        const moved = x.map((v) => v + shift);
        expect(value('wasserstein', x, moved)).toBeCloseTo(Math.abs(shift), 9);
        const scaled = value(
          'wasserstein',
          x.map((v) => v * unit),
          moved.map((v) => v * unit),
        );
        expect(scaled).toBeCloseTo(unit * Math.abs(shift), 8);
      }),
    );
  });

  it.each(WITHIN_ONE)('%s lies within [0, 1]', (metric) => {
    fc.assert(
      fc.property(fc.tuple(real, real), ([x, y]) => {
        const [figure] = drift(numbers('x', x), numbers('x', y), [metric]);
        if (figure?.value === null) return;
        expect(figure?.value).toBeGreaterThanOrEqual(0);
        expect(figure?.value).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('whatever the columns hold, a figure is a finite number or says why it is none', () => {
    fc.assert(
      fc.property(fc.tuple(wild, wild), ([x, y]) => {
        const wrong = drift(numbers('x', x), numbers('x', y)).filter((figure) =>
          figure.value === null ? figure.reason === '' : !Number.isFinite(figure.value),
        );
        expect(wrong).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('the same for categories, and shares of equal periods do not differ', () => {
    const level = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'NA')));
    fc.assert(
      fc.property(fc.tuple(level, level), ([x, y]) => {
        const figures = drift(texts('c', x), texts('c', y));
        expect(figures.filter(({ value: got }) => got !== null && !Number.isFinite(got))).toEqual([]);
        const own = drift(texts('c', x), texts('c', x), ['total_variation', 'psi', 'l_infinity', 'chi2_statistic']);
        expect(own.every(({ value: got }) => got === null || (got as number) < 1e-9)).toBe(true);
      }),
    );
  });
});

describe('known values', () => {
  it.each([
    [0.3473, 0.1],
    [0.46136, 0.05],
    [0.74346, 0.01],
  ])('the Cramer-von Mises limit law: P(T > %d) = %d (Anderson and Darling 1952, table 1)', (x, p) => {
    expect(cramerVonMisesLimitTail(x)).toBeCloseTo(p, 5);
  });

  it('the limit law has its whole mass above 0, and a tail that falls like exp(-pi^2 x / 2)', () => {
    expect(cramerVonMisesLimitTail(0)).toBe(1);
    expect(cramerVonMisesLimitTail(NaN)).toBeNaN();
    const ratio = cramerVonMisesLimitTail(30) / cramerVonMisesLimitTail(31);
    expect(Math.log(ratio) / (Math.PI ** 2 / 2)).toBeCloseTo(1, 1);
    expect(cramerVonMisesLimitTail(31)).toBeGreaterThan(0);
  });

  it('PSI by hand: tenths against halves', () => {
    const reference = Array.from({ length: 100 }, (_, i) => i);
    const current = Array.from({ length: 100 }, (_, i) => Math.floor(i / 2));
    // Five bins double their share, five are empty and count as 0.0001.
    const expected = 5 * (0.1 * Math.log(2)) + 5 * ((1e-4 - 0.1) * Math.log(1e-4 / 0.1));
    expect(value('psi_decile', reference, current)).toBeCloseTo(expected, 10);
  });

  it('the Jensen-Shannon distance over deciles by hand: all rows in the last of ten equal bins', () => {
    const reference = Array.from({ length: 100 }, (_, i) => i);
    const beyond = reference.map((v) => v + 1000);
    const divergence = (0.9 + 0.1 * Math.log2(0.1 / 0.55) + Math.log2(1 / 0.55)) / 2;
    expect(value('jensen_shannon', reference, beyond)).toBeCloseTo(Math.sqrt(divergence), 10);
  });

  it('disjoint categories are as far apart as can be', () => {
    for (const metric of ['total_variation', 'jensen_shannon', 'cramers_v'])
      expect(categoryFigure(metric, ['a', 'a'], ['b', 'b'])?.value).toBeCloseTo(1, 12);
  });
});

describe('chi-square with rare categories as one', () => {
  const times = (level: string, count: number): string[] => new Array<string>(count).fill(level);

  it('equals the plain test where nothing is rare', () => {
    const [r, k] = [
      [...times('a', 60), ...times('b', 40)],
      [...times('a', 50), ...times('b', 50)],
    ];
    expect(categoryFigure('chi2_p_pooled', r, k)?.value).toBeCloseTo(
      categoryFigure('chi2_p', r, k)?.value as number,
      12,
    );
  });

  it('pools what is expected below 5, so that one new category alone proves nothing', () => {
    const r = [...times('a', 60), ...times('b', 36), ...times('c', 4)];
    const k = [...times('a', 62), ...times('b', 32), ...times('d', 6)];
    // c and d together: 4 against 6; a: 60 against 62; b: 36 against 32; all margins are equal, so e is their mean.
    const statistic = 2 * (1 / 61 + 4 / 34 + 1 / 5);
    expect(categoryFigure('chi2_p_pooled', r, k)?.value).toBeCloseTo(chiSquareTail(statistic, 2), 12);
  });

  it('takes the next rarest along while the pool itself is rare', () => {
    const r = [...times('a', 90), ...times('b', 8), ...times('c', 2)];
    const k = [...times('a', 80), ...times('b', 19), ...times('d', 1)];
    const statistic = 2 * (25 / 85 + 25 / 15);
    expect(categoryFigure('chi2_p_pooled', r, k)?.value).toBeCloseTo(chiSquareTail(statistic, 1), 12);
  });

  it('has no value where all is rare', () => {
    expect(categoryFigure('chi2_p_pooled', ['a', 'b'], ['a', 'c'])).toMatchObject({
      value: null,
      reason: 'fewer than two categories with an expected count of 5',
    });
  });
});

describe('selection and absence', () => {
  it('measures the default set unless told otherwise, each once', () => {
    const metrics = (selection?: DriftSelection): string[] =>
      [
        ...drift(numbers('x', [1, 2]), numbers('x', [2, 3]), selection),
        ...drift(texts('c', ['a']), texts('c', ['b']), selection),
      ].map(({ metric }) => metric);
    expect(new Set(metrics('default'))).toEqual(DEFAULT_DRIFT_METRICS);
    expect(metrics(['ks_statistic'])).toEqual(['ks_statistic']);
    const all = new Set([...numericMeasures.keys(), ...categoryMeasures.keys()]);
    for (const metric of all) expect(metrics('all')).toContain(metric);
  });

  it('n is the smaller side of what is finite', () => {
    const [figure] = drift(numbers('x', [1, 2, 3, NaN]), numbers('x', [1, Infinity, 2]), ['ks_statistic']);
    expect(figure).toMatchObject({ n: 2, on: 'both', column: 'x', id: 'drift/x/ks_statistic' });
  });

  it.each<[string, Column, Column, string]>([
    ['nothing finite now', numbers('x', [1]), numbers('x', [NaN]), 'no finite value in the current window'],
    ['nothing finite before', numbers('x', [NaN]), numbers('x', [1]), 'no finite value in the reference'],
    ['nothing finite at all', numbers('x', []), numbers('x', []), 'no finite value in either period'],
    ['nothing present now', texts('x', ['a']), texts('x', [null]), 'no present value in the current window'],
    ['another type', numbers('x', [1]), texts('x', ['a']), 'numbers in one period and categories in the other'],
    ['gone', numbers('x', [1]), numbers('other', [1]), 'no such column in the current window'],
  ])('%s: every figure says so', (_, reference, current, reason) => {
    const figures = drift(reference, current, 'default');
    expect(figures.length).toBeGreaterThan(4);
    for (const figure of figures) expect(figure).toMatchObject({ value: null, reason });
  });

  it('what needs rows says so when there are only profiles', () => {
    const frame = frameOf([numbers('x', [1, 2, 3])]);
    const profile = profileFrame(frame, rolesFor(frame));
    const [figure] = measureDrift(profile, profile, rolesFor(frame), { metrics: ['mmd_squared'] });
    expect(figure).toMatchObject({ value: null, reason: 'needs the rows of both periods, not their profiles' });
  });

  it('values whose squares overflow have no mean discrepancy', () => {
    const [figure] = drift(numbers('x', [1e200, 1, 2]), numbers('x', [1, 2, 3]), ['mmd_squared']);
    expect(figure).toMatchObject({ value: null, reason: 'the square of a value overflows' });
  });

  it('a test between two roundings is shown and never judged', () => {
    const constant = new Array<number>(30).fill(0.1);
    const [figure] = drift(numbers('x', constant), numbers('x', constant.slice(5)), ['t_p']);
    expect(figure).toMatchObject({ degenerate: true });
  });

  it('the label drifts only on request', () => {
    const frame = frameOf([numbers('x', [1, 2]), numbers('y', [1, 2])]);
    const roles = rolesFor(frame, { numeric: ['x'], label: 'y' });
    const profile = profileFrame(frame, roles);
    const columns = (metrics: DriftSelection): Set<string | undefined> =>
      new Set(measureDrift(profile, profile, roles, { metrics }).map(({ column }) => column));
    expect(columns('default')).toEqual(new Set(['x']));
    expect(columns(['ks_statistic'])).toEqual(new Set(['x', 'y']));
  });

  it('a data set with an untestable feature has no share of drifted features', () => {
    const figures = drift(numbers('x', [1]), numbers('x', [NaN]), ['dataset_share', 'dataset_count']);
    for (const figure of figures) expect(figure).toMatchObject({ value: null, reason: 'no test of the feature x' });
  });
});
