import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../src/numeric/proportion.js';
import { differenceInterval, relativeInterval, rescale } from '../../../src/rules/interval.js';

const share = (successes: number, n: number, confidence: number) => ({
  value: successes / n,
  interval: wilsonInterval(successes, n, confidence),
});

describe('intervals of changes', () => {
  it.each([
    // Newcombe (1998), table II, method 10 ("score, no continuity correction"), 95 %
    { a: [56, 70], b: [48, 80], low: 0.0524, high: 0.3339 },
    { a: [9, 10], b: [3, 10], low: 0.1705, high: 0.809 },
    { a: [10, 10], b: [0, 20], low: 0.6791, high: 1 },
    { a: [0, 10], b: [0, 20], low: -0.1611, high: 0.2775 },
  ])('gives Newcombe’s interval for $a against $b', ({ a, b, low, high }) => {
    const interval = differenceInterval(share(a[0]!, a[1]!, 0.95), share(b[0]!, b[1]!, 0.95));
    expect(interval?.[0]).toBeCloseTo(low, 3.5);
    expect(interval?.[1]).toBeCloseTo(high, 3.5);
  });

  it('takes a figure without an interval as known exactly, and has none where both have none', () => {
    const interval = differenceInterval({ value: 0.5, interval: [0.4, 0.6] }, { value: 0.3 });
    expect(interval?.[0]).toBeCloseTo(0.1, 12);
    expect(interval?.[1]).toBeCloseTo(0.3, 12);
    expect(differenceInterval({ value: 1 }, { value: 2 })).toBeUndefined();
    expect(relativeInterval({ value: 1 }, { value: 2 })).toBeUndefined();
  });

  it('turns the ratio’s interval over when current and reference change places', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    const factor = fc.double({ min: 1, max: 5, noNaN: true });
    fc.assert(
      fc.property(positive, factor, factor, positive, factor, factor, (a, aDown, aUp, b, bDown, bUp) => {
        const one = { value: a, interval: [a / aDown, a * aUp] as const };
        const other = { value: b, interval: [b / bDown, b * bUp] as const };
        const forth = relativeInterval(one, other)!;
        const back = relativeInterval(other, one)!;
        expect((1 + forth[0]) * (1 + back[1])).toBeCloseTo(1, 9);
        expect(forth[0]).toBeLessThanOrEqual(a / b - 1 + 1e-9);
        expect(forth[1]).toBeGreaterThanOrEqual(a / b - 1 - 1e-9);
      }),
    );
  });

  it('leaves an end open where an interval reaches 0', () => {
    const some = { value: 2, interval: [1, 3] as const };
    expect(relativeInterval({ value: 1, interval: [0, 2] }, some)?.[0]).toBe(-1);
    expect(relativeInterval(some, { value: 1, interval: [0, 2] })?.[1]).toBe(Infinity);
    expect(relativeInterval({ value: 0, interval: [0, 2] }, some)).toEqual([-1, 1]);
  });

  it('rescales half-widths by the ratio of normal quantiles, 1.96 to 2.576', () => {
    const [low, high] = rescale({ value: 0.5, interval: [0.5 - 2.5758293, 0.5 + 2 * 2.5758293] }, 0.95)!;
    expect(low).toBeCloseTo(0.5 - 1.959964, 5);
    expect(high).toBeCloseTo(0.5 + 2 * 1.959964, 5);
    const [logLow] = rescale({ value: 1, interval: [Math.exp(-2.5758293), Math.exp(2.5758293)] }, 0.95, true)!;
    expect(Math.log(logLow)).toBeCloseTo(-1.959964, 5);
    expect(rescale({ value: 1 }, 0.95)).toBeUndefined();
  });
});
