/** Outcomes of a binary classifier. */

import { positives } from '../../../model/class-codes.js';
import { columnOf, numbersOf } from '../../../model/columns.js';
import type { Frame, Roles } from '../../../model/frame.js';
import type { Grouping } from '../../../model/groups.js';
import { mergeMoments, type Moments, momentsOf } from '../../../numeric/moments.js';
import { type BinaryCounts, countBinary } from '../../binary-counts.js';
import { momentsByGroup, tallyGroups } from '../../by-group.js';
import {
  type CalibrationSums,
  calibrationSums,
  type ProbabilityMoments,
  probabilityMoments,
} from '../../probability-sums.js';
import type { GroupOutcome } from './group-outcomes.js';
import { gatherScores, ScoreAdder, type ScoreBins } from './score-bins.js';
import { mergeCalibration, mergeProbability } from './sums.js';

/** What is kept of the score column. */
export interface BinaryScores {
  /** Of every row with a score, labelled or not. */
  readonly all: Moments;
  readonly bins: ScoreBins;
  /** Labelled rows whose score lies outside [0, 1]; the sums hold the others. */
  readonly outside: number;
  readonly probability: ProbabilityMoments;
  readonly calibration: CalibrationSums;
}

export interface BinaryOutcomes {
  readonly kind: 'binary';
  readonly counts: BinaryCounts;
  readonly positiveLabels: number;
  /** Null where the frame has no score column. */
  readonly scores: BinaryScores | null;
}

/** The columns of one frame: 1, 0 or -1 where missing; scores `NaN` where missing. */
export interface BinaryRows {
  readonly labels: Int8Array;
  readonly predictions: Int8Array;
  readonly scores: Float64Array | undefined;
}

export function binaryRows(frame: Frame, roles: Roles): BinaryRows {
  const positive = roles.positive ?? '1';
  const flags = (name: string | undefined): Int8Array => {
    const column = columnOf(frame, name);
    return column === undefined ? new Int8Array(frame.rows).fill(-1) : positives(column, positive);
  };
  const score = columnOf(frame, roles.score);
  return { labels: flags(roles.label), predictions: flags(roles.prediction), scores: score && numbersOf(score) };
}

/** Labels and scores of the labelled rows with a probability for a score, and how many have a score outside [0, 1]. */
function probabilityRows(labels: Int8Array, scores: Float64Array) {
  const y = new Int8Array(labels.length);
  const p = new Float64Array(labels.length);
  let n = 0;
  let outside = 0;
  for (let row = 0; row < labels.length; row++) {
    const score = scores[row] as number;
    if ((labels[row] as number) < 0 || Number.isNaN(score)) continue;
    if (score < 0 || score > 1) {
      outside++;
      continue;
    }
    y[n] = labels[row] as number;
    p[n] = score;
    n++;
  }
  return { labels: y.subarray(0, n), scores: p.subarray(0, n), outside };
}

/** All but `NaN`. The built-in filter makes an object of each number first. */
function presentOf(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length);
  let n = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isNaN(value)) present[n++] = value;
  }
  return present.subarray(0, n);
}

function binaryScores(
  { labels, predictions, scores }: BinaryRows,
  edges: Float64Array,
  foretold: Float64Array | undefined,
): BinaryScores | null {
  if (scores === undefined) return null;
  const probable = probabilityRows(labels, scores);
  return {
    all: momentsOf(presentOf(scores)),
    bins: gatherScores(edges, { scores, labels, predictions, foretold }),
    outside: probable.outside,
    probability: probabilityMoments(probable.labels, probable.scores),
    calibration: calibrationSums(probable.labels, probable.scores),
  };
}

function positivesIn(labels: Int8Array): number {
  let count = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === 1) count++;
  return count;
}

/** `foretold`: for each row the probability that an estimator gives it, where there is one. */
export function binaryOutcomes(
  rows: BinaryRows,
  edges: Float64Array,
  foretold: Float64Array | undefined,
): BinaryOutcomes {
  return {
    kind: 'binary',
    counts: countBinary(rows.labels, rows.predictions),
    positiveLabels: positivesIn(rows.labels),
    scores: binaryScores(rows, edges, foretold),
  };
}

class BinaryScoreAdder {
  readonly #bins: ScoreAdder;
  #sums: Omit<BinaryScores, 'bins'>;

  constructor({ bins, ...first }: BinaryScores) {
    this.#bins = new ScoreAdder(bins.mark);
    this.#bins.add(bins);
    this.#sums = first;
  }

  add({ bins, all, outside, probability, calibration }: BinaryScores): void {
    this.#bins.add(bins);
    const before = this.#sums;
    this.#sums = {
      all: mergeMoments(before.all, all),
      outside: before.outside + outside,
      probability: mergeProbability(before.probability, probability),
      calibration: mergeCalibration(before.calibration, calibration),
    };
  }

  sum(): BinaryScores {
    return { ...this.#sums, bins: this.#bins.sum() };
  }
}

export class BinaryAdder {
  #counts: BinaryCounts;
  #positiveLabels: number;
  /** Parts may lack their scores. */
  #scores: BinaryScoreAdder | null;

  constructor({ counts, positiveLabels, scores }: BinaryOutcomes) {
    this.#counts = counts;
    this.#positiveLabels = positiveLabels;
    this.#scores = scores && new BinaryScoreAdder(scores);
  }

  add({ counts, positiveLabels, scores }: BinaryOutcomes): void {
    const { tp, fp, fn, tn } = this.#counts;
    this.#counts = { tp: tp + counts.tp, fp: fp + counts.fp, fn: fn + counts.fn, tn: tn + counts.tn };
    this.#positiveLabels += positiveLabels;
    if (scores === null) return;
    if (this.#scores === null) this.#scores = new BinaryScoreAdder(scores);
    else this.#scores.add(scores);
  }

  sum(): BinaryOutcomes {
    const [counts, positiveLabels] = [this.#counts, this.#positiveLabels];
    return { kind: 'binary', counts, positiveLabels, scores: this.#scores && this.#scores.sum() };
  }
}

/** Scores of the rows with label and prediction; `NaN` for the others. */
function decidedScores(scores: Float64Array, { labels, predictions }: BinaryRows): Float64Array {
  const decided = scores.slice();
  for (let row = 0; row < decided.length; row++) {
    if ((labels[row] as number) < 0 || (predictions[row] as number) < 0) decided[row] = NaN;
  }
  return decided;
}

/** Of each group the cells tp, fp, fn, tn, its predicted and its selected rows; moments of the score, where there is one. */
export function binaryGroups(rows: BinaryRows): (grouping: Grouping) => Array<Omit<GroupOutcome, 'name'>> {
  const { labels, predictions, scores } = rows;
  return (grouping) => {
    const used = scores && decidedScores(scores, rows);
    const moments = used && momentsByGroup(used, grouping);
    return tallyGroups(labels, predictions, grouping).map(({ counts, predicted, selected }, at) => ({
      counts: Float64Array.of(counts.tp, counts.fp, counts.fn, counts.tn, predicted, selected),
      moments: moments === undefined ? [] : moments.slice(at, at + 1),
    }));
  };
}
