/**
 * Writing predictions and labels into Plumbline's own tables: many rows a statement, and the same twice as once. Every
 * row is checked before the first one is sent, so that a fault names the row and not the statement. The rows of one call
 * are stored together or not at all, with the marks of the hours that they change.
 */
import type { Pool, PoolConnection } from 'mysql2/promise';
import { markDirtyHours } from './dirty-hours.js';
import { inTransaction } from './pool.js';
import { insertRows, integer, select, type Cell, type Queryable } from './rows.js';

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

/** What is to be stored in the same transaction as the rows. */
export type Alongside = (db: Queryable) => Promise<void>;

/** Rows of one statement: beyond this the rate hardly grows, and the packet does. */
export const ROWS_PER_INSERT = 500;
/** Characters of one statement's cells; a server refuses packets over 16 MB as it is installed, and 4 bytes make a character. */
const CHARACTERS_PER_INSERT = 2_000_000;

/** Characters that the columns hold. */
const LONGEST = {
  ...{ id: 128, version: 64, prediction: 255, 'error code': 64, label: 255 },
  // No limit of the columns, but of a statement.
  ...{ features: CHARACTERS_PER_INSERT, scores: CHARACTERS_PER_INSERT },
} as const;
/** `DATETIME` ends with the year 9999; the log begins with the epoch. */
const LATEST = Date.UTC(9999, 11, 31);

function textOf(index: number, what: keyof typeof LONGEST, value: string | number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RowFault(index, `${what} is ${String(value)}`);
  const text = String(value);
  // Half of a pair is no character: it would be stored as another one, and two ids could become one.
  if (/\p{Surrogate}/u.test(text)) throw new RowFault(index, `${what} holds half a character (a lone surrogate)`);
  if (text.length <= LONGEST[what]) return text;
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
  return jsonOf(index, 'scores', scores);
}

const jsonOf = (index: number, what: 'features' | 'scores', value: object | null | undefined): string | null =>
  value === null || value === undefined ? null : textOf(index, what, JSON.stringify(value));

type Cells = readonly Cell[];

/** Rows in their order, as many together as one statement takes. */
function* chunksOf(rows: readonly Cells[]): Generator<readonly Cells[]> {
  let start = 0;
  let characters = 0;
  for (const [at, row] of rows.entries()) {
    const size = row.reduce((sum: number, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);
    if (at - start === ROWS_PER_INSERT || (at > start && characters + size > CHARACTERS_PER_INSERT)) {
      yield rows.slice(start, at);
      [start, characters] = [at, 0];
    }
    characters += size;
  }
  if (start < rows.length) yield rows.slice(start);
}

interface Statement {
  /** `INSERT INTO … (…)`. */
  readonly head: string;
  /** `ON DUPLICATE KEY UPDATE …`. */
  readonly tail: string;
}

/** Full chunks are prepared once and then cost the server no parsing: measured, half as much again in a second. */
async function insertChunk(
  connection: PoolConnection,
  { head, tail }: Statement,
  rows: readonly Cells[],
): Promise<void> {
  if (rows.length < ROWS_PER_INSERT) return insertRows(connection, `${head} VALUES ? ${tail}`, rows);
  const places = `(${(rows[0] ?? []).map(() => '?').join(', ')})`;
  // `flat` takes ten times as long.
  const values: Cell[] = [];
  for (const row of rows) values.push(...row);
  await connection.execute(`${head} VALUES ${rows.map(() => places).join(', ')} ${tail}`, values);
}

async function store<T extends { readonly time: number }>(
  pool: Pool,
  model: string,
  rows: readonly T[],
  statement: Statement & { readonly cells: (row: T, index: number) => Cells },
  alongside: Alongside | undefined,
): Promise<void> {
  const checked = rows.map(statement.cells);
  if (checked.length === 0) return;
  await inTransaction(pool, async (connection) => {
    for (const chunk of chunksOf(checked)) await insertChunk(connection, statement, chunk);
    await alongside?.(connection);
    await markDirtyHours(
      connection,
      model,
      rows.map(({ time }) => time),
    );
  });
}

const predictionStatement = (model: string): Statement & { cells: (row: PredictionRow, index: number) => Cells } => ({
  head: 'INSERT INTO predictions (model, time, id, version, prediction, score, scores, features, latency_ms, error_code)',
  // `INSERT IGNORE` would switch the strict mode off, and cut what is too long.
  tail: 'ON DUPLICATE KEY UPDATE id = id',
  cells: (row, index) => [
    model,
    timeOf(index, 'time', row.time),
    idOf(index, row.id),
    textOf(index, 'version', row.version),
    textOf(index, 'prediction', row.prediction),
    finite(index, 'the score', row.score),
    scoresOf(index, row.scores),
    jsonOf(index, 'features', row.features),
    finite(index, 'the latency', row.latencyMs),
    textOf(index, 'error code', row.errorCode),
  ],
});

/** A prediction is written once: one with a known time and id changes nothing. */
export async function insertPredictions(
  pool: Pool,
  model: string,
  rows: readonly PredictionRow[],
  alongside?: Alongside,
): Promise<void> {
  await store(pool, model, rows, predictionStatement(model), alongside);
}

const labelStatement = (
  model: string,
  arrivedAt: number,
): Statement & { cells: (row: LabelRow, index: number) => Cells } => ({
  head: 'INSERT INTO labels (model, time, id, label, arrived_at)',
  // Assignments run from left to right: the second one sees the arrival that the first has set.
  tail: `ON DUPLICATE KEY UPDATE
       arrived_at = IF(VALUES(arrived_at) > arrived_at AND NOT (label <=> VALUES(label)), VALUES(arrived_at), arrived_at),
       label = IF(VALUES(arrived_at) >= arrived_at, VALUES(label), label)`,
  cells: (row, index) => [
    model,
    timeOf(index, 'time', row.time),
    idOf(index, row.id),
    textOf(index, 'label', row.label),
    timeOf(index, 'arrival', row.arrivedAt ?? arrivedAt),
  ],
});

/**
 * A corrected label replaces the earlier one and counts as newly arrived; the same label again changes nothing, and a
 * label that arrived before the stored one does not replace it.
 */
export async function insertLabels(
  pool: Pool,
  model: string,
  rows: readonly LabelRow[],
  arrivedAt: number,
  alongside?: Alongside,
): Promise<void> {
  await store(pool, model, rows, labelStatement(model, arrivedAt), alongside);
}

/**
 * Of these labels, those that no prediction in Plumbline's own table has the time and id of. They are stored all the same:
 * a label may come first; but many of them mean that `time` is not the prediction's.
 */
export async function countUnmatched(db: Queryable, model: string, rows: readonly LabelRow[]): Promise<number> {
  const asked = JSON.stringify(
    rows.map(({ time, id }) => [new Date(time).toISOString().slice(0, 23).replace('T', ' '), id]),
  );
  const [row] = await select(
    db,
    `SELECT COUNT(p.id) AS matched FROM
       JSON_TABLE(?, '$[*]' COLUMNS (time DATETIME(3) PATH '$[0]', id VARCHAR(128) PATH '$[1]')) asked
     STRAIGHT_JOIN predictions p ON p.model = ? AND p.time = asked.time AND p.id = asked.id COLLATE utf8mb4_bin`,
    [asked, model],
  );
  return rows.length - (row === undefined ? 0 : integer(row, 'matched'));
}
