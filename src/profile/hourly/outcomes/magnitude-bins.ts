/**
 * Bins for numbers of any size: 64 to each power of two, so that a bin is at most a 64th as wide as its values are large.
 * Made for what has no reference to take bins from: the sizes of errors, how late labels come.
 */

import { BinGatherer, type PackedValues } from './bins.js';

/** Bins to a power of two: as many as six bits of the mantissa tell apart. */
const STEPS_BITS = 6;
const STEPS = 2 ** STEPS_BITS;
/** Numbers below 2^-80 share the lowest bin and those from 2^80 the highest one. */
const OCTAVES = 80;
const HALF = 2 * OCTAVES * STEPS;
const EXPONENT_BIAS = 1023;
const LOWEST = (EXPONENT_BIAS - OCTAVES) * STEPS;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
/** Which word of a double holds its sign and exponent: the later one, where the lower bytes come first. */
const LEADING = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Bin of a finite number: 0 for zero, rising with the number, negative below zero. */
function magnitudeBin(value: number): number {
  if (value === 0) return 0;
  number[0] = Math.abs(value);
  const steps = ((words[LEADING] as number) >>> (20 - STEPS_BITS)) - LOWEST;
  const bin = Math.max(1, Math.min(HALF, steps + 1));
  return value < 0 ? -bin : bin;
}

/** The finite ones of some numbers, in bins; what is summed are the numbers. */
export function magnitudeBins(values: Float64Array): PackedValues {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = magnitudeBin(value);
    if (bin < low) low = bin;
    if (bin > high) high = bin;
  }
  const gatherer = new BinGatherer(low, high - low + 1);
  for (const value of values) if (Number.isFinite(value)) gatherer.add(magnitudeBin(value), value, value);
  return gatherer.packed();
}
