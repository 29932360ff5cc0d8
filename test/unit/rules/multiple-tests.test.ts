import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjust, benjaminiHochberg, certainTogether, holm } from '../../../src/rules/multiple-tests.js';

/** The example of Benjamini and Hochberg (1995), section 3.2: fifteen p-values of one trial. */
const TRIAL = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

const rejected = (p: readonly number[], level: number): number => p.filter((one) => one <= level).length;

describe('corrections for many tests', () => {
  it('rejects four of the fifteen p-values of Benjamini and Hochberg’s example at 0.05, and three by Holm', () => {
    expect(rejected(benjaminiHochberg(TRIAL), 0.05)).toBe(4);
    expect(rejected(holm(TRIAL), 0.05)).toBe(3);
    expect(rejected(adjust(TRIAL, 'none'), 0.05)).toBe(9);
  });

  it.each([
    // R 4: p.adjust(p, "BH") and p.adjust(p, "holm")
    { p: [0.01, 0.02, 0.03, 0.04, 0.05], bh: [0.05, 0.05, 0.05, 0.05, 0.05], holm: [0.05, 0.08, 0.09, 0.09, 0.09] },
    { p: [0.05, 0.01, 0.8], bh: [0.075, 0.03, 0.8], holm: [0.1, 0.03, 0.8] },
    { p: [0.6, 0.6, 0.6], bh: [0.6, 0.6, 0.6], holm: [1, 1, 1] },
    { p: [0.02], bh: [0.02], holm: [0.02] },
    { p: [], bh: [], holm: [] },
    { p: [0, 1], bh: [0, 1], holm: [0, 1] },
  ])('adjusts $p as R does, in the order given', ({ p, ...expected }) => {
    benjaminiHochberg(p).forEach((value, index) => expect(value).toBeCloseTo(expected.bh[index] ?? NaN, 12));
    holm(p).forEach((value, index) => expect(value).toBeCloseTo(expected.holm[index] ?? NaN, 12));
    expect(benjaminiHochberg(p)).toHaveLength(p.length);
  });

  const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });

  it('keeps the order of the p-values, never lowers one, and stays below 1', () => {
    fc.assert(
      fc.property(ps, (p) => {
        for (const adjusted of [benjaminiHochberg(p), holm(p)]) {
          for (let i = 0; i < p.length; i += 1) {
            expect(adjusted[i]!).toBeGreaterThanOrEqual(p[i]! * (1 - 1e-12));
            expect(adjusted[i]!).toBeLessThanOrEqual(1);
            for (let j = 0; j < p.length; j += 1) {
              if (p[i]! <= p[j]!) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
            }
          }
        }
      }),
    );
  });

  it('never rejects less when a p-value falls, and never more by Holm than by Benjamini–Hochberg', () => {
    fc.assert(
      fc.property(ps, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (p, at, factor) => {
        if (p.length === 0) return;
        const lower = [...p];
        lower[at % p.length] = p[at % p.length]! * factor;
        const before = benjaminiHochberg(p);
        benjaminiHochberg(lower).forEach((value, i) => expect(value).toBeLessThanOrEqual(before[i]! * (1 + 1e-12)));
        expect(rejected(holm(p), 0.05)).toBeLessThanOrEqual(rejected(before, 0.05));
      }),
    );
  });

  it('decides by intervals exactly what Holm decides by p-values', () => {
    fc.assert(
      fc.property(ps, fc.constantFrom(0.9, 0.95, 0.99), (p, certainty) => {
        const { certain } = certainTogether(p.length, certainty, (i, confidence) => p[i]! <= 1 - confidence);
        const adjusted = holm(p);
        // Where p times its rank meets the level to the last digit, the two roundings may differ.
        fc.pre(adjusted.every((value) => Math.abs(value - (1 - certainty)) > 1e-9));
        expect(certain).toEqual(adjusted.map((value) => value <= 1 - certainty));
      }),
    );
  });
});
