/** Cells of a frame's columns, whatever type the source gave them. */

import type { Column, Frame } from './frame.js';

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

/** Rows whose cell is present. */
export function countPresent(column: Column): number {
  let count = 0;
  if (column.kind === 'numeric') {
    for (const value of column.values) if (!Number.isNaN(value)) count++;
  } else {
    for (const code of column.codes) if (code >= 0) count++;
  }
  return count;
}
