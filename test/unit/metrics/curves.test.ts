import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { precisionRecallCurve, rocCurve } from '../../../src/metrics/curves.js';
import { averagePrecision, rankScores, rocAuc } from '../../../src/metrics/ranking.js';
import type { Estimate } from '../../../src/model/estimate.js';

function curves(labels: readonly number[], scores: readonly number[]): Record<'recall' | 'roc', Estimate> {
  const given = Float64Array.from(scores);
  const ranked = rankScores(Int8Array.from(labels), given);
  return { recall: precisionRecallCurve(ranked), roc: rocCurve(ranked) };
}

const pointsOf = ({ value }: Estimate): readonly (readonly number[])[] => value as readonly (readonly number[])[];

describe('ten rows with ties', () => {
  const { recall, roc } = curves(
    [0, 0, 1, 1, 0, 1, 0, 1, 1, 0],
    [0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.2, 0.4, 0.65, 0.65],
  );

  test('the precision–recall curve is that of scikit-learn 1.9.1', () => {
    expect(recall.n).toBe(5);
    expect(pointsOf(recall)).toEqual([
      [0.9, 0.2, 1],
      [0.8, 0.4, 1],
      [0.65, 0.6, 0.75],
      [0.4, 0.8, expect.closeTo(0.6666666666666666, 12)],
      [0.35, 1, 0.625],
      [0.2, 1, expect.closeTo(0.5555555555555556, 12)],
      [0.1, 1, 0.5],
    ]);
  });

  test('the ROC curve is that of scikit-learn 1.9.1', () => {
    expect(roc.n).toBe(5);
    expect(pointsOf(roc)).toEqual([
      [0.9, 0, 0.2],
      [0.8, 0, 0.4],
      [0.65, 0.2, 0.6],
      [0.4, 0.4, 0.8],
      [0.35, 0.6, 1],
      [0.2, 0.8, 1],
      [0.1, 1, 1],
    ]);
  });
});

const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 30 })), {
  minLength: 1,
  maxLength: 80,
});

test('the area under each curve is the figure of its name', () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const labels = rows.map(([label]) => label);
      fc.pre(labels.includes(0) && labels.includes(1));
      const scores = rows.map(([, score]) => score);
      const { recall, roc } = curves(labels, scores);
      const ranked = rankScores(Int8Array.from(labels), Float64Array.from(scores));
      let before = 0;
      let steps = 0;
      for (const [, found, precision] of pointsOf(recall) as [number, number, number][]) {
        steps += (found - before) * precision;
        before = found;
      }
      expect(steps).toBeCloseTo(averagePrecision(ranked).value as number, 12);
      let [x, y, trapezoids] = [0, 0, 0];
      for (const [, nextX, nextY] of pointsOf(roc) as [number, number, number][]) {
        trapezoids += ((nextX - x) * (nextY + y)) / 2;
        [x, y] = [nextX, nextY];
      }
      expect(trapezoids).toBeCloseTo(rocAuc(ranked).value as number, 12);
    }),
  );
});

test('of many distinct scores 200 points are kept, the first and the last among them', () => {
  const scores = Array.from({ length: 5000 }, (_, row) => row);
  const { recall, roc } = curves(
    scores.map((score) => score % 2),
    scores,
  );
  for (const points of [pointsOf(recall), pointsOf(roc)]) {
    expect(points).toHaveLength(200);
    expect(points.map(([score]) => score)).toEqual(points.map(([score]) => score).sort((a, b) => b! - a!));
    expect([points[0]?.[0], points.at(-1)?.[0]]).toEqual([4999, 0]);
    expect(points.at(-1)?.[1]).toBe(1);
  }
});

test.each([
  ['no rows', [], [], 'no rows with both label and score', 'no rows with both label and score'],
  ['no positive', [0, 0], [0.1, 0.2], 'no positive label', 'no positive label'],
  ['an infinite score', [0, 1], [0.1, Infinity], 'a score is infinite', 'a score is infinite'],
  ['no negative', [1, 1], [0.1, 0.2], null, 'no negative label'],
])('%s', (_, labels, scores, ofRecall, ofRoc) => {
  const { recall, roc } = curves(labels, scores);
  if (ofRecall === null) expect(pointsOf(recall)).toHaveLength(2);
  else expect(recall).toMatchObject({ value: null, reason: ofRecall });
  expect(roc).toMatchObject({ value: null, reason: ofRoc });
});
