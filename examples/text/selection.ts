/** How the text model's smoothing is chosen: by cross-validation on the training part; the test part has no say. */

import { randomFrom } from '../../src/numeric/random.js';
import { classify, fitNaiveBayes, type LabelledText, type TextModel } from './naive-bayes.js';

export interface Split {
  readonly training: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

/** Shuffles by the seed and sets a share aside; the same seed and rows give the same split everywhere. */
export function splitRows(rows: readonly LabelledText[], testShare: number, seed: number): Split {
  const random = randomFrom(seed);
  const order = [...rows];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [order[at], order[other]] = [order[other] as LabelledText, order[at] as LabelledText];
  }
  const aside = Math.ceil(testShare * order.length);
  return { test: order.slice(0, aside), training: order.slice(aside) };
}

/** Which fold each row belongs to: the rows of each class are dealt out in turn, so that every fold has its share of each. */
export function stratifiedFolds(labels: readonly string[], folds: number): readonly number[] {
  const dealt = new Map<string, number>();
  return labels.map((label) => {
    const before = dealt.get(label) ?? 0;
    dealt.set(label, before + 1);
    return before % folds;
  });
}

/** Share of the rows that are classified right. */
export function shareRight(model: TextModel, rows: readonly LabelledText[]): number {
  return rows.filter(({ text, label }) => classify(model, text) === label).length / rows.length;
}

export interface Choice {
  readonly alpha: number;
  /** Mean accuracy over the folds for each candidate, in their order. */
  readonly scores: readonly number[];
  /** Fitted on the whole training part. */
  readonly model: TextModel;
}

/** Takes the candidate with the best mean accuracy on held-out folds, of equal ones the first, and fits it on all rows. */
export function chooseAlpha(training: readonly LabelledText[], candidates: readonly number[], folds = 5): Choice {
  const fold = stratifiedFolds(
    training.map(({ label }) => label),
    folds,
  );
  const scores = candidates.map((alpha) => {
    const right = Array.from({ length: folds }, (_, held) => {
      const model = fitNaiveBayes(
        training.filter((_row, at) => fold[at] !== held),
        alpha,
      );
      return shareRight(
        model,
        training.filter((_row, at) => fold[at] === held),
      );
    });
    return right.reduce((sum, value) => sum + value, 0) / folds;
  });
  const alpha = candidates[scores.indexOf(Math.max(...scores))];
  if (alpha === undefined) throw new RangeError('There is no candidate to choose from.');
  return { alpha, scores, model: fitNaiveBayes(training, alpha) };
}
