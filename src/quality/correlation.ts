/** Association of two columns of one window. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { CategoryColumn, NumericColumn } from '../model/frame.js';
import { compensatedSum } from '../numeric/moments.js';
import { midRanks } from '../numeric/rank.js';

const UNDEFINED = 'fewer than two rows, or a constant column';

interface Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Rows in which both columns hold a finite number. */
function finitePairs(a: NumericColumn, b: NumericColumn): Pairs {
  const rows = Math.min(a.values.length, b.values.length);
  const x = new Float64Array(rows);
  const y = new Float64Array(rows);
  let n = 0;
  for (let i = 0; i < rows; i++) {
    const left = a.values[i] as number;
    const right = b.values[i] as number;
    if (!Number.isFinite(left) || !Number.isFinite(right)) continue;
    x[n] = left;
    y[n++] = right;
  }
  return n === rows ? { x, y } : { x: x.subarray(0, n), y: y.subarray(0, n) };
}

function isConstant(values: Float64Array): boolean {
  const first = values[0];
  return values.every((value) => value === first);
}

/** Deviations from the mean, scaled to at most 1 so that no square overflows. */
function centred(values: Float64Array): Float64Array {
  const mean = compensatedSum(values) / values.length;
  const result = values.map((value) => value - mean);
  let largest = 0;
  for (const value of result) largest = Math.max(largest, Math.abs(value));
  return result.map((value) => value / largest);
}

function correlate(x: Float64Array, y: Float64Array): number {
  const a = centred(x);
  const b = centred(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < a.length; i++) {
    const left = a[i] as number;
    const right = b[i] as number;
    xx += left * left;
    yy += right * right;
    xy += left * right;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/**
 * Pearson's correlation `sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2)`, in [-1, 1], over the rows with
 * both values finite; n counts those. No value for fewer than two rows or a constant column. Source: SciPy `pearsonr`.
 */
export function pearson(a: NumericColumn, b: NumericColumn): Estimate {
  const { x, y } = finitePairs(a, b);
  if (x.length < 2 || isConstant(x) || isConstant(y)) return absent(x.length, UNDEFINED);
  return measured(correlate(x, y), x.length);
}

/**
 * Spearman's rank correlation: Pearson's of the mid-ranks, in [-1, 1], over the rows with both values finite; n counts
 * those. No value for fewer than two rows or a constant column. Source: SciPy `spearmanr`.
 */
export function spearman(a: NumericColumn, b: NumericColumn): Estimate {
  const { x, y } = finitePairs(a, b);
  if (x.length < 2 || isConstant(x) || isConstant(y)) return absent(x.length, UNDEFINED);
  return measured(correlate(midRanks(x).ranks, midRanks(y).ranks), x.length);
}

/**
 * Cramer's V of two categorical columns, `sqrt(chi^2 / n / min(r - 1, c - 1))`, in [0, 1], without correction; n counts
 * the rows with both present. No value without rows or with fewer than two categories in one of them.
 * Source: SciPy `contingency.association(method="cramer")`.
 */
export function cramersV(a: CategoryColumn, b: CategoryColumn): Estimate {
  const cells = new Map<number, number>();
  const rowTotals = new Float64Array(a.levels.length);
  const columnTotals = new Float64Array(b.levels.length);
  let n = 0;
  for (let i = 0; i < a.codes.length; i++) {
    const left = a.codes[i] as number;
    const right = b.codes[i] ?? -1;
    if (left < 0 || right < 0) continue;
    const key = left * b.levels.length + right;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    rowTotals[left] = (rowTotals[left] ?? 0) + 1;
    columnTotals[right] = (columnTotals[right] ?? 0) + 1;
    n++;
  }
  const usedRows = rowTotals.filter((total) => total > 0).length;
  const usedColumns = columnTotals.filter((total) => total > 0).length;
  const smaller = Math.min(usedRows, usedColumns) - 1;
  if (smaller < 1) return absent(n, 'a constant column or no rows');
  // sum (o - e)^2 / e = sum o^2 / e - n, but the short form loses digits near 0; empty cells add up to what is left of n.
  let chiSquare = 0;
  let expectedOfFilled = 0;
  for (const [key, observed] of cells) {
    const right = key % b.levels.length;
    const left = (key - right) / b.levels.length;
    const expected = ((rowTotals[left] as number) * (columnTotals[right] as number)) / n;
    chiSquare += (observed - expected) ** 2 / expected;
    expectedOfFilled += expected;
  }
  chiSquare += Math.max(0, n - expectedOfFilled);
  return measured(Math.sqrt(chiSquare / n / smaller), n);
}
