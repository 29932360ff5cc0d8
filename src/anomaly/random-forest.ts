/** Random forest: a classifier that learns from known outliers which rows are anomalous. */

import type { Random } from '../numeric/random.js';
import { randomFrom } from '../numeric/random.js';
import type { Points } from './complete-rows.js';

/** One tree as parallel lists, so that it can be stored as JSON; -1 as left child marks a leaf. */
export interface DecisionTree {
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  /** Share of anomalies among the rows that reached the node. */
  readonly share: number[];
}

/** Serialisable; the same seed and rows give the same forest everywhere. */
export interface RandomForest {
  readonly width: number;
  readonly trees: readonly DecisionTree[];
}

export interface RandomForestOptions {
  readonly seed: number;
  /** Default 100. */
  readonly trees?: number;
}

export interface GrownForest {
  readonly forest: RandomForest;
  /** Score of each training row by the trees that did not see it; `NaN` where all did. */
  readonly outOfBag: Float64Array;
}

interface Cut {
  readonly feature: number;
  readonly threshold: number;
  /** Sum over both sides of `a (n - a) / n`, a the anomalies: half the weighted Gini impurity. */
  readonly impurity: number;
}

/** `a (n - a) / n`; 0 for a side of one kind. */
const impurityOf = (anomalies: number, rows: number): number => (anomalies * (rows - anomalies)) / rows;

/** The best threshold of one feature among the rows; `undefined` where it is constant. */
function bestCut(
  { cells, width }: Points,
  truth: readonly boolean[],
  rows: Uint32Array,
  feature: number,
): Cut | undefined {
  const cellOf = (row: number): number => cells[row * width + feature] as number;
  const sorted = rows.slice().sort((a, b) => cellOf(a) - cellOf(b));
  const total = sorted.reduce((sum, row) => sum + (truth[row] === true ? 1 : 0), 0);
  let best: Cut | undefined;
  let anomalies = 0;
  for (let at = 1; at < sorted.length; at++) {
    const [before, after] = [sorted[at - 1] as number, sorted[at] as number];
    if (truth[before] === true) anomalies++;
    const [low, high] = [cellOf(before), cellOf(after)];
    if (!(high > low)) continue;
    const impurity = impurityOf(anomalies, at) + impurityOf(total - anomalies, sorted.length - at);
    if (best !== undefined && impurity >= best.impurity) continue;
    const middle = low / 2 + high / 2;
    best = { feature, threshold: middle < high ? middle : low, impurity };
  }
  return best;
}

/** The best cut among as many features that vary as the root of their number, drawn evenly. */
function drawCut(random: Random, points: Points, truth: readonly boolean[], rows: Uint32Array): Cut | undefined {
  const { width } = points;
  const wanted = Math.max(1, Math.floor(Math.sqrt(width)));
  const features = Uint32Array.from({ length: width }, (_, at) => at);
  let tried = 0;
  let best: Cut | undefined;
  for (let at = 0; at < width && tried < wanted; at++) {
    const other = at + random.below(width - at);
    const feature = features[other] as number;
    features[other] = features[at] as number;
    const cut = bestCut(points, truth, rows, feature);
    if (cut === undefined) continue;
    tried++;
    if (best === undefined || cut.impurity < best.impurity) best = cut;
  }
  return best;
}

function growTree(random: Random, points: Points, truth: readonly boolean[], drawn: Uint32Array): DecisionTree {
  const tree: DecisionTree = { feature: [], threshold: [], left: [], right: [], share: [] };
  const add = (rows: Uint32Array): number => {
    const anomalies = rows.reduce((sum, row) => sum + (truth[row] === true ? 1 : 0), 0);
    tree.share.push(anomalies / rows.length);
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    return tree.left.length - 1;
  };
  // A list of what is left to cut, not recursion: with rows sorted by a feature a tree can be as deep as it has rows.
  const open = [{ node: add(drawn), rows: drawn }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, rows } = next;
    const share = tree.share[node] as number;
    if (share === 0 || share === 1) continue;
    const cut = drawCut(random, points, truth, rows);
    if (cut === undefined) continue;
    const { feature, threshold } = cut;
    const isLeft = (row: number): boolean => (points.cells[row * points.width + feature] as number) <= threshold;
    const sides = [rows.filter(isLeft), rows.filter((row) => !isLeft(row))] as const;
    tree.feature[node] = feature;
    tree.threshold[node] = threshold;
    const [left, right] = [add(sides[0]), add(sides[1])];
    tree.left[node] = left;
    tree.right[node] = right;
    open.push({ node: right, rows: sides[1] }, { node: left, rows: sides[0] });
  }
  return tree;
}

function treeScore(tree: DecisionTree, cells: Float64Array, at: number): number {
  let node = 0;
  while ((tree.left[node] as number) >= 0) {
    const cell = cells[at + (tree.feature[node] as number)] as number;
    node = (cell <= (tree.threshold[node] as number) ? tree.left[node] : tree.right[node]) as number;
  }
  return tree.share[node] as number;
}

/**
 * Grows a forest on rows whose kind is known: each tree draws as many rows as there are, with replacement, and cuts them by
 * the lowest Gini impurity among `sqrt(features)` features drawn at each node, until a node is of one kind. Needs a row.
 * Sources: L. Breiman, Machine Learning 45 (2001); scikit-learn `RandomForestClassifier`.
 */
export function growRandomForest(
  points: Points,
  truth: readonly boolean[],
  { seed, trees = 100 }: RandomForestOptions,
): GrownForest {
  const random = randomFrom(seed);
  const { count, width, cells } = points;
  const sums = new Float64Array(count);
  const asked = new Uint32Array(count);
  const grown = Array.from({ length: trees }, () => {
    const drawn = Uint32Array.from({ length: count }, () => random.below(count));
    const tree = growTree(random, points, truth, drawn);
    const seen = new Set(drawn);
    for (let row = 0; row < count; row++) {
      if (seen.has(row)) continue;
      sums[row] = (sums[row] as number) + treeScore(tree, cells, row * width);
      asked[row] = (asked[row] as number) + 1;
    }
    return tree;
  });
  return {
    forest: { width, trees: grown },
    outOfBag: sums.map((sum, row) => (asked[row] === 0 ? NaN : sum / (asked[row] as number))),
  };
}

/** Mean share of anomalies in the leaves that each point falls into, in [0, 1]: above 0.5 the forest calls it an anomaly. */
export function forestScores({ trees, width }: RandomForest, points: Points): Float64Array {
  return Float64Array.from({ length: points.count }, (_, row) => {
    let sum = 0;
    for (const tree of trees) sum += treeScore(tree, points.cells, row * width);
    return sum / trees.length;
  });
}
