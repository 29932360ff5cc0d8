/** Profiles of outcomes: parts add up, and the figures of the rows lie within the bounds of those of the profile. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../src/profile/bytes.js';
import { decodeOutcomes, encodeOutcomes } from '../../src/profile/hourly/outcomes/encode-outcomes.js';
import {
  dealing,
  differences,
  faultsBetween,
  figuresOfProfile,
  figuresOfRows,
  mergeOutcomes,
  profiled,
  profileParts,
  referenceOf,
} from '../support/outcome-laws.js';
import { anyRows, frameOfRows, rolesOfTask, tameRows, TASKS } from './any-frame.js';

describe.each(TASKS)('%s: a window in parts', (task) => {
  const roles = rolesOfTask(task);
  const twoPeriods = [tameRows, tameRows, dealing] as const;

  test('has the figures of its rows, each within its bound', () => {
    fc.assert(
      fc.property(...twoPeriods, (before, now, dealt) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const frame = frameOfRows(now, task);
        const profile = mergeOutcomes(profileParts(frame, roles, reference, dealt));
        const exact = figuresOfRows(frame, roles, reference, 'all');
        expect(faultsBetween(exact, figuresOfProfile(profile, roles, reference, 'all'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('adds up to the profile of all rows, in any order and grouping', () => {
    fc.assert(
      fc.property(...twoPeriods, (before, now, dealt) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const frame = frameOfRows(now, task);
        const parts = profileParts(frame, roles, reference, dealt);
        const whole = profiled(frame, roles, reference);
        expect(differences(whole, mergeOutcomes(parts))).toEqual([]);
        expect(differences(whole, mergeOutcomes([...parts].reverse()))).toEqual([]);
        expect(
          differences(
            whole,
            parts.reduce((sum, part) => mergeOutcomes([sum, part])),
          ),
        ).toEqual([]);
        expect(
          differences(
            whole,
            parts.reduceRight((sum, part) => mergeOutcomes([part, sum])),
          ),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('an empty hour adds nothing', () => {
    fc.assert(
      fc.property(tameRows, tameRows, (before, now) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const profile = profiled(frameOfRows(now, task), roles, reference);
        const empty = profiled(frameOfRows([], task), roles, reference);
        expect(mergeOutcomes([empty, profile])).toEqual(profile);
        expect(mergeOutcomes([profile, empty])).toEqual(profile);
        expect(mergeOutcomes([profile])).toEqual(profile);
      }),
      { numRuns: 40 },
    );
  });

  test('is the same after it was written as bytes and read', () => {
    fc.assert(
      fc.property(anyRows, anyRows, dealing, (before, now, dealt) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const profile = mergeOutcomes(profileParts(frameOfRows(now, task), roles, reference, dealt));
        const out = new ByteWriter();
        encodeOutcomes(out, profile);
        const input = new ByteReader(out.finish());
        expect(decodeOutcomes(input)).toEqual(profile);
        expect(input.atEnd()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('whatever the rows hold, each figure is finite or says why there is none', () => {
    fc.assert(
      fc.property(anyRows, anyRows, dealing, (before, now, dealt) => {
        const reference = referenceOf(frameOfRows(before, task), roles);
        const profile = mergeOutcomes(profileParts(frameOfRows(now, task), roles, reference, dealt));
        for (const figure of figuresOfProfile(profile, roles, reference, 'all')) {
          if (figure.value === null) expect(figure.reason.trim(), figure.id).not.toBe('');
          if (typeof figure.value === 'number') expect(figure.value, figure.id).toSatisfy(Number.isFinite);
          if (figure.value !== null && figure.interval) expect(figure.interval.every(Number.isFinite)).toBe(true);
          if (figure.value !== null && figure.bound !== undefined) expect(figure.bound).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });
});
