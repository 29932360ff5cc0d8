import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flapShare, isFlapping } from '../../../src/alerts/flapping.js';
import { daily, steps, tell, type Saying } from './alert-story.js';

describe('flapping', () => {
  it.each([
    ['nothing seen', '', 0],
    ['no change in 21 windows', 'c'.repeat(21), 0],
    ['a change in every window', 'cbcbcbcbcbcbcbcbcbcbc', 1],
    ['one change, the newest: weight 1.25 of 20', `${'c'.repeat(20)}b`, 1.25 / 20],
    ['one change, the oldest: weight 0.75 of 20', `b${'c'.repeat(20)}`, 0.75 / 20],
    ['a short history counts as unchanged before', 'cb', 1.25 / 20],
    ['windows that say nothing keep the side of the one before', 'cub', 1.25 / 20],
    ['the band is no change of side', 'bnb', 0],
    // Changes 3, 4, 5, 9, 12, 16 and 19 of 20: seven times 0.75, and 61 steps of 0.5 / 19.
    ['seven changes, weighted', 'bbbcbccccbbbccccbbbcc', (7 * 0.75 + (61 * 0.5) / 19) / 20],
    ['only the last 21 windows count', `${'cb'.repeat(30)}${'c'.repeat(21)}`, 0],
  ])('%s', (_title, recent, share) => {
    expect(flapShare(recent)).toBeCloseTo(share, 12);
  });

  it('begins above 40 %, ends below 20 %, and keeps still in between', () => {
    const changes = (count: number): string => `${'c'.repeat(30)}${'bc'.repeat(15)}`.slice(0, 30 + count);
    const share = (count: number): number => flapShare(changes(count));
    expect([share(6), share(7)].map((one) => one > 0.4)).toEqual([false, true]);
    expect(isFlapping(changes(6), false)).toBe(false);
    expect(isFlapping(changes(7), false)).toBe(true);
    expect(isFlapping(changes(6), true)).toBe(true);
    expect(isFlapping('c'.repeat(21), true)).toBe(false);
  });

  it('is a share for any history', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('b', 'c', 'n', 'u'), maxLength: 40 }), (recent) => {
        expect(flapShare(recent)).toBeGreaterThanOrEqual(0);
        expect(flapShare(recent)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is a flag on the alert, not a state: the machine runs on', () => {
    const sayings = Array.from({ length: 20 }, (_, i): Saying => (i % 2 === 0 ? 'breach' : 'clear'));
    const told = tell(daily(sayings));
    expect(told.state).toMatchObject({ state: 'firing', flapping: true });
    expect(steps(told)).toEqual(['inactive → firing: first']);
    const calm = tell(
      daily(
        Array.from({ length: 21 }, () => 'clear' as const),
        undefined,
        21,
      ),
      told.state,
    );
    expect(calm.state.flapping).toBe(false);
  });
});
