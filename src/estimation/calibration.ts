/** Whether scores need calibration before they are taken as probabilities, and the curve that calibrates them. */

import { rankScores, rocArea } from '../metrics/ranking.js';
import { sortWithOrder } from '../numeric/sort.js';
import { calibrate, fitIsotonic, gatherLabels, type IsotonicCurve } from './isotonic.js';
import { stratifiedTestRows } from './stratified-splits.js';

const SPLITS = 10;
const TEST_SHARE = 0.1;
const SEED = 42;
const BINS = 10;
/** Scores that order the labels almost perfectly leave a curve nothing to learn. */
const SEPARATED = 0.999;

/** Edges of bins of equally many rows; what is left over goes into the last one. Fewer bins for fewer than 20 rows. */
function binEdges(rows: number): number[] {
  const bins = rows <= 2 * BINS ? Math.floor(rows / 2) : BINS;
  const width = Math.floor(rows / bins);
  const edges: number[] = [];
  for (let edge = 0; edge <= rows; edge += width) edges.push(edge);
  edges[edges.length - 1] = rows;
  return edges;
}

/**
 * Expected calibration error over bins of equally many rows: `sum n_b/N · |mean probability - share of positives|`, with
 * the rows in order of probability. In [0, 1], lower is better. At least four rows. NannyML's variant; the one of equal
 * width is `ece`.
 */
function equalCountError(probabilities: Float64Array, labels: Uint8Array): number {
  const { sorted, order } = sortWithOrder(probabilities);
  const edges = binEdges(sorted.length);
  let error = 0;
  for (let bin = 1; bin < edges.length; bin++) {
    let gap = 0;
    for (let at = edges[bin - 1] as number; at < (edges[bin] as number); at++) {
      gap += (sorted[at] as number) - (labels[order[at] as number] as number);
    }
    error += Math.abs(gap) / sorted.length;
  }
  return error;
}

interface SortedRows {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
}

/** True where isotonic curves, each fitted on nine tenths, lower the calibration error of the tenths left out. */
function curvesLowerError(sorted: SortedRows, labels: Uint8Array, placeOf: Uint32Array): boolean {
  const tests = stratifiedTestRows(labels, SPLITS, TEST_SHARE, SEED);
  const total = tests.reduce((sum, rows) => sum + rows.length, 0);
  if (total < 4) return false;
  const before = new Float64Array(total);
  const after = new Float64Array(total);
  const truth = new Uint8Array(total);
  const skip = new Uint8Array(labels.length);
  let at = 0;
  for (const rows of tests) {
    skip.fill(0);
    for (const row of rows) skip[placeOf[row] as number] = 1;
    const curve = fitIsotonic(gatherLabels(sorted.scores, sorted.labels, skip));
    for (const row of rows) {
      const place = placeOf[row] as number;
      const score = sorted.scores[place] as number;
      before[at] = score;
      after[at] = calibrate(curve, score);
      truth[at] = sorted.labels[place] as number;
      at++;
    }
  }
  return equalCountError(before, truth) > equalCountError(after, truth);
}

/**
 * The isotonic curve for these scores, or `null` where they are better left alone: with one class (or fewer than two rows
 * of one), with an AUC above 0.999, or where calibration does not lower the expected calibration error of the test rows,
 * taken together over ten stratified shuffle splits (a tenth each, seed 42). `labels` are 1 or 0, one for each score;
 * scores finite. NannyML 0.13 `needs_calibration`; rows of equal score may fall into other bins there.
 */
export function isotonicIfItHelps(scores: Float64Array, labels: Uint8Array): IsotonicCurve | null {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, labels.length - positives) < 2) return null;
  if (rocArea(rankScores(Int8Array.from(labels), scores)).area > SEPARATED) return null;
  const { sorted, order } = sortWithOrder(scores);
  const ordered = { scores: sorted, labels: Uint8Array.from(order, (row) => labels[row] as number) };
  const placeOf = new Uint32Array(order.length);
  order.forEach((row, place) => (placeOf[row] = place));
  return curvesLowerError(ordered, labels, placeOf) ? fitIsotonic(gatherLabels(sorted, ordered.labels)) : null;
}
