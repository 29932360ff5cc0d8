/**
 * Expected error of a regression where the labels are unknown: direct loss estimation (DLE) as NannyML 0.13 does it. Boosted
 * trees learn the loss of each labelled row of the reference from its features and its prediction; the mean of what they
 * foretell for other rows is the estimate. Right under covariate shift into what the reference knows; blind to concept drift.
 */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { byCodePoint } from '../model/text-order.js';
import { DEFAULT_CONFIDENCE, normalInterval, within } from '../numeric/intervals.js';
import { mean, momentsOf, standardDeviation } from '../numeric/moments.js';
import { type BoostedTrees, fitBoostedTrees, predictBoosted } from './boosted-trees.js';
import { rowsWhere, type Stretch, take } from './estimator.js';
import type { TreeFeature } from './tree-bins.js';

type Loss = 'absolute' | 'squared' | 'relative' | 'squared log';

/** Loss of one row; 0 is exact. */
const LOSSES: Readonly<Record<Loss, (label: number, prediction: number) => number>> = {
  absolute: (label, prediction) => Math.abs(label - prediction),
  squared: (label, prediction) => (label - prediction) ** 2,
  relative: (label, prediction) => Math.abs(label - prediction) / Math.abs(label),
  'squared log': (label, prediction) => (Math.log1p(label) - Math.log1p(prediction)) ** 2,
};

/** Each metric is the mean of a loss, or its root. */
const METRICS = {
  mae: { loss: 'absolute', root: false },
  rmse: { loss: 'squared', root: true },
  mse: { loss: 'squared', root: false },
  mape: { loss: 'relative', root: false },
  msle: { loss: 'squared log', root: false },
  rmsle: { loss: 'squared log', root: true },
} as const satisfies Readonly<Record<string, { readonly loss: Loss; readonly root: boolean }>>;

export type LossMetric = keyof typeof METRICS;
export const LOSS_ESTIMATES = Object.keys(METRICS) as readonly LossMetric[];
/** Those that are estimated unasked: two models. */
export const DEFAULT_LOSS_ESTIMATES: readonly LossMetric[] = ['mae', 'rmse'];

/** Trees are trained on at most so many rows, evenly spaced: more would hardly change them, and take seconds. */
const MOST_ROWS = 100_000;

interface LossModel {
  readonly trees: BoostedTrees;
  /** Power of two that the losses were divided by, so that single precision holds them. */
  readonly scale: number;
  /** Standard deviation of the loss in the reference, divisor n. */
  readonly deviation: number;
}

/** What is learned of a reference; plain data. */
export interface LossFit {
  readonly kind: 'regression';
  /** Rows with label and prediction. */
  readonly labelled: number;
  /** For each categorical feature its levels in the reference, in order; null stands for missing. */
  readonly levels: Readonly<Record<string, ReadonlyArray<string | null>>>;
  /** A text says why the loss has no model. */
  readonly models: Readonly<Partial<Record<Loss, LossModel | string>>>;
}

function numbersOf(frame: Frame, name: string | undefined): Float64Array {
  const column = name === undefined ? undefined : frame.columns.get(name);
  return column?.kind === 'numeric' ? column.values : new Float64Array(frame.rows).fill(NaN);
}

function levelsOf(frame: Frame, name: string): ReadonlyArray<string | null> {
  const column = frame.columns.get(name);
  if (column?.kind !== 'category') return [];
  const used = new Set(column.codes);
  const levels = column.levels.filter((_, code) => used.has(code)).sort(byCodePoint);
  return used.has(-1) ? [...levels, null] : levels;
}

/** The features in order: numbers, categories by their level in the reference, then the prediction. */
function featuresOf(frame: Frame, roles: Roles, levels: LossFit['levels']): readonly TreeFeature[] {
  const categories = roles.categorical.map((name): TreeFeature => {
    const place = new Map((levels[name] ?? []).map((level, at) => [level, at]));
    const column = frame.columns.get(name);
    const missing = place.get(null) ?? -1;
    if (column?.kind !== 'category') return { kind: 'category', codes: new Int32Array(frame.rows).fill(missing) };
    const codeOf = column.levels.map((level) => place.get(level) ?? -1);
    return { kind: 'category', codes: Int32Array.from(column.codes, (code) => codeOf[code] ?? missing) };
  });
  const numbers = [...roles.numeric, roles.prediction].map((name): TreeFeature => ({
    kind: 'numeric',
    values: numbersOf(frame, name),
  }));
  return [...numbers.slice(0, -1), ...categories, ...numbers.slice(-1)];
}

function taken(feature: TreeFeature, rows: Uint32Array): TreeFeature {
  return feature.kind === 'numeric'
    ? { kind: 'numeric', values: take(feature.values, rows) }
    : { kind: 'category', codes: Int32Array.from(rows, (row) => feature.codes[row] as number) };
}

/** Why a loss is not defined on these rows, or `null`. */
function faultOf(loss: Loss, labels: Float64Array, predictions: Float64Array): string | null {
  if (loss === 'relative' && labels.includes(0)) return 'a label of the reference is 0: there is no relative error';
  const isNegative = (value: number): boolean => value < 0;
  if (loss === 'squared log' && (labels.some(isNegative) || predictions.some(isNegative))) {
    return 'a label or prediction of the reference is negative: there is no logarithm';
  }
  return null;
}

function evenlySpaced(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, at) => rows[Math.floor((at * rows.length) / most)] as number);
}

/** A power of two near the largest loss: dividing by it changes no digit. */
function scaleOf(losses: Float64Array): number {
  const largest = losses.reduce((most, loss) => Math.max(most, loss), 0);
  return largest === 0 ? 1 : 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
}

/** Trains a model for each loss that the metrics need, on the labelled rows of a reference. */
export function fitLosses(reference: Frame, roles: Roles, metrics: readonly LossMetric[]): LossFit {
  const labels = numbersOf(reference, roles.label);
  const predictions = numbersOf(reference, roles.prediction);
  const known = rowsWhere(
    { from: 0, to: reference.rows },
    (row) => Number.isFinite(labels[row]) && Number.isFinite(predictions[row]),
  );
  const levels = Object.fromEntries(roles.categorical.map((name) => [name, levelsOf(reference, name)]));
  const rows = evenlySpaced(known, MOST_ROWS);
  const features = featuresOf(reference, roles, levels).map((feature) => taken(feature, rows));
  const [truth, said] = [take(labels, known), take(predictions, known)];
  const modelOf = (loss: Loss): LossModel | string => {
    if (known.length < 2) return 'the reference has fewer than two rows with both label and prediction';
    const fault = faultOf(loss, truth, said);
    if (fault !== null) return fault;
    const all = truth.map((label, at) => LOSSES[loss](label, said[at] as number));
    if (!all.every(Number.isFinite)) return 'an error of the reference is too large to be squared';
    const scale = scaleOf(all);
    const targets = Float64Array.from(
      rows,
      (row) => LOSSES[loss](labels[row] as number, predictions[row] as number) / scale,
    );
    const deviation = standardDeviation(momentsOf(all.map((one) => one / scale)), 0) * scale;
    return { trees: fitBoostedTrees(features, targets), scale, deviation };
  };
  const losses = new Set(metrics.map((metric): Loss => METRICS[metric].loss));
  const models = Object.fromEntries([...losses].map((loss) => [loss, modelOf(loss)]));
  return { kind: 'regression', labelled: known.length, levels, models };
}

export type LossEstimateOf = (metric: LossMetric, rows: Stretch) => Estimate;

/** The losses that the models foretell of rows, none below 0. */
function foretell({ trees, scale }: LossModel, features: readonly TreeFeature[], rows: number): Float64Array {
  return predictBoosted(trees, features, { from: 0, to: rows }).map((answer) => Math.max(0, answer) * scale);
}

/** By the name of each loss that has a model, what is foretold of the rows with a finite prediction. */
export function foretoldLosses(fit: LossFit, frame: Frame, roles: Roles): ReadonlyMap<string, Float64Array> {
  const features = featuresOf(frame, roles, fit.levels);
  const predictions = numbersOf(frame, roles.prediction);
  const rows = rowsWhere({ from: 0, to: frame.rows }, (row) => Number.isFinite(predictions[row]));
  return new Map(
    Object.entries(fit.models).flatMap(([loss, model]) =>
      typeof model === 'string' ? [] : [[loss, take(foretell(model, features, frame.rows), rows)] as const],
    ),
  );
}

/** The mean of the losses foretold of some rows, with their number; `undefined` where they were not foretold. */
export type ForetoldMean = (loss: string) => { readonly mean: number; readonly rows: number } | undefined;

/** The estimate of a metric from the mean of its losses. `rows` counts those with a prediction where nothing is foretold. */
export function lossEstimate(
  fit: LossFit,
  metric: LossMetric,
  rows: () => number,
  meanOf: ForetoldMean,
  confidence: number,
): Estimate {
  const { loss, root } = METRICS[metric];
  const model = fit.models[loss];
  if (model === undefined) return absent(rows(), 'not asked for when the reference was measured');
  if (typeof model === 'string') return absent(rows(), model);
  const foretold = meanOf(loss);
  if (foretold === undefined) return absent(rows(), 'nothing was foretold of these rows');
  const { mean: value, rows: n } = foretold;
  if (n === 0) return absent(0, 'no rows with a prediction');
  const [low, high] = normalInterval(value, model.deviation / Math.sqrt(n), confidence);
  const shown = (square: number): number => (root ? Math.sqrt(Math.max(0, square)) : square);
  return measured(shown(value), n, within([shown(low), shown(high)], shown(value), 0, Infinity));
}

/**
 * Estimates for the rows of a frame that have a prediction. MAE, RMSE, MSE, MAPE, MSLE or RMSLE: the mean of the foretold
 * losses, none below 0, or its root. At least 0, lower is better, `n` = rows with a prediction. Interval: where the realised
 * value lies if the foretold mean is right and losses spread as in the reference; no error of the trees is in it.
 */
export function lossEstimates(
  fit: LossFit,
  frame: Frame,
  roles: Roles,
  confidence = DEFAULT_CONFIDENCE,
): LossEstimateOf {
  const features = featuresOf(frame, roles, fit.levels);
  const predictions = numbersOf(frame, roles.prediction);
  const foretold = new Map<string, Float64Array>();
  const lossesOf = (loss: Loss): Float64Array => {
    const model = fit.models[loss];
    const known = foretold.get(loss);
    if (known !== undefined || typeof model !== 'object') return known ?? new Float64Array(0);
    const losses = foretell(model, features, frame.rows);
    foretold.set(loss, losses);
    return losses;
  };
  return (metric, stretch) => {
    const rows = rowsWhere(stretch, (row) => Number.isFinite(predictions[row]));
    const meanOf = () => ({ mean: mean(take(lossesOf(METRICS[metric].loss), rows)), rows: rows.length });
    return lossEstimate(fit, metric, () => rows.length, meanOf, confidence);
  };
}

/** What a metric was on rows of a frame with finite labels and predictions; `undefined` where there are none. */
export function lossRealised(frame: Frame, roles: Roles): (metric: LossMetric, rows: Stretch) => number | undefined {
  const labels = numbersOf(frame, roles.label);
  const predictions = numbersOf(frame, roles.prediction);
  return (metric, stretch) => {
    const { loss, root } = METRICS[metric];
    const rows = rowsWhere(stretch, (row) => Number.isFinite(labels[row]) && Number.isFinite(predictions[row]));
    if (rows.length === 0) return undefined;
    const value = mean(
      Float64Array.from(rows, (row) => LOSSES[loss](labels[row] as number, predictions[row] as number)),
    );
    return Number.isFinite(value) ? (root ? Math.sqrt(value) : value) : undefined;
  };
}
