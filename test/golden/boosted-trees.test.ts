import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fitBoostedTrees, predictBoosted } from '../../src/estimation/boosted-trees.js';
import type { TreeFeature } from '../../src/estimation/tree-bins.js';

/** Drawn columns with what LightGBM 4.5 (one thread, default parameters) answers for the rows behind the training rows. */
interface Case {
  readonly name: string;
  /** Training rows. */
  readonly rows: number;
  readonly categorical: readonly number[];
  readonly features: ReadonlyArray<ReadonlyArray<number | null>>;
  readonly targets: readonly number[];
  readonly answers: readonly number[];
}

const { cases } = JSON.parse(
  gunzipSync(readFileSync(new URL('boosted-trees.json.gz', import.meta.url))).toString('utf8'),
) as { readonly cases: readonly Case[] };

function featuresOf({ features, categorical }: Case, from: number, to?: number): TreeFeature[] {
  return features.map((cells, at) => {
    const part = cells.slice(from, to);
    return categorical.includes(at)
      ? { kind: 'category', codes: Int32Array.from(part, (cell) => cell ?? -1) }
      : { kind: 'numeric', values: Float64Array.from(part, (cell) => cell ?? NaN) };
  });
}

const answersOf = (given: Case): Float64Array => {
  const trees = fitBoostedTrees(featuresOf(given, 0, given.rows), Float64Array.from(given.targets));
  return predictBoosted(trees, featuresOf(given, given.rows), { from: 0, to: given.answers.length });
};

describe('boosted trees answer as LightGBM does', () => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, given) => {
    const answers = answersOf(given);
    const furthest = given.answers.reduce((most, answer, row) => Math.max(most, Math.abs(answer - answers[row]!)), 0);
    expect(given.answers).toHaveLength(200);
    expect(furthest).toBeLessThan(1e-9);
  });

  test('after storing as JSON as well', () => {
    const [given] = cases as readonly [Case, ...Case[]];
    const trees = fitBoostedTrees(featuresOf(given, 0, given.rows), Float64Array.from(given.targets));
    const stored = JSON.parse(JSON.stringify(trees)) as typeof trees;
    const rows = featuresOf(given, given.rows);
    expect(predictBoosted(stored, rows, { from: 0, to: 50 })).toEqual(predictBoosted(trees, rows, { from: 0, to: 50 }));
  });
});

describe('columns at the edges', () => {
  const rows = 100;
  const numeric = (cell: (row: number) => number): TreeFeature => ({
    kind: 'numeric',
    values: Float64Array.from({ length: rows }, (_, row) => cell(row)),
  });
  const step = Float64Array.from({ length: rows }, (_, row) => (row < 50 ? 1 : 3));
  const told = (feature: TreeFeature, targets = step): Float64Array =>
    predictBoosted(fitBoostedTrees([feature], targets), [feature], { from: 0, to: rows });

  test.each<readonly [string, TreeFeature]>([
    ['constant', numeric(() => 7)],
    ['missing throughout', numeric(() => NaN)],
    ['infinite throughout', numeric(() => Infinity)],
    ['a category of its own for each row', { kind: 'category', codes: Int32Array.from({ length: rows }, (_, i) => i) }],
    ['categories never seen', { kind: 'category', codes: new Int32Array(rows).fill(-1) }],
  ])('%s: the mean of the targets', (_, feature) => {
    expect(new Set(told(feature))).toEqual(new Set([2]));
  });

  test.each<readonly [string, (row: number) => number]>([
    ['numbers a millionth of a millionth apart', (row) => (row < 50 ? 1 : 1 + 1e-12)],
    ['infinities and the largest doubles', (row) => (row < 50 ? (row < 25 ? -Infinity : -1.7e308) : 1.7e308)],
    ['zero with both signs, a denormal, and a small number', (row) => (row < 50 ? [0, -0, 5e-324][row % 3]! : 1e-24)],
    ['missing on one side', (row) => (row < 50 ? NaN : 4)],
  ])('%s part the rows', (_, cell) => {
    const answers = told(numeric(cell));
    expect([...answers.slice(0, 50)].every((answer) => Math.abs(answer - 1) < 1e-3)).toBe(true);
    expect([...answers.slice(50)].every((answer) => Math.abs(answer - 3) < 1e-3)).toBe(true);
  });

  test('one row is its own mean', () => {
    const one: TreeFeature = { kind: 'numeric', values: Float64Array.of(4) };
    expect([...predictBoosted(fitBoostedTrees([one], Float64Array.of(5)), [one], { from: 0, to: 1 })]).toEqual([5]);
  });
});
