/** Writing predictions and labels into Plumbline's own tables: strict, in batches, and the same twice as once. */
import type { Pool } from 'mysql2/promise';
import { change, type Cell } from './rows.js';

export interface PredictionRow {
  readonly id: string;
  /** Milliseconds since the epoch, UTC; set by the producer and resent unchanged. */
  readonly time: number;
  readonly version?: string | null;
  readonly prediction: string | number | null;
  readonly score?: number | null;
  readonly scores?: Readonly<Record<string, number>> | null;
  readonly features?: Readonly<Record<string, unknown>> | null;
  readonly latencyMs?: number | null;
  readonly errorCode?: string | null;
}

export interface LabelRow {
  readonly id: string;
  /** Time of the prediction. */
  readonly time: number;
  readonly label: string | number | null;
}

/** Rows of one statement: beyond this the rate hardly grows, and the packet does. */
const ROWS_PER_INSERT = 500;

const textOf = (value: string | number | null): string | null => (value === null ? null : String(value));

/** mysql2 would write NaN as NULL without a word. */
function finite(value: number | null | undefined, what: string, id: string): number | null {
  if (value === null || value === undefined) return null;
  if (!Number.isFinite(value)) throw new Error(`${what} of ${id} is ${String(value)}; leave it out if there is none`);
  return value;
}

const jsonOf = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

async function inBatches<T>(
  pool: Pool,
  rows: readonly T[],
  head: string,
  tail: string,
  cells: (row: T) => readonly Cell[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT).map(cells);
    const places = part.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
    await change(pool, `${head} VALUES ${places} ${tail}`, part.flat());
  }
}

/** A prediction is written once: one with a known time and id changes nothing. */
export async function insertPredictions(pool: Pool, model: string, rows: readonly PredictionRow[]): Promise<void> {
  await inBatches(
    pool,
    rows,
    'INSERT INTO predictions (model, time, id, version, prediction, score, scores, features, latency_ms, error_code)',
    'ON DUPLICATE KEY UPDATE id = id',
    (row) => [
      model,
      new Date(row.time),
      row.id,
      row.version ?? null,
      textOf(row.prediction),
      finite(row.score, 'the score', row.id),
      jsonOf(row.scores),
      jsonOf(row.features),
      finite(row.latencyMs, 'the latency', row.id),
      row.errorCode ?? null,
    ],
  );
}

/** A corrected label replaces the earlier one and counts as newly arrived; the same label again changes nothing. */
export async function insertLabels(
  pool: Pool,
  model: string,
  rows: readonly LabelRow[],
  arrivedAt: number,
): Promise<void> {
  await inBatches(
    pool,
    rows,
    'INSERT INTO labels (model, time, id, label, arrived_at)',
    // Assignments run from left to right, so the arrival is compared with the old label.
    'ON DUPLICATE KEY UPDATE arrived_at = IF(label <=> VALUES(label), arrived_at, VALUES(arrived_at)), label = VALUES(label)',
    (row) => [model, new Date(row.time), row.id, textOf(row.label), new Date(arrivedAt)],
  );
}
