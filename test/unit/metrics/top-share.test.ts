import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankScores, topShare } from '../../../src/metrics/ranking.js';

test('the best share is what sorting rows by score, ties in row order, would take', () => {
  const rows = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(-0, 0, 0.2, 0.5, 0.5000001, 0.9)), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, fc.constantFrom(0.05, 0.1, 0.5, 1), (given, top) => {
      const labels = Int8Array.from(given, ([label]) => label);
      const scores = Float64Array.from(given, ([, score]) => score);
      const { gain, lift } = topShare(rankScores(labels, scores), { labels, scores }, top);
      const positives = given.filter(([label]) => label === 1).length;
      if (positives === 0) {
        expect(gain).toMatchObject({ value: null, reason: 'no positive label' });
        return;
      }
      const best = [...given].sort(([, a], [, b]) => b - a).slice(0, Math.ceil(top * given.length));
      const hits = best.filter(([label]) => label === 1).length;
      expect(gain.value).toBe(hits / positives);
      expect(lift.value).toBeCloseTo(hits / positives / (best.length / given.length), 12);
    }),
  );
});
