/** Parquet files from disk: of each column that plays a part, one row group after the other. */

import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { ParquetParsers, RowGroup, SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Column, Frame, Roles } from '../../model/frame.js';
import { type Sink, sinksFor } from '../csv/frame-from-csv.js';
import { NumberSink, TimeSink } from '../csv/value-sink.js';
import { type ColumnForm, formOf, numberOf, textOf } from './cell-value.js';
import { ParquetError } from './parquet-error.js';

const DAY_MS = 86_400_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Times as milliseconds, texts as texts: no objects, and no guess at bytes that are no UTF-8. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => Number(millis),
  timestampFromMicroseconds: (micros) => Number(micros) / 1000,
  timestampFromNanoseconds: (nanos) => Number(nanos / 1000n) / 1000,
  dateFromDays: (days) => days * DAY_MS,
  stringFromBytes: (bytes) => utf8.decode(bytes),
  jsonFromBytes: (bytes) => utf8.decode(bytes),
};

export interface OpenedFile {
  readonly path: string;
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** Columns of the table in their order. */
  readonly elements: ReadonlyMap<string, SchemaElement>;
}

/**
 * Pieces are read at once and not by promises: the library begins to read before it has looked at everything, and where it
 * then stops at something else, nobody would wait for a promise that fails.
 */
function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice(start, end = byteLength) {
      if (!(start >= 0 && start <= end && end <= byteLength)) throw new RangeError('a piece lies outside the file');
      const bytes = new Uint8Array(end - start);
      const read = readSync(handle.fd, bytes, 0, bytes.length, start);
      return read === bytes.length ? bytes.buffer : bytes.buffer.slice(0, read);
    },
  };
}

export const reasonOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return 'a text is not UTF-8';
  return error instanceof Error ? error.message : String(error);
};

export async function openFile(path: string, handle: FileHandle): Promise<OpenedFile> {
  const { size } = await handle.stat();
  if (size === 0) throw new ParquetError(path, 'the file is empty');
  const file = bufferOf(handle, size);
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file, { geoparquet: false });
  } catch (error) {
    throw new ParquetError(path, `it is no Parquet file, or its end is damaged or encrypted: ${reasonOf(error)}`);
  }
  const elements = new Map<string, SchemaElement>();
  for (const { element } of parquetSchema(metadata).children) {
    if (elements.has(element.name)) throw new ParquetError(path, 'the column stands twice in the schema', element.name);
    elements.set(element.name, element);
  }
  return { path, file, metadata, elements };
}

export async function withFile<T>(path: string, use: (opened: OpenedFile) => Promise<T>): Promise<T> {
  const handle = await open(path);
  try {
    return await use(await openFile(path, handle));
  } catch (error) {
    // Damage shows as any error of the reader; what the file system says has a number of its own.
    if (error instanceof ParquetError || (error instanceof Error && 'errno' in error)) throw error;
    throw new ParquetError(path, `it cannot be read: ${reasonOf(error)}`);
  } finally {
    await handle.close();
  }
}

/** Decimals are read as they are stored: the library's own conversion rounds twice. */
function withStoredDecimals({ schema, ...rest }: FileMetaData): FileMetaData {
  const stored = schema.map((element) => {
    if (formOf(element)?.kind !== 'decimal') return element;
    const { converted_type: _, logical_type: __, ...raw } = element;
    return raw;
  });
  return { ...rest, schema: stored };
}

/** The cells of one column in one row group. */
export async function cellsOf(opened: OpenedFile, group: RowGroup, name: string): Promise<ArrayLike<unknown>[]> {
  const columns = group.columns.filter((chunk) => chunk.meta_data?.path_in_schema[0] === name);
  if (columns.length !== 1) throw new ParquetError(opened.path, 'it cannot be read: a row group lacks it', name);
  const alone = { ...group, columns };
  const metadata = { ...withStoredDecimals(opened.metadata), row_groups: [alone], num_rows: group.num_rows };
  const pieces: ArrayLike<unknown>[] = [];
  const onChunk = ({ columnData }: { columnData: ArrayLike<unknown> }): void => void pieces.push(columnData);
  const { path, file } = opened;
  try {
    await parquetRead({
      file,
      metadata,
      columns: [name],
      utf8: false,
      geoparquet: false,
      compressors,
      parsers,
      onChunk,
    });
  } catch (error) {
    throw new ParquetError(path, `it cannot be read: ${reasonOf(error)}`, name);
  }
  const rows = pieces.reduce((sum, { length }) => sum + length, 0);
  if (rows !== Number(group.num_rows)) {
    const told = `${String(rows)} cells where the file promises ${String(group.num_rows)}`;
    throw new ParquetError(path, `it cannot be read: ${told}`, name);
  }
  return pieces;
}

/** How the text of a truth value is to be read: as the columns file writes the positive class. */
type Truth = readonly [no: string, yes: string];

function truthOf({ positive }: Roles): Truth {
  if (positive === '1' || positive === '0') return ['0', '1'];
  return positive === 'True' || positive === 'False' ? ['False', 'True'] : ['false', 'true'];
}

function takeCell(sink: Sink, value: unknown, row: number, form: ColumnForm, [no, yes]: Truth): void {
  const nothing = value === null || value === undefined || Number.isNaN(value);
  if (nothing) sink.takeText('', row);
  else if (sink instanceof NumberSink) {
    const number = numberOf(value, form);
    if (number === undefined) sink.takeText(textOf(value, form), row);
    else sink.takeNumber(number, row);
  } else if (sink instanceof TimeSink && form.kind === 'time') sink.takeNumber(value as number, row);
  else sink.takeText(typeof value === 'boolean' ? (value ? yes : no) : textOf(value, form), row);
}

async function fill(opened: OpenedFile, name: string, sink: Sink, rows: number, truth: Truth): Promise<void> {
  const { path, metadata, elements } = opened;
  const element = elements.get(name);
  const form = element && formOf(element);
  if (form === undefined) throw new ParquetError(path, 'its type holds no single number, text or time', name);
  let row = 0;
  for (const group of metadata.row_groups) {
    for (const piece of await cellsOf(opened, group, name)) {
      // Room is made once the file has proved to hold rows at all.
      if (row === 0) sink.reserve(rows);
      for (let at = 0; at < piece.length; at++) takeOrTell(piece[at]);
    }
  }
  function takeOrTell(value: unknown): void {
    try {
      takeCell(sink, value, row++, form as ColumnForm, truth);
    } catch (error) {
      throw new ParquetError(path, `row ${String(row)}: ${reasonOf(error)}`, name);
    }
  }
}

/** The frame of a Parquet file. Faults name the file and the column. */
export function readParquetFile(path: string, roles: Roles, extra: readonly string[] = []): Promise<Frame> {
  return withFile(path, async (opened) => {
    const { metadata, elements } = opened;
    const rows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    if (rows !== Number(metadata.num_rows))
      throw new ParquetError(path, 'its row groups do not hold as many rows as it promises');
    const sinks = sinksFor(roles, extra);
    const missing = [...sinks.keys()].filter((name) => !elements.has(name)).map((name) => `"${name}"`);
    if (missing.length > 0)
      throw new ParquetError(path, `no column ${missing.join(', ')}; the file has: ${[...elements.keys()].join(', ')}`);
    const columns = new Map<string, Column>();
    for (const name of elements.keys()) {
      const sink = sinks.get(name);
      if (sink === undefined) continue;
      await fill(opened, name, sink, rows, truthOf(roles));
      columns.set(name, sink.finish(rows));
    }
    return { rows, columns, intake: { read: rows, duplicateIds: 0, poison: 0 } };
  });
}

/** Names of the columns, in order. */
export function readParquetHeader(path: string): Promise<readonly string[]> {
  return withFile(path, ({ elements }) => Promise.resolve([...elements.keys()]));
}
