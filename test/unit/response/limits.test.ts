import { describe, expect, test } from 'vitest';

import { checkLimits, type LimitsInput } from '../../../src/response/limits.js';

const input: LimitsInput = {
  kind: 'retraining',
  cooldownWindows: 2,
  windowsSinceLast: null,
  budgetPerYear: 4,
  usedInYear: 0,
  overriddenBy: null,
};

describe('how often an action may run', () => {
  test.each<[string, Partial<LimitsInput>, boolean]>([
    ['the first', {}, true],
    ['one window after the last', { windowsSinceLast: 1 }, false],
    ['as many windows after the last as the cool-down counts', { windowsSinceLast: 2 }, true],
    ['the last of the budget', { usedInYear: 3 }, true],
    ['one beyond the budget', { usedInYear: 4 }, false],
    ['no cool-down at all', { cooldownWindows: 0, windowsSinceLast: 0 }, true],
  ])('%s', (_, change, allowed) => {
    expect(checkLimits({ ...input, ...change }).allowed).toBe(allowed);
  });

  test('without a budget nothing is counted', () => {
    const { budgetPerYear: _budget, ...unrationed } = input;
    expect(checkLimits({ ...unrationed, kind: 'rollback', usedInYear: 40 }).allowed).toBe(true);
  });

  test('a refusal says which limit, and how far it is', () => {
    expect(checkLimits({ ...input, windowsSinceLast: 1 })).toEqual({
      allowed: false,
      reason: 'cool-down',
      text: 'the last retraining ended 1 of 2 windows ago',
    });
    expect(checkLimits({ ...input, usedInYear: 4 })).toMatchObject({ reason: 'budget' });
  });

  test('a person may override, by name', () => {
    expect(checkLimits({ ...input, windowsSinceLast: 1, overriddenBy: 'ana' })).toEqual({
      allowed: true,
      note: 'ana overrode: the last retraining ended 1 of 2 windows ago',
    });
    expect(checkLimits({ ...input, overriddenBy: 'ana' })).toEqual({ allowed: true, note: null });
  });
});
