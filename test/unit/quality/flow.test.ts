/** Freshness, stuck answers, orphans and label delays, against counts by hand. */
import { describe, expect, it } from 'vitest';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { flowCatalogue, measureFlow } from '../../../src/quality/measure-flow.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const HOUR = 3_600_000;

function figure(metric: string, frame: Frame, roles: Roles, windowEnd?: number): Figure | undefined {
  const options = { metrics: 'default', ...(windowEnd !== undefined && { windowEnd }) } as const;
  return measureFlow(frame, roles, 'current', options).find((one) => one.metric === metric);
}

describe('freshness', () => {
  const frame = (times: readonly number[]): Frame => frameOf([numbers('at', times)]);
  const roles = rolesFor(frame([]), { time: 'at', numeric: [] });

  it('is the seconds from the newest row to the end of the window', () => {
    expect(figure('freshness', frame([HOUR, 3 * HOUR, 2 * HOUR]), roles, 4 * HOUR)).toMatchObject({
      id: 'quality/current/freshness',
      value: 3600,
      n: 3,
    });
  });

  it.each([
    ['the end of the window is not known', [HOUR], undefined],
    ['no row has a time', [NaN], HOUR],
    ['no row has a time', [], HOUR],
    ['a row is later than the end of the window', [2 * HOUR], HOUR],
  ])('has no value where %s', (reason, times, end) => {
    expect(figure('freshness', frame(times), roles, end)).toMatchObject({ value: null, reason });
  });

  it('is not measured where rows have no time, nor of a reference', () => {
    const untimed = frameOf([numbers('x', [1])]);
    expect(figure('freshness', untimed, rolesFor(untimed), HOUR)).toBeUndefined();
    const ofReference = measureFlow(frame([HOUR]), roles, 'reference', { metrics: 'all', windowEnd: HOUR });
    expect(ofReference).toEqual([]);
  });
});

describe('the share of stuck answers', () => {
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  const scored = (scores: readonly number[], x: readonly number[] = range(scores.length)): Figure | undefined => {
    const frame = frameOf([numbers('x', x), numbers('p', scores)]);
    return figure('stuck_share', frame, rolesFor(frame, { numeric: ['x'], score: 'p' }));
  };

  it('counts the rows of five or more different requests in a row with one answer', () => {
    // Five times 0.3 among eight rows; four times 0.7 are one too few.
    expect(scored([0.1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.2, 0.4])).toMatchObject({ value: 5 / 8, n: 8 });
    expect(scored([0.1, 0.7, 0.7, 0.7, 0.7, 0.2])).toMatchObject({ value: 0, n: 6 });
  });

  it('does not hold the same answer to the same request against the model', () => {
    expect(scored([0.3, 0.3, 0.3, 0.3, 0.3, 0.3], [1, 1, 1, 1, 1, 1])).toMatchObject({ value: 0 });
    // Five different requests, one of them asked twice: six rows.
    expect(scored([0.3, 0.3, 0.3, 0.3, 0.3, 0.3], [1, 1, 2, 3, 4, 5])).toMatchObject({ value: 1 });
    expect(scored([0.3, 0.3, 0.3, 0.3, 0.3], [1, 1, 2, 3, 4])).toMatchObject({ value: 0 });
  });

  it('takes a missing feature for equal to a missing one, and -0 to 0', () => {
    expect(scored([0.3, 0.3, 0.3, 0.3, 0.3], [NaN, NaN, NaN, NaN, NaN])).toMatchObject({ value: 0 });
    expect(scored([0.3, 0.3, 0.3, 0.3, 0.3], [0, -0, 0, -0, 0])).toMatchObject({ value: 0 });
  });

  it('looks over rows without an answer', () => {
    expect(scored([0.3, NaN, 0.3, 0.3, NaN, 0.3, 0.3])).toMatchObject({ value: 1, n: 5 });
    expect(scored([NaN, NaN])).toMatchObject({ value: null, reason: 'no row has an answer' });
  });

  it('follows the order of time, not of the rows', () => {
    const scores = [0.3, 0.1, 0.3, 0.2, 0.3, 0.5, 0.3, 0.6, 0.3];
    const times = scores.map((score, row) => (score === 0.3 ? row : 100 + row));
    const frame = frameOf([numbers('x', range(9)), numbers('p', scores), numbers('at', times)]);
    const roles = rolesFor(frame, { numeric: ['x'], score: 'p' });
    expect(figure('stuck_share', frame, roles)).toMatchObject({ value: 0 });
    expect(figure('stuck_share', frame, { ...roles, time: 'at' })).toMatchObject({ value: 5 / 9, n: 9 });
  });

  it('compares all scores of several classes, and the number of a regression', () => {
    const a = [0.2, 0.2, 0.2, 0.2, 0.2];
    const b = [0.8, 0.7, 0.8, 0.7, 0.8];
    const frame = frameOf([numbers('x', range(5)), numbers('a', a), numbers('b', b)]);
    const roles = rolesFor(frame, { numeric: ['x'] });
    const classes = (names: readonly string[]): Partial<Roles> => ({
      task: 'multiclass',
      scores: names.map((name) => [name, name] as const),
    });
    expect(figure('stuck_share', frame, { ...roles, ...classes(['a', 'b']) })).toMatchObject({ value: 0 });
    expect(figure('stuck_share', frame, { ...roles, ...classes(['a']) })).toMatchObject({ value: 1 });
    expect(figure('stuck_share', frame, { ...roles, task: 'regression', prediction: 'a' })).toMatchObject({ value: 1 });
  });

  it('is not measured of classes alone: they repeat by nature', () => {
    const frame = frameOf([texts('said', ['no', 'no', 'no', 'no', 'no'])]);
    expect(figure('stuck_share', frame, rolesFor(frame, { prediction: 'said' }))).toBeUndefined();
  });
});

describe('the share of orphans', () => {
  const frame = frameOf([texts('y', ['a', 'b', null, 'a', 'b']), texts('z', ['a', null, 'a', 'a', null])]);
  const roles = rolesFor(frame, { categorical: [], label: 'y', prediction: 'z' });

  it('is, beside the predictions, the share of labels whose row has no prediction', () => {
    const got = figure('orphan_share', frame, roles);
    expect(got).toMatchObject({ value: 0.5, n: 4 });
    // Wilson for 2 of 4 at 99 %: (2 + z²/2 ∓ z sqrt(1 + z²/4)) / (4 + z²).
    const z = 2.5758293035489004;
    const low = (2 + (z * z) / 2 - z * Math.sqrt(1 + (z * z) / 4)) / (4 + z * z);
    expect(got?.value === null ? undefined : got?.interval?.[0]).toBeCloseTo(low, 12);
  });

  it('is what the reader counted where labels have a table of their own', () => {
    const counted = { ...frame, intake: { ...frame.intake, labels: { read: 10, orphans: 1 } } };
    expect(figure('orphan_share', counted, roles)).toMatchObject({ value: 0.1, n: 10 });
    const none = { ...frame, intake: { ...frame.intake, labels: { read: 0, orphans: 0 } } };
    expect(figure('orphan_share', none, roles)).toMatchObject({ value: null, reason: 'no labels' });
    const uncounted = { ...frame, intake: { ...frame.intake, labels: { reason: 'no index helps' } } };
    expect(figure('orphan_share', uncounted, roles)).toMatchObject({ value: null, reason: 'no index helps' });
  });
});

describe('label delays', () => {
  const frame = frameOf([
    texts('y', ['a', 'b', 'a', null, 'b']),
    texts('z', ['a', 'b', 'a', 'a', 'b']),
    numbers('at', [0, 1000, 2000, 3000, 4000]),
    numbers('came', [10_000, 21_000, 32_000, 5000, NaN]),
  ]);
  const roles = rolesFor(frame, {
    categorical: [],
    numeric: [],
    positive: 'a',
    label: 'y',
    prediction: 'z',
    time: 'at',
  });
  const metrics = ['label_delay_p50', 'label_delay_p95'];

  it('are quantiles of arrival minus prediction in seconds, of labelled rows with both times', () => {
    // Delays of 10, 20 and 30 seconds; the fourth row has no label, the fifth no arrival.
    const figures = measurePerformance(frame, { ...roles, arrived: 'came' }, 'current', { metrics });
    expect(figures.map(({ id, value, n }) => [id, value, n])).toEqual([
      ['performance/current/label_delay_p50', 20, 3],
      ['performance/current/label_delay_p95', 29, 3],
    ]);
  });

  it('have no value where no label tells when it came in, and are not measured without the column', () => {
    const silent = frameOf([...frame.columns.values(), numbers('never', [NaN, NaN, NaN, NaN, NaN])]);
    const [first] = measurePerformance(silent, { ...roles, arrived: 'never' }, 'current', { metrics });
    expect(first).toMatchObject({ value: null, reason: 'no label tells when it came in' });
    expect(measurePerformance(frame, roles, 'current', { metrics })).toEqual([]);
  });
});

it('the catalogue of the flow describes what is measured, each once', () => {
  const frame = frameOf([numbers('p', [0.1]), numbers('at', [0]), texts('y', ['a'])]);
  const roles = rolesFor(frame, { score: 'p', time: 'at', label: 'y' });
  const names = measureFlow(frame, roles, 'current', { metrics: 'all' }).map(({ metric }) => metric);
  expect(names.sort()).toEqual(flowCatalogue.map(({ name }) => name).sort());
});
