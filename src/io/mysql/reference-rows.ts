/** Rows that a trainer held out from fitting a version: the version's promise, and so its reference. */
import type { Pool } from 'mysql2/promise';
import { inTransaction } from './pool.js';
import { change } from './rows.js';

export interface ReferenceRow {
  readonly id: string;
  /** Milliseconds since the epoch, or ISO 8601. */
  readonly time: number | string;
  readonly prediction: string | number | null;
  readonly score: number | null;
  readonly label: string | number | null;
  readonly features: Readonly<Record<string, unknown>>;
}

const ROWS_PER_INSERT = 500;

const asText = (value: string | number | null): string | null => (value === null ? null : String(value));

/** Replaces all rows of the version, so that a repeated training leaves one set. */
export async function replaceReferenceRows(
  pool: Pool,
  model: string,
  version: string,
  rows: readonly ReferenceRow[],
): Promise<void> {
  await inTransaction(pool, async (db) => {
    await change(db, 'DELETE FROM reference_rows WHERE model = ? AND version = ?', [model, version]);
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      const part = rows.slice(start, start + ROWS_PER_INSERT);
      await change(
        db,
        `INSERT INTO reference_rows (model, version, time, id, prediction, score, label, features) VALUES ${part.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
        part.flatMap((row) => [
          model,
          version,
          new Date(row.time),
          row.id,
          asText(row.prediction),
          row.score,
          asText(row.label),
          JSON.stringify(row.features),
        ]),
      );
    }
  });
}
