/** Association of the columns of one window, pair by pair. */

import { absent, type Estimate, measured } from '../model/estimate.js';
import type { CategoryColumn, NumericColumn } from '../model/frame.js';
import { pairwiseSum } from '../numeric/pairwise-sum.js';
import { midRanks } from '../numeric/rank.js';

const UNDEFINED = 'fewer than two rows, or a constant column';

/** Values in row order and what every pair with them needs. */
interface Sample {
  readonly values: Float64Array | Uint32Array;
  readonly mean: number;
  /** Root of the sum of the squared deviations; 0 for a constant sample. */
  readonly length: number;
}

/** Whole ranks add up exactly in any order; values in numpy's, whose rounding decides at the edges. */
function meanOf(values: Float64Array | Uint32Array): number {
  if (values instanceof Float64Array) return pairwiseSum(values) / values.length;
  let sum = 0;
  for (const rank of values) sum += rank;
  return sum / values.length;
}

function sampleOf(values: Float64Array | Uint32Array): Sample {
  const mean = meanOf(values);
  let constant = true;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs((values[i] as number) - mean));
    if (values[i] !== values[0]) constant = false;
  }
  // The mean of equal values may be off by a rounding; they are constant all the same.
  if (constant) return { values, mean, length: 0 };
  // By way of the largest deviation, so that no square overflows.
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (((values[i] as number) - mean) / largest) ** 2;
  return { values, mean, length: largest * Math.sqrt(squares) };
}

function correlate(x: Sample, y: Sample): Estimate {
  const n = x.values.length;
  if (n < 2 || x.length === 0 || y.length === 0) return absent(n, UNDEFINED);
  if (!Number.isFinite(x.length) || !Number.isFinite(y.length)) return absent(n, 'the spread of a column overflows');
  let sum = 0;
  for (let i = 0; i < n; i++)
    sum += (((x.values[i] as number) - x.mean) / x.length) * (((y.values[i] as number) - y.mean) / y.length);
  return measured(Math.max(-1, Math.min(1, sum)), n);
}

/** Twice the mid-ranks, which are whole numbers and take half the room. */
function doubledRanks(values: Float64Array): Uint32Array {
  return Uint32Array.from(midRanks(values).ranks, (rank) => 2 * rank);
}

/** Rows in which both columns hold a finite number. */
function finitePairs(a: NumericColumn, b: NumericColumn): readonly [Float64Array, Float64Array] {
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
  return [x.subarray(0, n), y.subarray(0, n)];
}

export interface Correlated {
  readonly a: string;
  readonly b: string;
  readonly estimate: Estimate;
}

/** Correlation of every pair of columns. What a column gives to all its pairs is computed once, if it has no gaps. */
function eachPair(
  columns: readonly NumericColumn[],
  prepare: (values: Float64Array) => Float64Array | Uint32Array,
): readonly Correlated[] {
  const whole = columns.map(({ values }) =>
    values.every((value) => Number.isFinite(value)) ? sampleOf(prepare(values)) : undefined,
  );
  return columns.flatMap((a, i) =>
    columns.slice(i + 1).map((b, offset) => {
      const [left, right] = [whole[i], whole[i + 1 + offset]];
      if (left && right) return { a: a.name, b: b.name, estimate: correlate(left, right) };
      const [x, y] = finitePairs(a, b);
      return { a: a.name, b: b.name, estimate: correlate(sampleOf(prepare(x)), sampleOf(prepare(y))) };
    }),
  );
}

/**
 * Pearson's correlation `sum (x - mx)(y - my) / sqrt(sum (x - mx)^2 sum (y - my)^2)` of every pair of columns, in [-1, 1],
 * over the rows with both values finite; n counts those. No value for fewer than two rows or a constant column.
 * Source: SciPy `pearsonr`.
 */
export function pearson(columns: readonly NumericColumn[]): readonly Correlated[] {
  return eachPair(columns, (values) => values);
}

/**
 * Spearman's rank correlation of every pair of columns: Pearson's of the mid-ranks, in [-1, 1], over the rows with both
 * values finite; n counts those. No value for fewer than two rows or a constant column. Source: SciPy `spearmanr`.
 */
export function spearman(columns: readonly NumericColumn[]): readonly Correlated[] {
  return eachPair(columns, doubledRanks);
}

function cramersVOf(a: CategoryColumn, b: CategoryColumn): Estimate {
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

/**
 * Cramer's V of every pair of categorical columns, `sqrt(chi^2 / n / min(r - 1, c - 1))`, in [0, 1], without correction; n
 * counts the rows with both present. No value without rows or with fewer than two categories in one of them.
 * Source: SciPy `contingency.association(method="cramer")`.
 */
export function cramersV(columns: readonly CategoryColumn[]): readonly Correlated[] {
  return columns.flatMap((a, i) =>
    columns.slice(i + 1).map((b) => ({ a: a.name, b: b.name, estimate: cramersVOf(a, b) })),
  );
}
