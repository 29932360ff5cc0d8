/** The best split of a leaf by one feature, from the histogram of its gradients: as LightGBM 4.5 chooses with its defaults. */

import { binCount, type FeatureBins } from './tree-bins.js';

/** A leaf keeps at least as many rows. */
export const LEAST_LEAF_ROWS = 20;
/** Bins up to which categories are tried one by one against all others. */
const MOST_ONE_BY_ONE = 4;
/** Categories with fewer rows in the leaf are not moved; it also damps the order of the others. */
const CATEGORY_SMOOTHING = 10;
/** Added to the rows of a side when sets of categories are split, so that small ones gain less. */
const CATEGORY_PENALTY = 10;
const MOST_MOVED = 32;
/** Rows that have to come together before the next larger set of categories is tried. */
const LEAST_GROUP_ROWS = 100;

/** Sum of gradients and number of rows. */
export interface Totals {
  readonly sum: number;
  readonly rows: number;
}

/** One feature's part of a leaf's histogram. */
export interface FeatureHistogram {
  readonly bins: FeatureBins;
  readonly sums: Float64Array;
  readonly rows: Float64Array;
}

interface Sides {
  readonly gain: number;
  readonly left: Totals;
  /** Added to the rows when the value of either side is computed. */
  readonly penalty: number;
}

/** Bins up to the threshold go left; missing values where it says. */
export interface NumericSplit extends Sides {
  readonly kind: 'numeric';
  readonly threshold: number;
  readonly missingLeft: boolean;
}

/** Rows of these bins go left. */
export interface CategorySplit extends Sides {
  readonly kind: 'category';
  readonly moved: readonly number[];
}

export type Split = NumericSplit | CategorySplit;

/** How much of the squared error a leaf explains. */
const explained = (sum: number, rows: number, penalty: number): number => (sum * sum) / (rows + penalty);

/** Keeps the best of the cuts offered; of equals the first. None is kept that explains no more than the whole leaf. */
class BestCut {
  readonly #total: Totals;
  readonly #penalty: number;
  readonly #least: number;
  #gain = -Infinity;
  #sum = 0;
  #rows = 0;

  constructor(total: Totals, penalty: number) {
    this.#total = total;
    this.#penalty = penalty;
    this.#least = explained(total.sum, total.rows, 0);
  }

  /** What would go left; true where that is the best so far. Numbers, not objects: this is asked for every bin. */
  offer(sum: number, rows: number): boolean {
    const rest = this.#total.sum - sum;
    const gain = explained(sum, rows, this.#penalty) + explained(rest, this.#total.rows - rows, this.#penalty);
    if (!(gain > this.#least) || !(gain > this.#gain)) return false;
    this.#gain = gain;
    this.#sum = sum;
    this.#rows = rows;
    return true;
  }

  /** LightGBM takes off what the leaf explains, and adds it again, between two scans: the rounding decides ties. */
  settle(): void {
    this.#gain = this.#gain - this.#least + this.#least;
  }

  /** `null` where nothing was kept. */
  get sides(): Sides | null {
    if (this.#gain === -Infinity) return null;
    const left = { sum: this.#sum, rows: this.#rows };
    return { gain: this.#gain - this.#least, left, penalty: this.#penalty };
  }
}

/** From the highest bin down, what lies above the threshold is gathered. The best threshold, or -1 where none is better. */
function scanDown({ sums, rows }: FeatureHistogram, from: number, total: Totals, best: BestCut): number {
  let [sum, count, threshold] = [0, 0, -1];
  for (let bin = from; bin >= 1; bin--) {
    sum += sums[bin] as number;
    count += rows[bin] as number;
    if (count < LEAST_LEAF_ROWS) continue;
    if (total.rows - count < LEAST_LEAF_ROWS) break;
    if (best.offer(total.sum - sum, total.rows - count)) threshold = bin - 1;
  }
  return threshold;
}

/** From the lowest bin up, what lies at or below the threshold is gathered. The best, or -1 where none is better. */
function scanUp({ sums, rows }: FeatureHistogram, last: number, total: Totals, best: BestCut): number {
  let [sum, count, threshold] = [0, 0, -1];
  for (let bin = 0; bin <= last; bin++) {
    sum += sums[bin] as number;
    count += rows[bin] as number;
    if (count < LEAST_LEAF_ROWS) continue;
    if (total.rows - count < LEAST_LEAF_ROWS) break;
    if (best.offer(sum, count)) threshold = bin;
  }
  return threshold;
}

/** Missing values, which have the last bin, go left in the scan down and right in the scan up. */
function numericSplit(histogram: FeatureHistogram, missing: boolean, total: Totals): NumericSplit | null {
  const best = new BestCut(total, 0);
  const last = binCount(histogram.bins) - 1;
  const bothWays = missing && last > 1;
  const down = scanDown(histogram, bothWays ? last - 1 : last, total, best);
  if (bothWays) best.settle();
  const up = bothWays ? scanUp(histogram, last - 1, total, best) : -1;
  const { sides } = best;
  if (sides === null) return null;
  const missingLeft = up < 0 && !(missing && last === 1);
  return { kind: 'numeric', ...sides, threshold: up < 0 ? down : up, missingLeft };
}

function oneByOne({ sums, rows }: FeatureHistogram, total: Totals): CategorySplit | null {
  const best = new BestCut(total, 0);
  let moved = 0;
  for (let bin = 1; bin < rows.length; bin++) {
    const count = rows[bin] as number;
    if (count < LEAST_LEAF_ROWS || total.rows - count < LEAST_LEAF_ROWS) continue;
    if (best.offer(sums[bin] as number, count)) moved = bin;
  }
  const { sides } = best;
  return sides && { kind: 'category', ...sides, moved: [moved] };
}

/** Categories in order of their mean gradient; from either end, ever larger sets go left. */
function orderedSets({ sums, rows }: FeatureHistogram, total: Totals): CategorySplit | null {
  const order: number[] = [];
  for (let bin = 1; bin < rows.length; bin++) if ((rows[bin] as number) >= CATEGORY_SMOOTHING) order.push(bin);
  const level = (bin: number): number => (sums[bin] as number) / ((rows[bin] as number) + CATEGORY_SMOOTHING);
  order.sort((a, b) => level(a) - level(b));
  const most = Math.min(MOST_MOVED, (order.length + 1) >> 1);
  const best = new BestCut(total, CATEGORY_PENALTY);
  let moved: readonly number[] = [];
  for (const ends of [order, order.toReversed()]) {
    let [sum, count, group] = [0, 0, 0];
    for (let at = 0; at < most; at++) {
      const bin = ends[at] as number;
      sum += sums[bin] as number;
      count += rows[bin] as number;
      group += rows[bin] as number;
      if (count < LEAST_LEAF_ROWS) continue;
      if (total.rows - count < LEAST_GROUP_ROWS) break;
      if (group < LEAST_GROUP_ROWS) continue;
      group = 0;
      if (best.offer(sum, count)) moved = ends.slice(0, at + 1);
    }
  }
  const { sides } = best;
  return sides && { kind: 'category', ...sides, moved };
}

/** The split of a leaf that explains most, or `null` where none leaves enough rows on both sides and explains anything. */
export function bestSplit(histogram: FeatureHistogram, total: Totals): Split | null {
  const { bins } = histogram;
  if (bins.kind === 'numeric') return numericSplit(histogram, bins.missing, total);
  return binCount(bins) <= MOST_ONE_BY_ONE ? oneByOne(histogram, total) : orderedSets(histogram, total);
}

/** The value of a leaf: minus its mean gradient, damped by the penalty. */
export function leafValue({ sum, rows }: Totals, penalty: number): number {
  return -sum / (rows + penalty);
}
