/** Seeded rows of a binary classifier that knows the truth: its score is the probability by which the label is drawn. */
import type { Column, Frame, Roles } from '../../src/model/frame.js';
import { drawNormal, type Random } from '../../src/numeric/random.js';

/** A model: log odds of the label at the centre, how far one standard deviation of the feature moves them, and the cut. */
export interface Classifier {
  readonly name: string;
  readonly logOdds: number;
  readonly steepness: number;
  /** Rows with at least this probability are predicted positive. */
  readonly threshold: number;
}

export const CLASSIFIERS: readonly Classifier[] = [
  { name: 'sharp', logOdds: 0, steepness: 2.5, threshold: 0.5 },
  { name: 'weak', logOdds: -0.4, steepness: 0.7, threshold: 0.4 },
  { name: 'rare positives', logOdds: -3, steepness: 1.5, threshold: 0.2 },
];

/** How the covariates of a window lie: the label given the covariates is always the same. */
export interface Covariates {
  readonly mean: number;
  readonly deviation: number;
  /** Share of rows from a second, narrow cluster 1.5 standard deviations above the reference's centre. */
  readonly cluster: number;
  /** Share of a group whose log odds lie 1.5 higher. */
  readonly group: number;
  /** Rows whose feature lies below this are not sent to the model. */
  readonly from: number;
}

const REFERENCE: Covariates = { mean: 0, deviation: 1, cluster: 0, group: 0.3, from: -Infinity };

/** A shift of the covariates, drawn anew for each window. */
export interface Shift {
  readonly name: string;
  draw(random: Random): Covariates;
}

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.uniform();

export const SHIFTS: readonly Shift[] = [
  { name: 'none', draw: () => REFERENCE },
  { name: 'mean', draw: (random) => ({ ...REFERENCE, mean: between(random, -1, 1) }) },
  { name: 'variance', draw: (random) => ({ ...REFERENCE, deviation: between(random, 0.5, 1.8) }) },
  { name: 'mixture', draw: (random) => ({ ...REFERENCE, cluster: between(random, 0.1, 0.7) }) },
  { name: 'prevalence', draw: (random) => ({ ...REFERENCE, group: random.uniform() }) },
  { name: 'selection', draw: (random) => ({ ...REFERENCE, from: between(random, -1.5, 0) }) },
];

/** What a model makes of the true probability. */
export type Distortion = (probability: number) => number;

const GROUP_LIFT = 1.5;

function feature(random: Random, { mean, deviation, cluster, from }: Covariates): number {
  for (;;) {
    const inCluster = random.uniform() < cluster;
    const x = inCluster ? 1.5 + 0.3 * drawNormal(random) : mean + deviation * drawNormal(random);
    if (x >= from) return x;
  }
}

const LEVELS = ['0', '1'];
const flags = (name: string, codes: Int32Array): Column => ({ kind: 'category', name, codes, levels: LEVELS });

export function drawRows(
  random: Random,
  rows: number,
  classifier: Classifier,
  covariates: Covariates = REFERENCE,
  distort: Distortion = (probability) => probability,
): Frame {
  const scores = new Float64Array(rows);
  const predictions = new Int32Array(rows);
  const labels = new Int32Array(rows);
  const { logOdds, steepness, threshold } = classifier;
  for (let row = 0; row < rows; row++) {
    const lift = random.uniform() < covariates.group ? GROUP_LIFT : 0;
    const probability = 1 / (1 + Math.exp(-(logOdds + lift + steepness * feature(random, covariates))));
    scores[row] = distort(probability);
    predictions[row] = probability >= threshold ? 1 : 0;
    labels[row] = random.uniform() < probability ? 1 : 0;
  }
  const score: Column = { kind: 'numeric', name: 'score', values: scores, typeMismatches: 0 };
  const columns = [score, flags('prediction', predictions), flags('label', labels)];
  return {
    rows,
    columns: new Map(columns.map((column) => [column.name, column])),
    intake: { read: rows, duplicateIds: 0, poison: 0 },
  };
}

export const CLASSIFIER_ROLES: Roles = {
  task: 'binary',
  numeric: [],
  categorical: [],
  prediction: 'prediction',
  score: 'score',
  label: 'label',
  positive: '1',
  sensitive: [],
  scoresAreProbabilities: true,
};
