import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aheadOf, instantOf } from '../../../src/run/ingest/instants.js';

describe('an instant', () => {
  it.each([
    ['2026-01-31T08:00:00Z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31t08:00z', Date.UTC(2026, 0, 31, 8)],
    ['2024-02-29T23:59:59.9Z', Date.UTC(2024, 1, 29, 23, 59, 59, 900)],
    ['2026-01-31T08:00:00.123999999Z', Date.UTC(2026, 0, 31, 8, 0, 0, 123)],
    ['2026-01-01T00:30:00+05:45', Date.UTC(2025, 11, 31, 18, 45)],
    ['2025-12-31T20:00:00-08:00', Date.UTC(2026, 0, 1, 4)],
    ['2000-02-29T00:00-00:30', Date.UTC(2000, 1, 29, 0, 30)],
    ['0099-12-31T00:00:00.01Z', Date.parse('0099-12-31T00:00:00.010Z')],
  ])('%s is read', (text, at) => {
    expect(instantOf(text)).toBe(at);
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:00:60Z',
    '2026-01-31T08:00:00+24:00',
    '2026-01-31T08:00:00+01:60',
    '2026-01-31T08:00:00',
    '2026-01-31',
    '2026-01-31T08:00:00Zx',
    '',
  ])('%j is none', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  it('is what Date says of its own texts', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (each) => {
        expect(instantOf(each.toISOString())).toBe(each.getTime());
      }),
    );
  });

  it('with any two digits in any place is what Date says of the same text, where such a day and hour exist', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 9999 }),
      two,
      two,
      two,
      two,
      two,
      fc.nat(999),
      two,
      two,
      fc.boolean(),
    );
    fc.assert(
      fc.property(parts, ([year, month, day, hour, minute, second, ms, zoneHour, zoneMinute, isEast]) => {
        const wall = `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}.${String(ms).padStart(3, '0')}`;
        const text = `${wall}${isEast ? '+' : '-'}${zoneHour}:${zoneMinute}`;
        // Dates of days that a month does not have go on into the next month, and 24:00 into the next day.
        const said = new Date(`${wall}Z`);
        const exists = !Number.isNaN(said.getTime()) && said.toISOString() === `${wall}Z`;
        const hasZone = Number(zoneHour) < 24 && Number(zoneMinute) < 60;
        expect(instantOf(text)).toBe(exists && hasZone ? Date.parse(text) : undefined);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a clock that runs ahead', () => {
  it.each([
    [3_600_000, undefined],
    [3_600_001, 'is 1.0 hours ahead of this machine'],
    [47.5 * 3_600_000, 'is 47.5 hours ahead'],
    [10 * 86_400_000, 'is 10 days ahead'],
    [-1, undefined],
  ])('by %d ms: %s', (ahead, words) => {
    const told = aheadOf(1_000, 1_000 + ahead);
    if (words === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(words);
  });
});
