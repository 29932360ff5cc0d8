import { describe, expect, test } from 'vitest';
import { CLASSIFIER_ROLES, CLASSIFIERS, drawRows } from '../../../bench/simulation/classifier.js';
import { binaryEstimates, binaryRealised, fitBinary } from '../../../src/estimation/binary-estimator.js';
import {
  expectedAveragePrecision,
  type Expected,
  expectedRocAuc,
  expectedTableMetric,
  TABLE_ESTIMATES,
} from '../../../src/estimation/expected-metrics.js';
import { fitEstimator } from '../../../src/estimation/fit-estimator.js';
import { measureWindowEstimates } from '../../../src/estimation/measure-estimates.js';
import { measureWindow } from '../../../src/measure/measure.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame } from '../../../src/model/frame.js';
import { randomFrom } from '../../../src/numeric/random.js';
import { binaryRoles, frameOf, multiclassRoles } from '../../support/frames.js';

const metrics = [...TABLE_ESTIMATES, 'roc_auc', 'average_precision'] as const;

describe('a slope is how much the estimate moves with one row', () => {
  const random = randomFrom(3);
  const rows = 40;
  const scores = Float64Array.from({ length: rows }, () => random.uniform());
  const predictions = Int8Array.from(scores, (score) => (score > 0.4 ? 1 : 0));
  const probabilities = Float64Array.from({ length: rows }, () => 0.05 + 0.9 * random.uniform());

  test.each(metrics)('%s', (metric) => {
    const under = (given: Float64Array): Expected => {
      if (metric === 'roc_auc') return expectedRocAuc({ scores, probabilities: given });
      if (metric === 'average_precision') return expectedAveragePrecision({ scores, probabilities: given });
      return expectedTableMetric(metric, { predictions, probabilities: given });
    };
    const whole = under(probabilities);
    const slopes = whole.value === null ? [] : whole.slopes;
    expect(slopes).toHaveLength(rows);
    // Running sums are rounded to five decimals, so that a difference is no nearer than about 1e-5 over the step.
    const step = 0.01;
    for (const [row, slope] of slopes.entries()) {
      const moved = (by: number): number => under(probabilities.with(row, probabilities[row]! + by)).value ?? NaN;
      expect(Math.abs((moved(step) - moved(-step)) / (2 * step) - slope)).toBeLessThan(2e-4);
    }
  });
});

test('the interval holds the error of the calibration, which a reference of 1,000 rows brings', () => {
  const random = randomFrom(11);
  const overconfident = (p: number): number => p ** 2 / (p ** 2 + (1 - p) ** 2);
  const draw = (rows: number): Frame => drawRows(random, rows, CLASSIFIERS[0]!, undefined, overconfident);
  const inside = { interval: 0, ofLabels: 0 };
  for (let k = 0; k < 50; k++) {
    const fit = fitBinary(draw(1000), CLASSIFIER_ROLES);
    const window = draw(8000);
    const rows = { from: 0, to: window.rows };
    const real = binaryRealised(window, CLASSIFIER_ROLES)('accuracy', rows)!;
    const estimate = binaryEstimates(fit, window, CLASSIFIER_ROLES)('accuracy', rows, 'isotonic');
    const value = estimate.value as number;
    const [low, high] = (estimate.value === null ? undefined : estimate.interval) ?? [1, 0];
    if (real >= low && real <= high) inside.interval++;
    // What the labels alone would do: the interval of a proportion, which the error of the curve often leaves.
    if (Math.abs(real - value) < 2.576 * Math.sqrt((value * (1 - value)) / window.rows)) inside.ofLabels++;
  }
  expect(inside.interval).toBeGreaterThanOrEqual(49);
  expect(inside.ofLabels).toBeLessThan(42);
});

describe('several classes', () => {
  const classes = ['a', 'b', 'c'];
  const roles = multiclassRoles(classes);

  /** Calibrated scores: the label is drawn from them, the likeliest class is predicted; `pull` shifts towards class a. */
  function draw(seed: number, rows: number, pull = 0): Frame {
    const random = randomFrom(seed);
    const cells: Record<string, (string | number)[]> = {
      score_a: [],
      score_b: [],
      score_c: [],
      prediction: [],
      label: [],
    };
    for (let row = 0; row < rows; row++) {
      const weights = classes.map((_, at) => Math.exp(3 * random.uniform() + (at === 0 ? pull : 0)));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const shares = weights.map((weight) => weight / sum);
      const u = random.uniform();
      const label = u < shares[0]! ? 0 : u < shares[0]! + shares[1]! ? 1 : 2;
      shares.forEach((share, at) => cells[`score_${classes[at]!}`]!.push(share));
      cells['prediction']!.push(classes[shares.indexOf(Math.max(...shares))]!);
      cells['label']!.push(classes[label]!);
    }
    return frameOf(cells as Record<string, string[]>);
  }

  test('the realised macro figure lies in the interval of the estimate', () => {
    const fit = fitEstimator(draw(1, 3000), roles, 'default');
    const names = { f1: 'f1_macro', precision: 'precision_macro', recall: 'recall_macro', accuracy: 'accuracy' };
    let [inside, all] = [0, 0];
    for (let seed = 100; seed < 200; seed++) {
      const window = draw(seed, 300, 1);
      const figures = [
        ...measureWindowEstimates(fit, window, roles, { metrics: 'default', on: 'current' }),
        ...measureWindow(window, null, roles, { families: ['performance'], metrics: Object.values(names) }),
      ];
      for (const [estimated, realised] of Object.entries(names)) {
        const estimate = figures.find(({ id }) => id === `estimate/current/${estimated}`);
        const real = figures.find(({ id }) => id === `performance/current/${realised}`)?.value as number;
        const [low, high] = (estimate?.value === null ? undefined : estimate?.interval) ?? [1, 0];
        all++;
        if (real >= low && real <= high) inside++;
      }
    }
    expect(inside / all).toBeGreaterThanOrEqual(0.975);
  });
});

describe('windows and references at the edges', () => {
  const roles = binaryRoles();
  const rows = 40;
  const score = Array.from({ length: rows }, (_, row) => (row % 10) / 10 + 0.05);
  const prediction = score.map((one) => (one > 0.5 ? '1' : '0'));
  const of = (change: Record<string, (string | null)[]> | Record<string, (number | null)[]> = {}): Frame =>
    frameOf({ score, prediction, label: prediction, ...change });
  const estimates = (reference: Frame, window: Frame): readonly Figure[] =>
    measureWindowEstimates(fitEstimator(reference, roles, 'default'), window, roles, {
      metrics: 'default',
      on: 'current',
    });

  test('one row has the figures that one row can have, none of them outside [0, 1]', () => {
    const figures = estimates(of(), frameOf({ score: [0.7], prediction: ['1'] }));
    expect(figures.find(({ id }) => id === 'estimate/current/accuracy')).toMatchObject({ n: 1, value: 0.7 });
    for (const figure of figures) {
      if (figure.value === null) continue;
      const [low, high] = figure.interval ?? [0, 1];
      expect([low >= 0, low <= (figure.value as number), (figure.value as number) <= high, high <= 1]).not.toContain(
        false,
      );
    }
  });

  test('a reference with one label only leaves the scores as they are', () => {
    const figures = estimates(of({ label: prediction.map(() => '1') }), of());
    const accuracy = score.reduce((sum, p) => sum + Math.max(p, 1 - p), 0) / rows;
    expect(figures.find(({ id }) => id === 'estimate/current/accuracy')?.value).toBeCloseTo(accuracy, 12);
  });

  test.each([
    ['a reference without labels', of({ label: prediction.map(() => null) }), of(), 'no row with both label and score'],
    ['a window without scores', of(), of({ score: score.map(() => null) }), 'no rows with'],
    [
      'scores beyond [0, 1]',
      of({ label: prediction.map(() => '1') }),
      of({ score: score.map((p) => 3 * p) }),
      'outside',
    ],
  ])('%s has a reason instead of values', (_, reference, window, reason) => {
    const figures = estimates(reference, window);
    expect(figures).toHaveLength(7);
    for (const figure of figures) expect(figure.value === null ? figure.reason : figure.id).toContain(reason);
  });
});
