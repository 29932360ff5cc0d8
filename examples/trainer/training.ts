/**
 * Training as such: labelled rows in, an artefact and its reference out. No files, no database: the trainer's command
 * line and the demonstration, which makes its first version by hand, both call it.
 */
import type { Artefact } from './artefact.js';
import { encode, learnEncoding, type FeatureNames, type FeatureValues } from './encoding.js';
import { fitLogistic, probabilities } from './logistic.js';

export interface LabelledRow {
  readonly id: string;
  /** Milliseconds since the epoch, UTC. */
  readonly time: number;
  readonly features: FeatureValues;
  readonly label: string;
}

export interface TrainingOptions {
  readonly model: string;
  readonly positive: string;
  readonly features: FeatureNames;
  readonly feed: string;
  /** Half-open span the rows were taken from, ISO. */
  readonly from: string;
  readonly to: string;
}

/** A row that the model did not see when it was scored; what is normal for the version is learnt from these. */
export interface ReferenceRow {
  readonly id: string;
  readonly time: string;
  readonly prediction: string;
  readonly score: number;
  readonly label: string;
  readonly features: FeatureValues;
}

export interface TrainingResult {
  readonly artefact: Artefact;
  readonly reference: readonly ReferenceRow[];
}

/** Fewer rows, or fewer of the rarer class, give weights that mean nothing. Convention: ten or so per parameter's group. */
const MINIMUM_ROWS = 200;
const MINIMUM_OF_A_CLASS = 30;
export const FOLDS = 5;
const L2 = 1;

/** A refusal with a message for the person who asked for the training. */
export class TrainingRefused extends Error {
  override readonly name = 'TrainingRefused';
}

/**
 * Fits on all rows; the reference holds every row scored by a model that was fitted without that row's fold. The folds
 * are stretches of time, not every fifth row: calls of one day have much in common, and a fold that shares its days
 * with the rest would promise more than the next month can keep. What data later than all of these do to the model is
 * exactly what the monitor is to find out.
 */
export function train(unordered: readonly LabelledRow[], options: TrainingOptions): TrainingResult {
  const rows = [...unordered].sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  const labels = Uint8Array.from(rows, (row) => (row.label === options.positive ? 1 : 0));
  const positives = labels.reduce((sum, label) => sum + label, 0);
  refuseTooLittle(rows, positives, options);
  const negative = negativeClass(rows, options.positive);

  const features = rows.map((row) => row.features);
  const outOfFold = scoreOutOfFold(features, labels, options.features);
  const cut = cutAtBaseRate(outOfFold, positives);
  const encoding = learnEncoding(features, options.features);
  const { intercept, weights } = fitLogistic(encode(features, encoding), labels, L2);
  const artefact: Artefact = {
    kind: 'plumbline-example-logistic-regression',
    format: 1,
    model: options.model,
    positive: options.positive,
    negative,
    features: options.features,
    feed: options.feed,
    trained: { from: options.from, to: options.to, rows: rows.length, positives },
    l2: L2,
    encoding,
    intercept,
    weights,
    cut,
  };
  const reference = rows.map((row, i) => {
    const score = outOfFold[i] ?? 0;
    return {
      id: row.id,
      time: new Date(row.time).toISOString(),
      prediction: score >= cut ? options.positive : negative,
      score,
      label: row.label,
      features: row.features,
    };
  });
  return { artefact, reference };
}

function refuseTooLittle(rows: readonly LabelledRow[], positives: number, options: TrainingOptions): void {
  const span = `from ${options.from} to ${options.to}`;
  if (rows.length < MINIMUM_ROWS) {
    throw new TrainingRefused(
      `${String(rows.length)} labelled rows ${span}; training needs at least ${String(MINIMUM_ROWS)}.`,
    );
  }
  const rarer = Math.min(positives, rows.length - positives);
  if (rarer === 0) {
    throw new TrainingRefused(
      `All ${String(rows.length)} labelled rows ${span} are of one class; training needs both "${options.positive}" and another.`,
    );
  }
  if (rarer < MINIMUM_OF_A_CLASS) {
    throw new TrainingRefused(
      `The rarer class has ${String(rarer)} labelled rows ${span}; training needs at least ${String(MINIMUM_OF_A_CLASS)}.`,
    );
  }
}

function negativeClass(rows: readonly LabelledRow[], positive: string): string {
  const others = [...new Set(rows.map((row) => row.label))].filter((label) => label !== positive).sort();
  const [negative, surplus] = others;
  if (negative === undefined || surplus !== undefined) {
    throw new TrainingRefused(`Labels beside "${positive}" are ${others.join(', ')}; this trainer knows two classes.`);
  }
  return negative;
}

function scoreOutOfFold(features: readonly FeatureValues[], labels: Uint8Array, names: FeatureNames): Float64Array {
  const scores = new Float64Array(features.length);
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const start = Math.floor((fold * features.length) / FOLDS);
    const end = Math.floor(((fold + 1) * features.length) / FOLDS);
    const rest = [...features.slice(0, start), ...features.slice(end)];
    const restLabels = Uint8Array.from([...labels.subarray(0, start), ...labels.subarray(end)]);
    if (new Set(restLabels).size < 2) {
      throw new TrainingRefused('All rows of one class lie in one fifth of the span; the model cannot be checked.');
    }
    const encoding = learnEncoding(rest, names);
    const { intercept, weights } = fitLogistic(encode(rest, encoding), restLabels, L2);
    scores.set(probabilities(encode(features.slice(start, end), encoding), intercept, weights), start);
  }
  return scores;
}

/**
 * The cut at which as many rows are predicted positive as are positive. It needs no costs, which nobody stated, and
 * does not chase the noise of a maximised F1; on these rows precision equals recall (ties aside).
 */
function cutAtBaseRate(scores: Float64Array, positives: number): number {
  const sorted = Float64Array.from(scores).sort();
  return sorted[sorted.length - positives] ?? 0.5;
}
