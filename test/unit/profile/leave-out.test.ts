import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/model/frame.js';
import { takeRows } from '../../../src/model/frame-rows.js';
import { profileWithout } from '../../../src/profile/leave-out.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0));
const level = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant(null));
const cells = fc.array(fc.tuple(value, level, fc.boolean()), { minLength: 1, maxLength: 60 });

describe('a profile without some of its rows', () => {
  it('is the profile of the other rows', () => {
    fc.assert(
      fc.property(cells, (rows) => {
        const frame = frameOf([
          numbers(
            'x',
            rows.map(([number]) => number),
          ),
          texts(
            'c',
            rows.map(([, text]) => text),
          ),
        ]);
        const roles = rolesFor(frame);
        const taken = (out: boolean): Frame =>
          takeRows(frame, Int32Array.from(rows.flatMap((row, at) => (row[2] === out ? [at] : []))));
        const left = profileWithout(profileFrame(frame, roles), profileFrame(taken(true), roles));
        const others = profileFrame(taken(false), roles);
        expect(left.rows).toBe(others.rows);
        const [x, c] = [left.columns.get('x'), left.columns.get('c')];
        const [y, d] = [others.columns.get('x'), others.columns.get('c')];
        if (x?.kind !== 'numeric' || y?.kind !== 'numeric') throw new Error('x is a number');
        // Zeros of either sign are equal, and which of them was taken is not known.
        expect([...x.sorted].map((number) => number + 0)).toEqual([...y.sorted].map((number) => number + 0));
        expect([x.missing, x.plusInfinite, x.minusInfinite]).toEqual([y.missing, y.plusInfinite, y.minusInfinite]);
        if (c?.kind !== 'category' || d?.kind !== 'category') throw new Error('c is a category');
        const counts = (of: typeof c): unknown =>
          Object.fromEntries(of.levels.map((name, at) => [name, of.counts[at]]));
        expect(counts(c)).toEqual(counts(d));
        expect(c.missing).toBe(d.missing);
      }),
    );
  });

  it.each([
    ['numbers that the whole does not have', [1, 2, 3], [4]],
    ['a number more often than the whole', [1, 2, 3], [2, 2]],
  ])('refuses %s', (_title, all, part) => {
    const of = (values: number[]) => {
      const frame = frameOf([numbers('x', values)]);
      return profileFrame(frame, rolesFor(frame));
    };
    expect(() => profileWithout(of(all), of(part))).toThrow(/does not have/);
  });

  it('refuses categories and columns that the whole does not have', () => {
    const of = (frame: Frame) => profileFrame(frame, rolesFor(frame));
    const all = of(frameOf([texts('c', ['a', 'b'])]));
    expect(() => profileWithout(all, of(frameOf([texts('c', ['a', 'a'])])))).toThrow(/does not have/);
    expect(() => profileWithout(all, of(frameOf([texts('d', ['a'])])))).toThrow(/no such column/);
  });
});
