/** Whatever a source gives: every figure of every family is a number that can be, or says why there is none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureAnomaly } from '../../src/anomaly/measure-anomaly.js';
import { driftCatalogue } from '../../src/drift/descriptions.js';
import { estimateCatalogue } from '../../src/estimation/catalogue.js';
import { fairnessCatalogue } from '../../src/fairness/catalogue.js';
import { MEASURED_FAMILIES, measureReference, measureWindow } from '../../src/measure/measure.js';
import { performanceCatalogue } from '../../src/metrics/catalogue.js';
import type { Figure, FigureValue } from '../../src/model/figure.js';
import type { Frame, Task } from '../../src/model/frame.js';
import type { MetricDescription } from '../../src/model/metric-description.js';
import { qualityCatalogue } from '../../src/quality/descriptions.js';
import { flowCatalogue } from '../../src/quality/measure-flow.js';
import { runtimeCatalogue } from '../../src/runtime/catalogue.js';
import { securityCatalogue } from '../../src/security/catalogue.js';
import { segmentCatalogue } from '../../src/segments/catalogue.js';
import { anyRows, frameOfRows, rolesOfTask, TASKS } from './any-frame.js';

const RANGES = new Map(
  [
    ...[driftCatalogue, estimateCatalogue, fairnessCatalogue, performanceCatalogue],
    ...[qualityCatalogue, flowCatalogue, runtimeCatalogue, segmentCatalogue, securityCatalogue],
  ]
    .flat()
    .map(({ family, name, range }): readonly [string, MetricDescription['range']] => [`${family}/${name}`, range]),
);

/** Measuring is too slow to look for the smallest frame with a fault; what is wrong is named all the same. */
const AS_FOUND = { endOnFailure: true } as const;

/** Sums of as many roundings as a small frame has rows. */
const ROUNDING = 1e-9;

function numbersIn(value: FigureValue): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' ? value.flatMap(numbersIn) : [];
}

/** What no figure may be, in words; empty where all is well. */
function faultsOf(figure: Figure): readonly string[] {
  const faults: string[] = [];
  const { id, n } = figure;
  if (!(n >= 0) || !Number.isInteger(n)) faults.push(`${id}: n is ${String(n)}`);
  if (figure.value === null) {
    if (figure.reason.trim() === '') faults.push(`${id}: no value and no reason`);
    return faults;
  }
  const { value, interval } = figure;
  if (!numbersIn(value).every(Number.isFinite)) faults.push(`${id}: ${JSON.stringify(value)} is not finite`);
  if (typeof value !== 'number') return faults;
  const [low, high] = RANGES.get(`${figure.family}/${figure.metric}`) ?? [null, null];
  const beyond = (low ?? -Infinity) - value > ROUNDING || value - (high ?? Infinity) > ROUNDING;
  if (beyond) faults.push(`${id}: ${String(value)} lies outside ${String(low)} to ${String(high)}`);
  if (interval === undefined) return faults;
  const slack = ROUNDING * (1 + Math.abs(value));
  if (!interval.every(Number.isFinite)) faults.push(`${id}: its interval ${String(interval)} is not finite`);
  if (interval[0] > value + slack || interval[1] < value - slack)
    faults.push(`${id}: ${String(value)} lies outside its interval ${String(interval)}`);
  return faults;
}

function allFigures(reference: Frame, current: Frame, task: Task): readonly Figure[] {
  const roles = rolesOfTask(task);
  const before = measureReference(reference, roles, { metrics: 'all', windowSeconds: 60, segments: true });
  const now = measureWindow(current, before, roles, {
    ...{ families: MEASURED_FAMILIES, metrics: 'all', windowSeconds: 60, windowEnd: 0 },
    ...{ referenceFrame: reference, chunkRows: 10 },
  });
  return [...before.figures, ...now, ...measureAnomaly(reference, current, roles)];
}

describe.each(TASKS)('%s: over any two periods', (task) => {
  test('no figure is NaN, infinite, beyond its range or outside its own interval, and none is missing without a reason', () => {
    fc.assert(
      fc.property(anyRows, anyRows, (before, now) => {
        const figures = allFigures(frameOfRows(before, task), frameOfRows(now, task), task);
        expect(figures.flatMap(faultsOf)).toEqual([]);
      }),
      { ...AS_FOUND, numRuns: 60 },
    );
  });

  test('each id stands once', () => {
    fc.assert(
      fc.property(anyRows, anyRows, (before, now) => {
        const ids = allFigures(frameOfRows(before, task), frameOfRows(now, task), task).map(({ id }) => id);
        expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
      }),
      { ...AS_FOUND, numRuns: 20 },
    );
  });

  test('measuring leaves the rows as they were, and gives the same figures again', () => {
    fc.assert(
      fc.property(anyRows, anyRows, (before, now) => {
        const [reference, current] = [frameOfRows(before, task), frameOfRows(now, task)];
        const once = allFigures(reference, current, task);
        expect(reference).toEqual(frameOfRows(before, task));
        expect(current).toEqual(frameOfRows(now, task));
        expect(allFigures(reference, current, task)).toEqual(once);
      }),
      { ...AS_FOUND, numRuns: 20 },
    );
  });
});

test('a figure that is not finite, beyond its range or without a reason would be noticed', () => {
  const figure = (more: object): Figure => ({
    id: 'a',
    family: 'performance',
    metric: 'accuracy',
    on: 'current',
    n: 1,
    value: 0.5,
    ...more,
  });
  expect(faultsOf(figure({}))).toEqual([]);
  for (const fault of [
    { value: NaN },
    { value: [1, [Infinity]] },
    { value: 1.1 },
    { value: null, reason: ' ' },
    { n: NaN },
  ])
    expect(faultsOf(figure(fault)), JSON.stringify(fault)).toHaveLength(1);
  expect(faultsOf(figure({ interval: [0.6, 0.7] }))).toHaveLength(1);
});
