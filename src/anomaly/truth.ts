/** How well a detector's scores find the outliers that are known. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame } from '../model/frame.js';
import { midRanks } from '../numeric/rank.js';
import type { Points } from './complete-rows.js';

/** Which points are known outliers; `undefined` where that is not known of every point. */
export function truthOf(frame: Frame, points: Points, planted: string | undefined): readonly boolean[] | undefined {
  const column = columnOf(frame, planted);
  if (column === undefined) return undefined;
  const marks = numbersOf(column);
  const truth = Array.from(points.rows, (row) => marks[row] as number);
  return truth.every(Number.isFinite) ? truth.map((mark) => mark !== 0) : undefined;
}

/**
 * ROC AUC of scores (higher = more anomalous) against known outliers, ties at half; in [0, 1], 0.5 is no use. n: the rarer
 * kind. No value where all rows are of one kind. Source: scikit-learn `roc_auc_score`.
 */
export function detectionAuc(truth: readonly boolean[], scores: Float64Array): Estimate {
  const planted = truth.filter(Boolean).length;
  const ordinary = truth.length - planted;
  const n = Math.min(planted, ordinary);
  if (n === 0) return absent(0, planted === 0 ? 'no known outlier' : 'only known outliers');
  const { ranks } = midRanks(scores);
  let sum = 0;
  truth.forEach((is, at) => {
    if (is) sum += ranks[at] as number;
  });
  return measured((sum - (planted * (planted + 1)) / 2) / (planted * ordinary), n);
}

/**
 * Share of known outliers among as many top scores as there are known outliers; in [0, 1]. Equal scores in row order. n: the
 * known outliers; no value without one.
 */
export function precisionAtPlanted(truth: readonly boolean[], scores: Float64Array): Estimate {
  const planted = truth.filter(Boolean).length;
  if (planted === 0) return absent(0, 'no known outlier');
  const order = Array.from(scores, (_, row) => row);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const found = order.slice(0, planted).filter((row) => truth[row]).length;
  return measured(found / planted, planted);
}
