/** Ranks with ties: every value of a tied run takes the mean of the places that the run fills. */

import { sortWithOrder } from './sort.js';

/** Mid-ranks and what a tie correction needs. */
export interface Ranks {
  /** Rank of each value in its place, from 1. */
  readonly ranks: Float64Array;
  /** `sum (t^3 - t)` over the tied runs; 0 without ties. */
  readonly tieTerm: number;
}

/** Mid-ranks (SciPy `rankdata(method="average")`) of values without `NaN`; `-0` ties with `0`. */
export function midRanks(values: Float64Array): Ranks {
  const { sorted, order } = sortWithOrder(values);
  const n = sorted.length;
  const ranks = new Float64Array(n);
  let tieTerm = 0;
  let start = 0;
  while (start < n) {
    let end = start + 1;
    while (end < n && sorted[end] === sorted[start]) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i] as number] = rank;
    const run = end - start;
    if (run > 1) tieTerm += run * (run * run - 1);
    start = end;
  }
  return { ranks, tieTerm };
}
