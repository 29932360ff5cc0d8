/** Rows that repeat an earlier one. */

import { absent, type Estimate } from '../model/estimate.js';
import type { Column, Frame } from '../model/frame.js';

/** Mixes a word into a hash (the inner step of MurmurHash3, by A. Appleby). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

function mixColumn(hashes: Int32Array, column: Column): void {
  if (column.kind === 'category') {
    for (let row = 0; row < hashes.length; row++) hashes[row] = mix(hashes[row] as number, column.codes[row] as number);
    return;
  }
  const cell = new Float64Array(1);
  const words = new Int32Array(cell.buffer);
  for (let row = 0; row < hashes.length; row++) {
    const value = column.values[row] as number;
    // One form for every NaN.
    cell[0] = Number.isNaN(value) ? NaN : value;
    hashes[row] = mix(mix(hashes[row] as number, words[0] as number), words[1] as number);
    const text = column.oddTexts?.[row] ?? 0;
    if (text > 0) hashes[row] = mix(hashes[row] as number, text);
  }
}

function sameRow(columns: readonly Column[], a: number, b: number): boolean {
  return columns.every((column) => {
    if (column.kind === 'category') return column.codes[a] === column.codes[b];
    return Object.is(column.values[a], column.values[b]) && column.oddTexts?.[a] === column.oddTexts?.[b];
  });
}

/**
 * Rows whose features all equal those of an earlier row (missing equals missing); the first of them does not count. Cells are
 * compared as they are written, as far as that is known: `-0` is not `0`, and texts in a column of numbers differ, but `1.0`
 * is `1`. n: rows. A table of row numbers by hash, so memory is 12 bytes a row or less
 * whatever the columns hold. Source: pandas `duplicated(keep="first")`.
 */
export function duplicateRows(frame: Frame, features: readonly string[]): Estimate {
  const columns = features.flatMap((name) => frame.columns.get(name) ?? []);
  if (columns.length === 0) return absent(frame.rows, 'no feature column');
  const hashes = new Int32Array(frame.rows);
  for (const column of columns) mixColumn(hashes, column);
  let size = 16;
  while (size < 2 * frame.rows) size *= 2;
  /** Row number plus one; 0 is free. */
  const table = new Int32Array(size);
  let duplicates = 0;
  for (let row = 0; row < frame.rows; row++) {
    const hash = hashes[row] as number;
    let slot = (hash ^ (hash >>> 15)) & (size - 1);
    for (;;) {
      const other = (table[slot] as number) - 1;
      if (other < 0) {
        table[slot] = row + 1;
        break;
      }
      if (hashes[other] === hash && sameRow(columns, other, row)) {
        duplicates++;
        break;
      }
      slot = (slot + 1) & (size - 1);
    }
  }
  return { value: duplicates, n: frame.rows };
}
