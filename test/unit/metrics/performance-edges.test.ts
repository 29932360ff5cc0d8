import { describe, expect, test } from 'vitest';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { binaryRoles, type Cells, frameOf, multiclassRoles, regressionRoles } from '../../support/frames.js';

function figuresOf(frame: Frame, roles: Roles): ReadonlyMap<string, Figure> {
  const figures = measurePerformance(frame, roles, 'current', { metrics: 'all' });
  return new Map(figures.map((figure) => [figure.id.replace('performance/current/', ''), figure]));
}

function finite(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(finite);
  return typeof value !== 'number' || Number.isFinite(value);
}

/** The promise of every figure: a finite value, or none with a reason; an interval that holds the value. */
function expectHonest(figures: Iterable<Figure>): void {
  for (const figure of figures) {
    if (figure.value === null) {
      expect(figure.reason, figure.id).not.toBe('');
      continue;
    }
    expect(finite(figure.value), figure.id).toBe(true);
    expect(Number.isInteger(figure.n), figure.id).toBe(true);
    if (!figure.interval) continue;
    const [low, high] = figure.interval;
    expect(finite([low, high]), figure.id).toBe(true);
    expect(low, figure.id).toBeLessThanOrEqual(figure.value as number);
    expect(high, figure.id).toBeGreaterThanOrEqual(figure.value as number);
  }
}

const binary = (label: Cells, prediction: Cells, score: Cells): Frame => frameOf({ label, prediction, score });
const ones = (n: number): string[] => new Array<string>(n).fill('1');
const huge = 1e308;

const frames: ReadonlyArray<readonly [string, Frame, Roles]> = [
  ['an empty binary window', binary([], [], []), binaryRoles()],
  ['one binary row', binary(['1'], ['1'], [0.7]), binaryRoles()],
  ['one class only', binary(ones(5), ones(5), [0.1, 0.2, 0.3, 0.4, 0.5]), binaryRoles()],
  ['no label at all', binary([null, null], ['1', '0'], [0.7, 0.2]), binaryRoles()],
  ['no prediction at all', binary(['1', '0'], [null, null], [0.7, 0.2]), binaryRoles()],
  ['no score at all', binary(['1', '0'], ['1', '0'], [null, null]), binaryRoles()],
  ['equal scores', binary(['1', '0', '1'], ['1', '1', '1'], [0.5, 0.5, 0.5]), binaryRoles()],
  ['scores of exactly 0 and 1', binary(['1', '0', '1', '0'], ['1', '0', '0', '1'], [1, 0, 0, 1]), binaryRoles()],
  ['scores outside [0, 1]', binary(['1', '0'], ['1', '0'], [7, -3]), binaryRoles()],
  ['scores at the ends of float64', binary(['1', '0', '1'], ['1', '0', '1'], [huge, -huge, 5e-324]), binaryRoles()],
  ['infinite scores', binary(['1', '0'], ['1', '0'], [Infinity, -Infinity]), binaryRoles()],
  ['a positive class that never occurs', binary(['a', 'b'], ['b', 'a'], [0.5, 0.6]), binaryRoles({ positive: 'z' })],
  ['an empty regression window', frameOf({ label: [], prediction: [] }), regressionRoles()],
  ['one regression row', frameOf({ label: [2], prediction: [3] }), regressionRoles()],
  ['a constant label', frameOf({ label: [2, 2, 2], prediction: [2, 3, 2] }), regressionRoles()],
  ['labels of 0', frameOf({ label: [0, 0, 1], prediction: [0, 1, 1] }), regressionRoles()],
  ['errors that overflow', frameOf({ label: [huge, -huge], prediction: [-huge, huge] }), regressionRoles()],
  ['sums that overflow', frameOf({ label: [huge, huge, huge], prediction: [0, 0, 0] }), regressionRoles()],
  ['two middle errors that overflow', frameOf({ label: [huge, huge], prediction: [0, 0] }), regressionRoles()],
  ['an infinite label', frameOf({ label: [1, Infinity], prediction: [1, 2] }), regressionRoles()],
  ['values below -1', frameOf({ label: [-2, 1], prediction: [1, 1] }), regressionRoles()],
  ['an empty multi-class window', frameOf({ label: [], prediction: [] }), multiclassRoles()],
  [
    'one class only, several declared',
    frameOf({ label: ones(3), prediction: ones(3), score_1: [1, 1, 1], score_2: [0, 0, 0] }),
    multiclassRoles(['1', '2']),
  ],
  [
    'a class that is never predicted',
    frameOf({ label: ['a', 'b', 'c'], prediction: ['a', 'a', 'b'] }),
    multiclassRoles(),
  ],
];

describe('no input makes a figure that is not finite', () => {
  test.each(frames)('%s', (_, frame, roles) => {
    const figures = figuresOf(frame, roles);
    expect(figures.size).toBeGreaterThan(5);
    expectHonest(figures.values());
  });
});

const reasons: ReadonlyArray<readonly [string, string, string]> = [
  ['an empty binary window', 'accuracy', 'empty window'],
  ['an empty binary window', 'roc_auc', 'empty window'],
  ['no label at all', 'recall', 'no labels'],
  ['no label at all', 'roc_auc', 'no labels'],
  ['no prediction at all', 'accuracy', 'no labelled rows'],
  ['no score at all', 'roc_auc', 'no rows with both label and score'],
  ['one class only', 'roc_auc', 'one class only among the labels'],
  ['one class only', 'score_ks', 'one class only among the labels'],
  ['one class only', 'cohen_kappa', 'expected agreement is 1: 0/0'],
  ['scores outside [0, 1]', 'log_loss', 'a score lies outside [0, 1]'],
  ['scores outside [0, 1]', 'ece', 'a score lies outside [0, 1]'],
  ['infinite scores', 'roc_auc', 'a score is infinite'],
  ['infinite scores', 'average_precision', 'a score is infinite'],
  ['one regression row', 'r2', 'fewer than two rows'],
  ['one regression row', 'std_error', 'fewer than two rows'],
  ['errors that overflow', 'mae', 'not a finite number: the sum overflows'],
  ['sums that overflow', 'mse', 'not a finite number: the sum overflows'],
  ['two middle errors that overflow', 'median_ae', 'not a finite number: the sum of the middle two overflows'],
  ['an infinite label', 'mae', 'a label or prediction is infinite'],
  ['values below -1', 'rmsle', 'a label or prediction is at or below -1'],
  ['one class only, several declared', 'roc_auc_ovr_macro', 'a declared class has no label in this period'],
];

describe('a figure without a value says why', () => {
  test.each(reasons)('%s: %s', (name, metric, reason) => {
    const [, frame, roles] = frames.find(([title]) => title === name) as (typeof frames)[number];
    expect(figuresOf(frame, roles).get(metric)).toMatchObject({ value: null, reason });
  });
});

const conventions: ReadonlyArray<readonly [string, string, number]> = [
  ['one class only', 'specificity', 0],
  ['one class only', 'mcc', 0],
  ['one class only', 'average_precision', 1],
  ['one class only', 'balanced_accuracy', 1],
  ['a positive class that never occurs', 'precision', 0],
  ['a positive class that never occurs', 'recall', 0],
  ['a positive class that never occurs', 'f1', 0],
  ['a positive class that never occurs', 'average_precision', 0],
  ['a constant label', 'r2', 0],
  ['labels of 0', 'mape', 1 / 3 / Number.EPSILON],
  ['a class that is never predicted', 'precision_macro', 1 / 6],
  ['a class that is never predicted', 'precision/c', 0],
];

describe('a convention on an empty denominator is given, and marked so that no rule judges it', () => {
  test.each(conventions)('%s: %s', (name, metric, value) => {
    const [, frame, roles] = frames.find(([title]) => title === name) as (typeof frames)[number];
    const figure = figuresOf(frame, roles).get(metric);
    expect(figure).toMatchObject({ degenerate: true });
    expect(figure?.value).toBeCloseTo(value, -1 * Math.floor(Math.log10(Math.max(1, value)) - 6));
  });
});

test('every share has its own denominator', () => {
  // 3 true, 1 false positive; 2 false, 4 true negatives.
  const label = ['1', '1', '1', '0', '1', '1', '0', '0', '0', '0'];
  const prediction = ['1', '1', '1', '1', '0', '0', '0', '0', '0', '0'];
  const figures = figuresOf(binary(label, prediction, label.map(Number)), binaryRoles());
  const n = (metric: string): number | undefined => figures.get(metric)?.n;
  expect([n('accuracy'), n('precision'), n('recall'), n('specificity'), n('f1')]).toEqual([10, 4, 5, 5, 6]);
  expect([n('roc_auc'), n('average_precision'), n('balanced_accuracy')]).toEqual([5, 5, 5]);
});

test('rows without label or prediction are left out, and the coverage says how many have a label', () => {
  const frame = binary(['1', null, '0', null], ['1', '0', null, '1'], [0.9, 0.1, 0.2, 0.8]);
  const figures = figuresOf(frame, binaryRoles());
  expect(figures.get('count')?.value).toBe(1);
  expect(figures.get('label_coverage')).toMatchObject({ value: 0.5, n: 4 });
  expect(figures.get('brier')?.n).toBe(2);
});

test('without labels the same ids stand there as with them', () => {
  const ids = (label: Cells): string[] =>
    [...figuresOf(binary(label, ['1', '0'], [0.9, 0.2]), binaryRoles()).keys()].sort();
  expect(ids([null, null])).toEqual(ids(['1', '0']));
  const regression = (label: Cells): string[] =>
    [...figuresOf(frameOf({ label, prediction: [1, 2] }), regressionRoles()).keys()].sort();
  expect(regression([null, null])).toEqual(regression([1, 2]));
});

test('scores that are declared no probabilities keep their ranking figures and lose the others', () => {
  const figures = figuresOf(binary(['1', '0'], ['1', '0'], [0.9, 0.2]), binaryRoles({ scoresAreProbabilities: false }));
  expect(figures.get('roc_auc')?.value).toBe(1);
  expect(figures.get('calibration_gap')).toMatchObject({
    value: null,
    reason: 'scores are declared not to be probabilities',
  });
});

test('labels and predictions of a numeric column are compared as numbers', () => {
  const frame = frameOf({ label: [1, 0, 1], prediction: [1, 0, 0], score: [0.8, 0.2, 0.4] });
  expect(figuresOf(frame, binaryRoles()).get('recall')).toMatchObject({ value: 0.5, n: 2 });
});

test('the calibration gap is the mean score less the share of positives', () => {
  const figures = figuresOf(binary(['1', '0', '0', '0'], ones(4), [0.5, 0.5, 0.5, 0.5]), binaryRoles());
  expect(figures.get('calibration_gap')?.value).toBe(0.25);
  expect([figures.get('mean_score')?.value, figures.get('positive_share')?.value]).toEqual([0.5, 0.25]);
});
