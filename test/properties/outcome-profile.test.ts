/** Profiles of outcomes: parts add up, and the figures of the rows lie within the bounds of those of the profile. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeOutcomes } from '../../src/profile/hourly/outcomes/outcome-profile.js';
import {
  dealing,
  faultsBetween,
  figuresOfProfile,
  figuresOfRows,
  profileParts,
  referenceOf,
} from '../support/outcome-laws.js';
import { frameOfRows, rolesOfTask, tameRows, TASKS } from './any-frame.js';

describe.each(TASKS)('%s: a window in parts', (task) => {
  const roles = rolesOfTask(task);

  test('has the figures of its rows, each within its bound', () => {
    fc.assert(
      fc.property(tameRows, tameRows, dealing, (before, now, dealt) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const frame = frameOfRows(now, task);
        const profile = mergeOutcomes(profileParts(frame, roles, reference, dealt));
        const exact = figuresOfRows(frame, roles, reference, 'all');
        expect(faultsBetween(exact, figuresOfProfile(profile, roles, reference, 'all'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
