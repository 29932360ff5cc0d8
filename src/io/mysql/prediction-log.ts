/**
 * Writing predictions and labels into Plumbline's own tables: many rows a statement, and the same twice as once. Every
 * row is checked before the first one is sent, so that a fault names the row and not the statement.
 */
import type { Pool } from 'mysql2/promise';
import { change, type Cell } from './rows.js';

export interface PredictionRow {
  readonly id: string;
  /** Milliseconds since the epoch, UTC; set by the producer and resent unchanged. */
  readonly time: number;
  readonly version?: string | null;
  readonly prediction: string | number | null;
  readonly score?: number | null;
  /** Multi-class: class → score. */
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
  /** When it came in, where that is not the same for all rows. */
  readonly arrivedAt?: number;
}

/** A row that cannot be stored as it is; `index` counts from 0 in the rows that were given. */
export class RowFault extends Error {
  readonly index: number;

  constructor(index: number, message: string) {
    super(message);
    this.name = 'RowFault';
    this.index = index;
  }
}

/** Rows of one statement: beyond this the rate hardly grows, and the packet does. */
export const ROWS_PER_INSERT = 500;

/** Characters that the columns hold. */
const LONGEST = { id: 128, version: 64, prediction: 255, 'error code': 64, label: 255 } as const;
/** `DATETIME` ends with the year 9999; the log begins with the epoch. */
const LATEST = Date.UTC(9999, 11, 31);

function textOf(index: number, what: keyof typeof LONGEST, value: string | number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RowFault(index, `${what} is ${String(value)}`);
  const text = String(value);
  const length = Array.from(text).length;
  if (length <= LONGEST[what]) return text;
  throw new RowFault(index, `${what} has ${String(length)} characters; at most ${String(LONGEST[what])} are kept`);
}

function idOf(index: number, id: string): string {
  if (typeof id !== 'string' || id === '') throw new RowFault(index, 'id is missing');
  // The key compares without them: two ids that differ in nothing else would be one, and a row lost without a word.
  if (id.endsWith(' ')) throw new RowFault(index, 'id ends with a space');
  return textOf(index, 'id', id) ?? '';
}

function timeOf(index: number, what: string, at: number): Date {
  if (Number.isFinite(at) && at >= 0 && at <= LATEST) return new Date(at);
  throw new RowFault(index, `${what} is no time: ${String(at)}`);
}

/** mysql2 would write NaN as NULL without a word. */
function finite(index: number, what: string, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (Number.isFinite(value)) return value;
  throw new RowFault(index, `${what} is ${String(value)}; leave it out if there is none`);
}

function scoresOf(index: number, scores: PredictionRow['scores']): string | null {
  for (const [className, score] of Object.entries(scores ?? {}))
    finite(index, `the score of class ${className}`, score);
  return jsonOf(scores);
}

const jsonOf = (value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

async function inBatches<T>(
  pool: Pool,
  rows: readonly T[],
  head: string,
  tail: string,
  cells: (row: T, index: number) => readonly Cell[],
): Promise<void> {
  const checked = rows.map(cells);
  for (let start = 0; start < checked.length; start += ROWS_PER_INSERT) {
    const part = checked.slice(start, start + ROWS_PER_INSERT);
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
    (row, index) => [
      model,
      timeOf(index, 'time', row.time),
      idOf(index, row.id),
      textOf(index, 'version', row.version),
      textOf(index, 'prediction', row.prediction),
      finite(index, 'the score', row.score),
      scoresOf(index, row.scores),
      jsonOf(row.features),
      finite(index, 'the latency', row.latencyMs),
      textOf(index, 'error code', row.errorCode),
    ],
  );
}

/**
 * A corrected label replaces the earlier one and counts as newly arrived; the same label again changes nothing, and a
 * label that arrived before the stored one does not replace it.
 */
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
    // Assignments run from left to right: the second one sees the arrival that the first has set.
    `ON DUPLICATE KEY UPDATE
       arrived_at = IF(VALUES(arrived_at) > arrived_at AND NOT (label <=> VALUES(label)), VALUES(arrived_at), arrived_at),
       label = IF(VALUES(arrived_at) >= arrived_at, VALUES(label), label)`,
    (row, index) => [
      model,
      timeOf(index, 'time', row.time),
      idOf(index, row.id),
      textOf(index, 'label', row.label),
      timeOf(index, 'arrival', row.arrivedAt ?? arrivedAt),
    ],
  );
}
