/** Files as records, one after the other with bounded memory, and how far one has come. */
import { createReadStream, statSync, type ReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError } from '../../io/csv/csv-error.js';
import { type CsvRecord, CsvRecordReader } from '../../io/csv/csv-records.js';
import { ParquetError } from '../../io/parquet/parquet-error.js';

export type FileFormat = 'csv' | 'jsonl' | 'parquet';

/** A row as the file has it: cells by name. CSV cells are texts, an empty one is null. */
export interface NumberedRecord {
  /** Where the record begins: the line of a text, the row of a Parquet file, from 1. */
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

function unpacked(file: string, source: ReadStream): Readable {
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

/** The file is opened by who reads: before, nobody would hear that it cannot be. */
async function* textRecords(
  file: string,
  format: 'csv' | 'jsonl',
  opened: (source: ReadStream) => void,
): AsyncGenerator<NumberedRecord> {
  const source = createReadStream(file);
  opened(source);
  const text = unpacked(file, source);
  yield* format === 'csv' ? csvRecords(text) : jsonRecords(text);
}

/** The reader of Parquet is loaded where there is such a file. */
async function* parquetRecords(file: string, told: (share: number) => void): AsyncGenerator<NumberedRecord> {
  const { readParquetRecords } = await import('../../io/parquet/read-parquet-records.js');
  let line = 0;
  for await (const { cells, share } of readParquetRecords(file)) {
    line += 1;
    told(share);
    yield { line, cells };
  }
}

async function* withWords(records: AsyncIterable<NumberedRecord>): AsyncGenerator<NumberedRecord> {
  try {
    yield* records;
  } catch (error) {
    throw error instanceof ParquetError ? new IngestFault(0, error.detail) : fileFault(error);
  }
}

export interface OpenedFile {
  readonly records: AsyncIterable<NumberedRecord>;
  /** How much of the file has been read, 0 to 1. */
  readonly share: () => number;
}

export function openRecords(file: string, format: FileFormat): OpenedFile {
  if (format === 'parquet') {
    let share = 0;
    const told = (now: number): void => {
      share = now;
    };
    return { records: withWords(parquetRecords(file, told)), share: () => share };
  }
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let source: ReadStream | null = null;
  const opened = (stream: ReadStream): void => {
    source = stream;
  };
  return {
    records: withWords(textRecords(file, format, opened)),
    share: () => (size === 0 ? 1 : (source?.bytesRead ?? 0) / size),
  };
}
