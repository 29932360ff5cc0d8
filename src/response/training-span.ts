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
 * before them to training. Windows that are not final yet, and all after them, play no part: a gate on half the labels
 * would compare on the early ones, which are selective.
 */
export function chooseTrainingSpan(
  windows: readonly LabelledWindow[],
  minimumRows: number,
  length: Span,
  timezone: string,
): TrainingSpan {
  const ordered = [...windows].sort((a, b) => a.to - b.to);
  const firstOpen = ordered.findIndex((window) => !window.final);
  const closed = firstOpen === -1 ? ordered : ordered.slice(0, firstOpen);
  const newest = closed.at(-1);
  if (newest === undefined) return { kind: 'none', reason: 'no window has its labels yet' };
  let rows = 0;
  let from = newest.to;
  for (const window of [...closed].reverse()) {
    if (rows >= minimumRows) break;
    rows += window.labelled;
    from = window.from;
  }
  if (rows < minimumRows) {
    return {
      kind: 'none',
      reason: `${String(rows)} labelled rows in all final windows; the gate alone needs ${String(minimumRows)}`,
    };
  }
  return {
    kind: 'span',
    train: { from: addSpan(from, length, timezone, -1), to: from },
    withheld: { from, to: newest.to },
    withheldRows: rows,
  };
}
