import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureReference, measureWindow } from '../../../../src/measure/measure.js';
import { measureProfiles, profilePart, profileReference } from '../../../../src/measure/measure-profiles.js';
import { AddedGatherer } from '../../../../src/profile/hourly/columns/added-levels.js';
import { freezeNumeric } from '../../../../src/profile/hourly/columns/frozen-bins.js';
import { BinAdder, type PackedBins, unpackBins } from '../../../../src/profile/hourly/columns/packed-bins.js';
import { mergeHours } from '../../../../src/profile/hourly/hour-profile.js';
import { sortDoubles } from '../../../../src/numeric/sort.js';
import { frameOf, numbers, rolesFor, texts } from '../../frames.js';

const anyFinite = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1 + Number.EPSILON),
);
const sample = fc.array(anyFinite, { maxLength: 600 }).map((values) => sortDoubles(Float64Array.from(values)));

describe('frozen bins', () => {
  it('hold each value in the bin whose edges enclose it, whatever the range', () => {
    fc.assert(
      fc.property(sample, fc.array(anyFinite, { maxLength: 50 }), (sorted, others) => {
        const { edges, starts, finder } = freezeNumeric(sorted);
        for (const value of [...sorted, ...others, ...edges, ...starts]) {
          const bin = finder.binOf(value);
          expect(bin).toBe(
            edges.findIndex((edge) => edge >= value) < 0 ? edges.length : edges.findIndex((edge) => edge >= value),
          );
          expect(value).toBeGreaterThanOrEqual(starts[bin] as number);
        }
      }),
    );
  });

  it('have strictly rising edges, among them the range and the deciles of the reference', () => {
    fc.assert(
      fc.property(sample, (sorted) => {
        const { edges, deciles } = freezeNumeric(sorted);
        expect([...edges]).toEqual([...new Set(edges)].sort((a, b) => a - b));
        for (const decile of deciles ?? []) expect(edges).toContain(decile + 0);
        if (sorted.length === 0) return;
        const [min, max] = [sorted[0] as number, sorted.at(-1) as number];
        expect(edges.filter((edge) => edge < min).length).toBe(min === -Number.MAX_VALUE ? 0 : 1);
        expect(edges.at(-1)).toBe(max + 0);
      }),
    );
  });

  it('are a bin for each value where there are few, and of bounded number where there are many', () => {
    const few = freezeNumeric(Float64Array.from([1, 1, 2, 7]));
    for (const value of [1, 2, 7]) {
      const bin = few.finder.binOf(value);
      expect([few.starts[bin], few.edges[bin]]).toEqual([value, value]);
    }
    const many = freezeNumeric(Float64Array.from({ length: 200_000 }, (_, at) => at ** 1.5));
    expect(many.edges.length).toBeLessThan(320);
  });
});

describe('packed bins', () => {
  const frozen = freezeNumeric(Float64Array.from({ length: 2000 }, (_, at) => at / 7));
  const packed = (values: readonly number[]): PackedBins => {
    const adder = new BinAdder(frozen);
    adder.addValues(Float64Array.from(values));
    return adder.packed();
  };

  it('hold counts of any size', () => {
    const one = packed([5]);
    const many = new BinAdder(frozen);
    for (const heads of [[254, 255, 255, 255, 127], [128, 128, 128, 128, 128, 32], [2]]) {
      many.addPacked({ heads: Uint8Array.from([...one.heads.slice(0, -1), ...heads]), doubles: one.doubles });
    }
    const { counts, low, high } = unpackBins(frozen, many.packed());
    expect(counts).toEqual(Float64Array.of(2 ** 34 - 1 + 2 ** 39 + 1));
    expect([...low, ...high]).toEqual([5, 5]);
  });

  it.each([
    ['more bins than the reference has', { heads: Uint8Array.of(0, 255, 127, 2), doubles: Float64Array.of(1) }],
    ['fewer values than their heads tell of', { heads: Uint8Array.of(4, 5, 4), doubles: Float64Array.of(1) }],
    ['more values than their heads tell of', { heads: Uint8Array.of(4), doubles: Float64Array.of(1, 2, 3) }],
  ])('with %s are refused', (_, wrong) => {
    expect(() => unpackBins(frozen, wrong)).toThrow('stored profile has bins that the reference does not have');
  });
});

describe('new levels', () => {
  const levels = fc.array(
    fc.record({
      level: fc.integer({ min: 0, max: 400 }).map((at) => `level ${String(at)}`),
      rows: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 900 },
  );
  const gathered = (parts: ReadonlyArray<ReadonlyArray<{ level: string; rows: number }>>) => {
    const whole = new AddedGatherer();
    for (const part of parts) {
      const gatherer = new AddedGatherer();
      for (const { level, rows } of part) gatherer.add(level, rows);
      const { added, newOther } = gatherer.gathered();
      for (const [level, rows] of added) whole.add(level, rows);
      whole.addOther(newOther);
    }
    return whole.gathered();
  };

  it('that are kept, and their counts, do not hang on how the rows are cut and in which order they come', () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 1, max: 7 }), (all, parts) => {
        const cut = Array.from({ length: parts }, (_, part) => all.filter((__, at) => at % parts === part));
        const once = gathered([all]);
        expect(gathered(cut)).toEqual(once);
        expect(gathered([...cut].reverse())).toEqual(once);
        for (const [level, rows] of once.added) {
          expect(rows).toBe(all.filter((one) => one.level === level).reduce((sum, one) => sum + one.rows, 0));
        }
        expect(once.added.size).toBe(Math.min(128, new Set(all.map(({ level }) => level)).size));
      }),
      { numRuns: 50 },
    );
  });

  it('of very long texts are counted, not kept', () => {
    const gatherer = new AddedGatherer();
    gatherer.add('x'.repeat(1_000_000), 3);
    gatherer.add('y', 2);
    expect(gatherer.gathered()).toEqual({ added: new Map([['y', 2]]), newOther: 3 });
  });
});

describe('a column that the reference does not have, or has in another kind', () => {
  const before = frameOf([numbers('x', [1, 2, 3]), texts('c', ['a', 'b', 'a']), numbers('odd', [1, 2, 3])]);
  const now = frameOf([
    numbers('y', [4, 5, NaN, 4]),
    texts('d', ['p', null, 'q', 'p']),
    texts('odd', ['1', 'x', 'y', 'x']),
  ]);
  const roles = rolesFor(now, { numeric: ['x', 'y'], categorical: ['c', 'd', 'odd'] });
  const measured = measureReference(before, roles, { metrics: 'default' });
  const reference = profileReference(measured, roles);
  const options = { families: ['quality', 'drift'], metrics: 'default' } as const;

  it('is profiled by itself, and has the figures that its rows have', () => {
    const found = measureProfiles(profilePart(now, reference, roles), reference, roles, options);
    const exact = measureWindow(now, measured, roles, options);
    expect(found.map(({ id }) => id)).toEqual(exact.map(({ id }) => id));
    const reasons = (figures: typeof exact) => figures.map((figure) => (figure.value === null ? figure.reason : ''));
    expect(reasons(found)).toEqual(reasons(exact));
    const ofY = (figures: typeof exact, metric: string) =>
      figures.find(({ id }) => id === `quality/current/y/${metric}`);
    for (const metric of ['mean', 'std', 'quantile_0.5', 'missing_share']) {
      expect(ofY(found, metric)).toEqual(ofY(exact, metric));
    }
    expect(found.filter(({ column }) => column === 'd')).toEqual(exact.filter(({ column }) => column === 'd'));
  });
});

describe('a reference of hours added up', () => {
  const roles = rolesFor(frameOf([texts('c', ['a'])]), { categorical: ['c'] });
  const first = profileReference(
    measureReference(frameOf([texts('c', ['a', 'b', 'z'])]), roles, { metrics: 'default' }),
    roles,
  );
  const hours = [frameOf([texts('c', ['a', 'n', 'b'])]), frameOf([texts('c', ['n', null, 'b'])])];
  const now = frameOf([texts('c', ['a', 'z', 'm', 'n'])]);
  const options = { families: ['quality', 'drift'], metrics: 'default' } as const;

  it('has the categories of its hours, not those of the reference that fixed the dictionary', () => {
    const { columns } = mergeHours(hours.map((frame) => profilePart(frame, first, roles)));
    const found = measureProfiles(profilePart(now, first, roles), { ...first, columns }, roles, options);
    const all = frameOf([texts('c', ['a', 'n', 'b', 'n', null, 'b'])]);
    const exact = measureWindow(now, measureReference(all, roles, { metrics: 'default' }), roles, options);
    const byId = new Map(exact.map((figure) => [figure.id, figure]));
    for (const figure of found) {
      if (typeof figure.value === 'number')
        expect(figure.value, figure.id).toBeCloseTo(byId.get(figure.id)?.value as number, 12);
      else expect(figure).toEqual(byId.get(figure.id));
    }
    expect(found.find(({ metric }) => metric === 'new_categories')).toMatchObject({ value: ['m', 'z'] });
  });
});
