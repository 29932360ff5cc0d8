/**
 * Hours of a model whose rows or labels have changed since they were last profiled. Whoever writes rows marks their hours
 * in the same transaction; whoever profiles hours takes the marks first, then reads, then clears what was taken. Every
 * marking writes a mark that was never there before, so a mark that came while the hour was being read is another one, and
 * stays. (A number that counts up would begin anew after a clearing, and an old taker could clear a new mark.)
 */
import { randomBytes } from 'node:crypto';
import type { Window } from '../../model/window.js';
import { change, instant, select, text, type Queryable } from './rows.js';

const HOUR_MS = 3_600_000;

export interface DirtyHour {
  /** Begin of the hour, milliseconds since the epoch, UTC. */
  readonly hour: number;
  /** What `clearDirtyHours` compares. */
  readonly mark: string;
  /** By the server's clock, milliseconds since the epoch. */
  readonly markedAt: number;
}

/**
 * Marks the hours of these times. To be called last in the transaction that changed the rows: the mark's lock is then held
 * no longer than the commit takes, and always in the order of the hours, so that writers do not wait for each other in a ring.
 *
 * @param times milliseconds since the epoch; any number of them in an hour.
 */
export async function markDirtyHours(db: Queryable, model: string, times: Iterable<number>): Promise<void> {
  const hours = new Set<number>();
  for (const time of times) hours.add(Math.floor(time / HOUR_MS) * HOUR_MS);
  if (hours.size === 0) return;
  const mark = randomBytes(16).toString('hex');
  const sorted = [...hours].sort((a, b) => a - b);
  await change(
    db,
    `INSERT INTO dirty_hours (model, hour, mark, marked_at) VALUES ${sorted.map(() => '(?, ?, ?, UTC_TIMESTAMP(3))').join(', ')}
     ON DUPLICATE KEY UPDATE mark = VALUES(mark), marked_at = VALUES(marked_at)`,
    sorted.flatMap((hour) => [model, new Date(hour), mark]),
  );
}

/** Marked hours that lie within `[from, to)` whole, oldest first. Nothing changes by looking. */
export async function takeDirtyHours(
  db: Queryable,
  model: string,
  { from, to }: Window,
): Promise<readonly DirtyHour[]> {
  const rows = await select(
    db,
    'SELECT hour, mark, marked_at FROM dirty_hours WHERE model = ? AND hour >= ? AND hour <= ? ORDER BY hour',
    [model, new Date(from), new Date(to - HOUR_MS)],
  );
  return rows.map((row) => ({
    hour: instant(row, 'hour'),
    mark: text(row, 'mark'),
    markedAt: instant(row, 'marked_at'),
  }));
}

/**
 * Clears the marks that were taken, in the transaction that stores what was made of their hours. An hour that was marked
 * again meanwhile stays marked. Returns how many marks were cleared.
 */
export async function clearDirtyHours(db: Queryable, model: string, taken: readonly DirtyHour[]): Promise<number> {
  let cleared = 0;
  for (const { hour, mark } of taken) {
    cleared += await change(db, 'DELETE FROM dirty_hours WHERE model = ? AND hour = ? AND mark = ?', [
      model,
      new Date(hour),
      mark,
    ]);
  }
  return cleared;
}
