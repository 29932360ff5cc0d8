/**
 * Which judged windows it is time to look at again, because rows or labels may have come since. A window is looked at when
 * it is as old as it is long, and then each time that it has become four times as old as when it was last looked at; once
 * more when the deadline of its labels has passed. So a stream of late labels has each window judged a handful of times.
 */
import type { Window } from '../../model/window.js';
import { change, integer, instant, json, select, textOrNull, type Queryable } from './rows.js';

export interface WindowToLookAt {
  readonly evaluation: number;
  readonly window: Window;
  readonly rows: number;
  readonly labelled: number;
  /** What it rested on when it was judged or last looked at; null where that is not known. */
  readonly sourceState: string | null;
}

export interface Looking {
  /** The cycle's *now*. */
  readonly now: number;
  /** Windows that end in `[after, before)`, none that begins before `from`. */
  readonly after: number;
  readonly before: number;
  readonly from: number;
  /** How long after a window's end the deadline of its labels passes, milliseconds; null where none are awaited. */
  readonly deadlineMs: number | null;
  readonly most: number;
}

/** How many times as old a window becomes before it is looked at again. */
const TIMES = 4;

/** Final windows that are due, the newest first. */
export async function windowsToLookAt(
  db: Queryable,
  model: string,
  { now, after, before, from, deadlineMs, most }: Looking,
): Promise<readonly WindowToLookAt[]> {
  const lookedAfter = 'TIMESTAMPDIFF(MICROSECOND, window_to, COALESCE(looked_at, scheduled_at)) / 1000';
  const quarter = `TIMESTAMPDIFF(MICROSECOND, window_from, window_to) / ${String(1000 * TIMES)}`;
  const age = 'TIMESTAMPDIFF(MICROSECOND, window_to, ?) / 1000';
  const rows = await select(
    db,
    `SELECT id, window_from, window_to, row_count, intake, source_state FROM evaluations
     WHERE model = ? AND is_current = 1 AND state = 'final' AND window_to >= ? AND window_to < ? AND window_from >= ?
       AND (${age} >= ${String(TIMES)} * GREATEST(${lookedAfter}, ${quarter}) OR (${age} >= ? AND ${lookedAfter} < ?))
     ORDER BY window_to DESC, window_from DESC LIMIT ${String(Math.trunc(most))}`,
    [
      ...[model, new Date(after), new Date(before), new Date(from), new Date(now), new Date(now)],
      // Without a deadline nothing is older than it.
      ...[deadlineMs ?? Number.MAX_SAFE_INTEGER, deadlineMs ?? 0],
    ],
  );
  return rows.map((row) => ({
    evaluation: integer(row, 'id'),
    window: { from: instant(row, 'window_from'), to: instant(row, 'window_to') },
    rows: integer(row, 'row_count'),
    labelled: (json(row, 'intake') as { readonly labelled?: number }).labelled ?? 0,
    sourceState: textOrNull(row, 'source_state'),
  }));
}

/** Nothing had come since. `now` is the cycle's. */
export async function recordLook(db: Queryable, evaluation: number, now: number, sourceState: string): Promise<void> {
  await change(db, 'UPDATE evaluations SET looked_at = ?, source_state = ? WHERE id = ?', [
    ...[new Date(now), sourceState, evaluation],
  ]);
}
