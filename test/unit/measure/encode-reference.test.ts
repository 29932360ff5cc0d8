import { describe, expect, test } from 'vitest';
import { decodeReference, encodeReference } from '../../../src/measure/encode-reference.js';
import { measureReference, measureWindow } from '../../../src/measure/measure.js';
import { encodeProfile } from '../../../src/profile/encode-profile.js';
import { readCase } from '../../golden/read-case.js';

describe.each(['german-credit', 'wine', 'diabetes-p1'])('the reference of %s', (name) => {
  const { reference, current, roles } = readCase(name);
  const measured = measureReference(reference, roles, { metrics: 'default', estimates: true });
  const { bytes, headAt } = encodeReference(measured.profile, measured.estimator);

  test('is short: its head is all of it', () => {
    expect(headAt).toBe(0);
    expect(decodeReference(bytes)).toMatchObject({ profile: measured.profile, long: new Map() });
  });

  test('estimates the same after it was stored', () => {
    const options = { families: ['estimate'], metrics: 'default' } as const;
    const figures = measureWindow(current, decodeReference(bytes), roles, options);
    expect(figures).toEqual(measureWindow(current, measured, roles, options));
    expect(figures.length).toBeGreaterThan(1);
    expect(figures.every(({ id, value }) => id.startsWith('estimate/current/') && value !== null)).toBe(true);
  });

  test('has figures of its own to compare with', () => {
    const own = measured.figures.filter(({ family }) => family === 'estimate');
    expect(
      own.every(({ id, on, value }) => id.startsWith('estimate/reference/') && on === 'reference' && value !== null),
    ).toBe(true);
    expect(own.length).toBeGreaterThan(1);
  });

  test('as an earlier release kept it has estimates without value, and the reason', () => {
    const before = decodeReference(encodeProfile(measured.profile).head);
    expect(before.profile).toEqual(measured.profile);
    const figures = measureWindow(current, before, roles, { families: ['estimate'], metrics: 'default' });
    expect(new Set(figures.map((figure) => (figure.value === null ? figure.reason : '')))).toEqual(
      new Set(['the reference was kept before estimates were made: a new revision makes it again']),
    );
  });

  test('is refused where its bytes are damaged', () => {
    const shorter = Uint8Array.from([...bytes.subarray(0, 40), ...bytes.subarray(bytes.length - 8)]);
    expect(() => decodeReference(shorter)).toThrow('cut short');
    expect(() => decodeReference(bytes.subarray(0, bytes.length - 1))).toThrow();
  });
});
