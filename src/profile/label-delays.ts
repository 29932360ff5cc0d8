/** How long labels take to come in, row by row. */

import type { Column } from '../model/frame.js';

const MS_PER_SECOND = 1000;

/** Seconds from prediction to label of the labelled rows that have both times, in the order of the rows. */
export function labelDelaysOf(label: Column, arrived: Float64Array, times: Float64Array): Float64Array {
  const labelled = (row: number): boolean =>
    label.kind === 'category' ? (label.codes[row] as number) >= 0 : !Number.isNaN(label.values[row]);
  return arrived
    .map((at, row) => (labelled(row) ? (at - (times[row] as number)) / MS_PER_SECOND : NaN))
    .filter(Number.isFinite);
}
