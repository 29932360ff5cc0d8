/** Stored profiles of hours. An hour is replaced as a whole, with all its versions, so that none of it is older than the rest. */
import type { Window } from '../../model/window.js';
import { clearDirtyHours, type DirtyHour } from './dirty-hours.js';
import { inTransaction } from './pool.js';
import type { Pool } from 'mysql2/promise';
import {
  change,
  insertRows,
  instant,
  instantOrNull,
  integer,
  select,
  text,
  textOrNull,
  type Queryable,
} from './rows.js';

/** What is told of the rows of one version in an hour. */
export interface HourPart {
  /** Null where rows name no version. */
  readonly version: string | null;
  /** Digest of the reference that it was profiled against. */
  readonly reference: string;
  readonly rows: number;
  readonly labelled: number;
  /** SHA-256 of the profile's bytes. */
  readonly digest: string;
}

/** An hour without rows has no parts. */
export interface StoredHour<Part extends HourPart = HourPart> {
  /** Begin of the hour, milliseconds since the epoch, UTC. */
  readonly hour: number;
  /** What the source had of the hour when it was read, where others write it. */
  readonly seen: string | null;
  readonly parts: readonly Part[];
}

export interface ProfiledPart extends HourPart {
  readonly profile: Uint8Array;
}

const EMPTY_DIGEST = '0'.repeat(64);

/** What is stored of the hours of a span, without the profiles. */
export async function storedHours(
  db: Queryable,
  model: string,
  method: string,
  { from, to }: Window,
): Promise<ReadonlyMap<number, StoredHour>> {
  const rows = await select(
    db,
    `SELECT hour, version, reference, row_count, label_count, seen, digest FROM hour_profiles
     WHERE model = ? AND hour >= ? AND hour < ? AND method = ? ORDER BY hour, version`,
    [model, new Date(from), new Date(to), method],
  );
  const hours = new Map<number, StoredHour & { parts: HourPart[] }>();
  for (const row of rows) {
    const hour = instant(row, 'hour');
    let known = hours.get(hour);
    if (known === undefined) hours.set(hour, (known = { hour, seen: textOrNull(row, 'seen'), parts: [] }));
    const reference = textOrNull(row, 'reference');
    if (reference === null) continue;
    known.parts.push({
      version: text(row, 'version') || null,
      reference,
      rows: integer(row, 'row_count'),
      labelled: integer(row, 'label_count'),
      digest: text(row, 'digest'),
    });
  }
  return hours;
}

/** The profiles of a span's hours, by hour and then by version. */
export async function hourProfiles(
  db: Queryable,
  model: string,
  method: string,
  { from, to }: Window,
): Promise<ReadonlyMap<number, ReadonlyMap<string | null, Uint8Array>>> {
  const rows = await select(
    db,
    `SELECT hour, version, profile FROM hour_profiles
     WHERE model = ? AND hour >= ? AND hour < ? AND method = ? AND reference IS NOT NULL ORDER BY hour, version`,
    [model, new Date(from), new Date(to), method],
  );
  const hours = new Map<number, Map<string | null, Uint8Array>>();
  for (const row of rows) {
    const hour = instant(row, 'hour');
    const known = hours.get(hour) ?? new Map<string | null, Uint8Array>();
    hours.set(hour, known.set(text(row, 'version') || null, row['profile'] as Buffer));
  }
  return hours;
}

/** Hours of a span that were profiled because they had been marked, and when. */
export async function revisedHours(
  db: Queryable,
  model: string,
  { from, to }: Window,
): Promise<ReadonlyArray<{ readonly hour: number; readonly revisedAt: number }>> {
  const rows = await select(
    db,
    `SELECT hour, MAX(revised_at) AS revised_at FROM hour_profiles
     WHERE model = ? AND hour >= ? AND hour < ? AND revised_at IS NOT NULL GROUP BY hour ORDER BY hour`,
    [model, new Date(from), new Date(to)],
  );
  return rows.map((row) => ({ hour: instant(row, 'hour'), revisedAt: instant(row, 'revised_at') }));
}

/** When the hour was last profiled because it had been marked: being profiled for another reason does not change that. */
async function revisedBefore(db: Queryable, model: string, hour: Date): Promise<Date | null> {
  const [row] = await select(
    db,
    'SELECT MAX(revised_at) AS revised_at FROM hour_profiles WHERE model = ? AND hour = ?',
    [model, hour],
  );
  const before = row === undefined ? null : instantOrNull(row, 'revised_at');
  return before === null ? null : new Date(before);
}

/**
 * Stores an hour in place of whatever was stored of it, by any method: what is older than its rows must not be found again.
 * `marks` are those that were taken before its rows were read.
 */
export async function storeHour(
  pool: Pool,
  { model, method, now }: { readonly model: string; readonly method: string; readonly now: number },
  { hour, seen, parts }: StoredHour<ProfiledPart>,
  marks: readonly DirtyHour[],
): Promise<void> {
  const begin = new Date(hour);
  const head = [model, method, begin] as const;
  await inTransaction(pool, async (db) => {
    const revisedAt = marks.length > 0 ? new Date(now) : await revisedBefore(db, model, begin);
    const times = [new Date(now), revisedAt] as const;
    const rows =
      parts.length === 0
        ? [[...head, '', null, 0, 0, seen, EMPTY_DIGEST, Buffer.alloc(0), ...times]]
        : parts.map((part) => [
            ...[...head, part.version ?? '', part.reference, part.rows, part.labelled, seen, part.digest],
            ...[Buffer.from(part.profile.buffer, part.profile.byteOffset, part.profile.byteLength), ...times],
          ]);
    await change(db, 'DELETE FROM hour_profiles WHERE model = ? AND hour = ?', [model, begin]);
    await insertRows(
      db,
      `INSERT INTO hour_profiles
         (model, method, hour, version, reference, row_count, label_count, seen, digest, profile, profiled_at, revised_at) VALUES ?`,
      rows,
    );
    await clearDirtyHours(db, model, marks);
  });
}
