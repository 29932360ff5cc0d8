/** Anomalies: rules of thumb, learned detectors, thresholds, and what is done about them. */
import { describe, expect, test } from 'vitest';
import { measureAnomaly } from '../../src/anomaly/measure-anomaly.js';
import { newestDeviation, seriesAnomalies } from '../../src/anomaly/series.js';
import type { Frame } from '../../src/model/frame.js';
import { drawNormal, randomFrom } from '../../src/numeric/random.js';
import { chooseRemedy, type Breach } from '../../src/response/policy.js';
import { cycleVerdict } from '../../src/rules/evaluate.js';
import { frameOf, regressionRoles } from '../support/frames.js';
import { figure, judge, reference, rule } from '../unit/rules/builders.js';
import { judged, tell } from '../unit/alerts/alert-story.js';
import { figureIn, valueIn } from './measured.js';

const ROWS = 300;
const roles = regressionRoles({ numeric: ['x', 'y'], planted: 'planted' });

/** Two normal columns; every tenth row lies far out, and is marked as planted, but in the clean period. */
function periods(): Record<'before' | 'now' | 'clean', Frame> {
  const random = randomFrom(7);
  const column = (far: (row: number) => number): number[] =>
    Array.from({ length: ROWS }, (_, row) => drawNormal(random) + far(row));
  const planted = (row: number): number => (row % 10 === 0 ? 1 : 0);
  const marks = Array.from({ length: ROWS }, (_, row) => planted(row));
  const far = (row: number): number => 9 * planted(row);
  return {
    before: frameOf({ x: column(far), y: column(far), planted: marks }),
    now: frameOf({ x: column(far), y: column(far), planted: marks }),
    clean: frameOf({ x: column(() => 0), y: column(() => 0) }),
  };
}

const { before, now, clean } = periods();
const ordinary = frameOf({
  x: Array.from({ length: ROWS }, (_, row) => Math.sin(row)),
  y: Array.from({ length: ROWS }, (_, row) => Math.cos(3 * row)),
});
const anomalies = measureAnomaly(before, now, roles);

describe('R41: the z-score', () => {
  test('counts values more than three standard deviations from the mean of the reference', () => {
    const current = frameOf({ x: [0, 0.5, 40, -40], y: [0, 0, 0, 0] });
    const figures = measureAnomaly(ordinary, current, regressionRoles({ numeric: ['x', 'y'] }));
    expect(figureIn(figures, 'anomaly/x/z_count')).toMatchObject({ value: 2, n: 4 });
  });

  test('finds the window whose figure is unlike those before it', () => {
    const history = [0.9, 0.91, 0.9, 0.89, 0.9, 0.91, 0.9, 0.89, 0.9, 0.6];
    expect(seriesAnomalies(history, { method: 'z' }).filter(({ anomalous }) => anomalous)).toMatchObject([{ at: 9 }]);
    expect(Math.abs(Number(newestDeviation(history, 'z').value))).toBeGreaterThan(1);
  });
});

describe('R42: learned detectors', () => {
  test('a one-class support vector machine tells planted anomalies from the rest', () => {
    expect(valueIn(measureAnomaly(clean, now, roles), 'anomaly/one_class_svm_auc')).toBeGreaterThan(0.99);
  });

  test('a random forest learns them from the reference', () => {
    expect(valueIn(anomalies, 'anomaly/random_forest_auc')).toBeGreaterThan(0.99);
    expect(valueIn(anomalies, 'anomaly/random_forest_share')).toBeCloseTo(0.1, 1);
  });
});

describe('R43: hostile inputs', () => {
  test('an isolation forest ranks planted anomalies first', () => {
    expect(valueIn(anomalies, 'anomaly/isolation_forest_auc')).toBeGreaterThan(0.95);
  });

  test('local outlier factors tell a lonely row from a crowd', () => {
    const crowd = Array.from({ length: 60 }, (_, row) => [Math.sin(row * row), Math.cos(7 * row)] as const);
    const cells = [...crowd, [9, 9] as const];
    const current = frameOf({ x: cells.map(([x]) => x), y: cells.map(([, y]) => y) });
    const factors = valueIn(measureAnomaly(ordinary, current, regressionRoles({ numeric: ['x', 'y'] })), 'anomaly/lof');
    const values = factors as readonly number[];
    expect(Math.min(...values)).toBe(values.at(-1));
    expect(values.at(-1)).toBeLessThan(-3);
  });
});

test('R44: a figure beyond its threshold breaches, the window with it, and the alert fires by itself', () => {
  const verdict = judge(rule({ limit: { kind: 'below', value: 0.75 } }), [figure('roc_auc', 0.6)]);
  expect(cycleVerdict([verdict])).toBe('breach');
  const { transitions } = tell([judged(1, 'clear'), judged(2, 'breach')]);
  expect(transitions.map(({ to }) => to)).toEqual(['firing']);
});

describe('R45: what is done about it', () => {
  test('the cause: of all features the one that moved most is named first, with its figures', () => {
    const drift = rule({
      metric: 'ks_statistic',
      scope: 'features',
      limit: { kind: 'above', value: 0.1 },
      certainty: null,
    });
    const of = (column: string, value: number) =>
      figure('ks_statistic', value, { on: 'both', family: 'drift', column });
    const verdict = judge(drift, [of('age', 0.12), of('balance', 0.6)], {
      referenceFigures: [reference('ks_statistic', 0, { column: 'age' })],
    });
    expect(verdict).toMatchObject({
      status: 'breach',
      breached: 2,
      evidence: [{ subject: 'balance' }, { subject: 'age' }],
    });
  });

  const auc: Breach = { rule: 'roc-auc', family: 'performance', severity: 'critical', action: 'remedy', version: 'v4' };
  const given = {
    breaches: [auc],
    serving: { version: 'v4', origin: 'release', windows: 2 },
    predecessor: 'v3',
    recentWindows: 3,
    defined: { retrain: true, rollback: true },
  } as const;

  test.each([
    ['a release that broke how the model is fed is rolled back', ['new-categories'], 'rollback'],
    ['a world that moved is answered by new data', [], 'retrain'],
  ])('%s', (_, feedBrokenSinceRelease, kind) => {
    expect(chooseRemedy({ ...given, feedBrokenSinceRelease })).toMatchObject({ kind });
  });
});
