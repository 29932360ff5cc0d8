/** Multi-class figures of the scores that each class was given. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { aucInterval, DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { logLossOf } from '../numeric/log-loss.js';
import { momentsOf } from '../numeric/moments.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { type ClassScoreRows, hitsInTopTwo, rowMaxima, sumsToOne } from '../profile/class-score-rows.js';
import { expectedCalibrationError, meanEstimate } from './probability.js';
import { rankScores, rocArea } from './ranking.js';

export interface ClassScoreFigures {
  readonly logLoss: Estimate;
  readonly rocAucOvrMacro: Estimate;
  readonly top2Accuracy: Estimate;
  readonly ece: Estimate;
}

const NO_ROWS = 'no rows with both label and scores';
const OUTSIDE = 'a score lies outside [0, 1]';

function problemWith({ labels, scores }: ClassScoreRows): string | undefined {
  if (labels.length === 0) return NO_ROWS;
  if (labels.includes(-1)) return 'a label is none of the declared classes';
  if (scores.some((column) => column.some((score) => !Number.isFinite(score)))) return 'a score is infinite';
  return undefined;
}

function aucOneVersusRest(rows: ClassScoreRows, confidence: number): Estimate {
  const counts = rows.classes.map((_, k) => rows.labels.reduce((sum, label) => sum + Number(label === k), 0));
  const rarest = Math.min(...counts);
  if (rarest === 0) return absent(0, 'a declared class has no label in this period');
  if (rarest === rows.labels.length) return absent(0, 'one class only among the labels');
  if (!sumsToOne(rows)) return absent(rarest, 'the scores of a row do not add up to 1');
  let sum = 0;
  let errors = 0;
  rows.scores.forEach((column, k) => {
    const own = Int8Array.from(rows.labels, (label) => Number(label === k));
    const { area, variance } = rocArea(rankScores(own, column));
    sum += area;
    errors += Math.sqrt(variance);
  });
  const k = rows.classes.length;
  const area = sum / k;
  // The areas share their rows; the mean of their errors is what full correlation would give, and never too small.
  return measured(area, rarest, aucInterval(area, (errors / k) ** 2, rarest, rows.labels.length - rarest, confidence));
}

const NO_PROBABILITIES = 'scores are declared not to be probabilities';

/** Calibration of the best score of each row, which is all that is asked of the scores here. */
function topCalibration(
  { labels }: ClassScoreRows,
  top: Float64Array,
  hits: Int8Array,
  probabilities: boolean,
  confidence: number,
): Estimate {
  if (labels.length === 0) return absent(0, NO_ROWS);
  if (!probabilities) return absent(labels.length, NO_PROBABILITIES);
  if (top.some((score) => !(score >= 0 && score <= 1))) return absent(labels.length, OUTSIDE);
  return expectedCalibrationError(hits, top, confidence);
}

/**
 * Figures of class scores; n = rows with label and all scores, for the AUC the rarest class.
 * - Log loss: mean of `-ln` of the score given to the true class, held eps from 0 and 1; at least 0, lower is better.
 * - ROC AUC, one versus rest, macro: plain mean over the declared classes, each with half credit for ties; in [0, 1]; no
 *   value where a declared class has no label.
 * - Top-2 accuracy: share of rows whose label is among the two best-scored classes; higher is better.
 * - ECE: ten bins of the largest score against "the best-scored class (first on ties) is right"; lower is better.
 *
 * The first three have no value where a label is not declared (which the ECE takes as not hit) or a score is infinite; log
 * loss not either where a score lies outside [0, 1], ECE where the largest of a row does. scikit-learn `log_loss`, `roc_auc_score(multi_class="ovr")`, `top_k_accuracy_score(k=2)`.
 */
export function classScoreFigures(
  rows: ClassScoreRows,
  probabilities: boolean,
  confidence = DEFAULT_CONFIDENCE,
): ClassScoreFigures {
  const n = rows.labels.length;
  const problem = problemWith(rows);
  const { top, hits } = rowMaxima(rows);
  const ece = topCalibration(rows, top, hits, probabilities, confidence);
  if (problem !== undefined) {
    const none = absent(n, problem);
    return { logLoss: none, rocAucOvrMacro: none, top2Accuracy: none, ece };
  }
  const outside = rows.scores.some((column) => column.some((score) => score < 0 || score > 1));
  const unfit = probabilities ? outside && OUTSIDE : NO_PROBABILITIES;
  const losses = Float64Array.from(rows.labels, (label, row) => logLossOf(rows.scores[label]?.[row] as number));
  const inTwo = hitsInTopTwo(rows);
  return {
    logLoss: unfit ? absent(n, unfit) : meanEstimate(momentsOf(losses), confidence, 0),
    rocAucOvrMacro: aucOneVersusRest(rows, confidence),
    top2Accuracy: measured(inTwo / n, n, wilsonInterval(inTwo, n, confidence)),
    ece,
  };
}
