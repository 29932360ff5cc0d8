/** Which labelled rows a retraining may learn from, and which are kept from it to judge the result. */
import type { Span } from '../model/definition.js';
import { addSpan, type Window } from '../model/window.js';

/** A window of the model with its count of labelled rows. */
export interface LabelledWindow extends Window {
  readonly labelled: number;
  /** The labels are as complete as they will get: coverage reached, or the deadline passed. */
  readonly final: boolean;
}

export type TrainingSpan =
  | { readonly kind: 'span'; readonly train: Window; readonly withheld: Window; readonly withheldRows: number }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Withholds the newest final windows, going back until they hold `minimumRows` labelled rows, and gives the `length`
 * before them to training. The withheld windows follow each other: one that is not final parts what is newer from what
 * is older, and its rows are never in the comparison, because the labels that come early are selective.
 */
export function chooseTrainingSpan(
  windows: readonly LabelledWindow[],
  minimumRows: number,
  length: Span,
  timezone: string,
): TrainingSpan {
  let to: number | null = null;
  let rows = 0;
  let most = 0;
  for (const window of [...windows].sort((a, b) => b.to - a.to)) {
    if (!window.final) {
      to = null;
      rows = 0;
      continue;
    }
    to ??= window.to;
    rows += window.labelled;
    most = Math.max(most, rows);
    if (rows >= minimumRows) {
      return {
        kind: 'span',
        train: { from: addSpan(window.from, length, timezone, -1), to: window.from },
        withheld: { from: window.from, to },
        withheldRows: rows,
      };
    }
  }
  if (!windows.some(({ final }) => final)) return { kind: 'none', reason: 'no window has its labels yet' };
  return {
    kind: 'none',
    reason: `${String(most)} labelled rows in the final windows that follow each other; the gate alone needs ${String(minimumRows)}`,
  };
}
