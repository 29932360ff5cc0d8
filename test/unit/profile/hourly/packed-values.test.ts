import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../../src/profile/bytes.js';
import { BinGatherer, type Bins, unpackValues } from '../../../../src/profile/hourly/outcomes/bins.js';
import { readBins, writeBins } from '../../../../src/profile/hourly/outcomes/encode-parts.js';

interface Value {
  readonly key: number;
  readonly value: number;
  readonly summed: number;
}

/** Bins far apart and next to each other, many with values of their neighbour, many with one value alone. */
const values = fc.array(
  fc.record({
    key: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.integer({ min: -9000, max: 9000 })),
    value: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ noNaN: true })),
    summed: fc.oneof(fc.constant(0), fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
  }),
  { maxLength: 60 },
);

/** What bins are, worked out value by value. */
function binsOf(all: readonly Value[]): Bins {
  const keys = [...new Set(all.map(({ key }) => key))].sort((a, b) => a - b);
  const of = (key: number) => all.filter((one) => one.key === key);
  const each = (take: (some: readonly Value[]) => number) => Float64Array.from(keys, (key) => take(of(key)));
  return {
    keys: Int32Array.from(keys),
    counts: each((some) => some.length),
    low: each((some) => some.reduce((low, { value }) => Math.min(low, value + 0), Infinity)),
    high: each((some) => some.reduce((high, { value }) => Math.max(high, value + 0), -Infinity)),
    sums: each((some) => some.reduce((sum, { summed }) => sum + summed, 0)),
  };
}

function gathered(all: readonly Value[]): BinGatherer {
  const gatherer = new BinGatherer(-9000, 18_001);
  for (const { key, value, summed } of all) gatherer.add(key, value, summed);
  return gatherer;
}

describe('packed bins of values', () => {
  it.each<[string, (i: number) => number]>([
    ['ever lower', (i) => 5000 - i],
    ['ever higher', (i) => -5000 + i],
    ['ever further to both sides', (i) => (i % 2 === 0 ? i : -i)],
    ['nowhere new', () => 17],
  ])('that reach %s take room for themselves only', (_, keyOf) => {
    const sum = new BinGatherer();
    const all: Value[] = [];
    // Room that doubled each time would not fit into any memory.
    for (let i = 0; i < 200; i += 1) {
      const one = { key: keyOf(i), value: i, summed: 1 };
      all.push(one);
      sum.addPacked(gathered([one]).packed());
      if (i % 50 === 0) sum.addPacked(gathered([]).packed());
    }
    expect(sum.bins()).toEqual(binsOf(all));
  });

  it('say of each bin what its values say, after they were stored, too', () => {
    fc.assert(
      fc.property(values, (all) => {
        const packed = gathered(all).packed();
        expect(unpackValues(packed)).toEqual(binsOf(all));
        const out = new ByteWriter();
        out.byte(7);
        writeBins(out, packed);
        const input = new ByteReader(out.finish());
        input.byte();
        expect(readBins(input)).toEqual(packed);
        expect(input.atEnd()).toBe(true);
      }),
    );
  });

  it('add up to those of all values, whatever keys the parts have and in which order they come', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (parts) => {
        const whole = binsOf(parts.flat());
        for (const order of [parts, [...parts].reverse()]) {
          const sum = new BinGatherer();
          for (const part of order) sum.addPacked(gathered(part).packed());
          const { sums, ...rest } = sum.bins();
          expect(rest).toEqual({ keys: whole.keys, counts: whole.counts, low: whole.low, high: whole.high });
          sums.forEach((total, at) => {
            expect(Math.abs(total - (whole.sums[at] as number))).toBeLessThanOrEqual(1e-4);
          });
        }
      }),
    );
  });

  it('take two bytes and a value where all rows of a bin have the value of the bin before', () => {
    const steps = Array.from({ length: 100 }, (_, at) => ({
      key: at,
      value: at < 50 ? 0.25 : 0.75,
      summed: at < 50 ? 0.25 : 0.75,
    }));
    expect(gathered(steps).packed()).toMatchObject({ first: 0, span: 100, doubles: Float64Array.of(0.25, 0.75) });
  });

  it.each([
    ['fewer values than their heads tell of', { heads: Uint8Array.of(8, 8), doubles: Float64Array.of(1) }],
    ['more values than their heads tell of', { heads: Uint8Array.of(8, 12), doubles: Float64Array.of(1, 2) }],
    ['another number of bins than they say', { heads: Uint8Array.of(8), doubles: Float64Array.of(1) }],
  ])('are refused with %s', (_, wrong) => {
    expect(() => unpackValues({ first: 3, span: 2, ...wrong })).toThrow(/bins and values of different number/);
  });

  it('are refused where their keys lie farther apart than those of any profile', () => {
    const out = new ByteWriter();
    writeBins(out, { first: 0, span: 2 ** 16 + 1, heads: Uint8Array.of(8), doubles: Float64Array.of(1) });
    expect(() => readBins(new ByteReader(out.finish()))).toThrow('stored profile has a bin that cannot be');
  });
});
