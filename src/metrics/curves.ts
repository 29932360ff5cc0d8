/** Curves over the thresholds of a score, for charts; the areas beneath them are `roc_auc` and `average_precision`. */

import { absent, type Estimate } from '../model/estimate.js';
import type { RankedScores } from './ranking.js';

/** More points than a chart can show. Beyond, so many of the curve's own points are kept, evenly spaced, with both ends. */
const MOST_POINTS = 200;

/** One point: from a score, and how many positives and rows have at least that score. */
type PointOf = (score: number, found: number, taken: number) => readonly number[];

/** Points from the highest score to the lowest. */
function pointsOf(ranked: RankedScores, pointOf: PointOf): ReadonlyArray<readonly number[]> {
  const { runPositives, runNegatives, ofPositives, ofNegatives } = ranked;
  const runs = runPositives.length;
  const kept = Math.min(runs, MOST_POINTS);
  const points: Array<readonly number[]> = [];
  let found = 0;
  let taken = 0;
  for (let passed = 0; passed < runs; passed++) {
    const run = runs - 1 - passed;
    const inRun = runPositives[run] as number;
    found += inRun;
    taken += inRun + (runNegatives[run] as number);
    const wanted = kept < 2 ? 0 : Math.round((points.length * (runs - 1)) / (kept - 1));
    if (passed !== wanted) continue;
    const score = inRun > 0 ? ofPositives.at(-found) : ofNegatives.at(found - taken);
    points.push(pointOf(score as number, found, taken));
  }
  return points;
}

/** Why there is no curve, or `undefined`. */
function refusal({ positives, negatives, infinite }: RankedScores, both: boolean): string | undefined {
  if (positives + negatives === 0) return 'no rows with both label and score';
  if (positives === 0) return 'no positive label';
  if (both && negatives === 0) return 'no negative label';
  return infinite ? 'a score is infinite' : undefined;
}

/**
 * Precision–recall curve: `[score, recall, precision]`, every row with at least that score taken for positive, from the
 * highest score to the lowest; each distinct score is a point, of more than 200 only so many. n = positives, without which
 * there is no value. Points: scikit-learn `precision_recall_curve`, whose last point (precision 1, recall 0) is left out.
 */
export function precisionRecallCurve(ranked: RankedScores): Estimate {
  const n = ranked.positives;
  const reason = refusal(ranked, false);
  if (reason !== undefined) return absent(n, reason);
  return { n, value: pointsOf(ranked, (score, found, taken) => [score, found / n, found / taken]) };
}

/**
 * ROC curve: `[score, false positive rate, true positive rate]`, every row with at least that score taken for positive, from
 * the highest score to the lowest; of more than 200 distinct scores only so many. n = the rarer class; no value with one
 * class. Points: scikit-learn `roc_curve(drop_intermediate=False)`, whose first point (0, 0) is left out.
 */
export function rocCurve(ranked: RankedScores): Estimate {
  const { positives, negatives } = ranked;
  const n = Math.min(positives, negatives);
  const reason = refusal(ranked, true);
  if (reason !== undefined) return absent(n, reason);
  const pointOf: PointOf = (score, found, taken) => [score, (taken - found) / negatives, found / positives];
  return { n, value: pointsOf(ranked, pointOf) };
}
