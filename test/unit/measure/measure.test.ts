import { describe, expect, test } from 'vitest';
import { estimateCatalogue } from '../../../src/estimation/catalogue.js';
import { fairnessCatalogue } from '../../../src/fairness/catalogue.js';
import { measureReference, measureWindow, MEASURED_FAMILIES } from '../../../src/measure/measure.js';
import { performanceCatalogue } from '../../../src/metrics/catalogue.js';
import type { Figure } from '../../../src/model/figure.js';
import { runtimeCatalogue } from '../../../src/runtime/catalogue.js';
import { readCase } from '../../golden/read-case.js';
import { frameOf } from '../../support/frames.js';

const families = MEASURED_FAMILIES;
/** What only a reference has: later windows are held against it. */
const BY_LEVEL = ['accuracy_by_level', 'mae_by_level'];
const golden = readCase('german-credit');
const ids = (figures: readonly Figure[]): string[] => figures.map(({ id }) => id);
const familiesIn = (figures: readonly Figure[]): string[] => [...new Set(figures.map(({ family }) => family))];

describe.each(['default', 'all'] as const)('the %s figures of a window', (metrics) => {
  const reference = measureReference(golden.reference, golden.roles, { metrics, estimates: true });
  const figures = measureWindow(golden.current, reference, golden.roles, {
    families,
    metrics,
    windowSeconds: 60,
    referenceFrame: golden.reference,
  });

  test('come family by family, with unique ids', () => {
    expect(familiesIn(figures)).toEqual([
      'quality',
      'drift',
      'performance',
      'fairness',
      'runtime',
      'estimate',
      'segment',
      'security',
    ]);
    expect(new Set(ids(figures)).size).toBe(figures.length);
    expect(familiesIn(reference.figures)).toEqual(['quality', 'performance', 'fairness', 'runtime', 'estimate']);
    expect(new Set(ids(reference.figures)).size).toBe(reference.figures.length);
    expect(new Set(reference.figures.map(({ on }) => on))).toEqual(new Set(['reference']));
  });

  test('are the same when measured again', () => {
    const again = measureWindow(golden.current, reference, golden.roles, {
      families,
      metrics,
      windowSeconds: 60,
      referenceFrame: golden.reference,
    });
    expect(again).toEqual(figures);
  });

  test('are those of the families asked for', () => {
    const only = measureWindow(golden.current, reference, golden.roles, { families: ['fairness', 'quality'], metrics });
    expect(familiesIn(only)).toEqual(['quality', 'fairness']);
  });
});

test('without a reference there is no drift and no estimate, and everything else stands', () => {
  const figures = measureWindow(golden.current, null, golden.roles, {
    families,
    metrics: 'default',
    windowSeconds: 60,
  });
  expect(familiesIn(figures)).toEqual(['quality', 'performance', 'fairness', 'runtime', 'segment', 'security']);
});

test('figures can be asked for by name', () => {
  const figures = measureWindow(golden.current, null, golden.roles, {
    families,
    metrics: ['recall', 'requests', 'missing_share'],
    windowSeconds: 60,
  });
  expect(new Set(figures.map(({ metric }) => metric))).toEqual(new Set(['missing_share', 'recall', 'requests']));
});

test('confidence and evidence reach the figures', () => {
  const measure = (options: { confidence?: number; evidence?: { minimumGroupRows: number } }): readonly Figure[] =>
    measureWindow(golden.current, null, golden.roles, { families, metrics: 'default', windowSeconds: 60, ...options });
  const width = (figures: readonly Figure[]): number => {
    const accuracy = figures.find(({ id }) => id === 'performance/current/accuracy');
    const [low, high] = (accuracy?.value !== null && accuracy?.interval) || [0, 0];
    return high - low;
  };
  expect(width(measure({ confidence: 0.8 }))).toBeLessThan(width(measure({})) / 1.5);
  const strict = measure({ evidence: { minimumGroupRows: 10_000 } });
  const ratios = strict.filter(({ metric }) => metric === 'selection_rate_to_rest');
  expect(ratios.length).toBeGreaterThan(0);
  expect(ratios.every(({ value }) => value === null)).toBe(true);
});

test('every metric of the catalogues is measured somewhere, and no other', () => {
  const cases = ['german-credit', 'wine', 'diabetes-p1'].map(readCase);
  const timed = frameOf({ took: [5, 7], code: ['500', null] });
  const used = { processing: 'took', cpu: 'took', memory: 'took', gpu: 'took' };
  const roles = { ...golden.roles, ...used, latency: 'took', error: 'code' };
  const labelled = frameOf({ y: ['1', null], at: [0, 5], came: [9, 9] });
  const arriving = { ...golden.roles, label: 'y', time: 'at', arrived: 'came' };
  const figures = [
    ...measureWindow(labelled, null, arriving, { families: ['performance'], metrics: 'all' }),
    ...cases.flatMap((one) =>
      measureWindow(one.current, measureReference(one.reference, one.roles, { metrics: 'all' }), one.roles, {
        families: ['performance', 'fairness'],
        metrics: 'all',
      }),
    ),
    ...cases.flatMap((one) => measureReference(one.reference, one.roles, { metrics: BY_LEVEL }).figures),
    ...cases.flatMap((one) =>
      measureReference(one.reference, one.roles, { metrics: 'all', estimates: true }).figures.filter(
        ({ family }) => family === 'estimate',
      ),
    ),
    ...measureWindow(timed, null, roles, { families: ['runtime'], metrics: 'all', windowSeconds: 1 }),
  ];
  const measured = new Set(figures.map(({ family, metric }) => `${family}/${metric}`));
  const described = [...performanceCatalogue, ...fairnessCatalogue, ...runtimeCatalogue, ...estimateCatalogue].map(
    ({ family, name }) => `${family}/${name}`,
  );
  expect(new Set(described).size).toBe(described.length);
  expect([...measured].sort()).toEqual([...described].sort());
});
