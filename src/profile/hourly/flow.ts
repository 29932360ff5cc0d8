/** How rows and labels flowed in during an hour. */

import { columnOf, numbersOf } from '../../model/columns.js';
import type { Frame, Intake, Roles } from '../../model/frame.js';
import { type LabelFlow, labelsIn, type TimeFlow, timesIn } from '../flow-counts.js';

/** Counts of the reader add up over hours; an id that stands in two hours is not seen as a duplicate. */
export type HourIntake = Omit<Intake, 'labels'>;

export interface FlowProfile {
  /** Null without a column of times. */
  readonly times: TimeFlow | null;
  readonly labels: LabelFlow;
}

export function profileFlow(frame: Frame, roles: Roles): FlowProfile {
  const column = columnOf(frame, roles.time);
  return { times: column ? timesIn(numbersOf(column)) : null, labels: labelsIn(frame, roles) };
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
