/** The rows of one request: JSON in, rows for the tables out, or every fault with the place of its row. */
import type { LabelRow, PredictionRow } from '../../io/mysql/prediction-log.js';
import type { ModelDefinition } from '../../model/definition.js';
import { checkValue, type ValueFault } from './check-value.js';
import { AHEAD_CURE, aheadOf, instantOf } from './instants.js';
import { labelSchema, MOST_ROWS, predictionSchema, type ValueSchema } from './row-schema.js';

export interface BatchFault extends ValueFault {
  /** Row of the request, from 0. */
  readonly index: number;
  /** Of JSON lines: the line of the body, from 1. */
  readonly line?: number;
}

/** What is wrong with a request as a whole. */
export class BodyFault extends Error {
  readonly status: 400 | 413;
  readonly cure: string;

  constructor(status: 400 | 413, message: string, cure: string) {
    super(message);
    this.name = 'BodyFault';
    this.status = status;
    this.cure = cure;
  }
}

/** Faults of one request that are told one by one; the others are counted. */
const MOST_FAULTS = 100;

export class RowFaults extends Error {
  /** In the order of the rows. */
  readonly faults: readonly BatchFault[];
  /** Rows of the request. */
  readonly rows: number;
  /** Faults beyond those. */
  readonly more: number;

  constructor(rows: number, faults: readonly BatchFault[]) {
    super(`${String(new Set(faults.map(({ index }) => index)).size)} of ${String(rows)} rows cannot be stored`);
    this.name = 'RowFaults';
    this.rows = rows;
    this.faults = faults.slice(0, MOST_FAULTS);
    this.more = faults.length - this.faults.length;
  }
}

interface GivenRow {
  readonly value: unknown;
  readonly line?: number;
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new BodyFault(400, 'the body is not UTF-8', 'encode it as UTF-8');
  }
}

/** V8 says where it stopped, in one of several sentences; the rest of them quotes the body. */
function placeOf(error: unknown): string {
  const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return at === undefined ? '' : ` (at character ${at})`;
}

function rowsOfArray(text: string): readonly GivenRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BodyFault(400, `the body is not JSON${placeOf(error)}`, 'send a JSON array of rows; nothing was stored');
  }
  if (!Array.isArray(value))
    throw new BodyFault(400, 'the body is not a list', 'send a JSON array of rows, also for one row');
  return value.map((row: unknown) => ({ value: row }));
}

function rowsOfLines(text: string, fault: (fault: BatchFault) => void): readonly GivenRow[] {
  const rows: GivenRow[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push({ value: JSON.parse(line), line: at + 1 });
    } catch (error) {
      const message = `the line is not JSON${placeOf(error)}`;
      fault({ index: rows.length, line: at + 1, field: '', message, cure: 'write one JSON object a line' });
      rows.push({ value: undefined, line: at + 1 });
    }
  }
  return rows;
}

export type BodyFormat = 'array' | 'lines';

/** A row that fits its schema; `id` and `time` are always there. */
type Cells = Readonly<Record<string, unknown>> & { readonly id: string };

/** Reads the requests of one model and kind. */
export class RowReader<T> {
  readonly #schema: ValueSchema;
  readonly #times: readonly string[];
  readonly #make: (cells: Cells, at: (field: string) => number) => T;

  constructor(schema: ValueSchema, times: readonly string[], make: (cells: Cells, at: (field: string) => number) => T) {
    this.#schema = schema;
    this.#times = times;
    this.#make = make;
  }

  /** Throws `BodyFault`, or `RowFaults` with all that is wrong. */
  read(body: Uint8Array, format: BodyFormat, now: number): readonly T[] {
    const faults: BatchFault[] = [];
    const text = textOf(body);
    const given = format === 'array' ? rowsOfArray(text) : rowsOfLines(text, (fault) => faults.push(fault));
    if (given.length > MOST_ROWS) {
      const found = `the request has ${String(given.length)} rows`;
      throw new BodyFault(413, found, `send at most ${String(MOST_ROWS)} rows in a request`);
    }
    const seen = new Map<string, number>();
    const rows: T[] = [];
    for (const [index, { value, line }] of given.entries()) {
      if (value === undefined) continue;
      const before = faults.length;
      const place = line === undefined ? { index } : { index, line };
      const tell = (fault: ValueFault): void => void faults.push({ ...place, ...fault });
      checkValue(this.#schema, value, '', tell);
      const cells = value as Cells;
      const times = faults.length === before ? this.#timesOf(cells, now, tell) : null;
      if (times !== null) repeated(cells.id, index, seen, tell);
      if (times !== null && faults.length === before) rows.push(this.#make(cells, (field) => times.get(field) ?? now));
    }
    if (faults.length > 0) throw new RowFaults(given.length, faults);
    return rows;
  }

  #timesOf(cells: Cells, now: number, tell: (fault: ValueFault) => void): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const field of this.#times) {
      const given = cells[field];
      if (given === undefined) continue;
      const at = typeof given === 'string' ? instantOf(given) : (given as number);
      const ahead = at === undefined ? undefined : aheadOf(now, at);
      if (at === undefined)
        tell({
          field,
          message: `${field} is no time that exists: ${JSON.stringify(given)}`,
          cure: 'correct the day or the hour',
        });
      else if (ahead !== undefined) tell({ field, message: `${field} ${ahead}`, cure: AHEAD_CURE });
      else times.set(field, at);
    }
    return times;
  }
}

/** Of two rows with one id in a request nobody can say which is the later one. */
function repeated(id: string, index: number, seen: Map<string, number>, tell: (fault: ValueFault) => void): void {
  const first = seen.get(id);
  if (first === undefined) seen.set(id, index);
  else {
    const cure = 'send each id once in a request; a correction goes into the next one';
    tell({ field: 'id', message: `id stands in row ${String(first)} already`, cure });
  }
}

/** Numbers and truth values as JSON writes them. */
const textOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

export function predictionRows(definition: ModelDefinition): RowReader<PredictionRow> {
  return new RowReader(predictionSchema(definition), ['time'], (cells, at) => ({
    id: cells.id,
    time: at('time'),
    version: textOrNull(cells['version']),
    prediction: textOrNull(cells['prediction']),
    score: (cells['score'] ?? null) as number | null,
    scores: (cells['scores'] ?? null) as Readonly<Record<string, number>> | null,
    features: (cells['features'] ?? null) as Readonly<Record<string, unknown>> | null,
    latencyMs: (cells['latency_ms'] ?? null) as number | null,
    errorCode: textOrNull(cells['error_code']),
  }));
}

export function labelRows(definition: ModelDefinition): RowReader<LabelRow> {
  return new RowReader(labelSchema(definition), ['time', 'arrived_at'], (cells, at) => ({
    id: cells.id,
    time: at('time'),
    label: textOrNull(cells['label']),
    arrivedAt: at('arrived_at'),
  }));
}
