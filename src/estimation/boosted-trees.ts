/**
 * Gradient-boosted regression trees on histograms, as LightGBM 4.5 makes them with its default parameters: squared error,
 * 100 trees of at most 31 leaves with at least 20 rows, learning rate 0.1, 255 bins; no randomness. G. Ke and others,
 * "LightGBM: A Highly Efficient Gradient Boosting Decision Tree" (2017), whose two samplings are off by default.
 */

import { binnedRows, growTree, type GrownTree, type TreeNode } from './regression-tree.js';
import { binRows, binsOf, bounded, type FeatureBins, type TreeFeature } from './tree-bins.js';

const TREES = 100;
const LEARNING_RATE = 0.1;

/**
 * A tree as parallel lists, one entry a node. A number goes left up to the threshold; a category, where the node lists
 * it. `children` hold the left and right child of each node: from 0 a node, below 0 the leaf `-1 - child`.
 */
export interface BoostedTree {
  readonly features: readonly number[];
  readonly thresholds: ReadonlyArray<number | readonly number[]>;
  readonly missingLeft: readonly boolean[];
  readonly children: readonly number[];
  readonly values: readonly number[];
}

/** Plain data, finite numbers only: it may be stored as JSON. */
export interface BoostedTrees {
  /** Mean of the targets, from which the trees start. */
  readonly base: number;
  /** Features whose missing values have a way of their own; elsewhere a missing number counts as 0. */
  readonly knowsMissing: readonly boolean[];
  readonly trees: readonly BoostedTree[];
}

function thresholdOf({ feature, split }: TreeNode, bins: readonly FeatureBins[]): number | readonly number[] {
  const own = bins[feature] as FeatureBins;
  if (split.kind === 'numeric') return own.kind === 'numeric' ? bounded(own.upper[split.threshold] as number) : [];
  return own.kind === 'category' ? split.moved.map((bin) => own.categories[bin - 1] as number) : [];
}

function shrunk({ nodes, values }: GrownTree, bins: readonly FeatureBins[]): BoostedTree {
  return {
    features: nodes.map(({ feature }) => feature),
    thresholds: nodes.map((node) => thresholdOf(node, bins)),
    missingLeft: nodes.map(({ split }) => split.kind === 'numeric' && split.missingLeft),
    children: nodes.flatMap(({ left, right }) => [left, right]),
    values: values.map((value) => value * LEARNING_RATE),
  };
}

/**
 * Trees for the squared error of `targets`, one for each row of the features; finite, at least one row. Where
 * no feature can part the rows, the answer is the mean of the targets. Targets and gradients have
 * single precision, as in LightGBM. Where LightGBM draws 200 000 rows to find the bins, all rows are used here.
 */
export function fitBoostedTrees(features: readonly TreeFeature[], targets: Float64Array): BoostedTrees {
  const rows = targets.length;
  const labels = Float32Array.from(targets);
  const base = labels.reduce((sum, label) => sum + label, 0) / rows;
  const bins = features.map(binsOf);
  const cells = bins.map((own, at) => binRows(own, features[at] as TreeFeature));
  const data = binnedRows(rows, bins, cells);
  const scores = new Float64Array(rows).fill(base);
  const gradients = new Float32Array(rows);
  const trees: BoostedTree[] = [];
  while (trees.length < TREES) {
    for (let row = 0; row < rows; row++) gradients[row] = (scores[row] as number) - (labels[row] as number);
    const grown = growTree(data, gradients);
    if (grown === null) break;
    const tree = shrunk(grown, data.bins);
    grown.rowsOfLeaf.forEach((ofLeaf, leaf) => {
      const value = tree.values[leaf] as number;
      for (const row of ofLeaf) scores[row] = (scores[row] as number) + value;
    });
    trees.push(tree);
  }
  const knowsMissing = bins.map((own) => own.kind === 'numeric' && own.missing);
  return { base, knowsMissing, trees };
}

/** The leaf's value of one row. */
function answer(
  tree: BoostedTree,
  knowsMissing: readonly boolean[],
  features: readonly TreeFeature[],
  row: number,
): number {
  let node = 0;
  while (node >= 0) {
    const at = tree.features[node] as number;
    const feature = features[at] as TreeFeature;
    const threshold = tree.thresholds[node];
    let left: boolean;
    if (feature.kind === 'category') {
      left = typeof threshold === 'object' && threshold.includes(feature.codes[row] as number);
    } else {
      const value = feature.values[row] as number;
      if (Number.isNaN(value) && knowsMissing[at] === true) left = tree.missingLeft[node] as boolean;
      else left = (Number.isNaN(value) ? 0 : bounded(value)) <= (threshold as number);
    }
    node = tree.children[2 * node + (left ? 0 : 1)] as number;
  }
  return tree.values[-1 - node] as number;
}

/** The answers for rows `[from, to)`; features in the order of training. */
export function predictBoosted(
  { base, knowsMissing, trees }: BoostedTrees,
  features: readonly TreeFeature[],
  { from, to }: { readonly from: number; readonly to: number },
): Float64Array {
  const answers = new Float64Array(to - from).fill(base);
  for (const tree of trees) {
    for (let row = from; row < to; row++) {
      answers[row - from] = (answers[row - from] as number) + answer(tree, knowsMissing, features, row);
    }
  }
  return answers;
}
