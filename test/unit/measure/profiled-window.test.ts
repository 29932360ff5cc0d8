import { describe, expect, it } from 'vitest';
import { measureReference, measureWindow } from '../../../src/measure/measure.js';
import { measureProfiles, profilePart, profileReference } from '../../../src/measure/measure-profiles.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { takeRows } from '../../../src/model/frame-rows.js';
import { decodeHour, encodeHour } from '../../../src/profile/hourly/encode-hour.js';
import { mergeHours } from '../../../src/profile/hourly/hour-profile.js';
import { frameOf } from '../../support/frames.js';

const ROWS = 6000;

/** Numbers that look drawn, the same in every run. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function window(seed: number, shift: number, levels: number): Frame {
  const next = drawn(seed);
  const rows = Array.from({ length: ROWS }, () => next());
  return frameOf({
    x: rows.map((u) => shift + Math.log(u / (1 - u))),
    whole: rows.map((u) => Math.floor(40 * u * next())),
    c: rows.map(() => `level ${String(Math.floor(levels * next() ** 2))}`),
    score: rows,
    prediction: rows.map((u) => (u > 0.5 ? '1' : '0')),
    took: rows.map((u) => 20 + 30 / (1 - u)),
    code: rows.map((u) => (u < 0.02 ? `E${String(Math.floor(300 * u))}` : null)),
  });
}

const roles: Roles = {
  ...{ task: 'binary', numeric: ['x', 'whole'], categorical: ['c'], prediction: 'prediction', score: 'score' },
  ...{ positive: '1', sensitive: [], scoresAreProbabilities: true, latency: 'took', error: 'code' },
};
const options = { families: ['quality', 'drift', 'runtime'], metrics: 'default', windowSeconds: 60 } as const;

function both(before: Frame, now: Frame): { exact: readonly Figure[]; found: ReadonlyMap<string, Figure> } {
  const measured = measureReference(before, roles, { metrics: 'default' });
  const reference = profileReference(measured, roles);
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const rows = Int32Array.from({ length: ROWS / 24 }, (__, row) => 24 * row + hour);
    const { intake, ...part } = takeRows(now, rows);
    return profilePart({ ...part, intake: { ...intake, read: rows.length } }, reference, roles);
  });
  const stored = hours.map((hour) => decodeHour(encodeHour(hour), reference.frozen));
  const found = measureProfiles(mergeHours(stored), reference, roles, options);
  return { exact: measureWindow(now, measured, roles, options), found: new Map(found.map((one) => [one.id, one])) };
}

const numberOf = (figure: Figure | undefined): number => (typeof figure?.value === 'number' ? figure.value : NaN);
const boundOf = (figure: Figure | undefined): number => (figure?.value != null ? (figure.bound ?? 0) : NaN);

describe('a window of 24 hours, with numbers, some hundred categories and requests', () => {
  const { exact, found } = both(window(1, 0, 200), window(2, 0.1, 220));

  it('has every default figure that its rows have, but for that of stretches of rows', () => {
    const lacking = exact.filter(({ id, value }) => value !== null && (found.get(id)?.value ?? null) === null);
    expect(lacking.map(({ id }) => id)).toEqual(['quality/current/stuck_share']);
    expect(found.get('quality/current/stuck_share')).toMatchObject({
      reason: 'needs the rows; profiles do not hold them',
    });
    expect([...found.keys()]).toEqual(expect.arrayContaining(exact.map(({ id }) => id)));
  });

  it('has a bound only where single values decide', () => {
    const bounded = [...found.values()].filter((figure) => boundOf(figure) > 0).map(({ metric }) => metric);
    expect([...new Set(bounded)].sort()).toEqual([
      'distinct_count',
      'ks_p_asymp',
      'ks_statistic',
      'latency_p50',
      'latency_p95',
      'quantile_0.05',
      'quantile_0.25',
      'quantile_0.5',
      'quantile_0.75',
      'quantile_0.95',
      'wasserstein',
    ]);
    expect([...found.values()].filter(({ column }) => column === 'whole').filter((one) => boundOf(one) > 0)).toEqual(
      [],
    );
  });

  it('gives the others to the last digits, their intervals with them', () => {
    for (const figure of exact) {
      const other = found.get(figure.id);
      if (other === undefined || other.value === null || boundOf(other) > 0) continue;
      if (typeof figure.value !== 'number') expect(other).toEqual(figure);
      else {
        expect(Math.abs(numberOf(other) - figure.value), figure.id).toBeLessThanOrEqual(
          1e-12 * Math.max(1, Math.abs(figure.value)),
        );
        if (figure.interval) expect(other.interval?.[0], figure.id).toBeCloseTo(figure.interval[0], 9);
      }
    }
  });

  it('has bounds far below the limits that rules set', () => {
    expect(boundOf(found.get('drift/x/ks_statistic'))).toBeLessThan(0.005);
    expect(boundOf(found.get('drift/x/wasserstein'))).toBeLessThan(0.01);
    expect(boundOf(found.get('quality/current/x/quantile_0.5'))).toBeLessThan(0.02);
    const p95 = found.get('runtime/current/latency_p95');
    expect(boundOf(p95) / numberOf(p95)).toBeLessThan(1 / 128);
  });
});

describe('a window with more categories than are counted one by one', () => {
  const { exact, found } = both(window(3, 0, 20), window(4, 0, 4000));
  const valueOf = (id: string): Figure['value'] | undefined => exact.find((figure) => figure.id === id)?.value;

  it.each(['new_category_rows', 'new_category_share', 'lost_category_count', 'constant'])(
    'still says the %s exactly',
    (metric) => {
      const id = `quality/current/c/${metric}`;
      expect(found.get(id)).toMatchObject({ value: valueOf(id) });
      expect(boundOf(found.get(id))).toBe(0);
    },
  );

  it.each(['chi2_statistic', 'cramers_v', 'total_variation', 'jensen_shannon'])(
    'still says the %s, which only hangs on the share of what is new',
    (metric) => {
      const figure = found.get(`drift/c/${metric}`);
      expect(numberOf(figure)).toBeCloseTo(valueOf(`drift/c/${metric}`) as number, 9);
      expect(boundOf(figure)).toBe(0);
    },
  );

  it.each([
    'quality/current/c/distinct_count',
    'quality/current/c/mode_share',
    'quality/current/c/new_category_count',
    'quality/current/c/entropy',
    'quality/current/c/singleton_share',
    'drift/c/chi2_p',
    'drift/c/psi',
  ])('bounds %s', (id) => {
    const figure = found.get(id);
    expect(figure).toHaveProperty('value', expect.any(Number));
    expect(Math.abs(numberOf(figure) - (valueOf(id) as number))).toBeLessThanOrEqual(boundOf(figure) + 1e-12);
  });

  it.each(['quality/current/c/mode', 'quality/current/c/new_categories', 'drift/c/chi2_p_pooled'])(
    'has no value for %s, and says why',
    (id) => {
      expect(found.get(id)).toMatchObject({ value: null, reason: 'more categories than profiles count one by one' });
    },
  );

  it('is of one size whatever the number of categories', () => {
    const reference = profileReference(measureReference(window(3, 0, 20), roles, { metrics: 'default' }), roles);
    const sizeOf = (levels: number): number => {
      const { columns } = window(5, 0, levels);
      const frame = { rows: ROWS, columns, intake: { read: ROWS, duplicateIds: 0, poison: 0 } };
      return encodeHour(profilePart(frame, reference, roles)).length;
    };
    expect(sizeOf(1e9) / sizeOf(1000)).toBeLessThan(1.1);
  });
});

describe('a reference with more categories than have a count of their own', () => {
  const { exact, found } = both(window(6, 0, 30_000), window(7, 0, 30_000));
  const valueOf = (id: string): Figure['value'] | undefined => exact.find((figure) => figure.id === id)?.value;

  it('still tells which rows are of a new category', () => {
    for (const metric of ['new_category_rows', 'new_category_share']) {
      expect(found.get(`quality/current/c/${metric}`)).toMatchObject({ value: valueOf(`quality/current/c/${metric}`) });
    }
  });

  it('bounds what it cannot count, and gives no drift', () => {
    for (const metric of [
      'distinct_count',
      'new_category_count',
      'lost_category_count',
      'entropy',
      'singleton_share',
    ]) {
      const figure = found.get(`quality/current/c/${metric}`);
      const exactly = valueOf(`quality/current/c/${metric}`) as number;
      expect(Math.abs(numberOf(figure) - exactly), metric).toBeLessThanOrEqual(boundOf(figure) + 1e-12);
    }
    expect(found.get('drift/c/total_variation')).toMatchObject({
      value: null,
      reason: 'more categories than profiles count one by one',
    });
  });
});
