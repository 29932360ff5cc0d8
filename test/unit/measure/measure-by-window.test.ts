import { describe, expect, it } from 'vitest';
import { ownWindowsOf } from '../../../src/model/by-window.js';
import type { Figure } from '../../../src/model/figure.js';
import { windowsWithin, type Window } from '../../../src/model/window.js';
import { measureByWindow } from '../../../src/measure/measure-by-window.js';
import { measureReference, measureWindow } from '../../../src/measure/measure.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const DAY = 86_400_000;
const DAYS = 6;
const ROWS = 50;

const rowOf = (at: number): { day: number; of: number } => ({ day: Math.floor(at / ROWS), of: at % ROWS });
const each = <T>(make: (day: number, of: number) => T): T[] =>
  Array.from({ length: DAYS * ROWS }, (_, at) => make(rowOf(at).day, rowOf(at).of));

/** The last day is another one. */
const frame = frameOf([
  numbers(
    'x',
    each((day, of) => of + (day === DAYS - 1 ? 20 : 0)),
  ),
  texts(
    'c',
    each((day, of) => (of % 5 === 0 || (day === DAYS - 1 && of < 25) ? 'b' : 'a')),
  ),
  numbers(
    'time',
    each((day, of) => (day + of / ROWS) * DAY),
  ),
  numbers(
    'ms',
    each((day) => 10 + day),
  ),
]);
const roles = { ...rolesFor(frame), numeric: ['x'], categorical: ['c'], time: 'time', latency: 'ms' };
const { profile } = measureReference(frame, roles, { metrics: 'default' });
const windows = windowsWithin({ from: 0, to: DAYS * DAY }, { count: 1, unit: 'day' }, 'UTC', 100);
const learn = (metrics: string[], minimumRows = 1, of: readonly Window[] = windows): Figure[] =>
  measureByWindow(frame, profile, roles, { windows: of, metrics, minimumRows });

describe('a reference against itself, window by window', () => {
  it('holds each window against the rest, not against itself', () => {
    const [distance] = learn(['ks_statistic']);
    expect(distance).toMatchObject({ metric: 'ks_statistic_by_window', on: 'reference', column: 'x', n: DAYS });
    const own = ownWindowsOf(distance!);
    expect(own.map(({ rows }) => rows)).toEqual(Array.from({ length: DAYS }, () => ROWS));
    // 20 of the last day's 50 values lie above all others, and all of its values 20 higher: D = 0.4 against the rest.
    expect(own.at(-1)?.value).toBeCloseTo(0.4, 9);
    // Every other day differs from the rest by its share of the last day alone: a fifth of 0.4.
    expect(own[0]?.value).toBeCloseTo(0.08, 9);
  });

  it('gives what measuring the window against the frame of the other rows gives', () => {
    const rest = frameOf([
      numbers('x', each((day, of) => of + (day === DAYS - 1 ? 20 : 0)).slice(ROWS)),
      texts('c', each((day, of) => (of % 5 === 0 || (day === DAYS - 1 && of < 25) ? 'b' : 'a')).slice(ROWS)),
    ]);
    const first = frameOf([
      numbers('x', each((_, of) => of).slice(0, ROWS)),
      texts('c', each((_, of) => (of % 5 === 0 ? 'b' : 'a')).slice(0, ROWS)),
    ]);
    const plain = rolesFor(first);
    const metrics = ['ks_statistic', 'total_variation'];
    const options = { families: ['drift'], metrics } as const;
    const expected = measureWindow(first, measureReference(rest, plain, { metrics }), plain, options);
    const learned = learn(metrics);
    expect(learned.map(({ metric }) => metric)).toEqual(expected.map(({ metric }) => `${metric}_by_window`));
    expected.forEach(({ value }, at) => expect(ownWindowsOf(learned[at]!)[0]?.value).toBeCloseTo(value as number, 9));
  });

  it('follows run-time figures as well, and only what was asked for', () => {
    const figures = learn(['latency_p95']);
    expect(figures.map(({ metric }) => metric)).toEqual(['latency_p95_by_window']);
    expect(ownWindowsOf(figures[0]!).map(({ value }) => value)).toEqual([10, 11, 12, 13, 14, 15]);
  });

  it('learns nothing from windows with too few rows, from rows without a time, or from one window that is all', () => {
    expect(learn(['ks_statistic'], ROWS + 1)).toEqual([]);
    expect(learn([])).toEqual([]);
    expect(learn(['ks_statistic'], 1, [{ from: 0, to: DAYS * DAY }])).toEqual([]);
    const timeless = frameOf([numbers('x', [1, 2])]);
    const none = measureByWindow(timeless, profile, rolesFor(timeless), {
      windows,
      metrics: ['ks_statistic'],
      minimumRows: 1,
    });
    expect(none).toEqual([]);
  });
});

describe('windows within a span', () => {
  it.each([
    ['whole days', { from: 0, to: 3 * DAY }, 100, [0, 1, 2]],
    ['a span that begins and ends within a day', { from: DAY / 2, to: 3.5 * DAY }, 100, [1, 2]],
    ['the newest where there are more', { from: 0, to: 9 * DAY }, 2, [7, 8]],
    ['none in less than a day', { from: 1, to: DAY }, 100, []],
    ['none in no time', { from: 0, to: 0 }, 100, []],
  ])('%s', (_title, span, limit, days) => {
    const found = windowsWithin(span, { count: 1, unit: 'day' }, 'UTC', limit);
    expect(found).toEqual(days.map((day) => ({ from: day * DAY, to: (day + 1) * DAY })));
  });

  it('are as long as the clock of the zone makes them', () => {
    const span = { from: Date.parse('2026-03-27T23:00:00Z'), to: Date.parse('2026-03-30T22:00:00Z') };
    const hours = windowsWithin(span, { count: 1, unit: 'day' }, 'Europe/Berlin', 100).map(
      ({ from, to }) => (to - from) / 3_600_000,
    );
    expect(hours).toEqual([24, 23, 24]);
  });
});
