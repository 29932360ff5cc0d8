/** Rows that repeat an earlier one. */

import { absent, type Estimate } from '../model/estimate.js';
import type { Column, Frame } from '../model/frame.js';

/** Number of a cell's value within its column, such that equal cells have equal numbers; 0 is missing. */
function cellNumbers(column: Column): Int32Array {
  if (column.kind === 'category') return column.codes.map((code) => code + 1);
  const numbers = new Map<number, number>();
  return Int32Array.from(column.values, (value) => {
    if (Number.isNaN(value)) return 0;
    let number = numbers.get(value);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(value, number);
    }
    return number;
  });
}

/**
 * Rows whose features all equal those of an earlier row (missing equals missing); the first of them does not count.
 * Numbers are compared by value. n: rows. Rows are folded column by column into the number of their prefix, so memory
 * grows with the distinct rows, not with their text. Source: pandas `duplicated(keep="first")`.
 */
export function duplicateRows(frame: Frame, features: readonly string[]): Estimate {
  const columns = features.flatMap((name) => frame.columns.get(name) ?? []);
  if (columns.length === 0) return absent(frame.rows, 'no feature column');
  let prefix = new Float64Array(frame.rows);
  for (const column of columns) {
    const numbers = cellNumbers(column);
    let most = 0;
    for (const number of numbers) if (number > most) most = number;
    const seen = new Map<number, number>();
    prefix = prefix.map((before, row) => {
      const key = before * (most + 1) + (numbers[row] as number);
      let number = seen.get(key);
      if (number === undefined) {
        number = seen.size;
        seen.set(key, number);
      }
      return number;
    });
  }
  return { value: frame.rows - new Set(prefix).size, n: frame.rows };
}
