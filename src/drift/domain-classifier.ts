/** Drift of all numeric features together: how well a classifier tells the rows of one period from the other's. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame } from '../model/frame.js';
import { solvePositiveDefinite } from '../numeric/linear-algebra.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';
import { midRanks } from '../numeric/rank.js';

const FOLDS = 5;
const ROUNDS = 100;

/** Rows of the numeric features without a missing cell; or why there are none. */
function completeRows(frame: Frame, features: readonly string[]): Float64Array[] | string {
  const columns = features.flatMap((name) => {
    const column = frame.columns.get(name);
    return column?.kind === 'numeric' ? [column.values] : [];
  });
  if (columns.length < features.length) return 'a numeric feature is not there in both periods';
  const rows: Float64Array[] = [];
  for (let row = 0; row < frame.rows; row++) {
    const cells = Float64Array.from(columns, (values) => values[row] as number);
    if (cells.some(Number.isNaN)) continue;
    if (!cells.every(Number.isFinite)) return 'an infinite value in a feature';
    rows.push(cells);
  }
  return rows;
}

/** The rows with each feature standardised over both periods (divisor n; a constant one is only centred). */
function standardised(rows: readonly Float64Array[]): readonly Float64Array[] {
  const width = rows[0]?.length ?? 0;
  const scaled = rows.map((row) => row.slice());
  for (let i = 0; i < width; i++) {
    const moments = momentsOf(Float64Array.from(rows, (row) => row[i] as number));
    const deviation = standardDeviation(moments, 0);
    const divisor = deviation <= 10 * Number.EPSILON * Math.abs(moments.mean) ? 1 : deviation;
    for (const row of scaled) row[i] = ((row[i] as number) - moments.mean) / divisor;
  }
  return scaled;
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

function linear(weights: Float64Array, row: Float64Array): number {
  let sum = weights[row.length] as number;
  for (let i = 0; i < row.length; i++) sum += (weights[i] as number) * (row[i] as number);
  return sum;
}

/** `|w|^2 / 2 + sum log loss`, the intercept (last weight) free of penalty. */
function objective(weights: Float64Array, rows: readonly Float64Array[], labels: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < weights.length; i++) sum += (weights[i] as number) ** 2 / 2;
  rows.forEach((row, at) => {
    const score = linear(weights, row);
    sum += softplus(score) - (labels[at] as number) * score;
  });
  return sum;
}

/** Newton's step of the penalised logistic regression, and how far its gradient is from 0. */
function newtonStep(
  weights: Float64Array,
  rows: readonly Float64Array[],
  labels: readonly number[],
): { readonly step: Float64Array | undefined; readonly slope: number } {
  const size = weights.length;
  const gradient = Float64Array.from(weights, (weight, i) => (i + 1 < size ? weight : 0));
  const curvature = new Float64Array(size * size);
  for (let i = 0; i + 1 < size; i++) curvature[i * size + i] = 1;
  rows.forEach((row, at) => {
    const p = logistic(linear(weights, row));
    const error = p - (labels[at] as number);
    const weight = p * (1 - p);
    for (let i = 0; i < size; i++) {
      const left = i + 1 < size ? (row[i] as number) : 1;
      gradient[i] = (gradient[i] as number) + error * left;
      for (let j = 0; j <= i; j++) {
        const right = j + 1 < size ? (row[j] as number) : 1;
        curvature[i * size + j] = (curvature[i * size + j] as number) + weight * left * right;
      }
    }
  });
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) curvature[j * size + i] = curvature[i * size + j] as number;
  return { step: solvePositiveDefinite(curvature, gradient), slope: Math.max(...gradient.map(Math.abs)) };
}

/** Weights of the regression with C = 1; the optimum is unique, and steps are halved until they descend. */
function fit(rows: readonly Float64Array[], labels: readonly number[]): Float64Array {
  let weights = new Float64Array((rows[0]?.length ?? 0) + 1);
  let value = objective(weights, rows, labels);
  for (let round = 0; round < ROUNDS; round++) {
    const { step, slope } = newtonStep(weights, rows, labels);
    if (step === undefined || slope < 1e-9) break;
    let share = 1;
    let next = weights;
    let nextValue = Infinity;
    for (; share > 1e-9; share /= 2) {
      next = weights.map((weight, i) => weight - share * (step[i] as number));
      nextValue = objective(next, rows, labels);
      if (nextValue <= value) break;
    }
    if (!(nextValue < value)) break;
    weights = next;
    value = nextValue;
  }
  return weights;
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
  const n = Math.min(before.length, now.length);
  if (n < 2 || Math.max(before.length, now.length) < FOLDS) return absent(n, 'too few complete rows');
  const rows = standardised([...before, ...now]);
  if (!rows.every((row) => row.every(Number.isFinite))) return absent(n, 'the spread of a feature overflows');
  const labels = rows.map((_, at) => (at < before.length ? 0 : 1));
  const folds = foldsOf(before.length, now.length);
  const scores = new Float64Array(rows.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const training = (_: unknown, at: number): boolean => folds[at] !== fold;
    const weights = fit(rows.filter(training), labels.filter(training));
    rows.forEach((row, at) => {
      if (folds[at] === fold) scores[at] = logistic(linear(weights, row));
    });
  }
  const rankSum = rankSumFrom(scores, before.length);
  return measured((rankSum - (now.length * (now.length + 1)) / 2) / (before.length * now.length), n);
}

/** Sum of the mid-ranks of the rows from `from` on. */
function rankSumFrom(scores: Float64Array, from: number): number {
  const { ranks } = midRanks(scores);
  let sum = 0;
  for (let at = from; at < ranks.length; at++) sum += ranks[at] as number;
  return sum;
}
