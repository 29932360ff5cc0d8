/** The rows of several numeric features that can be placed as points. */

import { columnOf, numbersOf } from '../model/columns.js';
import type { Frame } from '../model/frame.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';

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

/** The points at these places, in that order. */
export function pointsAt(points: Points, places: readonly number[]): Points {
  const { cells, width, rows } = points;
  const taken = new Float64Array(places.length * width);
  places.forEach((place, at) => {
    taken.set(cells.subarray(place * width, (place + 1) * width), at * width);
  });
  return {
    width,
    count: places.length,
    cells: taken,
    rows: Uint32Array.from(places, (place) => rows[place] as number),
  };
}

/** At most `limit` points, evenly spread over the period. */
export function spreadPoints(points: Points, limit: number): Points {
  const step = Math.ceil(points.count / limit);
  if (step <= 1) return points;
  return pointsAt(
    points,
    Array.from({ length: Math.ceil(points.count / step) }, (_, at) => at * step),
  );
}

/** The points in units of the reference's spread (divisor n); or which feature has none. */
export function scaledBy(reference: Points, points: Points, features: readonly string[]): Points | string {
  const { width } = points;
  const cells = points.cells.slice();
  for (let i = 0; i < width; i++) {
    const moments = momentsOf(cellsOf(reference, i));
    const deviation = standardDeviation(moments, 0);
    const name = features[i] as string;
    if (!Number.isFinite(deviation)) return `the spread of ${name} overflows`;
    if (deviation <= 1e-14 * Math.abs(moments.mean)) return `${name} is constant in the reference`;
    for (let at = i; at < cells.length; at += width) cells[at] = ((cells[at] as number) - moments.mean) / deviation;
  }
  return cells.every((cell) => Math.abs(cell) < 1e150) ? { ...points, cells } : 'distances overflow';
}
