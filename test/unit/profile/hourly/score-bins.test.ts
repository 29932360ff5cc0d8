import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherScores, scoreEdges, unpackScores } from '../../../../src/profile/hourly/outcomes/score-bins.js';
import { sortDoubles } from '../../../../src/numeric/sort.js';

/** Probabilities, scores of any size, and a few far out, which make all other edges crowd. */
const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, 0.5, 5e-324, 1e300, -Number.MAX_VALUE, Number.MAX_VALUE),
);

describe('bins of a score', () => {
  it('hold the scores that are at or above as many edges as the key says', () => {
    const many = fc.array(score, { maxLength: 1500 });
    fc.assert(
      fc.property(many, fc.array(score, { minLength: 1, maxLength: 50 }), (before, now) => {
        const edges = scoreEdges(sortDoubles(Float64Array.from(before)));
        const scores = Float64Array.from([...now, ...edges.subarray(0, 20), Infinity, -Infinity, NaN]);
        const labels = Int8Array.from(scores, (_, row) => row % 2);
        const { positives, negatives } = unpackScores(
          gatherScores(edges, { scores, labels, predictions: labels, foretold: undefined }),
        );
        const counted = (label: number): Map<number, number> => {
          const counts = new Map<number, number>();
          scores.forEach((one, row) => {
            if (Number.isNaN(one) || labels[row] !== label) return;
            const key = edges.filter((edge) => edge <= one).length;
            counts.set(key, (counts.get(key) ?? 0) + 1);
          });
          return counts;
        };
        for (const [bins, label] of [
          [positives, 1],
          [negatives, 0],
        ] as const) {
          expect(new Map([...bins.keys].map((key, at) => [key, bins.counts[at]]))).toEqual(counted(label));
        }
      }),
      { numRuns: 50 },
    );
  });
});
