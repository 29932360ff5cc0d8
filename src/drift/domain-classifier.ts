/** Drift of all numeric features together: how well a classifier tells the rows of one period from the other's. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame } from '../model/frame.js';
import { solvePositiveDefinite } from '../numeric/linear-algebra.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';
import { midRanks } from '../numeric/rank.js';

const FOLDS = 5;
const ROUNDS = 100;

/** Complete rows, one after the other; each holds `width` cells. */
interface Rows {
  readonly cells: Float64Array;
  readonly width: number;
  readonly count: number;
}

/** Rows of the numeric features without a missing cell; or why there are none. */
function completeRows(frame: Frame, features: readonly string[]): Rows | string {
  const columns = features.flatMap((name) => {
    const column = frame.columns.get(name);
    return column?.kind === 'numeric' ? [column.values] : [];
  });
  const width = features.length;
  if (columns.length < width) return 'a numeric feature is not there in both periods';
  const cells = new Float64Array(frame.rows * width);
  let count = 0;
  for (let row = 0; row < frame.rows; row++) {
    let complete = true;
    for (let i = 0; i < width; i++) {
      const cell = (columns[i] as Float64Array)[row] as number;
      cells[count * width + i] = cell;
      if (Number.isNaN(cell)) complete = false;
      else if (!Number.isFinite(cell)) return 'an infinite value in a feature';
    }
    if (complete) count++;
  }
  return { cells: cells.subarray(0, count * width), width, count };
}

/** `NaN` where the spread overflows, so that no feature turns into zeros unseen. */
function divisorOf(deviation: number, mean: number): number {
  if (!Number.isFinite(deviation)) return NaN;
  return deviation <= 10 * Number.EPSILON * Math.abs(mean) ? 1 : deviation;
}

/** The rows of both periods with each feature standardised over them (divisor n; a constant one is only centred). */
function standardised(before: Rows, now: Rows): Rows {
  const { width } = before;
  const count = before.count + now.count;
  const cells = new Float64Array(count * width);
  cells.set(before.cells);
  cells.set(now.cells, before.cells.length);
  for (let i = 0; i < width; i++) {
    const moments = momentsOf(Float64Array.from({ length: count }, (_, row) => cells[row * width + i] as number));
    const deviation = standardDeviation(moments, 0);
    const divisor = divisorOf(deviation, moments.mean);
    for (let at = i; at < cells.length; at += width) cells[at] = ((cells[at] as number) - moments.mean) / divisor;
  }
  return { cells, width, count };
}

/** Fold of each row without shuffling, every fold with the same share of both periods (scikit-learn's StratifiedKFold). */
function foldsOf(referenceRows: number, currentRows: number): Uint8Array {
  const folds = new Uint8Array(referenceRows + currentRows);
  const sizes = Array.from({ length: FOLDS }, () => [0, 0] as [number, number]);
  for (let i = 0; i < folds.length; i++) (sizes[i % FOLDS] as [number, number])[i < referenceRows ? 0 : 1] += 1;
  let at = 0;
  for (const period of [0, 1] as const)
    sizes.forEach((size, fold) => {
      folds.fill(fold, at, at + size[period]);
      at += size[period];
    });
  return folds;
}

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
/** `ln(1 + e^x)` without overflow. */
const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));

/** What a fold is fitted on: the rows outside it, those from `currentFrom` on being current. */
interface Training {
  readonly rows: Rows;
  readonly folds: Uint8Array;
  readonly leftOut: number;
  readonly currentFrom: number;
}

function linear(weights: Float64Array, { cells, width }: Rows, row: number): number {
  let sum = weights[width] as number;
  for (let i = 0; i < width; i++) sum += (weights[i] as number) * (cells[row * width + i] as number);
  return sum;
}

/** `|w|^2 / 2 + sum log loss`, the intercept (last weight) free of penalty. */
function objective(weights: Float64Array, { rows, folds, leftOut, currentFrom }: Training): number {
  let sum = 0;
  for (let i = 0; i < rows.width; i++) sum += (weights[i] as number) ** 2 / 2;
  for (let row = 0; row < rows.count; row++) {
    if (folds[row] === leftOut) continue;
    const score = linear(weights, rows, row);
    sum += softplus(score) - (row < currentFrom ? 0 : score);
  }
  return sum;
}

/** Newton's step of the penalised logistic regression, and how far its gradient is from 0. */
function newtonStep(
  weights: Float64Array,
  { rows, folds, leftOut, currentFrom }: Training,
): { readonly step: Float64Array | undefined; readonly slope: number } {
  const { cells, width } = rows;
  const size = width + 1;
  const gradient = Float64Array.from(weights, (weight, i) => (i < width ? weight : 0));
  const curvature = new Float64Array(size * size);
  for (let i = 0; i < width; i++) curvature[i * size + i] = 1;
  const cellsOfRow = new Float64Array(size).fill(1);
  for (let row = 0; row < rows.count; row++) {
    if (folds[row] === leftOut) continue;
    for (let i = 0; i < width; i++) cellsOfRow[i] = cells[row * width + i] as number;
    const p = logistic(linear(weights, rows, row));
    const error = p - (row < currentFrom ? 0 : 1);
    const weight = p * (1 - p);
    for (let i = 0; i < size; i++) {
      const left = cellsOfRow[i] as number;
      gradient[i] = (gradient[i] as number) + error * left;
      for (let j = 0; j <= i; j++)
        curvature[i * size + j] = (curvature[i * size + j] as number) + weight * left * (cellsOfRow[j] as number);
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) curvature[j * size + i] = curvature[i * size + j] as number;
  return { step: solvePositiveDefinite(curvature, gradient), slope: Math.max(...gradient.map(Math.abs)) };
}

/** Weights of the regression with C = 1; the optimum is unique, and steps are halved until they descend. */
function fit(training: Training): Float64Array {
  let weights = new Float64Array(training.rows.width + 1);
  let value = objective(weights, training);
  // Rounding of a sum over many rows keeps the gradient from coming closer to 0 than this.
  const flat = 1e-12 * training.rows.count + 1e-9;
  for (let round = 0; round < ROUNDS; round++) {
    const { step, slope } = newtonStep(weights, training);
    if (step === undefined || slope < flat) break;
    let next = weights;
    let nextValue = Infinity;
    for (let share = 1; share > 1e-9 && !(nextValue <= value); share /= 2) {
      next = weights.map((weight, i) => weight - share * (step[i] as number));
      nextValue = objective(next, training);
    }
    if (!(nextValue < value)) break;
    weights = next;
    value = nextValue;
  }
  return weights;
}

/** Sum of the mid-ranks of the rows from `from` on. */
function rankSumFrom(scores: Float64Array, from: number): number {
  const { ranks } = midRanks(scores);
  let sum = 0;
  for (let at = from; at < ranks.length; at++) sum += ranks[at] as number;
  return sum;
}

/**
 * ROC AUC of a logistic regression (L2, C = 1) that tells current rows from reference rows by the numeric features,
 * standardised over both periods; scores are out of fold, five folds without shuffling, and pooled. In [0, 1]: 0.5 is no
 * difference that a linear rule can see, 1 full separation. n: complete rows of the smaller period. Smallest n: 2 a side and
 * 5 in the larger. Source: scikit-learn `LogisticRegression`, `StratifiedKFold(5)`; the idea is NannyML's domain classifier.
 */
export function domainClassifierAuc(reference: Frame, current: Frame, features: readonly string[]): Estimate {
  if (features.length === 0) return absent(0, 'no numeric feature');
  const [before, now] = [completeRows(reference, features), completeRows(current, features)];
  if (typeof before === 'string') return absent(0, before);
  if (typeof now === 'string') return absent(0, now);
  const n = Math.min(before.count, now.count);
  if (n < 2 || Math.max(before.count, now.count) < FOLDS) return absent(n, 'too few complete rows');
  const rows = standardised(before, now);
  if (!rows.cells.every(Number.isFinite)) return absent(n, 'the spread of a feature overflows');
  const folds = foldsOf(before.count, now.count);
  const scores = new Float64Array(rows.count);
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit({ rows, folds, leftOut: fold, currentFrom: before.count });
    for (let row = 0; row < rows.count; row++)
      if (folds[row] === fold) scores[row] = logistic(linear(weights, rows, row));
  }
  const above = rankSumFrom(scores, before.count) - (now.count * (now.count + 1)) / 2;
  return measured(above / (before.count * now.count), n);
}
