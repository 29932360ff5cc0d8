/** Isolation forest: rows that random cuts separate early are unlike the rest. */

import type { Random } from '../numeric/random.js';
import { randomFrom } from '../numeric/random.js';
import type { Points } from './complete-rows.js';

/** One tree as parallel lists, so that it can be stored as JSON; -1 as left child marks a leaf. */
export interface IsolationTree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  /** Leaves: expected number of cuts to reach a row in it, the cuts that were not made included. */
  readonly length: number[];
}

/** Serialisable; the same seed and rows give the same forest everywhere. */
export interface IsolationForest {
  readonly width: number;
  /** Rows each tree was grown on. */
  readonly sample: number;
  readonly trees: readonly IsolationTree[];
}

export interface ForestOptions {
  readonly seed: number;
  /** Default 100. */
  readonly trees?: number;
  /** Rows drawn for each tree without replacement, at most all; default 256. */
  readonly sample?: number;
}

/** Mean number of cuts of an unsuccessful search in a random binary tree of n rows: `2 H(n - 1) - 2 (n - 1) / n`. */
function averageLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + 0.5772156649015329) - (2 * (n - 1)) / n;
}

/** `take` of the numbers below `count`, by the first steps of a shuffle. */
function draw(random: Random, count: number, take: number): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, at) => at);
  for (let at = 0; at < take; at++) {
    const other = at + random.below(count - at);
    const held = all[at] as number;
    all[at] = all[other] as number;
    all[other] = held;
  }
  return all.slice(0, take);
}

/** A feature that is not constant among the rows, drawn evenly, and its range; `undefined` where all are constant. */
function drawFeature(
  random: Random,
  { cells, width }: Points,
  rows: Uint32Array,
): { readonly feature: number; readonly low: number; readonly high: number } | undefined {
  for (const feature of draw(random, width, width)) {
    let low = Infinity;
    let high = -Infinity;
    for (const row of rows) {
      const cell = cells[row * width + feature] as number;
      if (cell < low) low = cell;
      if (cell > high) high = cell;
    }
    if (high > low) return { feature, low, high };
  }
  return undefined;
}

function growTree(random: Random, points: Points, sample: Uint32Array, deepest: number): IsolationTree {
  const tree: IsolationTree = { feature: [], threshold: [], left: [], right: [], length: [] };
  const grow = (rows: Uint32Array, depth: number): number => {
    const node = tree.left.length;
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.length.push(depth + averageLength(rows.length));
    if (rows.length < 2 || depth >= deepest) return node;
    const cut = drawFeature(random, points, rows);
    if (cut === undefined) return node;
    const { feature, low, high } = cut;
    const share = random.uniform();
    const drawn = low * (1 - share) + high * share;
    const threshold = drawn < high ? drawn : low;
    const isLeft = (row: number): boolean => (points.cells[row * points.width + feature] as number) <= threshold;
    tree.feature[node] = feature;
    tree.threshold[node] = threshold;
    tree.left[node] = grow(rows.filter(isLeft), depth + 1);
    tree.right[node] = grow(
      rows.filter((row) => !isLeft(row)),
      depth + 1,
    );
    return node;
  };
  grow(sample, 0);
  return tree;
}

/**
 * Grows a forest on complete rows: each tree draws up to 256 rows without replacement and cuts them at random (a feature
 * that still varies, a threshold even in its range) until they are alone or `ceil(log2(sample))` cuts deep. Needs a row.
 * Source: F. Liu, K. Ting and Z.-H. Zhou, ICDM 2008; scikit-learn `IsolationForest`.
 */
export function growIsolationForest(
  points: Points,
  { seed, trees = 100, sample = 256 }: ForestOptions,
): IsolationForest {
  const random = randomFrom(seed);
  const take = Math.min(sample, points.count);
  const deepest = Math.ceil(Math.log2(Math.max(take, 2)));
  return {
    width: points.width,
    sample: take,
    trees: Array.from({ length: trees }, () => growTree(random, points, draw(random, points.count, take), deepest)),
  };
}

function pathLength(tree: IsolationTree, cells: Float64Array, at: number): number {
  let node = 0;
  while ((tree.left[node] as number) >= 0) {
    const cell = cells[at + (tree.feature[node] as number)] as number;
    node = (cell <= (tree.threshold[node] as number) ? tree.left[node] : tree.right[node]) as number;
  }
  return tree.length[node] as number;
}

/**
 * Anomaly score of each point: `2^(-mean path length / average path length of the sample)`, in (0, 1]; near 0.5 or below for
 * ordinary rows, near 1 for rows that few cuts isolate. 0.5 for all where the forest was grown on one row.
 */
export function isolationScores({ trees, sample }: IsolationForest, points: Points): Float64Array {
  const usual = averageLength(sample);
  return Float64Array.from({ length: points.count }, (_, row) => {
    if (usual === 0 || trees.length === 0) return 0.5;
    let sum = 0;
    for (const tree of trees) sum += pathLength(tree, points.cells, row * points.width);
    return 2 ** (-sum / trees.length / usual);
  });
}
