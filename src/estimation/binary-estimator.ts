/** Expected performance of a binary classifier. */

import { positives } from '../metrics/labels.js';
import { averagePrecision, rankScores, rocAuc } from '../metrics/ranking.js';
import { absent, type Estimate } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { isotonicIfItHelps } from './calibration.js';
import {
  BINARY_ESTIMATES,
  type EstimatedMetric,
  type Estimator,
  faultOfProbabilities,
  rowsWhere,
  type Stretch,
} from './estimator.js';
import {
  expectedAveragePrecision,
  expectedCells,
  expectedRocAuc,
  expectedTableMetric,
  tableRatio,
} from './expected-metrics.js';
import { calibrate, type IsotonicCurve } from './isotonic.js';

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

interface Decision {
  readonly applied: boolean | string;
  readonly curve: IsotonicCurve | null;
  readonly labelled: number;
}

function decide({ scores, labels }: BinaryColumns): Decision {
  const rows = rowsWhere({ from: 0, to: scores.length }, (row) => labels[row] !== -1 && !Number.isNaN(scores[row]));
  const none = { curve: null, labelled: rows.length };
  if (rows.length === 0) return { ...none, applied: 'the reference has no row with both label and score' };
  const known = Float64Array.from(rows, (row) => scores[row] as number);
  if (!known.every(Number.isFinite)) return { ...none, applied: 'a score of the reference is infinite' };
  const curve = isotonicIfItHelps(
    known,
    Uint8Array.from(rows, (row) => labels[row] as number),
  );
  return { applied: curve !== null, curve, labelled: rows.length };
}

const isRankMetric = (metric: EstimatedMetric): metric is 'roc_auc' | 'average_precision' =>
  metric === 'roc_auc' || metric === 'average_precision';

function realised(columns: BinaryColumns, metric: EstimatedMetric, stretch: Stretch): number | undefined {
  const { scores, predictions, labels } = columns;
  if (isRankMetric(metric)) {
    const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && !Number.isNaN(scores[row]));
    const ranked = rankScores(
      Int8Array.from(rows, (row) => labels[row] as number),
      Float64Array.from(rows, (row) => scores[row] as number),
    );
    if (ranked.positives === 0) return undefined;
    const { value } = metric === 'roc_auc' ? rocAuc(ranked) : averagePrecision(ranked);
    return typeof value === 'number' ? value : undefined;
  }
  const rows = rowsWhere(stretch, (row) => labels[row] !== -1 && predictions[row] !== -1);
  if (rows.length === 0) return undefined;
  const cells = expectedCells({
    predictions: Int8Array.from(rows, (row) => predictions[row] as number),
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

function estimated(
  { predictions }: BinaryColumns,
  scores: Float64Array,
  probabilities: Float64Array,
  { metric, stretch, confidence }: { metric: EstimatedMetric; stretch: Stretch; confidence: number | undefined },
): Estimate {
  const rows = rowsWhere(
    stretch,
    (row) => !Number.isNaN(probabilities[row]) && (isRankMetric(metric) || predictions[row] !== -1),
  );
  const known = Float64Array.from(rows, (row) => probabilities[row] as number);
  const fault = faultOfProbabilities(known);
  if (fault !== null) return absent(rows.length, fault);
  if (!isRankMetric(metric)) {
    const guessed = Int8Array.from(rows, (row) => predictions[row] as number);
    return expectedTableMetric(metric, { predictions: guessed, probabilities: known }, confidence);
  }
  const ranked = { scores: Float64Array.from(rows, (row) => scores[row] as number), probabilities: known };
  return metric === 'roc_auc' ? expectedRocAuc(ranked, confidence) : expectedAveragePrecision(ranked, confidence);
}

/** Fits the calibration on the reference and is then ready for rows of the current period. */
export function binaryEstimator(reference: Frame, current: Frame, roles: Roles, confidence?: number): Estimator {
  const before = columnsOf(reference, roles);
  const now = columnsOf(current, roles);
  const decision = decide(before);
  const { curve } = decision;
  const calibrated = curve === null ? now.scores : now.scores.map((score) => calibrate(curve, score));
  return {
    metrics: BINARY_ESTIMATES,
    ...decision,
    estimate: (metric, stretch, calibration) =>
      estimated(now, now.scores, calibration === 'none' ? now.scores : calibrated, { metric, stretch, confidence }),
    realised: (metric, stretch) => realised(before, metric, stretch),
  };
}
