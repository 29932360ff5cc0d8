/** LIME: a weighted sum that answers as the model does near one row. */

import { solvePositiveDefinite } from '../numeric/linear-algebra.js';
import { compensatedSum } from '../numeric/moments.js';
import type { Random } from '../numeric/random.js';
import type { Asking } from './asking.js';
import { drawSample, type LimeVariant, ownSample, type Spreads } from './lime-samples.js';
import type { Cells } from './shapley.js';

/** The lime package's defaults. */
export const SAMPLES = 5_000;
const MOST_WEIGHTS = 10;
const RIDGE = 1;
/** Ridge of the fit that only chooses the features. */
const CHOOSING_RIDGE = 0.01;
const KERNEL_WIDTH = 0.75;
/** Rows of one question. */
const ROWS_AT_ONCE = 20_000;

export interface LimeOptions {
  readonly random: Random;
  /** Default `quartiles`, the package's own. */
  readonly variant?: LimeVariant;
  /** Samples, the row itself among them; default 5,000. */
  readonly samples?: number;
}

export interface LimeExplanation {
  /** What each feature adds near the row; 0 for features that were not chosen. */
  readonly weights: readonly number[];
  readonly intercept: number;
  /** Weighted R squared of the sum on the samples; `undefined` where every answer is the same. */
  readonly score: number | undefined;
  /** The sum's answer to the row itself. */
  readonly localPrediction: number;
}

interface RidgeFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

function ridge(
  data: Cells,
  answers: Float64Array,
  weights: Float64Array,
  features: readonly number[],
  penalty: number,
): RidgeFit | undefined {
  const total = compensatedSum(weights);
  const weighted = (value: (at: number) => number): number =>
    compensatedSum(weights.map((weight, at) => weight * value(at))) / total;
  const means = features.map((i) => weighted((at) => (data[at] as Float64Array)[i] as number));
  const answerMean = weighted((at) => answers[at] as number);
  const size = features.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const centred = new Float64Array(size);
  data.forEach((row, at) => {
    features.forEach((feature, i) => (centred[i] = (row[feature] as number) - (means[i] as number)));
    const weight = weights[at] as number;
    const answer = (answers[at] as number) - answerMean;
    for (let i = 0; i < size; i++) {
      const left = weight * (centred[i] as number);
      right[i] = (right[i] as number) + left * answer;
      for (let j = 0; j < size; j++)
        matrix[i * size + j] = (matrix[i * size + j] as number) + left * (centred[j] as number);
    }
  });
  for (let i = 0; i < size; i++) matrix[i * size + i] = (matrix[i * size + i] as number) + penalty;
  const coefficients = solvePositiveDefinite(matrix, right);
  if (coefficients === undefined) return undefined;
  const shift = compensatedSum(means.map((of, i) => of * (coefficients[i] as number)));
  return { coefficients, intercept: answerMean - shift };
}

/** All features, or the ten that add most to the row's answer in a fit on all. */
function chosenFeatures(data: Cells, answers: Float64Array, weights: Float64Array): readonly number[] | undefined {
  const own = data[0] as Float64Array;
  const all = Array.from(own.keys());
  if (all.length <= MOST_WEIGHTS) return all;
  const fit = ridge(data, answers, weights, all, CHOOSING_RIDGE);
  if (fit === undefined) return undefined;
  const size = fit.coefficients.map((coefficient, i) => Math.abs(coefficient * (own[i] as number)));
  all.sort((a, b) => (size[b] as number) - (size[a] as number) || a - b);
  return all.slice(0, MOST_WEIGHTS).sort((a, b) => a - b);
}

/**
 * The weighted sum for samples that are already answered; the first is the row that is explained. Each sample weighs
 * `exp(-d^2 / (2 w^2))`, d its distance from the row, `w = 0.75 sqrt(features)`; ridge regression with penalty 1 and a free
 * intercept, on at most ten features. `undefined` where it cannot be solved.
 */
export function limeFit(data: Cells, answers: Float64Array): LimeExplanation | undefined {
  const own = data[0] as Float64Array;
  const width = KERNEL_WIDTH ** 2 * own.length;
  const weights = Float64Array.from(data, (row) => {
    const square = row.reduce((sum, cell, i) => sum + (cell - (own[i] as number)) ** 2, 0);
    return Math.sqrt(Math.exp(-square / width));
  });
  const features = chosenFeatures(data, answers, weights);
  const fit = features && ridge(data, answers, weights, features, RIDGE);
  if (features === undefined || fit === undefined) return undefined;
  const all = new Float64Array(own.length);
  features.forEach((feature, i) => (all[feature] = fit.coefficients[i] as number));
  const answerTo = (row: Float64Array): number =>
    fit.intercept + all.reduce((sum, weight, i) => sum + weight * (row[i] as number), 0);
  const mean = compensatedSum(answers.map((answer, at) => answer * (weights[at] as number))) / compensatedSum(weights);
  let [left, whole] = [0, 0];
  data.forEach((row, at) => {
    const weight = weights[at] as number;
    left += weight * ((answers[at] as number) - answerTo(row)) ** 2;
    whole += weight * ((answers[at] as number) - mean) ** 2;
  });
  return {
    weights: Array.from(all),
    intercept: fit.intercept,
    score: whole > 0 ? 1 - left / whole : undefined,
    localPrediction: answerTo(own),
  };
}

/**
 * Explains the model's answer to one row by its answers to samples. Variant `quartiles`: each numeric feature falls into one
 * of its background's quarters, drawn by their shares, a normal within it makes the number, and the sum sees 1 where it is
 * the row's own quarter; categories alike. Variant `continuous`: numbers are normal with the background's mean and standard
 * deviation, and the sum sees them standardised. Unit of the weights: the model's output. Or why there is no explanation.
 * Sources: M. Ribeiro, S. Singh and C. Guestrin, KDD 2016; the lime package 0.2, `LimeTabularExplainer`, with its defaults.
 */
export function* explainByLime(
  row: Float64Array,
  spreads: Spreads,
  { random, variant = 'quartiles', samples = SAMPLES }: LimeOptions,
): Asking<LimeExplanation | string> {
  const drawn = [ownSample(row, spreads, variant)];
  while (drawn.length < samples) drawn.push(drawSample(row, spreads, variant, random));
  const answers = new Float64Array(samples);
  for (let from = 0; from < samples; from += ROWS_AT_ONCE)
    answers.set(yield drawn.slice(from, from + ROWS_AT_ONCE).map(({ cells }) => cells), from);
  if (!answers.every(Number.isFinite)) return 'not a finite number: the answers overflow';
  const data = drawn.map(({ seen }) => seen);
  return limeFit(data, answers) ?? 'the samples do not tell the features apart';
}
