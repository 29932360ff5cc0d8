/** One regression tree, grown leaf by leaf: always the leaf whose split explains most is split next. */

import { binCount, type FeatureBins } from './tree-bins.js';
import { bestSplit, LEAST_LEAF_ROWS, leafValue, type Split, type Totals } from './tree-splits.js';

const MOST_LEAVES = 31;

/** Training rows as bins, and where each feature's bins begin in a histogram. */
export interface BinnedRows {
  readonly rows: number;
  readonly bins: readonly FeatureBins[];
  readonly cells: readonly Uint16Array[];
  /** One more than there are features; the last is the number of all bins. */
  readonly offsets: Uint32Array;
}

export function binnedRows(rows: number, bins: readonly FeatureBins[], cells: readonly Uint16Array[]): BinnedRows {
  const offsets = new Uint32Array(bins.length + 1);
  bins.forEach((one, at) => (offsets[at + 1] = (offsets[at] as number) + binCount(one)));
  return { rows, bins, cells, offsets };
}

/** A node that asks; children from 0 are nodes, below 0 the leaf `-1 - child`. */
export interface TreeNode {
  readonly feature: number;
  readonly split: Split;
  left: number;
  right: number;
}

export interface GrownTree {
  readonly nodes: readonly TreeNode[];
  readonly values: readonly number[];
  /** The training rows of each leaf. */
  readonly rowsOfLeaf: readonly Uint32Array[];
}

interface Histogram {
  readonly sums: Float64Array;
  readonly rows: Float64Array;
}

interface Leaf {
  readonly rows: Uint32Array;
  readonly total: Totals;
  readonly value: number;
  readonly histogram: Histogram | null;
  /** Features by which the leaf above could be split. */
  readonly splittable: readonly boolean[];
  readonly best: { readonly feature: number; readonly split: Split } | null;
  /** Where the leaf hangs: a node, and its side. */
  readonly under: { readonly node: TreeNode; readonly side: 'left' | 'right' } | null;
}

function histogramOf(data: BinnedRows, rows: Uint32Array, gradients: Float32Array): Histogram {
  const size = data.offsets[data.bins.length] as number;
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  data.cells.forEach((cells, feature) => {
    const offset = data.offsets[feature] as number;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const at = offset + (cells[row] as number);
      sums[at] = (sums[at] as number) + (gradients[row] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  });
  return { sums, rows: counts };
}

/** Takes the sibling's histogram out of the parent's, in place. */
function subtract(parent: Histogram, sibling: Histogram): Histogram {
  for (let at = 0; at < parent.rows.length; at++) {
    parent.sums[at] = (parent.sums[at] as number) - (sibling.sums[at] as number);
    parent.rows[at] = (parent.rows[at] as number) - (sibling.rows[at] as number);
  }
  return parent;
}

type Draft = Pick<Leaf, 'rows' | 'total' | 'value' | 'under'>;

/** A leaf with its best split. A feature that could not split the leaf above is not tried again. */
function leafOf(draft: Draft, data: BinnedRows, histogram: Histogram | null, splittable: readonly boolean[]): Leaf {
  if (histogram === null) return { ...draft, histogram, splittable, best: null };
  let best: Leaf['best'] = null;
  const own = splittable.map((could, feature) => {
    if (!could) return false;
    const [from, to] = [data.offsets[feature] as number, data.offsets[feature + 1] as number];
    const bins = data.bins[feature] as FeatureBins;
    const part = { bins, sums: histogram.sums.subarray(from, to), rows: histogram.rows.subarray(from, to) };
    const split = bestSplit(part, draft.total);
    if (split !== null && split.gain > (best?.split.gain ?? 0)) best = { feature, split };
    return split !== null;
  });
  return { ...draft, histogram, splittable: own, best };
}

function goesLeft(split: Split, bins: FeatureBins): (bin: number) => boolean {
  if (split.kind === 'category') {
    const moved = new Set(split.moved);
    return (bin) => moved.has(bin);
  }
  const missingBin = bins.kind === 'numeric' && bins.missing ? bins.upper.length : -1;
  return (bin) => (bin === missingBin ? split.missingLeft : bin <= split.threshold);
}

interface Halves {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

function divide(rows: Uint32Array, cells: Uint16Array, isLeft: (bin: number) => boolean): Halves {
  const left = new Uint32Array(rows.length);
  const right = new Uint32Array(rows.length);
  let [lefts, rights] = [0, 0];
  for (const row of rows) {
    if (isLeft(cells[row] as number)) left[lefts++] = row;
    else right[rights++] = row;
  }
  return { left: left.slice(0, lefts), right: right.slice(0, rights) };
}

/** Both halves of a leaf. The histogram of the smaller one is counted, the other's is what remains. */
function splitLeaf(leaf: Leaf, node: TreeNode, data: BinnedRows, gradients: Float32Array): readonly [Leaf, Leaf] {
  const { split, feature } = node;
  const isLeft = goesLeft(split, data.bins[feature] as FeatureBins);
  const { left, right } = divide(leaf.rows, data.cells[feature] as Uint16Array, isLeft);
  const totals = { left: split.left.sum, right: leaf.total.sum - split.left.sum };
  const draft = (side: 'left' | 'right', rows: Uint32Array): Draft => {
    const total = { sum: totals[side], rows: rows.length };
    return { rows, total, value: leafValue(total, split.penalty), under: { node, side } };
  };
  const drafts = [draft('left', left), draft('right', right)] as const;
  const final = Math.max(left.length, right.length) < 2 * LEAST_LEAF_ROWS || leaf.histogram === null;
  if (final) {
    return [leafOf(drafts[0], data, null, leaf.splittable), leafOf(drafts[1], data, null, leaf.splittable)];
  }
  const leftIsSmaller = left.length < right.length;
  const smaller = histogramOf(data, leftIsSmaller ? left : right, gradients);
  const larger = subtract(leaf.histogram, smaller);
  return [
    leafOf(drafts[0], data, leftIsSmaller ? smaller : larger, leaf.splittable),
    leafOf(drafts[1], data, leftIsSmaller ? larger : smaller, leaf.splittable),
  ];
}

function rootOf(data: BinnedRows, gradients: Float32Array): Leaf {
  const rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
  let sum = 0;
  for (const gradient of gradients) sum += gradient;
  const total = { sum, rows: data.rows };
  const draft: Draft = { rows, total, value: leafValue(total, 0), under: null };
  const histogram = histogramOf(data, rows, gradients);
  return leafOf(
    draft,
    data,
    histogram,
    data.bins.map(() => true),
  );
}

/** A tree for these gradients, or `null` where no split explains anything. One gradient a row. */
export function growTree(data: BinnedRows, gradients: Float32Array): GrownTree | null {
  const leaves: Leaf[] = [rootOf(data, gradients)];
  const nodes: TreeNode[] = [];
  while (leaves.length < MOST_LEAVES) {
    let chosen = 0;
    leaves.forEach((leaf, at) => {
      if ((leaf.best?.split.gain ?? 0) > (leaves[chosen]?.best?.split.gain ?? 0)) chosen = at;
    });
    const leaf = leaves[chosen] as Leaf;
    if (leaf.best === null) break;
    // The left half keeps the leaf's number, the right one gets the next.
    const node: TreeNode = { ...leaf.best, left: -1 - chosen, right: -1 - leaves.length };
    if (leaf.under) leaf.under.node[leaf.under.side] = nodes.length;
    nodes.push(node);
    const [left, right] = splitLeaf(leaf, node, data, gradients);
    leaves[chosen] = left;
    leaves.push(right);
  }
  if (nodes.length === 0) return null;
  return { nodes, values: leaves.map(({ value }) => value), rowsOfLeaf: leaves.map(({ rows }) => rows) };
}
