/** The artefact: everything that is needed to score a row, as one JSON file whose hash names it. */
import { createHash } from 'node:crypto';

import { encode, type Encoding, type FeatureNames, type FeatureValues } from './encoding.js';
import { probabilities } from './logistic.js';

export interface Artefact {
  readonly kind: 'plumbline-example-logistic-regression';
  readonly format: 1;
  readonly model: string;
  readonly positive: string;
  readonly negative: string;
  readonly features: FeatureNames;
  /**
   * How raw records become features before they are scored; the trainer copies the name, the serving code knows what
   * it means. Part of the artefact, because weights are only right together with the feed that they were made for.
   */
  readonly feed: string;
  /** Rows trained on: half-open, UTC. */
  readonly trained: { readonly from: string; readonly to: string; readonly rows: number; readonly positives: number };
  readonly l2: number;
  readonly encoding: Encoding;
  readonly intercept: number;
  readonly weights: readonly number[];
  /** A score at or above it predicts the positive class. */
  readonly cut: number;
}

export interface ScoredRow {
  readonly prediction: string;
  /** Probability of the positive class. */
  readonly score: number;
}

/** The file's text; the version's name is not in it, so that equal models have equal hashes. */
export function artefactText(artefact: Artefact): string {
  return `${JSON.stringify(artefact, null, 1)}\n`;
}

export function artefactHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

export function parseArtefact(text: string, name: string): Artefact {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const kind: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'kind') : undefined;
  if (kind !== 'plumbline-example-logistic-regression') throw new Error(`${name} is no artefact of this trainer.`);
  return parsed as Artefact;
}

/** Scores feature values as they were fed; never fails on strange values, as serving code does not either. */
export function scoreRows(artefact: Artefact, rows: readonly FeatureValues[]): readonly ScoredRow[] {
  const design = encode(rows, artefact.encoding);
  return Array.from(probabilities(design, artefact.intercept, artefact.weights), (score) => ({
    prediction: score >= artefact.cut ? artefact.positive : artefact.negative,
    score,
  }));
}
