/** Cells of a frame's columns, whatever type the source gave them. */

import type { CategoryCodes, Column, Frame } from './frame.js';

/** The column of a name, where the frame has it. */
export function columnOf(frame: Frame, name: string | undefined): Column | undefined {
  return name === undefined ? undefined : frame.columns.get(name);
}

/** The column as numbers; texts that are numbers are read as such, others are missing. */
export function numbersOf(column: Column): Float64Array {
  if (column.kind === 'numeric') return column.values;
  const values = column.levels.map((text) => (text.trim() === '' ? NaN : Number(text)));
  const result = new Float64Array(column.codes.length);
  for (let row = 0; row < result.length; row++) {
    const code = column.codes[row] as number;
    result[row] = code < 0 ? NaN : (values[code] as number);
  }
  return result;
}

// By index, and each kind by itself: an iterator over arrays of several types costs ten times the count.
function countNumbers(values: Float64Array): number {
  let count = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) count++;
  return count;
}

function countCodes(codes: CategoryCodes): number {
  let count = 0;
  for (let row = 0; row < codes.length; row++) if ((codes[row] as number) >= 0) count++;
  return count;
}

/** Rows whose cell is present. */
export function countPresent(column: Column): number {
  return column.kind === 'numeric' ? countNumbers(column.values) : countCodes(column.codes);
}
