import { describe, expect, test } from 'vitest';
import { completeRows } from '../../../src/anomaly/complete-rows.js';
import { growIsolationForest, isolationScores, type IsolationForest } from '../../../src/anomaly/isolation-forest.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers } from '../frames.js';

function pointsOf(x: readonly number[], y: readonly number[]): Exclude<ReturnType<typeof completeRows>, string> {
  const points = completeRows(frameOf([numbers('x', x), numbers('y', y)]), ['x', 'y']);
  if (typeof points === 'string') throw new Error(points);
  return points;
}

const random = randomFrom(7);
const cloud = pointsOf(
  Array.from({ length: 300 }, () => drawNormal(random)),
  Array.from({ length: 300 }, () => drawNormal(random)),
);

describe('an isolation forest', () => {
  test('scores the same after it was stored as JSON and read back', () => {
    const forest = growIsolationForest(cloud, { seed: 3 });
    const stored = JSON.parse(JSON.stringify(forest)) as IsolationForest;
    expect(isolationScores(stored, cloud)).toEqual(isolationScores(forest, cloud));
  });

  test('is the same for the same seed, and another for another', () => {
    const of = (seed: number): IsolationForest => growIsolationForest(cloud, { seed, trees: 5 });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test('scores a far row above every ordinary one', () => {
    const forest = growIsolationForest(cloud, { seed: 0 });
    const scores = isolationScores(forest, pointsOf([0, 0.5, 9], [0, -0.5, 9]));
    expect(scores[2]).toBeGreaterThan(0.7);
    expect(Math.max(scores[0] ?? 1, scores[1] ?? 1)).toBeLessThan(0.5);
  });

  test('draws 256 rows for a tree, at most 8 cuts deep', () => {
    const { sample, trees } = growIsolationForest(cloud, { seed: 0, trees: 3 });
    expect(sample).toBe(256);
    const depth = (tree: (typeof trees)[number], node = 0): number =>
      (tree.left[node] ?? -1) < 0 ? 0 : 1 + Math.max(depth(tree, tree.left[node]), depth(tree, tree.right[node]));
    for (const tree of trees) expect(depth(tree)).toBeLessThanOrEqual(8);
  });

  test.each([
    ['one row', [1], [1]],
    ['equal rows', [1, 1, 1], [2, 2, 2]],
  ])('%s: every score is one half', (_, x, y) => {
    const points = pointsOf(x, y);
    for (const score of isolationScores(growIsolationForest(points, { seed: 0 }), points))
      expect(score).toBeCloseTo(0.5, 12);
  });
});
