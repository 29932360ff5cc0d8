/** Expected performance of a binary classifier. */

import { positives } from '../model/class-codes.js';
import { averagePrecision, rankScores, rocAuc } from '../metrics/ranking.js';
import { absent, type Estimate } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { isotonicIfItHelps } from './calibration.js';
import {
  type EstimatedMetric,
  type EstimateOf,
  faultOfProbabilities,
  type RealisedOf,
  rowsWhere,
  type Stretch,
  take,
  takeFlags,
} from './estimator.js';
import {
  expectedAveragePrecision,
  expectedCells,
  type Expected,
  expectedRocAuc,
  expectedTableMetric,
  labelVariance,
  type ScoredRows,
  tableRatio,
  withSamplingError,
} from './expected-metrics.js';
import { calibrate, curveError, type IsotonicCurve } from './isotonic.js';

/** Columns of one period; -1 and `NaN` are missing. */
interface BinaryColumns {
  readonly scores: Float64Array;
  readonly predictions: Int8Array;
  readonly labels: Int8Array;
}

function columnsOf(frame: Frame, roles: Roles): BinaryColumns {
  const flags = (name: string | undefined): Int8Array => {
    const column = name === undefined ? undefined : frame.columns.get(name);
    if (column === undefined || roles.positive === undefined) return new Int8Array(frame.rows).fill(-1);
    return positives(column, roles.positive);
  };
  const score = roles.score === undefined ? undefined : frame.columns.get(roles.score);
  return {
    scores: score?.kind === 'numeric' ? score.values : new Float64Array(frame.rows).fill(NaN),
    predictions: flags(roles.prediction),
    labels: flags(roles.label),
  };
}

/** What is learned of a reference; plain data. */
export interface BinaryFit {
  readonly kind: 'binary';
  /** Whether scores are calibrated; a text says why that cannot be decided. */
  readonly applied: boolean | string;
  readonly curve: IsotonicCurve | null;
  /** Rows with label and score, on which the decision rests. */
  readonly labelled: number;
}

/** Decides whether the scores of a labelled reference need calibration, and fits it. */
export function fitBinary(reference: Frame, roles: Roles): BinaryFit {
  const { scores, labels } = columnsOf(reference, roles);
  const rows = rowsWhere({ from: 0, to: scores.length }, (row) => labels[row] !== -1 && !Number.isNaN(scores[row]));
  const none = { kind: 'binary', curve: null, labelled: rows.length } as const;
  if (rows.length === 0) return { ...none, applied: 'the reference has no row with both label and score' };
  const known = take(scores, rows);
  if (!known.every(Number.isFinite)) return { ...none, applied: 'a score of the reference is infinite' };
  const curve = isotonicIfItHelps(
    known,
    Uint8Array.from(rows, (row) => labels[row] as number),
  );
  return { ...none, applied: curve !== null, curve };
}

const isRankMetric = (metric: EstimatedMetric): metric is 'roc_auc' | 'average_precision' =>
  metric === 'roc_auc' || metric === 'average_precision';

function realised(columns: BinaryColumns, metric: EstimatedMetric, stretch: Stretch): number | undefined {
  const { scores, predictions, labels } = columns;
  if (isRankMetric(metric)) {
    const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && !Number.isNaN(scores[row]));
    const ranked = rankScores(takeFlags(labels, rows), take(scores, rows));
    if (ranked.positives === 0) return undefined;
    const { value } = metric === 'roc_auc' ? rocAuc(ranked) : averagePrecision(ranked);
    return typeof value === 'number' ? value : undefined;
  }
  const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && predictions[row] !== -1);
  if (rows.length === 0) return undefined;
  const cells = expectedCells({
    predictions: takeFlags(predictions, rows),
    probabilities: Float64Array.from(rows, (row) => labels[row] as number),
  });
  const { tp, fp, fn, tn } = cells;
  const bothLabels = tp + fn > 0 && tn + fp > 0;
  const bothPredictions = tp + fp > 0 && tn + fn > 0;
  if (metric === 'specificity' ? tn + fp === 0 : metric !== 'accuracy' && !(bothLabels && bothPredictions)) {
    return undefined;
  }
  return tableRatio(metric, cells);
}

interface Given {
  readonly columns: BinaryColumns;
  readonly probabilities: Float64Array;
  /** The curve that made the probabilities; null: they are the scores. */
  readonly curve: IsotonicCurve | null;
  readonly confidence: number | undefined;
}

/** Rows of a stretch that a metric is estimated on; several metrics share them. */
interface EstimatedRows {
  readonly ranked: ScoredRows;
  readonly predictions: Int8Array;
  /** Why there can be no estimate, or `null`. */
  readonly fault: string | null;
}

function rowsToEstimate({ columns, probabilities }: Given, ranks: boolean, stretch: Stretch): EstimatedRows {
  const { scores, predictions } = columns;
  const rows = rowsWhere(stretch, (row) => !Number.isNaN(probabilities[row]) && (ranks || predictions[row] !== -1));
  const taken = take(probabilities, rows);
  return {
    ranked: { scores: take(scores, rows), probabilities: taken },
    predictions: takeFlags(predictions, rows),
    fault: faultOfProbabilities(taken),
  };
}

function estimated(
  { curve, confidence }: Given,
  metric: EstimatedMetric,
  { ranked, predictions, fault }: EstimatedRows,
): Estimate {
  const { probabilities, scores } = ranked;
  if (fault !== null) return absent(probabilities.length, fault);
  let expected: Expected;
  if (metric === 'roc_auc') expected = expectedRocAuc(ranked);
  else if (metric === 'average_precision') expected = expectedAveragePrecision(ranked);
  else expected = expectedTableMetric(metric, { predictions, probabilities });
  const variance = (slopes: Float64Array): number =>
    labelVariance(slopes, probabilities) + (curve === null ? 0 : curveError(curve, scores, slopes));
  return withSamplingError(expected, variance, confidence);
}

/** Every metric of one stretch after the other: the rows of the last stretch are kept. */
function estimator(given: Given): (metric: EstimatedMetric, stretch: Stretch) => Estimate {
  const kept = new Map<boolean, { readonly of: Stretch; readonly rows: EstimatedRows }>();
  return (metric, stretch) => {
    const ranks = isRankMetric(metric);
    let last = kept.get(ranks);
    if (last?.of.from !== stretch.from || last.of.to !== stretch.to) {
      last = { of: stretch, rows: rowsToEstimate(given, ranks, stretch) };
      kept.set(ranks, last);
    }
    return estimated(given, metric, last.rows);
  };
}

/** Estimates for the rows of a frame, labelled or not. */
export function binaryEstimates({ curve }: BinaryFit, frame: Frame, roles: Roles, confidence?: number): EstimateOf {
  const columns = columnsOf(frame, roles);
  const { scores } = columns;
  const given: Given = { columns, probabilities: scores, curve: null, confidence };
  const plain = estimator(given);
  const calibrated =
    curve === null
      ? plain
      : estimator({ ...given, probabilities: scores.map((score) => calibrate(curve, score)), curve });
  return (metric, stretch, calibration) => (calibration === 'none' ? plain : calibrated)(metric, stretch);
}

export function binaryRealised(frame: Frame, roles: Roles): RealisedOf {
  const columns = columnsOf(frame, roles);
  return (metric, stretch) => realised(columns, metric, stretch);
}
