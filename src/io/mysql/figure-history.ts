/** What figures came to in the windows before: their history, as it is stored. */
import { disjoint, type Window } from '../../model/window.js';
import { instant, numberOrNull, select, text, type Queryable } from './rows.js';

/** Windows that count at most: two months of days. */
const MOST_WINDOWS = 60;

export interface HistoryOf {
  readonly model: string;
  /** Histories of other versions say nothing of this one: its reference, and the model itself, are others. */
  readonly version: string | null;
  /** The judged window: what overlaps it does not count. */
  readonly window: Window;
  /** Windows that end at or before this instant are too old. */
  readonly after: number;
  /** These metrics alone; all where it is not given. */
  readonly metrics?: readonly string[];
}

/** Of the given windows the newest that share no data, newest first. */
function newestDisjoint<W extends Window>(windows: readonly W[]): readonly W[] {
  const chosen: W[] = [];
  for (const window of windows) {
    if (chosen.length === MOST_WINDOWS) break;
    if (chosen.every((other) => disjoint(other, window))) chosen.push(window);
  }
  return chosen;
}

/**
 * Numbers of the figures of earlier windows by figure id, oldest first. What rests on labels counts only from windows that
 * are final; conventions on an empty denominator do not count.
 */
export async function figureHistory(
  db: Queryable,
  { model, version, window, after, metrics }: HistoryOf,
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (metrics?.length === 0) return new Map();
  const heads = await select(
    db,
    `SELECT id, window_from, window_to FROM evaluations WHERE model = ? AND is_current = 1 AND window_to > ? AND window_to <= ?
       AND version <=> ? AND row_count > 0 ORDER BY window_to DESC, window_from DESC`,
    [model, new Date(after), new Date(window.from), version],
  );
  const chosen = newestDisjoint(
    heads.map((row) => ({
      id: numberOrNull(row, 'id') ?? 0,
      from: instant(row, 'window_from'),
      to: instant(row, 'window_to'),
    })),
  );
  if (chosen.length === 0) return new Map();
  const places = (count: number): string => new Array<string>(count).fill('?').join(', ');
  const rows = await select(
    db,
    `SELECT f.id AS id, f.value AS value FROM figures f JOIN evaluations e ON e.id = f.evaluation
      WHERE f.evaluation IN (${places(chosen.length)}) AND f.value IS NOT NULL AND f.detail IS NULL AND f.degenerate = 0
        AND f.period <> 'reference' AND (e.state = 'final' OR f.family NOT IN ('performance', 'fairness', 'segment'))
        ${metrics === undefined ? '' : `AND f.metric IN (${places(metrics.length)})`}
      ORDER BY e.window_to`,
    [...chosen.map(({ id }) => id), ...(metrics ?? [])],
  );
  const history = new Map<string, number[]>();
  for (const row of rows) {
    const id = text(row, 'id');
    const value = numberOrNull(row, 'value');
    if (value === null) continue;
    const known = history.get(id);
    if (known === undefined) history.set(id, [value]);
    else known.push(value);
  }
  return history;
}

/** Windows farther back than the history could need are not looked for; some may be missing in between. */
export const HISTORY_SPAN = 2 * MOST_WINDOWS;
