/** Files of predictions and labels, row by row with bounded memory, strict about what a cell may be. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError } from '../io/csv/csv-error.js';
import { type CsvRecord, CsvRecordReader } from '../io/csv/csv-records.js';
import type { LabelRow, PredictionRow } from '../io/mysql/prediction-log.js';
import type { ModelDefinition } from '../model/definition.js';
import { parseInstant } from '../model/definition-build.js';
import { didYouMean } from '../model/nearest.js';

export type FileFormat = 'csv' | 'jsonl';

/** A row as the file has it: cells by name. CSV cells are texts, an empty one is null. */
export interface NumberedRecord {
  /** Where the record begins, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

export class IngestFault extends Error {
  /** 0: the file as a whole. */
  readonly line: number;
  /** Rows stored before the fault. */
  readonly written: number;

  constructor(line: number, message: string, written = 0) {
    super(message);
    this.name = 'IngestFault';
    this.line = line;
    this.written = written;
  }
}

function open(file: string): Readable {
  const source = createReadStream(file);
  if (!file.endsWith('.gz')) return source;
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'that is a folder',
  Z_DATA_ERROR: 'it is no gzip file',
  Z_BUF_ERROR: 'the gzip file ends too early',
};

function fileFault(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code];
  return reason === undefined ? error : new IngestFault(0, reason);
}

function csvHeader(cells: readonly string[]): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const doubled = header.find((name, index) => header.indexOf(name) !== index);
  if (doubled !== undefined) throw new IngestFault(1, `column "${doubled}" stands twice in the header`);
  if (header.includes('')) throw new IngestFault(1, 'a column of the header has no name');
  return header;
}

async function* csvRows(source: Readable): AsyncGenerator<CsvRecord> {
  const reader = new CsvRecordReader();
  try {
    for await (const piece of source) yield* reader.push(piece as Uint8Array);
    yield* reader.finish();
    reader.check();
  } catch (error) {
    throw error instanceof CsvError ? new IngestFault(error.line ?? 0, error.detail) : error;
  }
}

async function* csvRecords(source: Readable): AsyncGenerator<NumberedRecord> {
  let header: readonly string[] | null = null;
  for await (const { line, cells } of csvRows(source)) {
    if (header === null) {
      header = csvHeader(cells);
      continue;
    }
    const byName = header.map((name, index) => [name, cells[index] === '' ? null : cells[index]] as const);
    yield { line, cells: Object.fromEntries(byName) };
  }
}

async function* jsonRecords(source: Readable): AsyncGenerator<NumberedRecord> {
  let line = 0;
  // A stream's error would be lost between it and the line reader.
  const broken: Error[] = [];
  const lines = createInterface({ input: source, crlfDelay: Infinity });
  source.on('error', (error) => {
    broken.push(error);
    lines.close();
  });
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new IngestFault(line, 'not JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new IngestFault(line, 'not a JSON object');
    yield { line, cells: value as Record<string, unknown> };
  }
  const [fault] = broken;
  if (fault !== undefined) throw fault;
}

export async function* recordsOf(file: string, format: FileFormat): AsyncGenerator<NumberedRecord> {
  try {
    yield* format === 'csv' ? csvRecords(open(file)) : jsonRecords(open(file));
  } catch (error) {
    throw fileFault(error);
  }
}

function textCell({ line, cells }: NumberedRecord, name: string): string | null {
  const value = cells[name];
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new IngestFault(line, `${name} is ${Array.isArray(value) ? 'a list' : 'an object'} where a text is expected`);
}

function requiredCell(record: NumberedRecord, name: string): string {
  const value = textCell(record, name);
  if (value !== null && value !== '') return value;
  const there = name in record.cells;
  throw new IngestFault(
    record.line,
    there ? `${name} is empty` : `${name} is missing. ${didYouMean(name, Object.keys(record.cells), 'It has')}`,
  );
}

function numberCell(record: NumberedRecord, name: string): number | null {
  const text = textCell(record, name);
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new IngestFault(record.line, `${name} is no number: "${text}"`);
  return value;
}

/** An instant with its zone, a day, `2026-01-31 08:00:00` in UTC, or milliseconds since the epoch. */
function timeCell(record: NumberedRecord, name: string): number {
  const text = requiredCell(record, name);
  if (/^\d{10,14}$/.test(text)) {
    // Ten digits are seconds until the year 2286; as milliseconds they would lie in 1970.
    if (text.length < 12) throw new IngestFault(record.line, `${name} looks like seconds: ${text}; write milliseconds`);
    return Number(text);
  }
  const iso = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/.test(text)
    ? `${text.replace(' ', 'T').slice(0, 23)}Z`
    : text;
  const at = parseInstant(iso, 'UTC');
  if (at === undefined)
    throw new IngestFault(record.line, `${name} is no time: "${text}"; write for example 2026-01-31T08:00:00Z`);
  return at;
}

type Features = Readonly<Record<string, string | number | boolean | null>>;

const PREDICTION_COLUMNS = [
  'id',
  'time',
  'version',
  'prediction',
  'score',
  'scores',
  'features',
  'latency_ms',
  'error_code',
];
const LABEL_COLUMNS = ['id', 'time', 'label', 'arrived_at'];

/** A text of a numeric feature becomes its number; what is none stays a text, and is counted as a mismatch later. */
function typed(value: unknown, numeric: boolean): Features[string] {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const number = numeric && text.trim() !== '' ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : text;
}

function jsonObject({ line, cells }: NumberedRecord, name: string): Readonly<Record<string, unknown>> | null {
  const cell = cells[name];
  if (cell === null || cell === undefined) return null;
  let value: unknown = cell;
  try {
    if (typeof cell === 'string') value = JSON.parse(cell);
  } catch {
    value = null;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new IngestFault(line, `${name} is no JSON object`);
}

/** Features are an object `features`, or every column that is no other part of a prediction. */
function featuresOf(record: NumberedRecord, numeric: ReadonlySet<string>): Features | null {
  const nested = jsonObject(record, 'features');
  const entries =
    nested !== null
      ? Object.entries(nested)
      : Object.entries(record.cells).filter(([name]) => !PREDICTION_COLUMNS.includes(name));
  if (entries.length === 0) return null;
  return Object.fromEntries(entries.map(([name, value]) => [name, typed(value, numeric.has(name))]));
}

function scoresOf(record: NumberedRecord): Readonly<Record<string, number>> | null {
  const scores = jsonObject(record, 'scores');
  if (scores === null) return null;
  const fault = Object.entries(scores).find(([, value]) => typeof value !== 'number' || !Number.isFinite(value));
  if (fault !== undefined) throw new IngestFault(record.line, `the score of class "${fault[0]}" is no number`);
  return scores as Record<string, number>;
}

export function predictionReader(definition: ModelDefinition): (record: NumberedRecord) => PredictionRow {
  const numeric = new Set(definition.features.numeric);
  return (record) => ({
    id: requiredCell(record, 'id'),
    time: timeCell(record, 'time'),
    version: textCell(record, 'version'),
    prediction: textCell(record, 'prediction'),
    score: numberCell(record, 'score'),
    scores: scoresOf(record),
    features: featuresOf(record, numeric),
    latencyMs: numberCell(record, 'latency_ms'),
    errorCode: textCell(record, 'error_code'),
  });
}

export function labelReader(record: NumberedRecord): LabelRow {
  const unknown = Object.keys(record.cells).find((name) => !LABEL_COLUMNS.includes(name));
  if (unknown !== undefined) {
    throw new IngestFault(
      record.line,
      `labels have no column "${unknown}". ${didYouMean(unknown, LABEL_COLUMNS, 'Columns')}`,
    );
  }
  const arrived = record.cells['arrived_at'];
  return {
    id: requiredCell(record, 'id'),
    time: timeCell(record, 'time'),
    label: textCell(record, 'label'),
    ...(arrived === null || arrived === undefined ? {} : { arrivedAt: timeCell(record, 'arrived_at') }),
  };
}
