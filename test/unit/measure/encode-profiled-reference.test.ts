import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeProfiledReference, encodeProfiledReference } from '../../../src/measure/encode-profiled-reference.js';
import { measureReference } from '../../../src/measure/measure.js';
import { profilePart, profileReference } from '../../../src/measure/measure-profiles.js';
import { decodeHour, encodeHour } from '../../../src/profile/hourly/encode-hour.js';
import { anyRows, frameOfRows, rolesOfTask, TASKS } from '../../properties/any-frame.js';
import { frameOf } from '../../support/frames.js';

describe('a reference as profiles need it, as bytes', () => {
  it.each(TASKS)('is read as it was written, and hours are profiled against it alike: %s', (task) => {
    const roles = rolesOfTask(task);
    fc.assert(
      fc.property(anyRows, anyRows, (rows, others) => {
        const measured = measureReference(frameOfRows(rows, task), roles, { metrics: 'default', estimates: true });
        const { figures, ...reference } = profileReference(measured, roles);
        const read = decodeProfiledReference(encodeProfiledReference(reference));
        expect(figures).toBe(measured.figures);
        expect(read).toEqual(reference);
        const now = frameOfRows(others, task);
        const bytes = encodeHour(profilePart(now, read, roles));
        expect(decodeHour(bytes, reference.frozen)).toEqual(profilePart(now, reference, roles));
      }),
      { numRuns: 25 },
    );
  });

  const roles = { ...rolesOfTask('binary'), numeric: ['x'], categorical: ['c'] };
  const frame = frameOf({
    x: Array.from({ length: 50_000 }, (_, row) => Math.sin(row)),
    c: Array.from({ length: 50_000 }, (_, row) => `level ${String(row % 5000)}`),
  });
  const measured = measureReference(frame, roles, { metrics: 'default' });
  const { figures, ...reference } = profileReference(measured, roles);
  const bytes = encodeProfiledReference(reference);

  it('knows all levels of the reference, those without a count of their own among them', () => {
    expect(figures.length).toBeGreaterThan(0);
    expect(decodeProfiledReference(bytes)).toEqual(reference);
    expect(reference.frozen.columns.get('c')).toMatchObject({ levels: { length: 2000 }, places: { size: 5000 } });
  });

  it('takes little room whatever the number of rows', () => {
    expect(bytes.length).toBeLessThan(100_000);
  });

  it('is refused where it is damaged, cut short or of another version', () => {
    const damaged = bytes.slice();
    damaged[500] = (damaged[500] as number) ^ 1;
    expect(() => decodeProfiledReference(damaged)).toThrow("stored reference's profile is damaged");
    expect(() => decodeProfiledReference(bytes.subarray(0, 5))).toThrow("stored reference's profile is cut short");
    const later = bytes.slice();
    later[0] = 9;
    expect(() => decodeProfiledReference(later)).toThrow("stored reference's profile has unknown version 9");
  });
});
