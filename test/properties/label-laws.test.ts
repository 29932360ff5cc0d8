/** What happens to performance and fairness when labels, predictions, classes, groups or rows change places. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureFairness } from '../../src/fairness/measure-fairness.js';
import { MEASURED_FAMILIES, measureReference, measureWindow } from '../../src/measure/measure.js';
import { measurePerformance } from '../../src/metrics/measure-performance.js';
import type { Figure, FigureValue } from '../../src/model/figure.js';
import type { Frame, Roles, Task } from '../../src/model/frame.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../support/frames.js';
import { frameOfRows, rolesOfTask, tameRows, TASKS } from './any-frame.js';

type Values = ReadonlyMap<string, FigureValue | null>;

const valuesOf = (figures: readonly Figure[], prefix: string): Values =>
  new Map(figures.map(({ id, value }) => [id.replace(prefix, ''), value]));

function performance(frame: Frame, roles: Roles): Values {
  return valuesOf(measurePerformance(frame, roles, 'current', { metrics: 'all' }), 'performance/current/');
}

/** Some distances are roots of what is left of 1: their last eight digits are rounding where they are next to nothing. */
const ROUNDING = 1e-7;

function isClose(got: FigureValue | null | undefined, wanted: FigureValue | null | undefined): boolean {
  if (typeof got === 'number' && typeof wanted === 'number')
    return Math.abs(got - wanted) <= ROUNDING * (1 + Math.abs(wanted));
  if (Array.isArray(got) && Array.isArray(wanted))
    return (
      got.length === wanted.length && got.every((value: FigureValue, at) => isClose(value, wanted[at] as FigureValue))
    );
  return got === wanted;
}

function expectClose(got: FigureValue | null | undefined, wanted: FigureValue | null | undefined, what: string): void {
  expect(isClose(got, wanted), `${what}: ${JSON.stringify(got)} against ${JSON.stringify(wanted)}`).toBe(true);
}

const binary = fc.array(
  fc.record({
    label: fc.constantFrom('0', '1'),
    prediction: fc.constantFrom('0', '1'),
    score: fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
  }),
  { minLength: 1, maxLength: 50 },
);

function binaryFrame(
  rows: ReadonlyArray<{ label: string; prediction: string; score: number }>,
  change: (row: { label: string; prediction: string; score: number }) => object = () => ({}),
): Frame {
  const changed = rows.map((row) => ({ ...row, ...change(row) }));
  return frameOf({
    label: changed.map(({ label }) => label),
    prediction: changed.map(({ prediction }) => prediction),
    score: changed.map(({ score }) => score),
  });
}

describe('a binary classifier', () => {
  test('with label and prediction swapped: precision and recall change places, what is symmetric stays', () => {
    fc.assert(
      fc.property(binary, (rows) => {
        const plain = performance(binaryFrame(rows), binaryRoles());
        const swapped = performance(
          binaryFrame(rows, ({ label, prediction }) => ({ label: prediction, prediction: label })),
          binaryRoles(),
        );
        expectClose(swapped.get('precision'), plain.get('recall'), 'precision');
        expectClose(swapped.get('recall'), plain.get('precision'), 'recall');
        for (const metric of ['accuracy', 'f1', 'mcc', 'cohen_kappa'])
          expectClose(swapped.get(metric), plain.get(metric), metric);
      }),
    );
  });

  test('with the other class as the positive one: recall and specificity change places, what is symmetric stays', () => {
    fc.assert(
      fc.property(binary, (rows) => {
        const plain = performance(binaryFrame(rows), binaryRoles());
        const other = performance(
          binaryFrame(rows, ({ score }) => ({ score: 1 - score })),
          binaryRoles({ positive: '0' }),
        );
        expectClose(other.get('recall'), plain.get('specificity'), 'recall');
        expectClose(other.get('specificity'), plain.get('recall'), 'specificity');
        for (const metric of [
          'accuracy',
          'balanced_accuracy',
          'mcc',
          'cohen_kappa',
          'roc_auc',
          'score_ks',
          'log_loss',
          'brier',
        ])
          expectClose(other.get(metric), plain.get(metric), metric);
        const gap = plain.get('calibration_gap');
        expectClose(other.get('calibration_gap'), typeof gap === 'number' ? -gap : gap, 'calibration_gap');
      }),
    );
  });

  test('that says the opposite: accuracy is what was wrong before, the MCC changes its sign', () => {
    fc.assert(
      fc.property(binary, (rows) => {
        const plain = performance(binaryFrame(rows), binaryRoles());
        const opposite = performance(
          binaryFrame(rows, ({ prediction }) => ({ prediction: prediction === '1' ? '0' : '1' })),
          binaryRoles(),
        );
        expectClose(opposite.get('accuracy'), 1 - (plain.get('accuracy') as number), 'accuracy');
        expectClose(opposite.get('mcc'), -(plain.get('mcc') as number), 'mcc');
      }),
    );
  });

  test('means bound each other: F1 lies between precision and recall, balanced accuracy between recall and specificity', () => {
    fc.assert(
      fc.property(binary, (rows) => {
        fc.pre(new Set(rows.map(({ label }) => label)).size === 2 && rows.some(({ prediction }) => prediction === '1'));
        const of = performance(binaryFrame(rows), binaryRoles());
        const between = (metric: string, ...ends: readonly string[]): void => {
          const values = ends.map((end) => of.get(end) as number);
          expect(of.get(metric), metric).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
          expect(of.get(metric), metric).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        };
        between('f1', 'precision', 'recall');
        between('balanced_accuracy', 'recall', 'specificity');
        expect(of.get('brier')).toBeLessThanOrEqual(of.get('log_loss') as number);
        // The mean error of a calibration is at most that of its bins.
        expect(Math.abs(of.get('calibration_gap') as number)).toBeLessThanOrEqual((of.get('ece') as number) + 1e-12);
      }),
    );
  });
});

const classes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c')), {
  minLength: 1,
  maxLength: 50,
});

test('several classes under other names: averages stay, and each class keeps its own figures', () => {
  const names = new Map([
    ['a', 'zebra'],
    ['b', '𝒳'],
    ['c', 'a'],
  ]);
  fc.assert(
    fc.property(classes, (rows) => {
      const measure = (name: (text: string) => string): Values =>
        performance(
          frameOf({ label: rows.map(([y]) => name(y)), prediction: rows.map(([, z]) => name(z)) }),
          multiclassRoles(),
        );
      const plain = measure((text) => text);
      const renamed = measure((text) => names.get(text) ?? text);
      for (const [id, value] of plain) {
        const [metric, name] = id.split('/');
        if (metric === 'confusion_matrix') continue;
        expectClose(renamed.get(name === undefined ? id : `${String(metric)}/${String(names.get(name))}`), value, id);
      }
    }),
  );
});

test('an accuracy is the recall averaged by how often each class is the label, whatever the classes', () => {
  fc.assert(
    fc.property(classes, (rows) => {
      const frame = frameOf({ label: rows.map(([y]) => y), prediction: rows.map(([, z]) => z) });
      const of = performance(frame, multiclassRoles());
      expectClose(of.get('recall_weighted'), of.get('accuracy'), 'recall_weighted');
      expectClose(of.get('f1_micro'), of.get('accuracy'), 'f1_micro');
    }),
  );
});

const pairs = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 })), {
  minLength: 2,
  maxLength: 50,
});

describe('a regression', () => {
  const measure = (rows: ReadonlyArray<readonly [number, number]>): Values =>
    performance(frameOf({ label: rows.map(([y]) => y), prediction: rows.map(([, z]) => z) }), regressionRoles());

  test('errors do not see a shift of label and prediction, nor which of the two is which', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -999, max: 999 }), (rows, by) => {
        const [plain, moved] = [measure(rows), measure(rows.map(([y, z]) => [y + by, z + by] as const))];
        const swapped = measure(rows.map(([y, z]) => [z, y] as const));
        for (const metric of ['mae', 'mse', 'rmse', 'median_ae', 'max_error', 'std_error']) {
          expectClose(moved.get(metric), plain.get(metric), metric);
          expectClose(swapped.get(metric), plain.get(metric), metric);
        }
        for (const metric of ['r2', 'explained_variance', 'prediction_slope', 'mean_error'])
          expectClose(moved.get(metric), plain.get(metric), metric);
        expectClose(swapped.get('mean_error'), -(plain.get('mean_error') as number), 'mean_error');
      }),
    );
  });

  test('means of errors are in order, and the mean square is bias squared and spread together', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const of = measure(rows);
        const value = (metric: string): number => of.get(metric) as number;
        expect(Math.abs(value('mean_error'))).toBeLessThanOrEqual(value('mae') + 1e-9);
        expect(value('mae')).toBeLessThanOrEqual(value('rmse') + 1e-9);
        expect(value('rmse')).toBeLessThanOrEqual(value('max_error') + 1e-9);
        const spread = (value('std_error') ** 2 * (rows.length - 1)) / rows.length;
        expectClose(value('mean_error') ** 2 + spread, value('mse'), 'mse');
        expect(value('r2')).toBeLessThanOrEqual(value('explained_variance') + 1e-9);
      }),
    );
  });
});

const grouped = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c'),
    label: fc.constantFrom('0', '1', null),
    prediction: fc.constantFrom('0', '1', null),
    score: fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
  }),
  { maxLength: 60 },
);

test('groups under other names: every disparity stays, and each group keeps its own figures', () => {
  const names = new Map([
    ['a', 'zebra'],
    ['b', '𝒳/y|z'],
    ['c', 'a'],
  ]);
  fc.assert(
    fc.property(grouped, (rows) => {
      const measure = (name: (text: string) => string): Values => {
        const frame = frameOf({
          label: rows.map(({ label }) => label),
          prediction: rows.map(({ prediction }) => prediction),
          score: rows.map(({ score }) => score),
          group: rows.map(({ group }) => name(group)),
        });
        const roles = binaryRoles({ sensitive: [['group']], privileged: { group: name('a') } });
        const options = { metrics: 'all', minimumRows: 3, minimumDenominator: 2 } as const;
        const figures = measureFairness(frame, roles, 'current', options);
        return new Map(figures.map(({ metric, group, value }) => [JSON.stringify([metric, group]), value]));
      };
      const plain = measure((text) => text);
      const renamed = measure((text) => names.get(text) ?? text);
      expect(renamed.size).toBe(plain.size);
      for (const [key, value] of plain) {
        const [metric, group] = JSON.parse(key) as [string, string | null];
        const name = group === null ? undefined : (names.get(group) ?? group);
        expectClose(renamed.get(JSON.stringify([metric, name])), value, key);
      }
    }),
  );
});

/** What depends on which rows come first, by its definition. */
const BY_ROW_ORDER = /gain_10|lift_10|mmd_squared|stuck_share|domain_classifier|^estimate\/|^segment\//;

describe.each(TASKS)('%s: rows in another order', (task: Task) => {
  test('change no figure but those that take the first rows, break ties by them or cut them into chunks', () => {
    const roles = rolesOfTask(task);
    const measure = (before: Frame, now: Frame): Values => {
      const reference = measureReference(before, roles, { metrics: 'all' });
      const figures = measureWindow(now, reference, roles, {
        ...{ families: MEASURED_FAMILIES, metrics: 'all', windowSeconds: 60, referenceFrame: before },
      });
      return valuesOf([...reference.figures, ...figures], '');
    };
    const seeds = fc.array(fc.nat(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(tameRows, tameRows, seeds, (before, now, order) => {
        const shuffled = <T>(rows: readonly T[]): readonly T[] =>
          rows
            .map((row, at) => ({ row, key: order[at % order.length] as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ row }) => row);
        const plain = measure(frameOfRows(before, task), frameOfRows(now, task));
        const other = measure(frameOfRows(shuffled(before), task), frameOfRows(shuffled(now), task));
        expect([...other.keys()].sort()).toEqual([...plain.keys()].sort());
        for (const [id, value] of plain) if (!BY_ROW_ORDER.test(id)) expectClose(other.get(id), value, id);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
