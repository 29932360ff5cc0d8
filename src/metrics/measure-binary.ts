/** Performance of a binary classifier: the table of its decisions, and its scores. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent } from '../model/estimate.js';
import { accuracy, confusionMatrix, precision, recall, share, specificity, tableFigures } from './confusion.js';
import { precisionRecallCurve, rocCurve } from './curves.js';
import { positives } from '../model/class-codes.js';
import { type BinaryCounts, countBinary } from '../profile/binary-counts.js';
import { withScratch } from '../numeric/scratch.js';
import { meanPresent, type PerformanceContext } from './performance-context.js';
import { probabilityFigures } from './probability.js';
import { averagePrecision, type RankingRoom, rankScores, rocAuc, scoreKs, topShare } from './ranking.js';
import { logisticRecalibration } from './recalibration.js';

const TABLE_OF_BINARY = [
  'confusion_matrix',
  'accuracy',
  'precision',
  'recall',
  'f1',
  'specificity',
  'balanced_accuracy',
  'mcc',
  'cohen_kappa',
] as const;

export const SCORE_OF_BINARY = [
  'log_loss',
  'brier',
  'roc_auc',
  'average_precision',
  'score_ks',
  'ece',
  'calibration_gap',
  'calibration_slope',
  'calibration_intercept',
  'gain_10',
  'lift_10',
  'precision_recall_curve',
  'roc_curve',
] as const;

/** What figures of a table of counts are given. */
export type TableContext = Pick<PerformanceContext, 'list' | 'confidence' | 'seed' | 'unlabelled'>;

/** Every figure of the table of decisions. */
export function binaryTable({ list, confidence, seed, unlabelled }: TableContext, counts: BinaryCounts): void {
  const rows = counts.tp + counts.fp + counts.fn + counts.tn;
  list.add('count', { n: rows, value: rows });
  if (rows === 0) {
    list.addAbsent(TABLE_OF_BINARY, 0, unlabelled ?? 'no labelled rows');
    return;
  }
  list.add('confusion_matrix', confusionMatrix(counts));
  list.add('accuracy', accuracy(counts, confidence));
  list.add('precision', precision(counts, confidence));
  list.add('recall', recall(counts, confidence));
  list.add('specificity', specificity(counts, confidence));
  if (!list.wants('f1', 'balanced_accuracy', 'mcc', 'cohen_kappa')) return;
  const table = tableFigures(counts, seed, confidence);
  list.add('f1', table.f1);
  list.add('balanced_accuracy', table.balancedAccuracy);
  list.add('mcc', table.mcc);
  list.add('cohen_kappa', table.kappa);
}

interface ScoredRows {
  readonly labels: Int8Array;
  readonly scores: Float64Array;
}

/** Labels and scores of the rows that have both; the scores lie in `p`. */
function scoredRows(labels: Int8Array, scores: Float64Array, p: Float64Array): ScoredRows {
  const y = new Int8Array(labels.length);
  let n = 0;
  for (let row = 0; row < labels.length; row++) {
    const score = scores[row] as number;
    if ((labels[row] as number) < 0 || Number.isNaN(score)) continue;
    y[n] = labels[row] as number;
    p[n] = score;
    n++;
  }
  return { labels: y.subarray(0, n), scores: p.subarray(0, n) };
}

/** Share of positives among the labels. */
export function addPositiveShare(
  { list, confidence, unlabelled }: TableContext,
  positiveLabels: number,
  labelled: number,
): void {
  list.add(
    'positive_share',
    labelled === 0 ? absent(0, unlabelled ?? 'no labels') : share(positiveLabels, labelled, confidence),
  );
}

function binaryScores(context: PerformanceContext, labels: Int8Array): void {
  const { frame, roles, list, confidence, unlabelled } = context;
  if (list.wants('positive_share')) {
    let hits = 0;
    let present = 0;
    for (let row = 0; row < labels.length; row++) {
      const label = labels[row] as number;
      if (label < 0) continue;
      present++;
      hits += label;
    }
    addPositiveShare(context, hits, present);
  }
  const score = columnOf(frame, roles.score);
  if (!score) return;
  const values = numbersOf(score);
  list.add('mean_score', () => meanPresent(values, confidence));
  if (unlabelled) {
    list.addAbsent(SCORE_OF_BINARY, 0, unlabelled);
    return;
  }
  withScratch(values.length, (scratch) => {
    const rows = scoredRows(labels, values, scratch);
    probabilityOf(context, rows);
    withScratch(rows.scores.length, (sorted) => {
      withScratch(rows.scores.length, (runs) => {
        rankingOf(context, rows, { scores: sorted, runs });
      });
    });
  });
}

function probabilityOf({ roles, list, confidence }: PerformanceContext, { labels, scores }: ScoredRows): void {
  const probability = probabilityFigures(labels, scores, roles.scoresAreProbabilities, confidence);
  list.add('log_loss', probability.logLoss);
  list.add('brier', probability.brier);
  list.add('ece', probability.ece);
  list.add('calibration_gap', probability.calibrationGap);
  if (!list.wants('calibration_slope', 'calibration_intercept')) return;
  const fit = logisticRecalibration(labels, scores, roles.scoresAreProbabilities, confidence);
  list.add('calibration_slope', fit.slope);
  list.add('calibration_intercept', fit.intercept);
}

function rankingOf({ list, confidence }: PerformanceContext, rows: ScoredRows, room: RankingRoom): void {
  const ranked = rankScores(rows.labels, rows.scores, room);
  list.add('roc_auc', () => rocAuc(ranked, confidence));
  list.add('average_precision', () => averagePrecision(ranked, confidence));
  list.add('score_ks', () => scoreKs(ranked, confidence));
  list.add('precision_recall_curve', () => precisionRecallCurve(ranked));
  list.add('roc_curve', () => rocCurve(ranked));
  if (!list.wants('gain_10', 'lift_10')) return;
  const top = topShare(ranked, rows, 0.1, confidence);
  list.add('gain_10', top.gain);
  list.add('lift_10', top.lift);
}

/** Figures of label against prediction and against score; without labels each stands there with its reason. */
export function binaryFigures(context: PerformanceContext): void {
  const label = columnOf(context.frame, context.roles.label);
  const labels =
    label && !context.unlabelled
      ? positives(label, context.roles.positive ?? '1')
      : new Int8Array(context.frame.rows).fill(-1);
  const prediction = columnOf(context.frame, context.roles.prediction);
  if (prediction) binaryTable(context, countBinary(labels, positives(prediction, context.roles.positive ?? '1')));
  binaryScores(context, labels);
}
