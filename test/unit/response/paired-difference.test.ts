import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { pairedAucDifference, pairedLossDifference } from '../../../src/response/paired-difference.js';

const positive = Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0);
const champion = Float64Array.of(0.9, 0.8, 0.4, 0.6, 0.3, 0.5, 0.2, 0.4, 0.1, 0.7, 0.3);
const candidate = Float64Array.of(0.95, 0.7, 0.65, 0.6, 0.2, 0.5, 0.1, 0.6, 0.15, 0.4, 0.3);

describe('two areas under the ROC curve on the same rows', () => {
  test('have DeLong’s interval of their difference, ties counted half', () => {
    // numpy: psi over all pairs, covariance of the structural components, scipy.stats.norm.ppf(0.975)
    const found = pairedAucDifference(positive, champion, candidate, 0.95);
    expect(found?.champion).toBeCloseTo(0.7666666666666667, 12);
    expect(found?.candidate).toBeCloseTo(0.85, 12);
    expect(found?.improvement).toBeCloseTo(0.08333333333333326, 12);
    expect(found?.interval[0]).toBeCloseTo(-0.14227546386703555, 10);
    expect(found?.interval[1]).toBeCloseTo(0.30894213053370206, 10);
  });

  test('differ by exactly nothing where both rank alike, whatever the scale of their scores', () => {
    const found = pairedAucDifference(positive, champion, champion.map(Math.sqrt), 0.95);
    expect(found?.improvement).toBe(0);
    expect(found?.interval).toEqual([0, 0]);
  });

  test('change sides when champion and candidate do', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 12 });
    const labels = Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0);
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const there = pairedAucDifference(labels, Float64Array.from(a), Float64Array.from(b), 0.9);
        const back = pairedAucDifference(labels, Float64Array.from(b), Float64Array.from(a), 0.9);
        expect(there?.improvement).toBeCloseTo(-(back?.improvement ?? Number.NaN), 12);
        expect(there?.interval[0]).toBeCloseTo(-(back?.interval[1] ?? Number.NaN), 12);
      }),
    );
  });

  test('have no interval with fewer than two rows of a class', () => {
    expect(pairedAucDifference(Uint8Array.of(1, 0, 0), champion.slice(0, 3), candidate.slice(0, 3), 0.95)).toBe(
      undefined,
    );
  });
});

describe('two mean losses on the same rows', () => {
  test('have Student’s interval of their row-by-row difference', () => {
    // scipy.stats.ttest_rel of |error| of both models; .confidence_interval(0.95)
    const old = Float64Array.of(0.5, 0.5, 0.5, 1, 0.5, 0.4);
    const fresh = Float64Array.of(0.1, 0.1, 0.1, 0.5, 0.1, 0.2);
    const found = pairedLossDifference(old, fresh, 0.95);
    expect(found?.champion).toBeCloseTo(0.5666666666666668, 12);
    expect(found?.candidate).toBeCloseTo(0.18333333333333335, 12);
    expect(found?.interval[0]).toBeCloseTo(0.2801536523455328, 9);
    expect(found?.interval[1]).toBeCloseTo(0.4865130143211339, 9);
  });

  test('have none where a sum is not finite, or with one row', () => {
    expect(pairedLossDifference(Float64Array.of(1, Infinity), Float64Array.of(1, 2), 0.95)).toBe(undefined);
    expect(pairedLossDifference(Float64Array.of(1), Float64Array.of(2), 0.95)).toBe(undefined);
  });
});
