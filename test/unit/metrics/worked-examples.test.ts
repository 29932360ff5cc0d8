/** The worked examples of the articles that this product was made from, by their numbers. */
import { describe, expect, test } from 'vitest';
import { contrast, gini } from '../../../src/fairness/disparity.js';
import { f1FromPrecisionRecall } from '../../../src/metrics/confusion.js';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import { mean } from '../../../src/numeric/moments.js';
import { evaluateRules } from '../../../src/rules/evaluate.js';
import { peakMemoryGrowth, throughput, waitingShare } from '../../../src/runtime/formulas.js';
import { measureRuntime } from '../../../src/runtime/measure-runtime.js';
import { type ExpectedFigure, readExpected } from '../../golden/read-case.js';
import { frameOf, multiclassRoles, regressionRoles } from '../../support/frames.js';
import { figure, input, rule } from '../rules/builders.js';

test('W1: a line fitted on y = 2x predicts 12 to 20 for 6 to 10, with a mean squared error of 0', () => {
  const x = [6, 7, 8, 9, 10];
  const frame = frameOf({ label: [12, 14, 16, 18, 20], prediction: x.map((value) => 2 * value) });
  const figures = measurePerformance(frame, regressionRoles(), 'current', { metrics: ['mse'] });
  expect(figures).toMatchObject([{ id: 'performance/current/mse', value: 0, n: 5 }]);
});

test('W2: the time between two readings of a clock is a duration that is not negative, and one that is, is left out', () => {
  const from = performance.now();
  const took = performance.now() - from;
  const frame = frameOf({ took: [took, -1] });
  const figures = measureRuntime(frame, regressionRoles({ latency: 'took' }), 'current', 1);
  const mean = figures.find(({ metric }) => metric === 'latency_mean');
  expect(mean).toMatchObject({ n: 1, value: took });
  expect(mean?.value).toBeGreaterThanOrEqual(0);
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
  const figures = measurePerformance(frame, multiclassRoles(), 'current', { metrics: 'default' });
  for (const metric of ['accuracy', 'precision_weighted', 'recall_weighted', 'f1_weighted']) {
    expect(figures.find((found) => found.metric === metric)?.value, metric).toBeCloseTo(1 / 3, 12);
  }
  const perClass = figures.filter(({ metric }) => metric === 'recall');
  expect(perClass.map((found) => [found.class, found.value])).toEqual([
    ['0', 0],
    ['1', 1],
    ['2', 0],
  ]);
});

test('W5: the stored F1 of 0.91 fits precision 0.92 and recall 0.90 to two digits', () => {
  const f1 = f1FromPrecisionRecall(0.92, 0.9);
  expect(f1).toBeCloseTo(0.90989, 5);
  expect(f1?.toFixed(2)).toBe('0.91');
  expect(f1FromPrecisionRecall(0, 0)).toBeUndefined();
});

describe('W6: the rule "accuracy below 0.9"', () => {
  const below = rule({ metric: 'accuracy', limit: { kind: 'below', value: 0.9 }, certainty: null, minimumN: 1 });
  test.each([
    [0.95, 'pass'],
    [0.9, 'pass'],
    [0.89, 'breach'],
  ])('%d: %s', (accuracy, status) => {
    expect(evaluateRules(input(below, [figure('accuracy', accuracy)]))).toMatchObject([{ status }]);
  });
});

describe('formulas agree with the golden set', () => {
  const expected = readExpected('article-rules-and-formulas').figures;
  const params = (name: string): Readonly<Record<string, unknown>> =>
    expected.find(({ figure: found }) => found === name)?.params ?? {};
  const golden = (name: string): ExpectedFigure['value'] | undefined =>
    expected.find(({ figure: found }) => found === name)?.value;
  const values = (name: string): number[] => params(name)['values'] as number[];

  test.each([
    ['contrast', () => contrast(values('contrast'))],
    ['gini_standard', () => gini(values('gini_standard'))],
    ['metric_average', () => mean(values('metric_average'))],
    [
      'f1_from_precision_recall',
      () => {
        const { precision, recall } = params('f1_from_precision_recall') as { precision: number; recall: number };
        return f1FromPrecisionRecall(precision, recall);
      },
    ],
    [
      'throughput',
      () => {
        const { requests, total_time } = params('throughput') as { requests: number; total_time: number };
        return throughput(requests, total_time);
      },
    ],
    [
      'waiting_share',
      () => {
        const of = params('waiting_share') as { total_time: number; processing_time: number };
        return waitingShare(of.total_time, of.processing_time);
      },
    ],
    [
      'error_rate',
      () => {
        const { errors, requests } = params('error_rate') as { errors: number; requests: number };
        const codes = Array.from({ length: requests }, (_, row) => (row < errors ? '500' : null));
        const figures = measureRuntime(frameOf({ code: codes }), regressionRoles({ error: 'code' }), 'current', 1);
        return figures.find(({ metric }) => metric === 'error_rate')?.value;
      },
    ],
  ])('%s', (name, of) => {
    const value = golden(name) as number;
    expect(Math.abs((of() as number) - value)).toBeLessThanOrEqual(1e-12 + 1e-9 * value);
  });

  test('each has no value where it is 0/0', () => {
    expect(contrast([0, 0])).toBeUndefined();
    expect(gini([0, 0])).toBeUndefined();
    expect(throughput(5, 0)).toBeUndefined();
    expect(waitingShare(0, 0)).toBeUndefined();
  });
});
