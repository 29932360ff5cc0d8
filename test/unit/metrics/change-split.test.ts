/** Mix and concept, against worked numbers, against simulated sampling error, and by the laws of the split. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { splitChange } from '../../../src/metrics/change-split.js';
import { tableOf } from '../../../src/metrics/level-table.js';
import type { Level } from '../../../src/profile/level-outcomes.js';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, texts } from '../frames.js';

/** Hits among rows: outcomes of 1 and 0, whose squares are themselves. */
const hits = (...cells: ReadonlyArray<readonly [n: number, sum: number]>): Level[] =>
  cells.map(([n, sum], at) => ({ kind: 'level', name: String(at), n, sum, squares: sum }));

const valueOf = (figures: readonly Figure[], metric: string, column?: string): unknown =>
  figures.find((figure) => figure.metric === metric && figure.column === column)?.value;

describe('the split of a change', () => {
  test('is Kitagawa’s: shares 0.8 and 0.2 to 0.5 and 0.5, means 0.9 and 0.6 to 0.9 and 0.5', () => {
    // Mix: -0.3 · 0.9 + 0.3 · 0.55 = -0.105. Concept: 0.65 · 0 + 0.35 · -0.1 = -0.035. Together 0.84 to 0.70.
    const { mix, concept } = splitChange(hits([80, 72], [20, 12]), hits([50, 45], [50, 25]));
    expect(mix.value).toBeCloseTo(-0.105, 12);
    expect(concept.value).toBeCloseTo(-0.035, 12);
    expect([mix.n, concept.n]).toEqual([100, 100]);
  });

  test('counts a level that one period lacks as mix', () => {
    const came = splitChange(hits([100, 90], [0, 0]), hits([50, 45], [50, 10]));
    expect(came.mix.value).toBeCloseTo(0.55 - 0.9, 12);
    expect(came.concept.value).toBeCloseTo(0, 12);
    const went = splitChange(hits([50, 45], [50, 10]), hits([100, 90], [0, 0]));
    expect(went.mix.value).toBeCloseTo(0.9 - 0.55, 12);
    expect(went.concept.value).toBeCloseTo(0, 12);
  });

  test('has the sampling error of both periods: with one level, that of a difference of means', () => {
    // One level: no mix, and the change of the mean with variance 0.25 · 0.75 n / (n - 1) / n for each side.
    const { mix, concept } = splitChange(hits([100, 75]), hits([200, 50]));
    expect(mix).toMatchObject({ value: 0, interval: [0, 0] });
    const half = 2.5758293035489004 * Math.sqrt((0.75 * 0.25) / 99 + (0.25 * 0.75) / 199);
    const ends = concept.value === null ? undefined : concept.interval;
    expect(ends?.[0]).toBeCloseTo(-0.5 - half, 9);
    expect(ends?.[1]).toBeCloseTo(-0.5 + half, 9);
  });

  test.each([
    ['the reference has no labelled rows', hits([0, 0]), hits([5, 1])],
    ['no labelled rows', hits([5, 1]), hits([0, 0])],
  ])('has no value where %s', (reason, before, now) => {
    expect(splitChange(before, now)).toMatchObject({ mix: { value: null, reason }, concept: { value: null, reason } });
  });

  test('adds up to the change of the mean, and turns its sign with the periods', () => {
    const cell = fc.record({
      n: fc.integer({ min: 0, max: 50 }),
      mean: fc.double({ min: 0, max: 10, noNaN: true }),
    });
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 });
    const asLevels = (cells: ReadonlyArray<{ n: number; mean: number }>): Level[] =>
      cells.map(({ n, mean }, at) => ({ kind: 'level', name: String(at), n, sum: n * mean, squares: n * mean * mean }));
    const meanOf = (levels: readonly Level[]): number =>
      levels.reduce((sum, level) => sum + level.sum, 0) / levels.reduce((sum, { n }) => sum + n, 0);
    fc.assert(
      fc.property(table, (pairs) => {
        const [before, now] = [asLevels(pairs.map(([first]) => first)), asLevels(pairs.map(([, second]) => second))];
        const there = splitChange(before, now);
        const back = splitChange(now, before);
        if (typeof there.mix.value !== 'number' || typeof there.concept.value !== 'number') {
          expect(there.mix.n).toBe(0);
          return;
        }
        expect(there.mix.value + there.concept.value).toBeCloseTo(meanOf(now) - meanOf(before), 9);
        expect(back.mix.value).toBeCloseTo(-there.mix.value, 9);
        expect(back.concept.value).toBeCloseTo(-there.concept.value, 9);
      }),
    );
  });

  test('has intervals that cover: 99 % of 1,000 draws from known shares and means', () => {
    const random = randomFrom(7);
    const shares = [
      [0.5, 0.3, 0.2],
      [0.3, 0.3, 0.4],
    ] as const;
    const means = [
      [0.9, 0.7, 0.5],
      [0.85, 0.7, 0.4],
    ] as const;
    const draw = (period: 0 | 1, rows: number): Level[] => {
      const n = [0, 0, 0];
      const sum = [0, 0, 0];
      for (let row = 0; row < rows; row++) {
        const u = random.uniform();
        const at = u < shares[period][0] ? 0 : u < shares[period][0] + shares[period][1] ? 1 : 2;
        n[at]! += 1;
        if (random.uniform() < means[period][at]) sum[at]! += 1;
      }
      return hits(...n.map((size, at) => [size, sum[at]!] as const));
    };
    // Mix -0.2 · 0.875 + 0.2 · 0.45 = -0.085; concept 0.4 · -0.05 + 0.3 · -0.1 = -0.05.
    const covered = { mix: 0, concept: 0 };
    for (let round = 0; round < 1000; round++) {
      const split = splitChange(draw(0, 400), draw(1, 300));
      for (const [part, truth] of [
        ['mix', -0.085],
        ['concept', -0.05],
      ] as const) {
        const { [part]: estimate } = split;
        const [low, high] = (estimate.value !== null && estimate.interval) || [0, 0];
        if (low <= truth && truth <= high) covered[part]++;
      }
    }
    expect(covered.mix).toBeGreaterThanOrEqual(980);
    expect(covered.concept).toBeGreaterThanOrEqual(980);
  });
});

const binary: Roles = {
  task: 'binary',
  numeric: [],
  categorical: ['job'],
  sensitive: [],
  scoresAreProbabilities: true,
  prediction: 'said',
  label: 'truth',
  positive: 'yes',
};
const METRICS = ['accuracy', 'accuracy_by_level', 'accuracy_change_mix', 'accuracy_change_concept'];

const repeat = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);

/** Rows as [job, times, of them right]. */
function rowsOf(...cells: ReadonlyArray<readonly [string | null, number, number]>): Frame {
  return frameOf([
    texts(
      'job',
      cells.flatMap(([job, n]) => repeat(job, n)),
    ),
    texts(
      'truth',
      cells.flatMap(([, n]) => repeat('yes', n)),
    ),
    texts(
      'said',
      cells.flatMap(([, n, right]) => [...repeat('yes', right), ...repeat('no', n - right)]),
    ),
  ]);
}

describe('the figures of a change', () => {
  const reference = rowsOf(['clerk', 80, 72], ['farmer', 20, 12], ['smith', 9, 9], ['baker', 4, 0], [null, 7, 7]);
  const before = measurePerformance(reference, binary, 'reference', { metrics: METRICS });
  const change = (current: Frame, roles = binary): Figure[] =>
    measurePerformance(current, roles, 'current', { metrics: METRICS, before });

  it('a reference keeps hits by level, rare levels pooled', () => {
    const table = before.find(({ metric, column }) => metric === 'accuracy_by_level' && column === 'job');
    expect(table).toMatchObject({ id: 'performance/reference/accuracy_by_level/job', on: 'reference', n: 120 });
    expect(tableOf(table?.value ?? null)).toEqual([
      { kind: 'level', name: 'clerk', n: 80, sum: 72, squares: 72 },
      { kind: 'level', name: 'farmer', n: 20, sum: 12, squares: 12 },
      { kind: 'missing', name: '', n: 7, sum: 7, squares: 7 },
      { kind: 'other', name: '', n: 13, sum: 9, squares: 9 },
    ]);
  });

  it('a window’s change is taken apart by each feature and by the model’s own answers', () => {
    // New jobs join the rare ones: 13 rows of 9 hits become 40 of 10; means 0.6923 and 0.25.
    const current = rowsOf(['clerk', 40, 36], ['farmer', 20, 12], ['pilot', 40, 10], [null, 20, 20]);
    const figures = change(current);
    const mix = (-40 / 120) * 0.9 + (13 / 120) * 1 + (27 / 120) * ((9 / 13 + 0.25) / 2);
    const concept = (53 / 240) * (0.25 - 9 / 13);
    expect(valueOf(figures, 'accuracy_change_mix', 'job')).toBeCloseTo(mix, 12);
    expect(valueOf(figures, 'accuracy_change_concept', 'job')).toBeCloseTo(concept, 12);
    expect(figures.map(({ id }) => id)).toEqual([
      'performance/current/accuracy',
      'performance/both/accuracy_change_mix',
      'performance/both/accuracy_change_concept',
      'performance/both/accuracy_change_mix/job',
      'performance/both/accuracy_change_concept/job',
    ]);
  });

  it('an unchanged window has changed in neither way', () => {
    const figures = change(reference);
    expect(valueOf(figures, 'accuracy_change_mix')).toBe(0);
    expect(valueOf(figures, 'accuracy_change_concept', 'job')).toBe(0);
  });

  it('has no value without labels, in an empty window, or where the reference keeps no table', () => {
    const without = frameOf([texts('job', ['clerk']), texts('said', ['yes']), texts('truth', [null])]);
    expect(change(without).at(-1)).toMatchObject({ value: null, reason: 'no labelled rows' });
    expect(change(rowsOf()).at(-1)).toMatchObject({ value: null });
    const alone = measurePerformance(reference, binary, 'current', { metrics: METRICS, before: [] });
    expect(alone.at(-1)).toMatchObject({ value: null, reason: 'the reference has no accuracy by level' });
    const unread = frameOf([texts('job', ['clerk']), texts('said', ['yes'])]);
    expect(change(unread).at(-1)).toMatchObject({ value: null, reason: 'no labels' });
  });

  it('the model itself is cut by deciles of its score; scores below the reference’s fall into the lowest bin', () => {
    const scored = (scores: readonly number[], right: (score: number) => boolean): Frame =>
      frameOf([
        numbers('p', scores),
        texts('truth', repeat('yes', scores.length)),
        texts(
          'said',
          scores.map((score) => (right(score) ? 'yes' : 'no')),
        ),
      ]);
    const scores = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
    const roles: Roles = { ...binary, categorical: [], score: 'p' };
    const [table] = measurePerformance(
      scored(scores, (s) => s > 0.5),
      roles,
      'reference',
      { metrics: ['accuracy_by_level'] },
    );
    const levels = tableOf(table?.value ?? null) ?? [];
    expect(levels.map(({ kind, n, sum }) => [kind, n, sum])).toEqual([
      ...repeat(['from', 10, 0], 5),
      ...repeat(['from', 10, 10], 5),
      ['missing', 0, 0],
      ['other', 0, 0],
    ]);
    expect(levels[0]?.name).toBe('-Infinity');
    // All scores moved to the lower half, right as often as before there: mix alone.
    const lower = scored(
      scores.map((score) => score / 2 - 0.1),
      (s) => s > 0.5,
    );
    const moved = measurePerformance(lower, roles, 'current', { metrics: METRICS, before: table ? [table] : [] });
    expect(valueOf(moved, 'accuracy_change_mix')).toBeCloseTo(-0.5, 12);
    expect(valueOf(moved, 'accuracy_change_concept')).toBeCloseTo(0, 12);
    // The same scores, wrong half the time in the upper half: concept alone.
    const worse = scored(scores, (s) => s > 0.5 && Math.round(s * 100 - 0.5) % 2 === 0);
    const decayed = measurePerformance(worse, roles, 'current', { metrics: METRICS, before: table ? [table] : [] });
    expect(valueOf(decayed, 'accuracy_change_mix')).toBe(0);
    expect(valueOf(decayed, 'accuracy_change_concept')).toBeCloseTo(-0.25, 12);
  });

  it('a regression’s mean absolute error is taken apart by its predicted number', () => {
    const roles: Roles = { ...binary, task: 'regression', categorical: [], prediction: 'z', label: 'y' };
    const frame = (values: readonly number[], error: number): Frame =>
      frameOf([
        numbers('z', values),
        numbers(
          'y',
          values.map((value) => value - error),
        ),
      ]);
    const values = Array.from({ length: 50 }, (_, i) => i);
    const metrics = ['mae_by_level', 'mae_change_mix', 'mae_change_concept'];
    const tables = measurePerformance(frame(values, 1), roles, 'reference', { metrics });
    const figures = measurePerformance(frame(values, -3), roles, 'current', { metrics, before: tables });
    expect(figures.map(({ metric }) => metric)).toEqual(['mae_change_mix', 'mae_change_concept']);
    expect(figures[0]?.value).toBe(0);
    expect(figures[1]?.value).toBeCloseTo(2, 12);
  });

  it('no category of fewer than ten rows stands alone, nor does what is pooled', () => {
    const few = rowsOf(['a', 30, 1], ['b', 12, 1], ['c', 3, 1]);
    const [, table] = measurePerformance(few, binary, 'reference', { metrics: ['accuracy_by_level'] });
    expect(tableOf(table?.value ?? null)?.map(({ kind, name, n }) => [kind, name, n])).toEqual([
      ['level', 'a', 30],
      ['missing', '', 0],
      ['other', '', 15],
    ]);
    const options = { metrics: ['accuracy_by_level'], smallestGroup: 40 };
    const [, wide] = measurePerformance(few, binary, 'reference', options);
    expect(tableOf(wide?.value ?? null)?.map(({ kind, n }) => [kind, n])).toEqual([
      ['missing', 0],
      ['other', 45],
    ]);
  });

  it('at most thirty categories are kept apart', () => {
    const many = rowsOf(
      ...Array.from({ length: 40 }, (_, i) => [`job ${String(i).padStart(2, '0')}`, 20, 10] as const),
    );
    const [, table] = measurePerformance(many, binary, 'reference', { metrics: ['accuracy_by_level'] });
    const levels = tableOf(table?.value ?? null) ?? [];
    expect(levels).toHaveLength(32);
    expect(levels.at(-1)).toMatchObject({ kind: 'other', n: 200 });
  });
});
