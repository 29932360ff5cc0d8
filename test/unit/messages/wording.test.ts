import { describe, expect, it } from 'vitest';
import {
  countWords,
  dateWords,
  durationWords,
  instantWords,
  metricWords,
  numberWords,
  valueWords,
  windowWords,
} from '../../../src/alerts/wording.js';

describe('a number', () => {
  it.each([
    [0, '0'],
    [0.50123456, '0.5012'],
    [-0.06543, '−0.06543'],
    [0.9, '0.9'],
    [1234.5678, '1,235'],
    [1234567, '1,234,567'],
    [0.00001234, '1.234e-5'],
    [0.00001, '1e-5'],
    [3e20, '3e20'],
    [NaN, 'no value'],
    [Infinity, 'infinite'],
    [-Infinity, 'minus infinite'],
  ])('%d reads %s', (value, words) => {
    expect(numberWords(value)).toBe(words);
  });

  it.each([
    ['missing_share', 0.0834, '8.34 %'],
    ['selection_rate', 0.2, '20 %'],
    ['error_rate', 0.07, '7 %'],
    ['label_coverage', 1, '100 %'],
    ['roc_auc', 0.56, '0.56'],
    ['latency_p95', 123.456, '123.5 ms'],
    ['demographic_parity_ratio', 0.75, '0.75'],
  ])('of %s, %d, reads %s', (metric, value, words) => {
    expect(valueWords(metric, value)).toBe(words);
  });

  it('of things is counted, not rounded', () => {
    expect(countWords(1, 'rule')).toBe('1 rule');
    expect(countWords(12_345, 'rule')).toBe('12,345 rules');
    expect(metricWords('roc_auc')).toBe('ROC AUC');
    expect(metricWords('estimated_roc_auc')).toBe('estimated ROC AUC');
    expect(metricWords('missing_share')).toBe('missing share');
  });
});

describe('a window', () => {
  const utc = (text: string): number => Date.parse(`${text}${text.length > 10 ? ':00Z' : 'T00:00:00Z'}`);
  it.each([
    ['2008-09-01', '2008-10-01', 'UTC', 'September 2008'],
    ['2008-09-01', '2008-12-01', 'UTC', 'September 2008 to November 2008'],
    ['2026-11-21', '2026-11-22', 'UTC', '2026-11-21'],
    ['2026-11-16', '2026-11-23', 'UTC', 'week of 2026-11-16'],
    ['2026-11-17', '2026-11-24', 'UTC', '2026-11-17 to 2026-11-23'],
    ['2026-11-21T14:00', '2026-11-21T15:00', 'UTC', '2026-11-21 14:00 to 15:00 UTC'],
    ['2026-11-21T23:00', '2026-11-22T01:00', 'UTC', '2026-11-21 23:00 to 2026-11-22 01:00 UTC'],
    // Berlin is one hour ahead in winter, two in summer: its days begin the evening before, in UTC.
    ['2026-11-20T23:00', '2026-11-21T23:00', 'Europe/Berlin', '2026-11-21 (Europe/Berlin)'],
    ['2026-06-30T22:00', '2026-07-31T22:00', 'Europe/Berlin', 'July 2026 (Europe/Berlin)'],
    ['2026-11-21', '2026-11-22', 'Europe/Berlin', '2026-11-21 00:00 to 2026-11-22 00:00 UTC'],
  ])('from %s to %s in %s is called %s', (from, to, timezone, name) => {
    expect(windowWords({ from: utc(from), to: utc(to) }, timezone)).toBe(name);
  });
});

describe('a time', () => {
  it('is in UTC and says so', () => {
    expect(instantWords('2026-11-22T12:40:31.500Z')).toBe('2026-11-22 12:40 UTC');
    expect(instantWords('2026-11-22T13:40:00+01:00')).toBe('2026-11-22 12:40 UTC');
    expect(dateWords('2010-05-01T00:00:00Z')).toBe('2010-05-01');
    expect(dateWords('2010-05-01T06:00:00Z')).toBe('2010-05-01 06:00 UTC');
    expect(instantWords('yesterday')).toBe('yesterday');
  });

  it.each([
    [0, '0 s'],
    [8_400, '8 s'],
    [900_000, '15 min'],
    [3_660_000, '1 h 1 min'],
    [273_600_000, '3 d 4 h'],
    [86_460_000, '1 d'],
  ])('of %d ms lasts %s', (milliseconds, words) => {
    expect(durationWords(milliseconds)).toBe(words);
  });
});
