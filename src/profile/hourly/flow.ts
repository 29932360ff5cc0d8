/** How rows and labels flowed in during an hour. */

import { columnOf, countPresent, numbersOf } from '../../model/columns.js';
import type { Column, Frame, Intake, Roles } from '../../model/frame.js';

/** Counts of the reader add up over hours; an id that stands in two hours is not seen as a duplicate. */
export type HourIntake = Omit<Intake, 'labels'>;

/** Labels, and those among them without a prediction; or why they were not counted. */
type LabelFlow = { readonly read: number; readonly orphans: number } | { readonly reason: string };

export interface FlowProfile {
  /** Rows with a time and the newest of these times, milliseconds since the epoch (-Infinity without a row); null without the column. */
  readonly times: { readonly rows: number; readonly newest: number } | null;
  readonly labels: LabelFlow;
}

function timesOf(frame: Frame, roles: Roles): FlowProfile['times'] {
  const column = columnOf(frame, roles.time);
  if (column === undefined) return null;
  let rows = 0;
  let newest = -Infinity;
  for (const time of numbersOf(column)) {
    if (!Number.isFinite(time)) continue;
    rows++;
    if (time > newest) newest = time;
  }
  return { rows, newest: newest + 0 };
}

/** Where labels stand beside the predictions, an orphan is a row with a label and no prediction. */
function labelsOf(frame: Frame, roles: Roles): LabelFlow {
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

export function profileFlow(frame: Frame, roles: Roles): FlowProfile {
  return { times: timesOf(frame, roles), labels: labelsOf(frame, roles) };
}

function mergeLabels(a: LabelFlow, b: LabelFlow): LabelFlow {
  if ('reason' in a) return 'reason' in b && b.reason < a.reason ? b : a;
  return 'reason' in b ? b : { read: a.read + b.read, orphans: a.orphans + b.orphans };
}

export function mergeFlow(a: FlowProfile, b: FlowProfile): FlowProfile {
  const times =
    a.times && b.times
      ? { rows: a.times.rows + b.times.rows, newest: Math.max(a.times.newest, b.times.newest) }
      : (a.times ?? b.times);
  return { times, labels: mergeLabels(a.labels, b.labels) };
}
