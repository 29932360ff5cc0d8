import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHead, decodeLong, encodeProfile, LONG_FROM } from '../../../src/profile/encode-profile.js';
import type { NumericProfile } from '../../../src/profile/numeric-profile.js';
import { profileFrame, profileUsingUp, watchedColumns } from '../../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

describe('a window profile', () => {
  const frame = frameOf(
    [
      numbers('x', [3, NaN, -0, Infinity, 1, -Infinity, NaN, 2], 1),
      texts('c', ['b', 'a', null, 'b', 'b', 'a', 'z', null]),
      numbers('score', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]),
      texts('y', ['1', '0', '1', '0', null, null, null, null]),
      numbers('unused', [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
    { read: 11, duplicateIds: 2, poison: 1 },
  );
  const roles = rolesFor(frame, { numeric: ['x', 'absent'], categorical: ['c'], score: 'score', label: 'y' });
  const profile = profileFrame(frame, roles);

  it('holds features, prediction, scores and label, and nothing else', () => {
    expect([...profile.columns.keys()]).toEqual(['x', 'c', 'score', 'y']);
    expect(watchedColumns(roles)).toEqual(['x', 'absent', 'c', 'score']);
    expect(profile.intake).toEqual({ read: 11, duplicateIds: 2, poison: 1 });
  });

  it('tells missing cells, cells that are no number, and infinities apart', () => {
    expect(profile.columns.get('x')).toMatchObject({
      rows: 8,
      missing: 1,
      typeMismatches: 1,
      plusInfinite: 1,
      minusInfinite: 1,
      sorted: Float64Array.of(-0, 1, 2, 3),
      moments: { count: 4, mean: 1.5, m2: 5 },
    });
  });

  it('counts categories, and leaves out those of the dictionary that do not occur', () => {
    expect(profile.columns.get('c')).toMatchObject({
      missing: 2,
      levels: ['b', 'a', 'z'],
      counts: Float64Array.of(3, 2, 1),
    });
    const column = { kind: 'category', name: 'c', codes: Int32Array.of(2, -1), levels: ['p', 'q', 'r'] } as const;
    const sparse = profileFrame(frameOf([column]), rolesFor(frameOf([column])));
    expect(sparse.columns.get('c')).toMatchObject({ missing: 1, levels: ['r'], counts: Float64Array.of(1) });
  });

  it('is the same where it takes the memory of the columns, which are then gone', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 40 }), fc.integer({ min: 1, max: 400 }), (some, times) => {
        const cells = Array.from(
          { length: some.length * times },
          (_, row) => (some[row % some.length] ?? 0) * ((row % 7) - 3),
        );
        const columns = () => frameOf([numbers('x', cells), numbers('score', cells), texts('c', cells.map(String))]);
        const given = rolesFor(columns(), { numeric: ['x'], categorical: ['c'], score: 'score' });
        const { profile: inPlace, frame: left } = profileUsingUp(columns(), given, new Set(['x', 'c']));
        expect(inPlace).toEqual(profileFrame(columns(), given));
        expect([...left.columns.keys()]).toEqual(['score']);
      }),
      { numRuns: 30 },
    );
  });

  it('does not disturb the frame', () => {
    expect(frame.columns.get('x')).toMatchObject({
      values: Float64Array.of(3, NaN, -0, Infinity, 1, -Infinity, NaN, 2),
    });
  });
});

describe('a stored profile', () => {
  const cell = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, 0, 1, 1, 1, 5e-324, 1e308));
  const text = fc.oneof(fc.constantFrom('a', 'b', 'NA', ''), fc.string({ unit: 'grapheme' }));

  it('reads back as it was written, bit by bit', () => {
    fc.assert(
      fc.property(fc.array(cell), fc.array(fc.option(text)), fc.nat(), (values, levels, read) => {
        const frame = frameOf([numbers('x', values), texts('ключ 🔑', levels)], { read, poison: 3 });
        const profile = profileFrame(frame, rolesFor(frame));
        const { head, apart } = encodeProfile(profile);
        expect(decodeHead(head)).toEqual({ profile, long: new Map() });
        expect(apart).toHaveLength(0);
      }),
    );
  });

  it('keeps -0 apart from 0, and writes ties as runs', () => {
    const frame = frameOf([numbers('x', [...new Array<number>(5000).fill(7), -0, 0])]);
    const bytes = encodeProfile(profileFrame(frame, rolesFor(frame))).head;
    expect(bytes.length).toBeLessThan(100);
    const column = decodeHead(bytes).profile.columns.get('x');
    expect(column?.kind === 'numeric' && Object.is(column.sorted[0], -0) && Object.is(column.sorted[1], 0)).toBe(true);
  });

  it('has no memory set aside for runs that do not add up', () => {
    const frame = frameOf([numbers('x', new Array<number>(300).fill(7))]);
    const bytes = encodeProfile(profileFrame(frame, rolesFor(frame))).head;
    const length = Uint8Array.of((300 % 128) + 128, 2);
    const at = bytes.findLastIndex(
      (byte, i) => byte === length[0] && bytes[i + 1] === length[1] && i < bytes.length - 8,
    );
    for (const wrong of [
      [(299 % 128) + 128, 2],
      [(301 % 128) + 128, 2],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ]) {
      const damaged = Uint8Array.of(...bytes.subarray(0, at), ...wrong, ...bytes.subarray(at + 2));
      expect(() => decodeHead(damaged)).toThrow(/runs that do not add up/);
    }
  });

  it('is refused when damaged, cut short or of another version', () => {
    const frame = frameOf([numbers('x', [1, 2, 3]), texts('c', ['a', 'b', 'a'])]);
    const bytes = encodeProfile(profileFrame(frame, rolesFor(frame))).head;
    expect(() => decodeHead(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow(/unknown version 9/);
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeHead(bytes.subarray(0, length))).toThrow(RangeError);
    expect(() => decodeHead(Uint8Array.of(...bytes, 0))).toThrow(/behind its end/);
    const wrongKind = bytes.slice();
    wrongKind[6] = 5;
    expect(() => decodeHead(wrongKind)).toThrow(/unknown kind 5/);
  });
});

describe('a stored profile with long columns', () => {
  const many = (valueOf: (row: number) => number) => Array.from({ length: LONG_FROM }, (_, row) => valueOf(row));
  const frame = frameOf([
    numbers(
      'spread',
      many((row) => Math.sin(row) * 1e6),
    ),
    numbers(
      'few',
      many((row) => (row % 7) - 3),
    ),
    numbers(
      'holes',
      many((row) => (row % 2 === 0 ? NaN : row)),
    ),
    texts('c', many((row) => row % 3).map(String)),
  ]);
  const profile = profileFrame(frame, rolesFor(frame));
  const { head, apart } = encodeProfile(profile);
  const decoded = decodeHead(head);
  const columnOf = (name: string) => {
    const column = decoded.long.get(name);
    if (column === undefined) throw new Error(`${name} is not long`);
    return column;
  };
  const bytesOf = (name: string) => {
    const { at, bytes } = columnOf(name);
    return apart.slice(at, at + bytes);
  };

  it('has them apart from its head, which tells all else', () => {
    expect([...decoded.long.keys()]).toEqual(['spread', 'few']);
    expect([...decoded.profile.columns.keys()]).toEqual(['holes', 'c']);
    expect(head.length).toBeLessThan(300_000);
    const { kind: _, sorted, ...facts } = profile.columns.get('spread') as NumericProfile;
    expect(columnOf('spread')).toMatchObject({ ...facts, span: [sorted[0], sorted.at(-1)] });
    expect(columnOf('few').span).toEqual([-3, 3]);
    expect(columnOf('few').bytes).toBeLessThan(200);
  });

  it.each(['spread', 'few'])('reads each back by itself: %s', (name) => {
    const column = columnOf(name);
    const scratch = new Float64Array(column.moments.count).fill(NaN);
    expect(decodeLong(column, bytesOf(name), scratch)).toEqual(profile.columns.get(name));
  });

  it('refuses the bytes of another column, and damaged ones', () => {
    const [spread, few] = [columnOf('spread'), columnOf('few')];
    const scratch = new Float64Array(LONG_FROM);
    const wrong = /other values of spread than it says/;
    expect(() => decodeLong(spread, bytesOf('few'), scratch)).toThrow(wrong);
    expect(() => decodeLong({ ...spread, span: [spread.span[0], 0] }, bytesOf('spread'), scratch)).toThrow(wrong);
    expect(() => decodeLong(spread, Uint8Array.of(...bytesOf('few'), 0), scratch)).toThrow(wrong);
    for (const length of [0, 1, 5, 100])
      expect(() => decodeLong(spread, bytesOf('spread').subarray(0, length), scratch)).toThrow(RangeError);
    expect(() => decodeLong(few, bytesOf('few').subarray(0, 20), scratch)).toThrow(RangeError);
  });
});
