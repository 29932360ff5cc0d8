/** Multi-class figures of the scores that each class was given. */

import { absent, type Estimate, measured, withBound } from '../model/estimate.js';
import { aucInterval, DEFAULT_CONFIDENCE } from '../numeric/intervals.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { type ClassScoreRows, classScoreSums, type ClassScoreSums, soundRows } from '../profile/class-score-rows.js';
import { calibrationErrorOf, meanEstimate } from './probability.js';
import { rankScores, type RocArea, rocArea } from './ranking.js';

export interface ClassScoreFigures {
  readonly logLoss: Estimate;
  readonly rocAucOvrMacro: Estimate;
  readonly top2Accuracy: Estimate;
  readonly ece: Estimate;
}

const NO_ROWS = 'no rows with both label and scores';
const OUTSIDE = 'a score lies outside [0, 1]';

function problemWith({ rows, undeclared, infinite }: ClassScoreSums): string | undefined {
  if (rows === 0) return NO_ROWS;
  if (undeclared > 0) return 'a label is none of the declared classes';
  return infinite > 0 ? 'a score is infinite' : undefined;
}

/** The area of one class, its variance, and how far the area of the rows may lie from it. */
export interface ClassArea extends RocArea {
  readonly bound: number;
}

/** The mean area over the classes; `areas` needs every class to occur. */
function areaOverClasses(
  { rows, sumToOne }: ClassScoreSums,
  labels: readonly number[],
  areas: () => readonly ClassArea[],
  confidence: number,
): Estimate {
  const rarest = Math.min(...labels);
  if (rarest === 0) return absent(0, 'a declared class has no label in this period');
  if (rarest === rows) return absent(0, 'one class only among the labels');
  if (!sumToOne) return absent(rarest, 'the scores of a row do not add up to 1');
  let [sum, errors, bounds] = [0, 0, 0];
  for (const { area, variance, bound } of areas()) {
    sum += area;
    errors += Math.sqrt(variance);
    bounds += bound;
  }
  const k = labels.length;
  const area = sum / k;
  // The areas share their rows; the mean of their errors is what full correlation would give, and never too small.
  const interval = aucInterval(area, (errors / k) ** 2, rarest, rows - rarest, confidence);
  return withBound(measured(area, rarest, interval), bounds / k);
}

const NO_PROBABILITIES = 'scores are declared not to be probabilities';

/** Calibration of the best score of each row, which is all that is asked of the scores here. */
function topCalibration(
  { rows, topOutside, calibration }: ClassScoreSums,
  probabilities: boolean,
  confidence: number,
): Estimate {
  if (rows === 0) return absent(0, NO_ROWS);
  if (!probabilities) return absent(rows, NO_PROBABILITIES);
  return topOutside > 0 ? absent(rows, OUTSIDE) : calibrationErrorOf(calibration, confidence);
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
  const labels = rows.classes.map((_, k) => rows.labels.reduce((sum, label) => sum + Number(label === k), 0));
  const areas = (): ClassArea[] =>
    rows.scores.map((column, k) => {
      const own = Int8Array.from(rows.labels, (label) => Number(label === k));
      return { ...rocArea(rankScores(own, column)), bound: 0 };
    });
  return figuresOfClassSums(classScoreSums(rows, soundRows(rows)), { labels, areas }, probabilities, confidence);
}

/** The same figures from the sums over the rows; `areas` are those of the classes, each of which has so many `labels`. */
export function figuresOfClassSums(
  sums: ClassScoreSums,
  { labels, areas }: { readonly labels: readonly number[]; readonly areas: () => readonly ClassArea[] },
  probabilities: boolean,
  confidence: number,
): ClassScoreFigures {
  const { rows: n, inTopTwo, losses } = sums;
  const problem = problemWith(sums);
  const ece = topCalibration(sums, probabilities, confidence);
  if (problem !== undefined) {
    const none = absent(n, problem);
    return { logLoss: none, rocAucOvrMacro: none, top2Accuracy: none, ece };
  }
  const unfit = probabilities ? sums.outside && OUTSIDE : NO_PROBABILITIES;
  return {
    logLoss: unfit ? absent(n, unfit) : meanEstimate(losses, confidence, 0),
    rocAucOvrMacro: areaOverClasses(sums, labels, areas, confidence),
    top2Accuracy: measured(inTopTwo / n, n, wilsonInterval(inTopTwo, n, confidence)),
    ece,
  };
}
