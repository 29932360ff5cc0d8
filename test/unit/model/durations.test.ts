/** Lengths of time: what people write is taken as meant, or refused with what to write instead. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from '../../../src/model/definition.js';
import {
  dividesEvenly,
  DURATION_PATTERN,
  formatDuration,
  formatSpan,
  nominalMs,
  parseDuration,
  parseSpan,
  SPAN_PATTERN,
} from '../../../src/model/durations.js';

const spanOf = (text: string): Span => {
  const parsed = parseSpan(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.message}`);
  return parsed.value;
};

const SPANS: [string, Span][] = [
  ['15m', { count: 15, unit: 'minute' }],
  ['15 min', { count: 15, unit: 'minute' }],
  ['1 minute', { count: 1, unit: 'minute' }],
  ['1h', { count: 1, unit: 'hour' }],
  ['12 hours', { count: 12, unit: 'hour' }],
  ['1d', { count: 1, unit: 'day' }],
  ['28 days', { count: 28, unit: 'day' }],
  ['2w', { count: 2, unit: 'week' }],
  ['1 month', { count: 1, unit: 'month' }],
  ['6months', { count: 6, unit: 'month' }],
];
const NO_SPANS: [string, string][] = [
  ['', 'is not a length'],
  ['soon', 'is not a length'],
  ['10', 'has no unit'],
  ['-1d', 'is not a length'],
  ['0d', 'is no time'],
  ['1.5h', 'not a whole number'],
  ['1M', 'unclear unit'],
  ['3mo', 'unclear unit'],
  ['1 year', 'unknown unit'],
  ['1 fortnight', 'unknown unit'],
  ['30s', 'finer than a minute'],
  ['1h30m', 'is not a length'],
  ['P1D', 'is not a length'],
  ['10000d', 'too long'],
  ['1 constructor', 'unknown unit'],
];

describe('spans', () => {
  it.each(SPANS)('%s', (text, span) => {
    expect(parseSpan(text)).toEqual({ ok: true, value: span });
    expect(text).toMatch(new RegExp(SPAN_PATTERN));
  });

  it.each(NO_SPANS)('refuses "%s": %s', (text, message) => {
    expect(parseSpan(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) as string });
    expect(text).not.toMatch(new RegExp(SPAN_PATTERN));
  });

  it('reads back what it writes', () => {
    const units = fc.constantFrom('minute', 'hour', 'day', 'week', 'month');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), units, (count, unit) => {
        expect(spanOf(formatSpan({ count, unit }))).toEqual({ count, unit });
      }),
    );
  });
});

describe('durations of the wall clock', () => {
  it.each([
    ['30s', 30_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['1w', 604_800_000],
    ['0m', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
    expect(text).toMatch(new RegExp(DURATION_PATTERN));
  });

  it.each([
    ['1 month', 'no fixed length'],
    ['4000d', 'longer than ten years'],
    ['90', 'has no unit'],
  ])('refuses %s: %s', (text, message) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, message: expect.stringContaining(message) as string });
  });

  it.each([
    [0, '0 minutes'],
    [250, '250 ms'],
    [1000, '1 second'],
    [90_000, '90 seconds'],
    [600_000, '10 minutes'],
    [3_600_000, '1 hour'],
    [86_400_000, '1 day'],
    [5_400_000, '90 minutes'],
  ])('%i ms is written %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('dividing windows', () => {
  it.each([
    ['1d', '1d', true],
    ['1h', '1d', true],
    ['15m', '1h', true],
    ['7m', '1h', false],
    ['1d', '1w', true],
    ['2d', '1w', false],
    ['1d', '1h', false],
    ['5h', '1d', false],
    ['1 month', '1 month', true],
    ['1 month', '3 months', true],
    ['2 months', '3 months', false],
    ['1d', '1 month', true],
    ['6h', '1 month', true],
    ['2d', '1 month', false],
    ['1w', '1 month', false],
    ['1 month', '30d', false],
  ])('%s into %s: %s', (every, window, expected) => {
    expect(dividesEvenly(spanOf(every), spanOf(window))).toBe(expected);
  });

  it('compares lengths with months of 30 days', () => {
    expect(nominalMs(spanOf('1 month'))).toBe(nominalMs(spanOf('30d')));
    expect(nominalMs(spanOf('1w'))).toBe(nominalMs(spanOf('7d')));
  });
});
