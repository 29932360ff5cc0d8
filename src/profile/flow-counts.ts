/** Counts of how rows and labels flow in: they add up over the parts of a window. */

import { columnOf, countPresent } from '../model/columns.js';
import type { Column, Frame, Roles } from '../model/frame.js';

/** Rows with a time, and the newest of these times in milliseconds since the epoch; -Infinity without such a row. */
export interface TimeFlow {
  readonly rows: number;
  readonly newest: number;
}

/** Labels, and those among them without a prediction; or why they were not counted. */
export type LabelFlow = { readonly read: number; readonly orphans: number } | { readonly reason: string };

export function timesIn(times: Float64Array): TimeFlow {
  let rows = 0;
  let newest = -Infinity;
  for (const time of times) {
    if (!Number.isFinite(time)) continue;
    rows++;
    if (time > newest) newest = time;
  }
  return { rows, newest };
}

/** As the reader counted them, where labels have a table of their own; else a row with a label and no prediction is an orphan. */
export function labelsIn(frame: Frame, roles: Roles): LabelFlow {
  if (frame.intake.labels !== undefined) return frame.intake.labels;
  const label = columnOf(frame, roles.label);
  const prediction = columnOf(frame, roles.prediction);
  if (label === undefined) return { read: 0, orphans: 0 };
  const present = (column: Column, row: number): boolean =>
    column.kind === 'category' ? (column.codes[row] as number) >= 0 : !Number.isNaN(column.values[row]);
  let orphans = 0;
  for (let row = 0; row < frame.rows; row++) {
    if (present(label, row) && !(prediction !== undefined && present(prediction, row))) orphans++;
  }
  return { read: countPresent(label), orphans };
}
