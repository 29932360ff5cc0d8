/** Performance with labels: metrics, their averages, and which are taken for which task. */
import { describe, expect, test } from 'vitest';
import { encode, learnEncoding } from '../../examples/trainer/encoding.js';
import { fitLogistic, probabilities } from '../../examples/trainer/logistic.js';
import { stratifiedFolds } from '../../examples/text/selection.js';
import { contrast, gini } from '../../src/fairness/disparity.js';
import { selectedMetrics, performanceCatalogue } from '../../src/metrics/catalogue.js';
import type { Figure } from '../../src/model/figure.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../support/frames.js';
import { figureIn, figuresOf, valueIn } from './measured.js';

const times = (count: number, label: string, prediction: string, score: number) =>
  Array.from({ length: count }, () => ({ label, prediction, score }));

/** 30 true positives, 10 false positives, 20 false negatives, 40 true negatives. */
const rows = [
  ...times(30, '1', '1', 0.8),
  ...times(10, '0', '1', 0.6),
  ...times(20, '1', '0', 0.4),
  ...times(40, '0', '0', 0.2),
];
const hundred = frameOf({
  label: rows.map(({ label }) => label),
  prediction: rows.map(({ prediction }) => prediction),
  score: rows.map(({ score }) => score),
});
const figures = figuresOf(hundred, binaryRoles());
const performance = (metric: string): Figure => figureIn(figures, `performance/current/${metric}`);

describe('a binary classifier with 30 true and 10 false positives, 20 false and 40 true negatives', () => {
  test('R9: accuracy is (TP + TN) / all, of all labelled rows', () => {
    expect(performance('accuracy')).toMatchObject({ value: 0.7, n: 100 });
  });

  test('R10: recall is TP / (TP + FN), of the positive labels', () => {
    expect(performance('recall')).toMatchObject({ value: 0.6, n: 50 });
  });

  test('R11: precision is TP / (TP + FP), of the positive predictions', () => {
    expect(performance('precision')).toMatchObject({ value: 0.75, n: 40 });
  });

  test('R12: F1 is the harmonic mean of precision and recall', () => {
    expect(performance('f1').value).toBeCloseTo((2 * 0.75 * 0.6) / (0.75 + 0.6), 12);
  });

  test('R13: the AUC is the area under the ROC curve, ties counted half', () => {
    // Pairs in order: 0.8 beats both kinds of negatives; 0.4 beats 0.2 only.
    const pairs = (30 * 50 + 20 * 40) / (50 * 50);
    expect(performance('roc_auc').value).toBeCloseTo(pairs, 12);
    const curve = performance('roc_curve').value as [number, number, number][];
    expect(curve).toEqual([
      [0.8, 0, 0.6],
      [0.6, 0.2, 0.6],
      [0.4, 0.2, 1],
      [0.2, 1, 1],
    ]);
  });

  test('R18: cross-entropy is the mean of −ln of the probability that the true class was given', () => {
    const expected = -(30 * Math.log(0.8) + 10 * Math.log(0.4) + 20 * Math.log(0.4) + 40 * Math.log(0.8)) / 100;
    expect(performance('log_loss').value).toBeCloseTo(expected, 12);
  });

  test('R19: the four counts stand in the confusion matrix, labels down and predictions across', () => {
    expect(performance('confusion_matrix').value).toEqual([
      [40, 10],
      [20, 30],
    ]);
  });

  test('R20: the mean prediction, the mean score of a classifier', () => {
    expect(performance('mean_score')).toMatchObject({ value: expect.closeTo(0.46, 12) as unknown, n: 100 });
  });

  test('R21: the precision–recall curve, from the highest score to the lowest, and the area beneath it', () => {
    const curve = performance('precision_recall_curve').value as [number, number, number][];
    expect(curve.map(([score]) => score)).toEqual([0.8, 0.6, 0.4, 0.2]);
    expect(curve.map(([, recall]) => recall)).toEqual([0.6, 0.6, 1, 1]);
    expect(curve.map(([, , precision]) => precision)).toEqual([1, 0.75, 50 / 60, 0.5]);
    expect(performance('average_precision').value).toBeCloseTo(0.6 * 1 + 0.4 * (50 / 60), 12);
  });
});

test('R14: averages over classes, weighted by how often each is the label', () => {
  const label = ['a', 'a', 'a', 'b', 'b', 'c'];
  const prediction = ['a', 'a', 'b', 'b', 'c', 'c'];
  const of = figuresOf(frameOf({ label, prediction }), multiclassRoles());
  // By class: recall 2/3, 1/2, 1; precision 1, 1/2, 1/2; F1 4/5, 1/2, 2/3.
  expect(valueIn(of, 'performance/current/recall_weighted')).toBeCloseTo((3 * (2 / 3) + 2 * (1 / 2) + 1) / 6, 12);
  expect(valueIn(of, 'performance/current/f1_weighted')).toBeCloseTo((3 * 0.8 + 2 * 0.5 + 2 / 3) / 6, 12);
  expect(valueIn(of, 'performance/current/f1_macro')).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3, 12);
  expect(valueIn(of, 'performance/current/recall/b')).toBe(0.5);
});

describe('a regression with errors of 1, −2 and 3', () => {
  const label = [10, 20, 40];
  const of = figuresOf(frameOf({ label, prediction: [11, 18, 43] }), regressionRoles());
  const metric = (name: string): Figure['value'] => valueIn(of, `performance/current/${name}`);

  test('R15: the mean squared error', () => {
    expect(metric('mse')).toBeCloseTo(14 / 3, 12);
  });

  test('R16: the mean absolute error', () => {
    expect(metric('mae')).toBe(2);
  });

  test('R17: the root of the mean squared error, and R² against the mean of the labels', () => {
    expect(metric('rmse')).toBeCloseTo(Math.sqrt(14 / 3), 12);
    const about = label.reduce((sum, y) => sum + (y - 70 / 3) ** 2, 0);
    expect(metric('r2')).toBeCloseTo(1 - 14 / about, 12);
  });

  test('R20: the mean prediction of a model that predicts a number', () => {
    expect(metric('mean_prediction')).toBe(24);
  });
});

test('R21: in K-fold cross-validation every row is held out once, and each fold has its share of every class', () => {
  const labels = Array.from({ length: 50 }, (_, row) => (row % 5 === 0 ? 'rare' : 'common'));
  const folds = stratifiedFolds(labels, 5);
  for (let fold = 0; fold < 5; fold++) {
    const held = labels.filter((_, row) => folds[row] === fold);
    expect(held).toHaveLength(10);
    expect(held.filter((label) => label === 'rare')).toHaveLength(2);
  }
});

test('R22: the "Gini coefficient" of the article is a contrast, given beside the true Gini under a name of its own', () => {
  expect(contrast([0.2, 0.5, 0.8])).toBeCloseTo((0.8 - 0.2) / (0.8 + 0.2), 12);
  // Mean absolute difference over all ordered pairs, over twice the mean.
  expect(gini([0.2, 0.5, 0.8])).toBeCloseTo((2 * (0.3 + 0.6 + 0.3)) / 9 / (2 * 0.5), 12);
  expect(contrast([0, 0, 0])).toBeUndefined();
});

describe('R23: the task decides which metrics are taken', () => {
  test.each([
    ['binary', ['accuracy', 'recall', 'f1'], ['mse', 'r2', 'f1_macro']],
    ['multiclass', ['accuracy', 'recall', 'f1'], ['mse', 'roc_auc']],
    ['regression', ['mse', 'rmse', 'r2'], ['accuracy', 'recall', 'f1']],
  ] as const)('%s', (task, taken, left) => {
    const selected = selectedMetrics(performanceCatalogue, task, 'default');
    expect(taken.filter((metric) => !selected.has(metric))).toEqual([]);
    expect(left.filter((metric) => selected.has(metric))).toEqual([]);
  });

  test('and the business may name others', () => {
    expect([...selectedMetrics(performanceCatalogue, 'binary', ['brier', 'mse'])]).toEqual(['brier']);
  });
});

describe('R24: training looks for the weights with the least loss', () => {
  const age = [22, 25, 31, 38, 40, 44, 47, 52, 58, 63];
  const label = Uint8Array.of(0, 0, 1, 0, 1, 0, 1, 1, 1, 1);
  const given = age.map((value) => ({ age: value }));
  const design = encode(given, learnEncoding(given, { numeric: ['age'], categorical: [] }));
  const fitted = fitLogistic(design, label, 1);

  const loss = (intercept: number, weight: number): number => {
    const p = probabilities(design, intercept, [weight]);
    return p.reduce((sum, value, row) => sum - Math.log(label[row] === 1 ? value : 1 - value), (weight * weight) / 2);
  };

  test('no step from the fitted weights makes the loss smaller', () => {
    const [weight = NaN] = fitted.weights;
    const least = loss(fitted.intercept, weight);
    for (const step of [-0.1, -0.001, 0.001, 0.1]) {
      expect(loss(fitted.intercept + step, weight)).toBeGreaterThan(least);
      expect(loss(fitted.intercept, weight + step)).toBeGreaterThan(least);
    }
  });

  test('a step against the gradient makes it smaller anywhere else, and at the fitted weights there is no gradient', () => {
    const gradient = (a: number, b: number): [number, number] => {
      const h = 1e-5;
      return [(loss(a + h, b) - loss(a - h, b)) / (2 * h), (loss(a, b + h) - loss(a, b - h)) / (2 * h)];
    };
    const [da, db] = gradient(0, 0);
    expect(loss(-0.01 * da, -0.01 * db)).toBeLessThan(loss(0, 0));
    const [fa, fb] = gradient(fitted.intercept, fitted.weights[0] ?? NaN);
    expect(Math.abs(fa) + Math.abs(fb)).toBeLessThan(1e-6);
  });
});
