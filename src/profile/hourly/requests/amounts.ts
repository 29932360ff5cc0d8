/** What requests took of something (time, memory), in bins of their size: no reference is needed for them. */

import { mergeMoments, type Moments, momentsOf, noMoments } from '../../../numeric/moments.js';
import { BinGatherer, type PackedValues } from '../outcomes/bins.js';
import { magnitudeBins } from '../outcomes/magnitude-bins.js';

export interface Amounts {
  readonly moments: Moments;
  readonly bins: PackedValues;
}

/** What can be a duration, or an amount: finite and not negative (a clock that jumped back makes negative ones). */
export const isAmount = (value: number): boolean => value >= 0 && value < Infinity;

/** The amounts among the values, in the memory given. The built-in filter makes an object of each number first. */
export function amountsAmong(
  values: Float64Array,
  amounts: Float64Array = new Float64Array(values.length),
): Float64Array {
  let n = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (isAmount(value)) amounts[n++] = value + 0;
  }
  return amounts.subarray(0, n);
}

export function profileAmounts(values: Float64Array): Amounts {
  const amounts = amountsAmong(values);
  return { moments: momentsOf(amounts), bins: magnitudeBins(amounts) };
}

export class AmountAdder {
  readonly #bins = new BinGatherer();
  #moments: Moments = noMoments;

  add({ moments, bins }: Amounts): void {
    this.#moments = mergeMoments(this.#moments, moments);
    this.#bins.addPacked(bins);
  }

  sum(): Amounts {
    return { moments: this.#moments, bins: this.#bins.packed() };
  }
}
