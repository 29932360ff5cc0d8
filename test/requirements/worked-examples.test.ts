/** The worked examples of the articles that this product was made from, by their numbers. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { classify, classProbabilities, fitNaiveBayes, loadText, saveText } from '../../examples/text/naive-bayes.js';
import { chooseAlpha, shareRight, splitRows } from '../../examples/text/selection.js';
import { measureExplanation } from '../../src/explain/measure-explanation.js';
import { f1FromPrecisionRecall } from '../../src/metrics/confusion.js';
import { modelFromFile } from '../../src/model/explained-model.js';
import type { Figure } from '../../src/model/figure.js';
import { boundariesBetween, windowEndingAt } from '../../src/model/window.js';
import { fitLine } from '../../src/numeric/line.js';
import { randomFrom } from '../../src/numeric/random.js';
import { evaluateRules } from '../../src/rules/evaluate.js';
import { peakMemoryGrowth } from '../../src/runtime/formulas.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../support/frames.js';
import { figure, input, rule } from '../unit/rules/builders.js';
import { figureIn, figuresOf, valueIn } from './measured.js';
import { loggedLatencies } from './serving.js';

test('W1: a line fitted on y = 2x predicts 12 to 20 for 6 to 10, with a mean squared error of 0', () => {
  const line = fitLine(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(2, 4, 6, 8, 10));
  expect(line).toMatchObject({ slope: 2, intercept: 0 });
  const { slope = NaN, intercept = NaN } = line ?? {};
  const model = modelFromFile({ type: 'linear', features: ['x'], coefficients: [slope], intercept });
  const prediction = [6, 7, 8, 9, 10].map((x) => model.predict(Float64Array.of(x)));
  expect(prediction).toEqual([12, 14, 16, 18, 20]);
  const figures = figuresOf(frameOf({ label: [12, 14, 16, 18, 20], prediction }), regressionRoles());
  expect(figureIn(figures, 'performance/current/mse')).toMatchObject({ value: 0, n: 5 });
});

test('W2: the time of a prediction between two readings of a clock is not negative, and one that is, is left out', () => {
  const [took = NaN] = loggedLatencies(400);
  const figures = figuresOf(frameOf({ took: [took, -1] }), regressionRoles({ latency: 'took' }));
  const mean = figureIn(figures, 'runtime/current/latency_mean');
  expect(mean).toMatchObject({ n: 1, value: took });
  expect(mean.value).toBeGreaterThanOrEqual(0);
});

test('W3: the growth of peak memory is in bytes, whatever unit the call counts in, and never falls', () => {
  const before = process.resourceUsage().maxRSS;
  const after = process.resourceUsage().maxRSS;
  expect(peakMemoryGrowth(before, after)).toBeGreaterThanOrEqual(0);
  expect(peakMemoryGrowth(1000, 1003)).toBe(3072);
  expect(peakMemoryGrowth(1003, 1000)).toBe(0);
});

test('W4: twelve rows with classes 0 and 2 swapped: weighted precision, recall, F1 and accuracy are one third', () => {
  const four = (classes: readonly string[]): string[] => [...classes, ...classes, ...classes, ...classes];
  const frame = frameOf({ label: four(['2', '1', '0']), prediction: four(['0', '1', '2']) });
  const figures = figuresOf(frame, multiclassRoles(), { metrics: 'default' });
  for (const metric of ['accuracy', 'precision_weighted', 'recall_weighted', 'f1_weighted']) {
    expect(valueIn(figures, `performance/current/${metric}`), metric).toBeCloseTo(1 / 3, 12);
  }
  expect(['0', '1', '2'].map((name) => valueIn(figures, `performance/current/recall/${name}`))).toEqual([0, 1, 0]);
});

test('W5: the stored F1 of 0.91 fits precision 0.92 and recall 0.90 to two digits', () => {
  const f1 = f1FromPrecisionRecall(0.92, 0.9);
  expect(f1).toBeCloseTo(0.90989, 5);
  expect(f1?.toFixed(2)).toBe('0.91');
  expect(f1FromPrecisionRecall(0, 0)).toBeUndefined();
});

describe('W6: the rule "accuracy below 0.9" is strict', () => {
  const below = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 }, certainty: null, minimumN: 1 });
  test.each([
    [0.95, 'pass'],
    [0.9, 'pass'],
    [0.89, 'breach'],
  ])('%d: %s', (accuracy, status) => {
    expect(evaluateRules(input(below, [figure('accuracy', accuracy)]))).toMatchObject([{ status }]);
  });
});

test('W7: a day ends at 00:00, and each day is measured and judged by its own rows', () => {
  const day = { count: 1, unit: 'day' } as const;
  const from = Date.parse('2026-01-05T00:00:00Z');
  const ends = boundariesBetween(from, from + 2.5 * 86_400_000, day, 'UTC', 10);
  expect(ends.map((end) => new Date(end).toISOString())).toEqual([
    '2026-01-06T00:00:00.000Z',
    '2026-01-07T00:00:00.000Z',
  ]);
  expect(ends.map((end) => windowEndingAt(end, day, 'UTC').from)).toEqual([from, from + 86_400_000]);
  const below = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 }, certainty: null, minimumN: 1 });
  const statusOf = (hits: number): string | undefined => {
    const label = new Array<string>(100).fill('1');
    const prediction = label.map((_, row) => (row < hits ? '1' : '0'));
    const [verdict] = evaluateRules(input(below, figuresOf(frameOf({ label, prediction }), binaryRoles())));
    return verdict?.status;
  };
  expect([statusOf(95), statusOf(85)]).toEqual(['pass', 'breach']);
});

describe('W8: a text classifier is chosen, saved, loaded and measured', () => {
  test('naive Bayes gives the probabilities of scikit-learn 1.9.1', () => {
    const model = fitNaiveBayes(
      [
        { text: 'Cheap pills, buy cheap pills now!', label: 'spam' },
        { text: 'Meeting moved to Monday at 10', label: 'ham' },
        { text: 'Buy now: last chance to win', label: 'spam' },
        { text: 'Minutes of the Monday meeting', label: 'ham' },
        { text: 'Win a prize now', label: 'spam' },
        { text: 'Lunch at noon?', label: 'ham' },
      ],
      0.5,
    );
    expect(model.words).toHaveLength(19);
    expect(model.classes).toEqual(['ham', 'spam']);
    const [first, second, third] = [
      'win cheap pills at the meeting',
      'nothing known here',
      'Monday lunch meeting now',
    ].map((text) => classProbabilities(model, text)[0]);
    expect(first).toBeCloseTo(0.43516965495280413, 12);
    expect(second).toBe(0.5);
    expect(third).toBeCloseTo(0.926781434867393, 12);
  });

  const random = randomFrom(1);
  const pick = (words: readonly string[]): string => words[random.below(words.length)] as string;
  const rows = Array.from({ length: 200 }, (_, row) => {
    const label = row % 3 === 0 ? 'sport' : 'money';
    const own = label === 'sport' ? ['goal', 'match', 'team', 'score'] : ['bank', 'share', 'market', 'price'];
    const words = Array.from({ length: 6 }, () =>
      random.uniform() < 0.4 ? pick(own) : pick(['the', 'day', 'score', 'share', 'new']),
    );
    return { text: words.join(' '), label };
  });
  const { training, test: held } = splitRows(rows, 0.2, 42);
  const chosen = chooseAlpha(training, [0.01, 0.1, 1, 10], 5);

  test('80 to 20 by the seed, the same each time', () => {
    expect([training.length, held.length]).toEqual([160, 40]);
    expect(splitRows(rows, 0.2, 42)).toEqual({ training, test: held });
    expect(splitRows(rows, 0.2, 43).test).not.toEqual(held);
  });

  test('the smoothing is chosen on folds of the training part, whatever the test part says', () => {
    expect(chosen.scores).toHaveLength(4);
    expect(chosen.scores[[0.01, 0.1, 1, 10].indexOf(chosen.alpha)]).toBe(Math.max(...chosen.scores));
    const flipped = held.map(({ text, label }) => ({ text, label: label === 'sport' ? 'money' : 'sport' }));
    expect(shareRight(chosen.model, flipped)).toBeCloseTo(1 - shareRight(chosen.model, held), 12);
    expect(chooseAlpha(splitRows(rows, 0.2, 42).training, [0.01, 0.1, 1, 10], 5).alpha).toBe(chosen.alpha);
  });

  test('saved and loaded it predicts the same, and its text has the same hash', () => {
    const text = saveText(chosen.model);
    const loaded = loadText(text);
    expect(held.map((row) => classProbabilities(loaded, row.text))).toEqual(
      held.map((row) => classProbabilities(chosen.model, row.text)),
    );
    const hash = (of: string): string => createHash('sha256').update(of).digest('hex');
    expect(hash(saveText(loaded))).toBe(hash(text));
    expect(() => loadText(text.replace('"words":["', '"words":["zz","'))).toThrow('different lengths');
  });

  test('its accuracy on the test part is the figure that is monitored', () => {
    const frame = frameOf({
      label: held.map(({ label }) => label),
      prediction: held.map(({ text }) => classify(chosen.model, text)),
    });
    const accuracy = figureIn(figuresOf(frame, multiclassRoles()), 'performance/current/accuracy');
    expect(accuracy).toMatchObject({ value: shareRight(chosen.model, held), n: 40 });
    expect(accuracy.value).toBeGreaterThan(0.8);
  });
});

/** 100 rows of five uniform inputs and a binary target, with predictions by the first input. */
const inputs = (() => {
  const random = randomFrom(2);
  return Array.from({ length: 100 }, () => {
    const x = Array.from({ length: 5 }, () => random.uniform());
    return { x, label: random.uniform() < 0.3 ? '1' : '0', prediction: (x[0] as number) > 0.5 ? '1' : '0' };
  });
})();
const column = (place: number): number[] => inputs.map(({ x }) => x[place] as number);
const hundred = frameOf({
  ...{ a: column(0), b: column(1), c: column(2), d: column(3), e: column(4) },
  label: inputs.map(({ label }) => label),
  prediction: inputs.map(({ prediction }) => prediction),
  half: column(1).map((value) => (value < 0.5 ? 'low' : 'high')),
});
const hundredRoles = binaryRoles({ numeric: ['a', 'b', 'c', 'd', 'e'], sensitive: [['half']] });

test('W9: accuracy, recall and F1 of 100 rows; which column is the label is said by name, and swapping them shows', () => {
  const metrics = ['accuracy', 'recall', 'f1', 'precision'];
  const figures = figuresOf(hundred, hundredRoles, { metrics });
  const swapped = figuresOf(hundred, { ...hundredRoles, label: 'prediction', prediction: 'label' }, { metrics });
  const of = (list: readonly Figure[], metric: string): Figure['value'] =>
    valueIn(list, `performance/current/${metric}`);
  const hits = inputs.filter(({ label, prediction }) => label === '1' && prediction === '1').length;
  const positives = inputs.filter(({ label }) => label === '1').length;
  expect(of(figures, 'recall')).toBeCloseTo(hits / positives, 12);
  expect(of(swapped, 'accuracy')).toBe(of(figures, 'accuracy'));
  expect(of(swapped, 'f1')).toBe(of(figures, 'f1'));
  expect(of(swapped, 'recall')).toBe(of(figures, 'precision'));
  expect(of(swapped, 'recall')).not.toBe(of(figures, 'recall'));
});

test('W10: the same rows with fairness by group, and an explanation of the model beside the figures', async () => {
  const figures = figuresOf(hundred, hundredRoles);
  expect(figureIn(figures, 'fairness/current/half/low/selection_rate').value).not.toBeNull();
  expect(figureIn(figures, 'fairness/current/half/contrast_accuracy').value).not.toBeNull();
  const model = modelFromFile({
    ...{ type: 'logistic', features: ['a', 'b', 'c', 'd', 'e'], coefficients: [9, 0, 0, 0, 0], intercept: -4.5 },
    output: 'log odds',
  });
  const explained = await measureExplanation(model, hundred, hundred, hundredRoles);
  const [first] = valueIn(explained, 'explain/importance_order') as string[];
  expect(first).toBe('a');
});
