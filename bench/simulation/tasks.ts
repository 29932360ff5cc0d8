/** What a worker thread can be asked, and what it answers: one repetition of one scenario each. */
import {
  parityWindow,
  quietPair,
  shiftedPair,
  shiftsFound,
  weeksOf,
  type Weeks,
  type WeeksOutcome,
  type WindowOutcome,
} from './scenarios.js';

export type Task =
  | { readonly kind: 'quiet'; readonly at: number; readonly pairs: number }
  | { readonly kind: 'awake'; readonly at: number; readonly rows: number; readonly column: string; readonly by: number }
  | {
      readonly kind: 'power';
      readonly at: number;
      readonly rows: number;
      readonly column: string;
      readonly shifts: readonly number[];
    }
  | { readonly kind: 'parity'; readonly from: number; readonly count: number; readonly groups: number }
  | { readonly kind: 'weeks'; readonly at: number; readonly weeks: Weeks };

export type Answer =
  | ({ readonly kind: 'quiet'; readonly task: Task } & WindowOutcome)
  | { readonly kind: 'awake'; readonly task: Task; readonly found: boolean }
  | { readonly kind: 'power'; readonly task: Task; readonly rows: number; readonly found: readonly boolean[] }
  | { readonly kind: 'parity'; readonly task: Task; readonly groups: number; readonly breaches: number }
  | ({ readonly kind: 'weeks'; readonly task: Task; readonly name: string } & WeeksOutcome);

export function perform(task: Task): Answer {
  switch (task.kind) {
    case 'quiet':
      return { kind: 'quiet', task, ...quietPair(task.at, task.pairs) };
    case 'awake':
      return { kind: 'awake', task, found: shiftedPair(task.at, task.rows, task.column, task.by) };
    case 'power': {
      const { at, rows, column, shifts } = task;
      return { kind: 'power', task, rows, found: shiftsFound(at, rows, column, shifts) };
    }
    case 'parity': {
      let breaches = 0;
      for (let at = task.from; at < task.from + task.count; at++) if (parityWindow(at, task.groups)) breaches++;
      return { kind: 'parity', task, groups: task.groups, breaches };
    }
    case 'weeks':
      return { kind: 'weeks', task, name: task.weeks.name, ...weeksOf(task.at, task.weeks) };
  }
}
