import fc from 'fast-check';
import { expect, test } from 'vitest';
import { performanceCatalogue } from '../../../src/metrics/catalogue.js';
import { measurePerformance } from '../../../src/metrics/measure-performance.js';
import { rankScores, rocArea, rocAuc } from '../../../src/metrics/ranking.js';
import { type Figure, judgeableNumber } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { binaryRoles, frameOf, multiclassRoles, regressionRoles } from '../../support/frames.js';

/** Labels and scores, with ties. */
const scored = fc.array(fc.record({ label: fc.integer({ min: 0, max: 1 }), score: fc.integer({ min: 0, max: 20 }) }), {
  minLength: 2,
  maxLength: 60,
});

const rank = (rows: ReadonlyArray<{ label: number; score: number }>, map: (score: number) => number) =>
  rankScores(
    Int8Array.from(rows, ({ label }) => label),
    Float64Array.from(rows, ({ score }) => map(score)),
  );

test('a strictly rising map of the scores leaves the ROC AUC and its interval as they are', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      expect(rocAuc(rank(rows, (score) => Math.exp(score / 3) - 7))).toEqual(rocAuc(rank(rows, (score) => score)));
    }),
  );
});

test('turned scores give one less the ROC AUC', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const auc = rocAuc(rank(rows, (score) => score));
      const turned = rocAuc(rank(rows, (score) => -score));
      if (auc.value === null) expect(turned.value).toBeNull();
      else expect(turned.value).toBeCloseTo(1 - (auc.value as number), 12);
    }),
  );
});

test('ROC AUC and its variance are those of the pairs, counted one by one', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const positives = rows.filter(({ label }) => label === 1);
      const negatives = rows.filter(({ label }) => label === 0);
      fc.pre(positives.length > 1 && negatives.length > 1);
      const credit = (a: number, b: number): number => (a > b ? 1 : a === b ? 0.5 : 0);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const ofPositives = positives.map((p) => mean(negatives.map((q) => credit(p.score, q.score))));
      const ofNegatives = negatives.map((q) => mean(positives.map((p) => credit(p.score, q.score))));
      const variance = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
      const { area, variance: found } = rocArea(rank(rows, (score) => score));
      expect(area).toBeCloseTo(mean(ofPositives), 12);
      expect(found).toBeCloseTo(variance(ofPositives) + variance(ofNegatives), 12);
    }),
  );
});

const byId = (figures: readonly Figure[]): ReadonlyMap<string, Figure> =>
  new Map(figures.map((figure) => [figure.id, figure]));
const measure = (frame: Frame, roles: Roles): readonly Figure[] =>
  measurePerformance(frame, roles, 'current', { metrics: 'all' });

const decided = fc.array(
  fc.record({
    label: fc.constantFrom('0', '1', null),
    prediction: fc.constantFrom('0', '1', null),
    score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null)),
  }),
  { maxLength: 40 },
);

const binaryFrame = (
  rows: ReadonlyArray<{ label: string | null; prediction: string | null; score: number | null }>,
): Frame =>
  frameOf({
    label: rows.map(({ label }) => label),
    prediction: rows.map(({ prediction }) => prediction),
    score: rows.map(({ score }) => score),
  });

test('the order of the rows changes no binary figure but those that break ties by it', () => {
  fc.assert(
    fc.property(decided, (rows) => {
      const there = byId(measure(binaryFrame(rows), binaryRoles()));
      const back = byId(measure(binaryFrame([...rows].reverse()), binaryRoles()));
      for (const [id, figure] of there) {
        if (/gain|lift/.test(id)) continue;
        const other = back.get(id);
        if (typeof figure.value === 'number') expect(other?.value, id).toBeCloseTo(figure.value, 9);
        else expect(other?.value, id).toEqual(figure.value);
      }
    }),
  );
});

const cells = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'b', 'c', 'd')), {
  maxLength: 40,
});
const numbers = fc.array(
  fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
  { maxLength: 40 },
);

test('every figure stands in the catalogue and keeps within its range, value and interval', () => {
  const ranges = new Map(performanceCatalogue.map(({ name, range }) => [name, range]));
  fc.assert(
    fc.property(decided, cells, numbers, (rows, classes, pairs) => {
      const figures = [
        ...measure(binaryFrame(rows), binaryRoles()),
        ...measure(
          frameOf({ label: classes.map(([label]) => label), prediction: classes.map(([, z]) => z) }),
          multiclassRoles(),
        ),
        ...measure(frameOf({ label: pairs.map(([y]) => y), prediction: pairs.map(([, z]) => z) }), regressionRoles()),
      ];
      for (const figure of figures) {
        expect(ranges.has(figure.metric), figure.metric).toBe(true);
        const value = judgeableNumber(figure);
        const range = ranges.get(figure.metric);
        if (value === undefined || !range) continue;
        const [low, high] = [range[0] ?? -Infinity, range[1] ?? Infinity];
        expect(value, figure.id).toBeGreaterThanOrEqual(low);
        expect(value, figure.id).toBeLessThanOrEqual(high + 1e-12);
      }
    }),
  );
});

/** Whole numbers, whose squares neither underflow nor lose digits. */
const whole = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 })), {
  maxLength: 40,
});

test('errors follow the scale of the label, and R² does not', () => {
  fc.assert(
    fc.property(whole, fc.constantFrom(0.25, 2, 1024), (pairs, scale) => {
      fc.pre(pairs.length > 1);
      const of = (factor: number): ReadonlyMap<string, Figure> =>
        byId(
          measure(
            frameOf({ label: pairs.map(([y]) => y * factor), prediction: pairs.map(([, z]) => z * factor) }),
            regressionRoles(),
          ),
        );
      const [plain, scaled] = [of(1), of(scale)];
      for (const metric of ['mae', 'rmse', 'median_ae', 'max_error', 'mean_error', 'std_error', 'pinball_0.9']) {
        const id = `performance/current/${metric}`;
        const value = plain.get(id)?.value as number;
        expect((scaled.get(id)?.value as number) / scale).toBeCloseTo(value, 6);
      }
      const r2 = plain.get('performance/current/r2')?.value as number;
      expect(scaled.get('performance/current/r2')?.value).toBeCloseTo(r2, 6);
    }),
  );
});
