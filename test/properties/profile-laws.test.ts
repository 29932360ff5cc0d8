/** Profiles of hours: how they add up, how they are stored, and how near their figures are to those of the rows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureReference, measureWindow, type MeasuredReference } from '../../src/measure/measure.js';
import {
  measureProfiles,
  type ProfiledReference,
  profilePart,
  profileReference,
} from '../../src/measure/measure-profiles.js';
import type { Figure } from '../../src/model/figure.js';
import type { Frame, Roles, Task } from '../../src/model/frame.js';
import { takeRows } from '../../src/model/frame-rows.js';
import { decodeHour, encodeHour, HourReader } from '../../src/profile/hourly/encode-hour.js';
import { type HourProfile, mergeHours } from '../../src/profile/hourly/hour-profile.js';
import { type PackedValues, unpackValues } from '../../src/profile/hourly/outcomes/bins.js';
import { frameOfRows, rolesOfTask, TASKS, tameRows } from './any-frame.js';

const FAMILIES = ['quality', 'drift', 'performance', 'fairness', 'runtime', 'estimate'] as const;

/** Rows cut into hours: each row falls into one of them, some stay empty. */
function hoursOf(frame: Frame, cuts: readonly number[], parts: number): Frame[] {
  return Array.from({ length: parts }, (_, part) => {
    const rows: number[] = [];
    for (let row = 0; row < frame.rows; row++) if ((cuts[row % cuts.length] as number) % parts === part) rows.push(row);
    const taken = takeRows(frame, Int32Array.from(rows));
    return { ...taken, intake: { read: rows.length, duplicateIds: 0, poison: 0 } };
  });
}

/** A column of numbers over many bins, heavy tails, ties and all, so that bins hold several values each. */
const manyNumbers = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e9 }),
    rows: fc.integer({ min: 0, max: 900 }),
    shape: fc.constantFrom('flat', 'heavy', 'whole', 'zeros', 'constant'),
    shift: fc.constantFrom(0, 0, 0.3, 5, -1e6),
    gaps: fc.constantFrom(0, 0.1),
  })
  .map(({ seed, rows, shape, shift, gaps }) => {
    let state = seed;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    return Float64Array.from({ length: rows }, () => {
      if (next() < gaps) return [NaN, Infinity, -Infinity][Math.floor(3 * next())] as number;
      const u = next();
      if (shape === 'heavy') return shift + (u - 0.5) / next() ** 2;
      if (shape === 'whole') return shift + Math.floor(300 * u * next());
      if (shape === 'zeros') return u < 0.5 ? 0 : shift + u;
      return shape === 'constant' ? shift : shift + u;
    });
  });

function numericFrame(values: Float64Array): Frame {
  const rows = values.length;
  const column = { kind: 'numeric', name: 'x', values, typeMismatches: 0 } as const;
  return { rows, columns: new Map([['x', column]]), intake: { read: rows, duplicateIds: 0, poison: 0 } };
}

const OF_X: Roles = {
  ...{ task: 'binary', numeric: ['x'], categorical: [], sensitive: [], scoresAreProbabilities: true, latency: 'x' },
};

/** Rounding of sums, on the scale of the values. */
const ROUNDING = 1e-9;

function scaleOf(frames: readonly Frame[]): number {
  let scale = 1;
  for (const { columns } of frames) {
    for (const column of columns.values()) {
      if (column.kind !== 'numeric') continue;
      for (const value of column.values) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
    }
  }
  return scale;
}

/** In the unit of the values, or made of the difference of two means, which loses as many digits as the values have in common. */
const UNIT_METRICS = /^(mean|sum|std|min|max|quantile_|wasserstein|latency_|cpu_|memory_|t_|welch_)/;

/** What is wrong with figures from profiles, in words. */
function faultsOf(exact: readonly Figure[], found: readonly Figure[], scale: number): string[] {
  const byId = new Map(found.map((figure) => [figure.id, figure]));
  const faults: string[] = [];
  for (const figure of exact) {
    const other = byId.get(figure.id);
    if (other === undefined) faults.push(`${figure.id} is lacking`);
    if (other === undefined || other.value === null) continue;
    if (figure.value === null) {
      if (!figure.reason.includes('overflow'))
        faults.push(`${figure.id}: ${figure.reason}, and yet ${String(other.value)}`);
      continue;
    }
    if (figure.degenerate) continue;
    if (figure.n !== other.n) faults.push(`${figure.id}: n ${String(other.n)} for ${String(figure.n)}`);
    if (typeof figure.value !== 'number' || typeof other.value !== 'number') {
      if (JSON.stringify(figure.value) !== JSON.stringify(other.value))
        faults.push(`${figure.id}: ${String(other.value)}`);
      continue;
    }
    // Evidently's distance is in units of at least 0.001.
    const unit = figure.metric === 'wasserstein_evidently' ? 1000 * scale : scale;
    const size = Math.max(1, Math.abs(figure.value));
    const slack = ROUNDING * (UNIT_METRICS.test(figure.metric) ? Math.max(unit, size) : size);
    const off = Math.abs(figure.value - other.value) - (other.bound ?? 0);
    if (!(off <= slack)) {
      faults.push(`${figure.id}: ${String(figure.value)} for ${String(other.value)} ± ${String(other.bound ?? 0)}`);
    }
  }
  return faults;
}

const OPTIONS = { families: FAMILIES, windowSeconds: 3600, windowEnd: 0 } as const;

interface Measured {
  readonly measured: MeasuredReference;
  readonly reference: ProfiledReference;
}

function referenceOf(frame: Frame, roles: Roles, metrics: 'default' | 'all'): Measured {
  const measured = measureReference(frame, roles, { metrics, estimates: true });
  return { measured, reference: profileReference(measured, roles) };
}

describe.each(TASKS)('%s: any two periods', (task: Task) => {
  const roles = rolesOfTask(task);

  test.each(['default', 'all'] as const)(
    'the figures of the rows lie within the bounds of those from profiles: %s',
    (metrics) => {
      fc.assert(
        fc.property(tameRows, tameRows, (rowsBefore, rowsNow) => {
          const [before, now] = [frameOfRows(rowsBefore, task), frameOfRows(rowsNow, task)];
          const { measured, reference } = referenceOf(before, roles, metrics);
          const exact = measureWindow(now, measured, roles, { ...OPTIONS, metrics });
          const found = measureProfiles(profilePart(now, reference, roles), reference, roles, { ...OPTIONS, metrics });
          expect(faultsOf(exact, found, scaleOf([before, now]))).toEqual([]);
        }),
        { numRuns: 60 },
      );
    },
  );

  test('profiles of hours, stored and read, add up to the profile of the window', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(tameRows, tameRows, cuts, fc.integer({ min: 1, max: 6 }), (rowsBefore, rowsNow, cut, parts) => {
        const [before, now] = [frameOfRows(rowsBefore, task), frameOfRows(rowsNow, task)];
        const { reference } = referenceOf(before, roles, 'default');
        const hours = hoursOf(now, cut, parts).map((frame) => profilePart(frame, reference, roles));
        const stored = hours.map((hour) => decodeHour(encodeHour(hour), reference.frozen));
        expect(stored).toEqual(hours);
        expectSame(mergeHours(stored), profilePart(now, reference, roles));
        expect(mergeHours(readInTurn(hours.map(encodeHour), reference))).toEqual(mergeHours(stored));
      }),
      { numRuns: 40 },
    );
  });

  test('sums of hours, stored and read as hours are, add up alike in any grouping', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });
    const days = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(
        tameRows,
        tameRows,
        cuts,
        fc.integer({ min: 1, max: 10 }),
        days,
        (rowsBefore, rowsNow, cut, parts, day) => {
          const [before, now] = [frameOfRows(rowsBefore, task), frameOfRows(rowsNow, task)];
          const { reference } = referenceOf(before, roles, 'default');
          const hours = hoursOf(now, cut, parts).map((frame) => profilePart(frame, reference, roles));
          expectSame(sumOfSums(hours, day, reference), mergeHours(hours));
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Each hour is gone when the next one is read. */
function* readInTurn(stored: readonly Uint8Array[], { frozen }: ProfiledReference): Generator<HourProfile> {
  const reader = new HourReader(frozen);
  for (const bytes of stored) yield reader.read(bytes);
}

/** Hours added up by day, the days two by two, each sum stored and read before it is added up with others. */
function sumOfSums(hours: readonly HourProfile[], day: readonly number[], { frozen }: ProfiledReference): HourProfile {
  const stored = (some: readonly HourProfile[]): HourProfile[] =>
    some.length === 0 ? [] : [decodeHour(encodeHour(mergeHours(some)), frozen)];
  const ofDay = (one: number): HourProfile[] => stored(hours.filter((_, at) => day[at % day.length] === one));
  return mergeHours([...stored([...ofDay(3), ...ofDay(1)]), ...stored([...ofDay(0), ...ofDay(2)])]);
}

const isPacked = (held: unknown): held is PackedValues => typeof held === 'object' && held !== null && 'span' in held;

/** Counts and extremes are the same, sums but for rounding. */
function expectSame(one: unknown, other: unknown, place = 'profile'): void {
  if (typeof one === 'number' && typeof other === 'number') {
    const near = Math.abs(one - other) <= ROUNDING * Math.max(1, Math.abs(one), Math.abs(other));
    // Sums that overflow do so in one way or another.
    const none = !Number.isFinite(one) && !Number.isFinite(other);
    if (!near && !none) expect(one, place).toBe(other);
  } else if (one instanceof Map && other instanceof Map) {
    expect(new Set(one.keys()), place).toEqual(new Set(other.keys()));
    for (const [key, value] of one) expectSame(value, other.get(key), `${place}/${String(key)}`);
  } else if (isPacked(one) && isPacked(other)) {
    // What a bin need not say hangs on the last digit of its sum.
    expectSame(unpackValues(one), unpackValues(other), place);
  } else if (typeof one === 'object' && one !== null && typeof other === 'object' && other !== null) {
    expect(Object.keys(one).sort(), place).toEqual(Object.keys(other).sort());
    for (const [key, value] of Object.entries(one)) {
      if (key !== 'frozen') expectSame(value, (other as Record<string, unknown>)[key], `${place}.${key}`);
    }
  } else expect(one, place).toEqual(other);
}

describe('a column of numbers of any shape', () => {
  test('the figures of the rows lie within the bounds of those from hours added up', () => {
    fc.assert(
      fc.property(manyNumbers, fc.array(manyNumbers, { minLength: 1, maxLength: 4 }), (valuesBefore, hours) => {
        const before = numericFrame(valuesBefore);
        const { measured, reference } = referenceOf(before, OF_X, 'all');
        const profiles = hours.map((values) => profilePart(numericFrame(values), reference, OF_X));
        const now = numericFrame(Float64Array.from(hours.flatMap((values) => [...values])));
        const exact = measureWindow(now, measured, OF_X, { ...OPTIONS, metrics: 'all' });
        const found = measureProfiles(mergeHours(profiles), reference, OF_X, { ...OPTIONS, metrics: 'all' });
        expect(faultsOf(exact, found, scaleOf([before, now]))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('a reference made of hours bounds the figures against its rows', () => {
    fc.assert(
      fc.property(manyNumbers, manyNumbers, manyNumbers, manyNumbers, (first, second, third, valuesNow) => {
        const { reference } = referenceOf(numericFrame(first), OF_X, 'all');
        const before = numericFrame(Float64Array.from([...second, ...third]));
        const now = numericFrame(valuesNow);
        const { columns } = mergeHours([second, third].map((part) => profilePart(numericFrame(part), reference, OF_X)));
        const exact = measureWindow(now, measureReference(before, OF_X, { metrics: 'all' }), OF_X, {
          ...OPTIONS,
          metrics: 'all',
        });
        const moved = { ...reference, columns };
        const found = measureProfiles(profilePart(now, reference, OF_X), moved, OF_X, { ...OPTIONS, metrics: 'all' });
        expect(faultsOf(exact, found, scaleOf([numericFrame(first), before, now]))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('adding up hours', () => {
  test('does not hang on their order or grouping, nor on which sums were stored', () => {
    const days = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(manyNumbers, manyNumbers, manyNumbers, manyNumbers, days, (before, a, b, c, turns) => {
        const { reference } = referenceOf(numericFrame(before), OF_X, 'default');
        const [one, two, three] = [a, b, c].map((values) => profilePart(numericFrame(values), reference, OF_X)) as [
          HourProfile,
          HourProfile,
          HourProfile,
        ];
        const all = mergeHours([one, two, three]);
        expectSame(mergeHours([mergeHours([one, two]), three]), all);
        expectSame(mergeHours([one, mergeHours([three, two])]), all);
        expectSame(mergeHours([three, one, two]), all);
        expectSame(sumOfSums([one, two, three], turns, reference), all);
      }),
      { numRuns: 60 },
    );
  });
});
