/** The rows of several numeric features that can be placed as points. */

import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame } from '../model/frame.js';

/** Points, row-major: `count` of them with `width` cells each. */
export interface Points {
  readonly cells: Float64Array;
  readonly width: number;
  readonly count: number;
  /** Row of the frame that each point stands in. */
  readonly rows: Uint32Array;
}

/** Rows in which every feature is present and finite, in order; or why there can be none. */
export function completeRows(frame: Frame, features: readonly string[]): Points | string {
  const width = features.length;
  if (width === 0) return 'no numeric feature';
  const columns: Float64Array[] = [];
  for (const name of features) {
    const column = columnOf(frame, name);
    if (column === undefined) return `the feature ${name} is not there in both periods`;
    columns.push(numbersOf(column));
  }
  const cells = new Float64Array(frame.rows * width);
  const rows = new Uint32Array(frame.rows);
  let count = 0;
  for (let row = 0; row < frame.rows; row++) {
    let complete = true;
    for (let i = 0; i < width; i++) {
      const cell = (columns[i] as Float64Array)[row] as number;
      cells[count * width + i] = cell;
      complete &&= Number.isFinite(cell);
    }
    if (complete) rows[count++] = row;
  }
  return { cells: cells.subarray(0, count * width), width, count, rows: rows.subarray(0, count) };
}

/** The first points, at most `limit`. */
export function firstPoints(points: Points, limit: number): Points {
  const count = Math.min(limit, points.count);
  const { width } = points;
  return { width, count, cells: points.cells.subarray(0, count * width), rows: points.rows.subarray(0, count) };
}

/** Cells of one feature. */
export function cellsOf(points: Points, feature: number): Float64Array {
  const { cells, width } = points;
  return Float64Array.from({ length: points.count }, (_, at) => cells[at * width + feature] as number);
}
