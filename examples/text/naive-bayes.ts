/**
 * Multinomial naive Bayes over word counts: a text classifier that is small enough to be written out, saved as JSON and
 * loaded again. Same definitions as scikit-learn's `CountVectorizer` and `MultinomialNB`.
 */

import { z } from 'zod';

export interface TextModel {
  readonly alpha: number;
  readonly classes: readonly string[];
  /** Sorted; the order of each class's word weights. */
  readonly words: readonly string[];
  /** Logarithm of each class's share of the training rows. */
  readonly priors: readonly number[];
  /** For each class, the logarithm of each word's smoothed share of the class's words. */
  readonly weights: ReadonlyArray<readonly number[]>;
}

export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Lower-case words of at least two letters, digits or underscores. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? [];
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `ln ((count + alpha) / (words of the class + alpha · vocabulary))` for each word, and the classes' shares. */
export function fitNaiveBayes(rows: readonly LabelledText[], alpha: number): TextModel {
  const counted = rows.map(({ text, label }) => ({ words: wordsOf(text), label }));
  const words = [...new Set(counted.flatMap((row) => row.words))].sort(byCodeUnit);
  const classes = [...new Set(rows.map(({ label }) => label))].sort(byCodeUnit);
  const placeOf = new Map(words.map((word, at) => [word, at]));
  const perClass = classes.map((name) => {
    const own = counted.filter(({ label }) => label === name);
    const counts = new Array<number>(words.length).fill(alpha);
    for (const word of own.flatMap((row) => row.words)) {
      const at = placeOf.get(word) ?? 0;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    return { prior: Math.log(own.length / rows.length), weights: counts.map((count) => Math.log(count / total)) };
  });
  return {
    alpha,
    classes,
    words,
    priors: perClass.map(({ prior }) => prior),
    weights: perClass.map(({ weights }) => weights),
  };
}

/** Probability of each class, in the model's order; words that training never saw say nothing. */
export function classProbabilities(model: TextModel, text: string): readonly number[] {
  const placeOf = new Map(model.words.map((word, at) => [word, at]));
  const known = wordsOf(text).flatMap((word) => placeOf.get(word) ?? []);
  const joint = model.priors.map((prior, c) => known.reduce((sum, at) => sum + (model.weights[c]?.[at] ?? 0), prior));
  const highest = Math.max(...joint);
  const scaled = joint.map((value) => Math.exp(value - highest));
  const total = scaled.reduce((sum, value) => sum + value, 0);
  return scaled.map((value) => value / total);
}

/** The most probable class; of equal ones the first. */
export function classify(model: TextModel, text: string): string {
  const probabilities = classProbabilities(model, text);
  return model.classes[probabilities.indexOf(Math.max(...probabilities))] ?? '';
}

const savedModel = z.strictObject({
  kind: z.literal('plumbline-example-naive-bayes'),
  alpha: z.number().positive(),
  classes: z.array(z.string()).min(1),
  words: z.array(z.string()),
  priors: z.array(z.number()),
  weights: z.array(z.array(z.number())),
});

/** The model as text; the same model gives the same text, so its hash names it. */
export function saveText(model: TextModel): string {
  return `${JSON.stringify({ kind: 'plumbline-example-naive-bayes', ...model })}\n`;
}

/** The model of a saved text; throws where it is none, or its lists do not fit together. */
export function loadText(text: string): TextModel {
  const { kind: _, ...model } = savedModel.parse(JSON.parse(text));
  const fits =
    model.priors.length === model.classes.length &&
    model.weights.length === model.classes.length &&
    model.weights.every((list) => list.length === model.words.length);
  if (!fits) throw new RangeError('The saved model has lists of different lengths.');
  return model;
}
