import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column } from '../../../../src/model/frame.js';
import { freezeReference } from '../../../../src/profile/hourly/columns/frozen-reference.js';
import { decodeHour, encodeHour } from '../../../../src/profile/hourly/encode-hour.js';
import { type HourProfile, mergeHours, profileHour } from '../../../../src/profile/hourly/hour-profile.js';
import { profileFrame } from '../../../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../../frames.js';

const cells = Array.from({ length: 600 }, (_, row) => Math.sin(row) * 2 ** (row % 7));
const frame = frameOf([
  numbers('x', [...cells, NaN, Infinity, -Infinity, -0, 0]),
  texts('c', [...cells.map((_, row) => 'abc'[row % 3] ?? null), null, 'd', 'größe', '', 'e']),
  numbers('took', [...cells.map(Math.abs), 5, NaN, -1, 7, 8]),
  numbers('when', [...cells.map((_, row) => 1000 * row), 1, 2, 3, 4, 5]),
]);
const roles = rolesFor(frame, {
  ...{ numeric: ['x'], categorical: ['c'], latency: 'took', processing: 'took', time: 'when', error: 'c' },
});
const frozen = freezeReference(profileFrame(frame, roles));
const hour = profileHour(frame, frozen, roles);
const bytes = encodeHour(hour);

describe("an hour's profile as bytes", () => {
  it('is read as it was written, wherever in memory the bytes stand', () => {
    expect(decodeHour(bytes, frozen)).toEqual(hour);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeHour(shifted.subarray(3), frozen)).toEqual(hour);
  });

  it('does not change when the bytes that it was read from do', () => {
    const given = bytes.slice();
    const read = decodeHour(given, frozen);
    given.fill(0);
    expect(read).toEqual(hour);
  });

  it('is refused where any byte of it is another one', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] as number) ^ change;
        const said = at === 0 ? /unknown version/ : /is damaged: its checksum is another one/;
        expect(() => decodeHour(damaged, frozen)).toThrow(said);
      }),
    );
  });

  it('is refused where it is cut short, or something follows', () => {
    for (const length of [0, 1, 7, 8, 16, bytes.length - 8, bytes.length - 1]) {
      expect(() => decodeHour(bytes.subarray(0, length), frozen)).toThrow(RangeError);
    }
    const longer = new Uint8Array(bytes.length + 8);
    longer.set(bytes);
    expect(() => decodeHour(longer, frozen)).toThrow(/checksum/);
  });

  it('is refused by a reader that knows only other versions', () => {
    const later = bytes.slice();
    later[0] = 3;
    expect(() => decodeHour(later, frozen)).toThrow("stored hour's profile has unknown version 3");
  });

  it('is refused where the reference is another one', () => {
    const other = freezeReference(profileFrame(frameOf([numbers('x', [1, 2, 3])]), roles));
    expect(() => decodeHour(bytes, other)).toThrow(/made against another reference: the hour has to be profiled again/);
  });
});

describe('hours that cannot be added up', () => {
  const alone = (column: Column): HourProfile => {
    const one = frameOf([column]);
    return profileHour(one, frozen, { ...roles, numeric: ['z'], categorical: [] });
  };

  it('are no hours at all', () => {
    expect(() => mergeHours([])).toThrow('there is no hour to add up');
  });

  it('are those of different references', () => {
    const other = freezeReference(profileFrame(frameOf([numbers('x', [1, 2, 3])]), roles));
    expect(() => mergeHours([hour, profileHour(frame, other, roles)])).toThrow(/different references/);
  });

  it('are those in which a column changed its kind', () => {
    expect(() => mergeHours([alone(numbers('z', [1])), alone(texts('z', ['a']))])).toThrow(
      'z holds numbers in one hour and categories in another',
    );
    expect(() => mergeHours([alone(texts('z', ['a'])), alone(numbers('z', [1]))])).toThrow(RangeError);
  });

  it('are not those in which a column is lacking', () => {
    const merged = mergeHours([alone(numbers('z', [1])), hour]);
    expect(merged.rows).toBe(1 + hour.rows);
    expect(merged.columns.get('z')).toMatchObject({ rows: 1 });
  });
});
