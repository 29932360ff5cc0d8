/** What is kept of a numeric column of one window. */

import type { NumericColumn } from '../model/frame.js';
import { type Moments, momentsOf, noMoments } from '../numeric/moments.js';
import { sortDoubles } from '../numeric/sort.js';

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

/** Profile of a column; the column stays as it is. */
export function profileNumeric(column: NumericColumn): NumericProfile {
  const { values } = column;
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
  const finite = rows - plusInfinite - minusInfinite - notANumber;
  let present = values;
  if (finite < rows) {
    present = new Float64Array(finite);
    let at = 0;
    for (let i = 0; i < rows; i++) {
      const value = values[i] as number;
      if (value - value === 0) present[at++] = value;
    }
  }
  return {
    kind: 'numeric',
    name: column.name,
    rows,
    missing: Math.max(0, notANumber - column.typeMismatches),
    typeMismatches: column.typeMismatches,
    plusInfinite,
    minusInfinite,
    sorted: sortDoubles(present),
    // In row order, as the libraries sum; the sorted order overflows where theirs does not.
    moments: finite === 0 ? noMoments : momentsOf(present),
  };
}
