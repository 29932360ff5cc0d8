/** Files as records, one after the other with bounded memory, and how far one has come. */
import { createReadStream, statSync, type ReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError } from '../../io/csv/csv-error.js';
import { type CsvRecord, CsvRecordReader } from '../../io/csv/csv-records.js';
import { ParquetError } from '../../io/parquet/parquet-error.js';
import { type Lines, LineReader } from './json-lines.js';

export type FileFormat = 'csv' | 'jsonl' | 'parquet';

/** A row as the file has it: cells by name. CSV cells are texts, an empty one is null. */
export interface NumberedRecord {
  /** Where the record begins: the line of a text, the row of a Parquet file, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
  /** The same in one text: two records with the same text and the same names have the same cells. */
  readonly text: string;
}

/** Bytes read at once, and bytes unpacked at once: the rows of larger pieces grow old, and are collected at a higher price. */
const PIECE = 1 << 16;

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
  const gunzip = createGunzip({ chunkSize: PIECE });
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
  const separator = header.length === 1 ? /[;\t|]/.exec(header[0] ?? '')?.[0] : undefined;
  if (separator !== undefined) {
    const shown = separator === '\t' ? 'tabs' : `"${separator}"`;
    throw new IngestFault(1, `the cells are separated by ${shown}; write the file with commas`);
  }
  const doubled = header.find((name, index) => header.indexOf(name) !== index);
  if (doubled !== undefined) throw new IngestFault(1, `column "${doubled}" stands twice in the header`);
  if (header.includes('')) throw new IngestFault(1, 'a column of the header has no name');
  return header;
}

async function* csvRows(source: Readable): AsyncGenerator<readonly CsvRecord[]> {
  const reader = new CsvRecordReader();
  try {
    for await (const piece of source) yield reader.push(piece as Uint8Array);
    yield reader.finish();
    reader.check();
  } catch (error) {
    throw error instanceof CsvError ? new IngestFault(error.line ?? 0, error.detail) : error;
  }
}

/** Cells by the names of a header. */
function namer(header: readonly string[]): (cells: readonly string[]) => NumberedRecord['cells'] {
  const valueOf = (cell: string | undefined): string | null => (cell === undefined || cell === '' ? null : cell);
  // A property of this name would not be one of the object's own.
  if (header.includes('__proto__'))
    return (cells) => Object.fromEntries(header.map((name, index) => [name, valueOf(cells[index])]));
  return (cells) => {
    const named: Record<string, string | null> = {};
    for (let index = 0; index < header.length; index++) named[header[index] as string] = valueOf(cells[index]);
    return named;
  };
}

/** No cell of a CSV file holds it. */
const BETWEEN_CELLS = '\0';

async function* csvRecords(source: Readable): AsyncGenerator<readonly NumberedRecord[]> {
  let named: ReturnType<typeof namer> | null = null;
  // The names belong to the text of the first record: other names make other cells of the same texts.
  let before = '';
  for await (const rows of csvRows(source)) {
    const records: NumberedRecord[] = [];
    for (const { line, cells } of rows) {
      const text = cells.join(BETWEEN_CELLS);
      if (named === null) {
        named = namer(csvHeader(cells));
        before = text + BETWEEN_CELLS;
        continue;
      }
      records.push({ line, cells: named(cells), text: before + text });
      before = '';
    }
    yield records;
  }
}

function jsonObject(line: number, text: string): NumberedRecord['cells'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new IngestFault(line, 'not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new IngestFault(line, 'not a JSON object; write one object a line');
}

async function* linesOf(source: Readable): AsyncGenerator<Lines> {
  const reader = new LineReader();
  for await (const piece of source) yield reader.push(piece as Buffer);
  yield reader.finish();
}

async function* jsonRecords(source: Readable): AsyncGenerator<readonly NumberedRecord[]> {
  let line = 0;
  for await (const { texts, fault } of linesOf(source)) {
    const records: NumberedRecord[] = [];
    try {
      for (const text of texts) {
        line += 1;
        if (text.trim() !== '') records.push({ line, cells: jsonObject(line, text), text });
      }
      if (fault !== undefined) throw new IngestFault(line + 1, fault);
    } catch (error) {
      yield records;
      throw error;
    }
    yield records;
  }
}

/** The file is opened by who reads: before, nobody would hear that it cannot be. */
async function* textRecords(
  file: string,
  format: 'csv' | 'jsonl',
  opened: (source: ReadStream) => void,
): AsyncGenerator<readonly NumberedRecord[]> {
  const source = createReadStream(file, { highWaterMark: PIECE });
  opened(source);
  const text = unpacked(file, source);
  yield* format === 'csv' ? csvRecords(text) : jsonRecords(text);
}

/** The reader of Parquet is loaded where there is such a file. */
async function* parquetRecords(file: string, told: (share: number) => void): AsyncGenerator<readonly NumberedRecord[]> {
  const { readParquetRecords } = await import('../../io/parquet/read-parquet-records.js');
  let line = 0;
  for await (const { cells, share } of readParquetRecords(file)) {
    line += 1;
    told(share);
    yield [{ line, cells, text: JSON.stringify(cells) }];
  }
}

async function* withWords(
  records: AsyncIterable<readonly NumberedRecord[]>,
): AsyncGenerator<readonly NumberedRecord[]> {
  try {
    yield* records;
  } catch (error) {
    throw error instanceof ParquetError ? new IngestFault(0, error.detail) : fileFault(error);
  }
}

export interface OpenedFile {
  /** In their order, some at once. A fault comes after the records before it. */
  readonly pieces: AsyncIterable<readonly NumberedRecord[]>;
  /** How much of the file has been read, 0 to 1. */
  readonly share: () => number;
}

export function openRecords(file: string, format: FileFormat): OpenedFile {
  if (format === 'parquet') {
    let share = 0;
    const told = (now: number): void => {
      share = now;
    };
    return { pieces: withWords(parquetRecords(file, told)), share: () => share };
  }
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  let source: ReadStream | null = null;
  const opened = (stream: ReadStream): void => {
    source = stream;
  };
  return {
    pieces: withWords(textRecords(file, format, opened)),
    share: () => (size === 0 ? 1 : (source?.bytesRead ?? 0) / size),
  };
}
