/** Windows are cut at calendar boundaries of a zone, and tile whatever the zone's clock does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/model/definition.js';
import {
  addSpan,
  boundariesBetween,
  boundaryAtOrBefore,
  disjoint,
  slotOffset,
  startOfDay,
  windowEndingAt,
} from '../../../src/model/window.js';

const MINUTE: Span = { count: 1, unit: 'minute' };
const HOUR: Span = { count: 1, unit: 'hour' };
const DAY: Span = { count: 1, unit: 'day' };
const WEEK: Span = { count: 1, unit: 'week' };
const MONTH: Span = { count: 1, unit: 'month' };

const at = (text: string): number => Date.parse(text);
const iso = (instant: number): string => new Date(instant).toISOString().replace(/(:00)?\.000Z$/, 'Z');

/** Changes of the clock as the IANA time zone data list them; instants in UTC. */
describe('the last boundary at or before an instant', () => {
  it.each<[string, Span, string, string]>([
    ['2024-05-17T13:45:59.999Z', DAY, 'UTC', '2024-05-17T00:00Z'],
    ['2024-05-17T00:00:00Z', DAY, 'UTC', '2024-05-17T00:00Z'],
    ['2024-05-16T23:59:59.999Z', DAY, 'UTC', '2024-05-16T00:00Z'],
    ['2024-05-17T13:45:00Z', HOUR, 'Europe/Paris', '2024-05-17T13:00Z'],
    ['2024-05-17T13:47:00Z', { count: 15, unit: 'minute' }, 'UTC', '2024-05-17T13:45Z'],
    ['2024-05-17T13:45:00Z', { count: 6, unit: 'hour' }, 'Europe/Paris', '2024-05-17T12:00Z'],
    // Paris: clocks go from 02:00 to 03:00 on 2024-03-31 (01:00 UTC), and back on 2024-10-27 (01:00 UTC).
    ['2024-03-30T22:59:00Z', DAY, 'Europe/Paris', '2024-03-29T23:00Z'],
    ['2024-03-31T12:00:00Z', DAY, 'Europe/Paris', '2024-03-30T23:00Z'],
    ['2024-03-31T22:00:00Z', DAY, 'Europe/Paris', '2024-03-31T22:00Z'],
    ['2024-10-27T22:59:00Z', DAY, 'Europe/Paris', '2024-10-26T22:00Z'],
    ['2024-10-27T23:00:00Z', DAY, 'Europe/Paris', '2024-10-27T23:00Z'],
    // New York: 2024-03-10 at 07:00 UTC, 2024-11-03 at 06:00 UTC.
    ['2024-03-10T20:00:00Z', DAY, 'America/New_York', '2024-03-10T05:00Z'],
    ['2024-03-11T03:59:00Z', DAY, 'America/New_York', '2024-03-10T05:00Z'],
    ['2024-03-11T04:00:00Z', DAY, 'America/New_York', '2024-03-11T04:00Z'],
    ['2024-11-04T04:59:00Z', DAY, 'America/New_York', '2024-11-03T04:00Z'],
    // Lord Howe moves by half an hour: +11 until 2024-04-06T15:00Z, then +10:30, +11 again from 2024-10-05T15:30Z.
    ['2024-04-06T20:00:00Z', DAY, 'Australia/Lord_Howe', '2024-04-06T13:00Z'],
    ['2024-04-07T13:29:00Z', DAY, 'Australia/Lord_Howe', '2024-04-06T13:00Z'],
    ['2024-04-07T13:30:00Z', DAY, 'Australia/Lord_Howe', '2024-04-07T13:30Z'],
    ['2024-10-06T12:59:00Z', DAY, 'Australia/Lord_Howe', '2024-10-05T13:30Z'],
    // Weeks begin on Monday, also across the turn of a year.
    ['2025-01-01T12:00:00Z', WEEK, 'UTC', '2024-12-30T00:00Z'],
    ['2024-12-30T00:00:00Z', WEEK, 'UTC', '2024-12-30T00:00Z'],
    ['2024-12-29T23:59:59Z', WEEK, 'UTC', '2024-12-23T00:00Z'],
    ['2024-03-31T12:00:00Z', WEEK, 'Europe/Paris', '2024-03-24T23:00Z'],
    ['1970-01-20T00:00:00Z', { count: 2, unit: 'week' }, 'UTC', '1970-01-19T00:00Z'],
    // Months, quarters.
    ['2024-03-31T23:00:00Z', MONTH, 'Europe/Paris', '2024-03-31T22:00Z'],
    ['2024-01-01T00:00:00Z', MONTH, 'UTC', '2024-01-01T00:00Z'],
    ['2023-12-31T23:59:59Z', MONTH, 'UTC', '2023-12-01T00:00Z'],
    ['2024-01-01T04:59:00Z', MONTH, 'America/New_York', '2023-12-01T05:00Z'],
    ['2024-05-17T00:00:00Z', { count: 3, unit: 'month' }, 'UTC', '2024-04-01T00:00Z'],
    ['2024-02-29T12:00:00Z', { count: 12, unit: 'month' }, 'UTC', '2024-01-01T00:00Z'],
    // Midnight is skipped (Beirut, 2022-03-27: 00:00 → 01:00) or comes twice (Havana, 2024-11-03: 01:00 → 00:00).
    ['2022-03-27T06:00:00Z', DAY, 'Asia/Beirut', '2022-03-26T22:00Z'],
    ['2024-11-03T05:30:00Z', DAY, 'America/Havana', '2024-11-03T04:00Z'],
    // St John's, 2010-11-07: 00:01 → 23:01 of the day before. The 7th has begun, and does not begin again.
    ['2010-11-07T02:30:30Z', DAY, 'America/St_Johns', '2010-11-07T02:30Z'],
    ['2010-11-07T02:45:00Z', DAY, 'America/St_Johns', '2010-11-07T02:30Z'],
    // Samoa had no 2011-12-30.
    ['2011-12-30T12:00:00Z', DAY, 'Pacific/Apia', '2011-12-30T10:00Z'],
    ['2011-12-30T09:59:00Z', DAY, 'Pacific/Apia', '2011-12-29T10:00Z'],
  ])('%s %j in %s: %s', (instant, span, timezone, boundary) => {
    expect(iso(boundaryAtOrBefore(at(instant), span, timezone))).toBe(boundary);
  });
});

describe('adding spans', () => {
  it.each<[string, Span, string, number, string]>([
    ['2024-03-30T12:00:00Z', DAY, 'Europe/Paris', 1, '2024-03-31T11:00Z'],
    ['2024-03-31T11:00:00Z', DAY, 'Europe/Paris', -1, '2024-03-30T12:00Z'],
    ['2024-03-30T12:00:00Z', { count: 24, unit: 'hour' }, 'Europe/Paris', 1, '2024-03-31T12:00Z'],
    ['2024-10-26T22:00:00Z', DAY, 'Europe/Paris', 1, '2024-10-27T23:00Z'],
    ['2024-01-31T00:00:00Z', MONTH, 'UTC', 1, '2024-02-29T00:00Z'],
    ['2023-01-31T00:00:00Z', MONTH, 'UTC', 1, '2023-02-28T00:00Z'],
    ['2024-01-15T00:00:00Z', MONTH, 'UTC', -1, '2023-12-15T00:00Z'],
    ['2024-12-15T00:00:00Z', { count: 2, unit: 'month' }, 'UTC', 1, '2025-02-15T00:00Z'],
    ['2024-12-30T00:00:00Z', WEEK, 'UTC', 1, '2025-01-06T00:00Z'],
    // 02:30 of 2024-03-31 is skipped in Paris: the jump itself. 02:15 in Lord Howe likewise.
    ['2024-03-30T01:30:00Z', DAY, 'Europe/Paris', 1, '2024-03-31T01:00Z'],
    ['2024-03-30T01:00:00Z', DAY, 'Europe/Paris', 1, '2024-03-31T01:00Z'],
    ['2024-03-09T07:59:59Z', DAY, 'America/New_York', 1, '2024-03-10T07:00Z'],
    ['2024-10-04T15:45:00Z', DAY, 'Australia/Lord_Howe', 1, '2024-10-05T15:30Z'],
    // 02:30 of 2024-10-27 comes twice: the first.
    ['2024-10-26T00:30:00Z', DAY, 'Europe/Paris', 1, '2024-10-27T00:30Z'],
    ['2024-05-17T10:20:30.456Z', DAY, 'UTC', 1, '2024-05-18T10:20:30.456Z'],
    ['2024-05-17T10:20:30.456Z', MONTH, 'Asia/Kathmandu', -1, '2024-04-17T10:20:30.456Z'],
  ])('%s plus %j in %s × %i: %s', (instant, span, timezone, count, expected) => {
    expect(iso(addSpan(at(instant), span, timezone, count))).toBe(expected);
  });
});

describe('the window that ends at a boundary', () => {
  it.each<[string, Span, string, number]>([
    ['2024-03-31T22:00:00Z', DAY, 'Europe/Paris', 23],
    ['2024-10-27T23:00:00Z', DAY, 'Europe/Paris', 25],
    ['2024-04-07T13:30:00Z', DAY, 'Australia/Lord_Howe', 24.5],
    ['2024-10-06T13:00:00Z', DAY, 'Australia/Lord_Howe', 23.5],
    ['2024-03-11T04:00:00Z', WEEK, 'America/New_York', 167],
    ['2024-03-01T00:00:00Z', MONTH, 'UTC', 29 * 24],
    ['2025-01-01T00:00:00Z', MONTH, 'UTC', 31 * 24],
    // The day before 2011-12-31 was the 29th.
    ['2011-12-30T10:00:00Z', DAY, 'Pacific/Apia', 24],
    // Sliding: a day that ends at noon, over the night of the change.
    ['2024-03-31T10:00:00Z', DAY, 'Europe/Paris', 23],
  ])('%s %j in %s has %d hours', (to, length, timezone, hours) => {
    const window = windowEndingAt(at(to), length, timezone);
    expect((window.to - window.from) / 3_600_000).toBe(hours);
  });

  it('shares no instant with its neighbour, and does with itself', () => {
    const last = windowEndingAt(at('2024-05-17T00:00:00Z'), DAY, 'UTC');
    const before = windowEndingAt(last.from, DAY, 'UTC');
    expect([disjoint(last, before), disjoint(before, last), disjoint(last, last)]).toEqual([true, true, false]);
  });
});

describe('the ends of due windows', () => {
  const ends = (after: string, until: string, every: Span, timezone: string, limit: number): string[] =>
    boundariesBetween(at(after), at(until), every, timezone, limit).map(iso);

  it('lists them oldest first, the first bound excluded and the last included', () => {
    expect(ends('2024-03-29T23:00:00Z', '2024-03-31T22:00:00Z', DAY, 'Europe/Paris', 24)).toEqual([
      '2024-03-30T23:00Z',
      '2024-03-31T22:00Z',
    ]);
  });

  it('keeps the newest where there are more than the limit', () => {
    expect(ends('2020-01-01T00:00:00Z', '2024-03-15T00:00:00Z', MONTH, 'UTC', 2)).toEqual([
      '2024-02-01T00:00Z',
      '2024-03-01T00:00Z',
    ]);
  });

  it.each<[string, string, string, number]>([
    ['nothing is due yet', '2024-03-01T00:00:00Z', '2024-03-31T23:59:59Z', 24],
    ['the bounds are the same', '2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z', 24],
    ['the bounds are turned round', '2024-05-01T00:00:00Z', '2024-03-01T00:00:00Z', 24],
    ['none is asked for', '2020-03-01T00:00:00Z', '2024-03-01T00:00:00Z', 0],
  ])('is empty where %s', (_, after, until, limit) => {
    expect(ends(after, until, MONTH, 'UTC', limit)).toEqual([]);
  });

  it('passes over a day that a zone left out', () => {
    expect(ends('2011-12-28T10:00:00Z', '2012-01-01T00:00:00Z', DAY, 'Pacific/Apia', 24)).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ]);
  });
});

const ZONES = [
  ...['UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana'],
  ...['America/St_Johns', 'Asia/Beirut', 'Pacific/Apia', 'America/Sao_Paulo', 'Africa/Casablanca'],
];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
const span = fc.oneof(
  fc.constantFrom(DAY, WEEK, MONTH, HOUR),
  fc.record({ count: fc.integer({ min: 1, max: 7 }), unit: fc.constantFrom('hour', 'day', 'week', 'month') }),
  fc.record({ count: fc.integer({ min: 1, max: 90 }), unit: fc.constant('minute') }),
) as fc.Arbitrary<Span>;

describe('laws, in eleven zones over 45 years', () => {
  it('windows tile: each ends where the next begins, and none is empty', () => {
    fc.assert(
      fc.property(instant, span, zone, (now, length, timezone) => {
        let window = windowEndingAt(boundaryAtOrBefore(now, length, timezone), length, timezone);
        expect(window.to).toBeLessThanOrEqual(now);
        for (let i = 0; i < 5; i += 1) {
          const before = windowEndingAt(window.from, length, timezone);
          expect(boundaryAtOrBefore(window.from, length, timezone)).toBe(window.from);
          expect(boundaryAtOrBefore(window.to - 1, length, timezone)).toBe(window.from);
          expect(before.to).toBe(window.from);
          expect(before.from).toBeLessThan(before.to);
          window = before;
        }
      }),
      { seed: 20_240_331, numRuns: 300 },
    );
  });

  it('a later instant never has an earlier boundary', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 200_000_000 }), span, zone, (now, later, length, timezone) => {
        expect(boundaryAtOrBefore(now, length, timezone)).toBeLessThanOrEqual(
          boundaryAtOrBefore(now + later, length, timezone),
        );
      }),
      { seed: 20_241_027, numRuns: 300 },
    );
  });

  it('UTC, which is reckoned without the zone data, cuts as the zone data say', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -40, max: 40 }), span, (now, count, length) => {
        expect(boundaryAtOrBefore(now, length, 'UTC')).toBe(boundaryAtOrBefore(now, length, 'Etc/UTC'));
        expect(addSpan(now, length, 'UTC', count)).toBe(addSpan(now, length, 'Etc/UTC', count));
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('due ends are boundaries, rise, and lie between the bounds', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 90 }), zone, (until, days, timezone) => {
        const after = until - days * 86_400_000;
        const ends = boundariesBetween(after, until, DAY, timezone, 24);
        for (const [index, end] of ends.entries()) {
          expect(end).toBeGreaterThan(index === 0 ? after : ends[index - 1]!);
          expect(end).toBeLessThanOrEqual(until);
          expect(boundaryAtOrBefore(end, DAY, timezone)).toBe(end);
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

describe('the beginning of a day', () => {
  it.each([
    [2024, 7, 1, 'America/New_York', '2024-07-01T04:00Z'],
    [2024, 2, 29, 'UTC', '2024-02-29T00:00Z'],
    [2022, 3, 27, 'Asia/Beirut', '2022-03-26T22:00Z'],
    [2011, 12, 30, 'Pacific/Apia', '2011-12-30T10:00Z'],
  ])('%i-%i-%i in %s', (year, month, day, timezone, expected) => {
    expect(iso(startOfDay(year, month, day, timezone))).toBe(expected);
  });
});

describe('the offset of a model within its slot', () => {
  it.each<[Span, number]>([
    [MINUTE, 30_000],
    [{ count: 5, unit: 'minute' }, 150_000],
    [HOUR, 1_800_000],
    [DAY, 1_800_000],
    [MONTH, 1_800_000],
  ])('for %j it is a whole second below %i ms, and spreads', (every, limit) => {
    const offsets = Array.from({ length: 1000 }, (_, i) => slotOffset(`model-${String(i)}`, every));
    for (const offset of offsets) {
      expect(offset % 1000).toBe(0);
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThan(limit);
    }
    expect(new Set(offsets).size).toBeGreaterThan(Math.min(limit / 1000, 1000) / 2);
  });

  it('is the same in every process', () => {
    // FNV-1a of "a" is 0xe40c292c (published test vector); modulo 1,800,000 ms, cut to seconds.
    expect(slotOffset('a', DAY)).toBe(Math.floor((0xe40c292c % 1_800_000) / 1000) * 1000);
  });
});
