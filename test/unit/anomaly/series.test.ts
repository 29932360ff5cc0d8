import { describe, expect, test } from 'vitest';
import { newestDeviation, seriesAnomalies, seriesLimits, SMALLEST_HISTORY } from '../../../src/anomaly/series.js';
import { SERIES_METHODS } from '../../../src/model/series-metric.js';

const steady = [0.8, 0.82, 0.79, 0.81, 0.8, 0.83, 0.78, 0.8, 0.81, 0.79];

describe('the history of a figure', () => {
  test.each([
    // numpy: mean -+ 3 std(ddof=1); quantile fences; median -+ 3.5 MAD / 0.6745.
    ['z', 1, 9, 5 - 3 * 2.7386127875258306, 5 + 3 * 2.7386127875258306],
    ['iqr', 1, 9, -3, 13],
    ['mad', 1, 9, 5 - (3.5 * 2) / 0.6745, 5 + (3.5 * 2) / 0.6745],
  ] as const)('%s sets the limits that its rule says', (method, from, to, low, high) => {
    const history = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    const limits = seriesLimits(history, method);
    if ('reason' in limits) throw new Error(limits.reason);
    expect(limits.n).toBe(9);
    expect(limits.low).toBeCloseTo(low, 10);
    expect(limits.high).toBeCloseTo(high, 10);
  });

  test.each(SERIES_METHODS)('%s finds the window that fell out, and no other', (method) => {
    const points = seriesAnomalies([...steady, 0.4, 0.8], { method });
    expect(points.filter(({ anomalous }) => anomalous).map(({ at }) => at)).toEqual([10]);
  });

  test.each(SERIES_METHODS)('%s judges a point by what was before it: later values change no verdict', (method) => {
    const early = seriesAnomalies([...steady, 0.4], { method });
    const late = seriesAnomalies([...steady, 0.4, 0.2, 9, -3], { method });
    expect(late.slice(0, early.length)).toEqual(early);
  });

  test.each(SERIES_METHODS)('%s says why it cannot judge', (method) => {
    expect(seriesLimits(steady.slice(0, SMALLEST_HISTORY - 1), method)).toEqual({
      n: 7,
      reason: 'fewer than 8 earlier values',
    });
    expect(seriesLimits(new Array<number>(20).fill(0.1), method)).toEqual({
      n: 20,
      reason: 'the history does not vary',
    });
    expect(newestDeviation([...steady, undefined], method)).toMatchObject({ value: null, n: 10 });
    expect(newestDeviation([], method)).toMatchObject({ value: null, n: 0 });
  });

  test('values at the end of the number range overflow into a reason', () => {
    expect(seriesLimits([1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1e308, -1e308], 'z')).toEqual({
      n: 8,
      reason: 'the spread of the history overflows',
    });
  });

  test('windows without the figure are left out', () => {
    const gaps = steady.flatMap((value) => [value, undefined, Number.NaN]);
    expect(seriesLimits(gaps, 'mad')).toEqual(seriesLimits(steady, 'mad'));
    expect(seriesAnomalies(gaps, { method: 'mad' })).toHaveLength(steady.length);
  });

  test('only the last windows count where a length is given', () => {
    const moved = [...new Array<number>(30).fill(5).map((v, at) => v + (at % 3)), ...steady, 0.81];
    const last = seriesAnomalies(moved, { method: 'iqr', window: 10 }).at(-1);
    expect(last).toMatchObject({ anomalous: false, limits: { n: 10 } });
  });

  test('the newest value is measured in reaches of the limit', () => {
    const history = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(newestDeviation([...history, 13], 'iqr')).toEqual({ n: 9, value: 1 });
    expect(newestDeviation([...history, 5], 'iqr')).toEqual({ n: 9, value: 0 });
    expect(newestDeviation([...history, -11], 'iqr')).toEqual({ n: 9, value: -2 });
  });
});
