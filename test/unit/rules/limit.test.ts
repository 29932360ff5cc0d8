import { describe, expect, it } from 'vitest';
import type { RuleLimit } from '../../../src/model/definition.js';
import { distanceBeyond, inBand, limitText, wholeIntervalBeyond } from '../../../src/rules/limit.js';

const below: RuleLimit = { kind: 'below', value: 0.9 };
const above: RuleLimit = { kind: 'above', value: 0.1 };
const outside: RuleLimit = { kind: 'outside', low: 0.5, high: 2 };
const fell: RuleLimit = { kind: 'changed', by: -0.05, relative: false };
const rose: RuleLimit = { kind: 'changed', by: 0.2, relative: true };

describe('limits', () => {
  it.each([
    ['W6: 0.95 is not below 0.9', below, 0.95, false],
    ['W6: 0.90 is not below 0.9, the comparison is strict', below, 0.9, false],
    ['W6: 0.89 is below 0.9', below, 0.89, true],
    ['one tenth is not above 0.1, however it was computed', above, 0.3 - 0.2, false],
    ['a little more than 0.1 is above 0.1', above, 0.1000001, true],
    ['0.5 is not outside 0.5 to 2', outside, 0.5, false],
    ['2 is not outside 0.5 to 2', outside, 2, false],
    ['0.49 is outside 0.5 to 2', outside, 0.49, true],
    ['2.01 is outside 0.5 to 2', outside, 2.01, true],
    ['a fall by exactly 0.05 is not more than 0.05', fell, 0.85 - 0.9, false],
    ['a fall by 0.051 is more than 0.05', fell, -0.051, true],
    ['a rise is no fall', fell, 0.3, false],
    ['a rise by exactly a fifth is not more than 20 %', rose, 1.2 / 1 - 1, false],
    ['a rise by a quarter is more than 20 %', rose, 0.25, true],
  ])('%s', (_title, limit, value, beyond) => {
    const size = limit.kind === 'changed' ? 1 : Math.abs(value);
    expect(distanceBeyond(limit, value, size) > 0).toBe(beyond);
  });

  it.each([
    [below, [0.7, 0.89], true],
    [below, [0.7, 0.9], false],
    [above, [0.11, 0.5], true],
    [above, [0.1, 0.5], false],
    [outside, [0.1, 0.49], true],
    [outside, [2.1, 3], true],
    [outside, [0.1, 0.6], false],
    [outside, [0.1, 3], false],
    [fell, [-0.2, -0.06], true],
    [fell, [-0.2, -0.05], false],
    [rose, [0.21, 0.4], true],
    [rose, [0.1, 0.4], false],
  ] as Array<[RuleLimit, [number, number], boolean]>)(
    '%j against the interval %j: wholly beyond %s',
    (limit, interval, beyond) => {
      expect(wholeIntervalBeyond(limit, interval)).toBe(beyond);
    },
  );

  it.each([
    ['below 0.9, clear 0.92: 0.91 is in the band', below, 0.92, 0.91, true],
    ['below 0.9, clear 0.92: 0.92 is clear', below, 0.92, 0.92, false],
    ['above 0.1, clear 0.09: 0.095 is in the band', above, 0.09, 0.095, true],
    ['outside, clear 0.1 inward: 0.55 is in the band', outside, 0.1, 0.55, true],
    ['outside, clear 0.1 inward: 1.95 is in the band', outside, 0.1, 1.95, true],
    ['outside, clear 0.1 inward: 1 is clear', outside, 0.1, 1, false],
    ['fell by 0.05, clear at −0.03: −0.04 is in the band', fell, -0.03, -0.04, true],
    ['rose by 20 %, clear at 15 %: 18 % is in the band', rose, 0.15, 0.18, true],
    ['rose by 20 %, clear at 15 %: 10 % is clear', rose, 0.15, 0.1, false],
    ['without a clear threshold there is no band', above, undefined, 0.0999, false],
  ])('%s', (_title, limit, clear, value, expected) => {
    expect(inBand(limit, clear, value)).toBe(expected);
  });

  it.each([
    [below, 'below 0.9'],
    [above, 'above 0.1'],
    [outside, 'outside 0.5 to 2'],
    [fell, 'fell by more than 0.05 against the reference'],
    [rose, 'rose by more than 20 % against the reference'],
  ])('%j is called "%s"', (limit, words) => {
    expect(limitText({ limit })).toBe(words);
  });

  it('names the test beside the limit', () => {
    const significance = { metric: 'ks_p_asymp', correction: 'benjamini-hochberg', level: 0.001 } as const;
    expect(limitText({ limit: above, significance })).toBe('above 0.1 and significant at 0.001 (Benjamini–Hochberg)');
  });
});
