/** What is kept of a numeric column of one window. */

import type { NumericColumn } from '../model/frame.js';
import type { Moments } from '../numeric/moments.js';
import { pairwiseMoments } from '../numeric/pairwise-sum.js';
import { sortDoubles, sortUsingUp } from '../numeric/sort.js';

/** Counts and the finite values in rising order, from which quantiles, distances and tests are exact. */
export interface NumericProfile {
  readonly kind: 'numeric';
  readonly name: string;
  readonly rows: number;
  /** Cells without a value. */
  readonly missing: number;
  /** Cells that hold something that is no number; not among the missing. */
  readonly typeMismatches: number;
  readonly plusInfinite: number;
  readonly minusInfinite: number;
  /** Finite values, rising. */
  readonly sorted: Float64Array;
  /** Of the finite values; not finite where a sum overflows. */
  readonly moments: Moments;
}

/** What a column holds besides finite values. */
interface Counts {
  readonly finite: number;
  readonly plusInfinite: number;
  readonly minusInfinite: number;
  readonly notANumber: number;
}

function countKinds(values: Float64Array): Counts {
  const rows = values.length;
  let plusInfinite = 0;
  let minusInfinite = 0;
  let notANumber = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i] as number;
    if (value - value === 0) continue;
    if (value === Infinity) plusInfinite++;
    else if (value === -Infinity) minusInfinite++;
    else notANumber++;
  }
  return { finite: rows - plusInfinite - minusInfinite - notANumber, plusInfinite, minusInfinite, notANumber };
}

/** The finite values in row order, at the beginning of `into`. */
function gatherFinite(values: Float64Array, finite: number, into: Float64Array): Float64Array {
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value - value === 0) into[at++] = value;
  }
  return into.subarray(0, finite);
}

/** `moments` are summed in row order and pairwise, as the libraries sum: another order rounds, and overflows, where theirs does not. */
function profileOf(
  { name, values, typeMismatches }: NumericColumn,
  { plusInfinite, minusInfinite, notANumber }: Counts,
  moments: Moments,
  sorted: Float64Array,
): NumericProfile {
  const missing = Math.max(0, notANumber - typeMismatches);
  const rows = values.length;
  return { kind: 'numeric', name, rows, missing, typeMismatches, plusInfinite, minusInfinite, sorted, moments };
}

/** Profile of a column; the column stays as it is. */
export function profileNumeric(column: NumericColumn): NumericProfile {
  const { values } = column;
  const counts = countKinds(values);
  const whole = counts.finite === values.length;
  if (whole) return profileOf(column, counts, pairwiseMoments(values), sortDoubles(values));
  const present = gatherFinite(values, counts.finite, new Float64Array(counts.finite));
  return profileOf(column, counts, pairwiseMoments(present), sortUsingUp(present));
}

/** The same in the memory of the column, which nobody may use any more. */
export function profileNumericInPlace(column: NumericColumn): NumericProfile {
  const { values } = column;
  const counts = countKinds(values);
  const present = gatherFinite(values, counts.finite, values);
  const moments = pairwiseMoments(present);
  return profileOf(column, counts, moments, sortUsingUp(present));
}
