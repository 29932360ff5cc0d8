/** One-class support vector machine: the smooth region that holds most of the reference; rows outside it are unlike it. */

import { momentsOf, standardDeviation } from '../numeric/moments.js';
import type { Points } from './complete-rows.js';

/** Serialisable: the support vectors and what they weigh. */
export interface OneClassSvm {
  readonly width: number;
  /** Of the radial kernel `exp(-gamma |x - y|^2)`. */
  readonly gamma: number;
  /** scikit-learn's `offset_`: the score at which the region ends. */
  readonly offset: number;
  /** Row-major, one weight each. */
  readonly vectors: readonly number[];
  readonly weights: readonly number[];
}

export interface SvmOptions {
  /** In (0, 1]: at most this share of the rows lies outside, at least this share are support vectors. */
  readonly nu: number;
  /** Largest violation of the optimality conditions that is left; scikit-learn's `tol` is 1e-3. Default 1e-6. */
  readonly tolerance?: number;
}

/** Steps for each row; a problem of this size takes some tens of them. */
const STEPS_PER_ROW = 2_000;
/** Curvature below this counts as this (LIBSVM's TAU). */
const FLAT = 1e-12;

function squaredDistance(a: ArrayLike<number>, at: number, b: ArrayLike<number>, other: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += ((a[at * width + i] as number) - (b[other * width + i] as number)) ** 2;
  return sum;
}

/** `1 / (features * variance over all cells)`, divisor n; 1 where every cell is the same (scikit-learn's `scale`). */
function scaleGamma({ cells, width }: Points): number {
  const variance = standardDeviation(momentsOf(cells), 0) ** 2;
  return variance > 0 ? 1 / (width * variance) : 1;
}

function kernelMatrix({ cells, width, count }: Points, gamma: number): Float64Array {
  const matrix = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      const value = Math.exp(-gamma * squaredDistance(cells, i, cells, j, width));
      matrix[i * count + j] = value;
      matrix[j * count + i] = value;
    }
  }
  return matrix;
}

/** Weights in [0, 1] that sum to nu * count, the first rows' as large as they may be: where LIBSVM starts. */
function startingWeights(count: number, nu: number): Float64Array {
  let left = nu * count;
  return Float64Array.from({ length: count }, () => {
    const weight = Math.min(1, Math.max(0, left));
    left -= weight;
    return weight;
  });
}

function gradientOf(matrix: Float64Array, weights: Float64Array): Float64Array {
  const count = weights.length;
  const gradient = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const weight = weights[j] as number;
    if (weight === 0) continue;
    for (let i = 0; i < count; i++) gradient[i] = (gradient[i] as number) + weight * (matrix[i * count + j] as number);
  }
  return gradient;
}

/**
 * The pair whose weights are moved next: the row that most wants to grow, and the one that loses most by giving way to it,
 * by the second-order rule. `undefined` where no pair violates the conditions by more than the tolerance.
 */
function workingPair(
  matrix: Float64Array,
  weights: Float64Array,
  gradient: Float64Array,
  tolerance: number,
): readonly [grows: number, shrinks: number] | undefined {
  const count = weights.length;
  let grows = -1;
  for (let i = 0; i < count; i++)
    if ((weights[i] as number) < 1 && (grows < 0 || (gradient[i] as number) < (gradient[grows] as number))) grows = i;
  if (grows < 0) return undefined;
  const lowest = gradient[grows] as number;
  let shrinks = -1;
  let best = 0;
  let widest = 0;
  for (let j = 0; j < count; j++) {
    if (!((weights[j] as number) > 0)) continue;
    const gap = (gradient[j] as number) - lowest;
    if (gap <= 0) continue;
    widest = Math.max(widest, gap);
    const gain = (gap * gap) / Math.max(FLAT, 2 - 2 * (matrix[grows * count + j] as number));
    if (gain > best) {
      best = gain;
      shrinks = j;
    }
  }
  return shrinks < 0 || widest < tolerance ? undefined : [grows, shrinks];
}

/** Sequential minimal optimisation: `min a' K a / 2` with `0 <= a <= 1` and `sum a = nu n`. False where it did not settle. */
function optimise(matrix: Float64Array, weights: Float64Array, gradient: Float64Array, tolerance: number): boolean {
  const count = weights.length;
  for (let step = 0; step < STEPS_PER_ROW * count; step++) {
    const pair = workingPair(matrix, weights, gradient, tolerance);
    if (pair === undefined) return true;
    const [i, j] = pair;
    const curvature = Math.max(FLAT, 2 - 2 * (matrix[i * count + j] as number));
    const [growing, shrinking] = [weights[i] as number, weights[j] as number];
    const wanted = ((gradient[j] as number) - (gradient[i] as number)) / curvature;
    const moved = Math.min(wanted, 1 - growing, shrinking);
    // Ends are set, not computed: a weight that is almost at its end would be taken up again and again.
    weights[i] = moved === 1 - growing ? 1 : growing + moved;
    weights[j] = moved === shrinking ? 0 : shrinking - moved;
    for (let k = 0; k < count; k++) {
      const change = (matrix[k * count + i] as number) - (matrix[k * count + j] as number);
      gradient[k] = (gradient[k] as number) + moved * change;
    }
  }
  return false;
}

/** The mean score of rows on the border; where there is none any offset between the others' is as good: the middle. */
function offsetOf(weights: Float64Array, gradient: Float64Array): number {
  let [sum, free, low, high] = [0, 0, -Infinity, Infinity];
  weights.forEach((weight, i) => {
    const score = gradient[i] as number;
    if (weight >= 1) low = Math.max(low, score);
    else if (weight <= 0) high = Math.min(high, score);
    else {
      sum += score;
      free++;
    }
  });
  if (free > 0) return sum / free;
  if (!Number.isFinite(high)) return low;
  return Number.isFinite(low) ? (low + high) / 2 : high;
}

/**
 * Fits the region to points scaled alike: support vectors and weights `a` of `min a' K a / 2`, `0 <= a_i <= 1`,
 * `sum a = nu n`, with the radial kernel and gamma `1 / (features * variance)`. Or why there is none. Memory grows with the
 * square of the points, time somewhat faster: callers bound their number.
 * Sources: B. Scholkopf et al., Neural Computation 13 (2001); R.-E. Fan, P.-H. Chen and C.-J. Lin, JMLR 6 (2005), for the
 * choice of pairs; scikit-learn `OneClassSVM(kernel='rbf', gamma='scale')`.
 */
export function fitOneClassSvm(points: Points, { nu, tolerance = 1e-6 }: SvmOptions): OneClassSvm | string {
  const { cells, width, count } = points;
  if (count < 2) return 'fewer than two complete reference rows';
  const gamma = scaleGamma(points);
  if (!(gamma > 0 && gamma < Infinity)) return 'the spread of the reference overflows';
  const matrix = kernelMatrix(points, gamma);
  const weights = startingWeights(count, nu);
  const gradient = gradientOf(matrix, weights);
  if (!optimise(matrix, weights, gradient, tolerance)) return 'the support vector machine did not settle';
  const kept = Array.from(weights.keys()).filter((row) => (weights[row] as number) > 0);
  return {
    width,
    gamma,
    offset: offsetOf(weights, gradient),
    vectors: kept.flatMap((row) => Array.from(cells.subarray(row * width, (row + 1) * width))),
    weights: kept.map((row) => weights[row] as number),
  };
}

/**
 * Signed distance of each point from the border: `sum a_i k(x_i, x) - offset`; below 0 is outside, unlike the points it was
 * fitted to. No unit. Source: scikit-learn `decision_function`.
 */
export function svmDecisions({ width, gamma, offset, vectors, weights }: OneClassSvm, points: Points): Float64Array {
  return Float64Array.from({ length: points.count }, (_, row) => {
    let sum = 0;
    for (let at = 0; at < weights.length; at++)
      sum += (weights[at] as number) * Math.exp(-gamma * squaredDistance(points.cells, row, vectors, at, width));
    return sum - offset;
  });
}
