/**
 * CSV to a frame, in chunks, so that memory holds the columns and not the text. UTF-8, comma, quotes as in RFC 4180,
 * header row; a byte order mark and CRLF are taken. A row with more or fewer cells than the header is an error with
 * its line: what stands in which column would be a guess.
 */

import Papa from 'papaparse';
import type { Column, Frame, Roles } from '../../model/frame.js';
import { REQUEST_NUMBERS } from '../../model/roles.js';
import { type CellKind, type ColumnBuilder, columnBuilder } from './column-builder.js';

/** What is wrong with a CSV file, and where. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
  readonly detail: string;
  readonly line: number | undefined;

  constructor(detail: string, line?: number, path?: string) {
    const place = [path, line === undefined ? undefined : `line ${String(line)}`];
    super([...place.filter((part) => part !== undefined), detail].join(': '));
    this.detail = detail;
    this.line = line;
  }
}

/** Column name → what its cells are read as, by the parts the columns play. */
function cellKinds(roles: Roles, extra: readonly string[]): Map<string, CellKind> {
  const kinds = new Map<string, CellKind>();
  const put = (name: string | undefined, kind: CellKind): void => {
    if (name !== undefined && !kinds.has(name)) kinds.set(name, kind);
  };
  for (const name of roles.numeric) put(name, 'numeric');
  put(roles.score, 'numeric');
  for (const [, name] of roles.scores ?? []) put(name, 'numeric');
  for (const role of REQUEST_NUMBERS) put(roles[role], 'numeric');
  put(roles.time, 'time');
  const outcome = roles.task === 'regression' ? 'numeric' : 'category';
  put(roles.label, outcome);
  put(roles.prediction, outcome);
  for (const name of roles.categorical) put(name, 'category');
  for (const name of roles.sensitive.flat()) put(name, 'category');
  put(roles.error, 'category');
  put(roles.planted, 'category');
  for (const name of extra) put(name, 'category');
  return kinds;
}

interface Parsed {
  readonly data: string[][];
  readonly errors: ReadonlyArray<{ readonly message: string; readonly row?: number }>;
  readonly meta: { readonly cursor: number };
}

const newlines = (text: string): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
};

/** Takes the text of a CSV file piece by piece; `finish` gives the frame. */
export class CsvFrameReader {
  readonly #kinds: Map<string, CellKind>;
  #parser: InstanceType<typeof Papa.Parser> | undefined;
  #rest = '';
  #line = 1;
  #width = 0;
  #columns: Array<{ readonly at: number; readonly name: string; readonly builder: ColumnBuilder }> = [];
  #rows = 0;

  /** `extra` names columns to be kept as categories although they play no part. */
  constructor(roles: Roles, extra: readonly string[] = []) {
    this.#kinds = cellKinds(roles, extra);
  }

  push(text: string): void {
    this.#take(this.#rest + text, true);
  }

  finish(): Frame {
    this.#take(this.#rest, false);
    if (this.#width === 0) throw new CsvError('the file is empty: there is no header row', 1);
    const columns = new Map<string, Column>();
    for (const { name, builder } of this.#columns) columns.set(name, builder.finish());
    return { rows: this.#rows, columns, intake: { read: this.#rows, duplicateIds: 0, poison: 0 } };
  }

  #take(text: string, more: boolean): void {
    const parser = this.#parserFor(text, more);
    if (parser === undefined) {
      this.#rest = text;
      return;
    }
    const parsed = parser.parse(text, 0, more) as Parsed;
    const fault = parsed.errors[0];
    if (fault) throw new CsvError(fault.message.toLowerCase(), this.#lineOf(parsed.data, fault.row ?? 0));
    for (let row = 0; row < parsed.data.length; row++) this.#addRow(parsed.data, row);
    const cursor = more ? parsed.meta.cursor : text.length;
    this.#line += newlines(text.slice(0, cursor));
    this.#rest = text.slice(cursor);
  }

  /** The line ending is that of the header; until one has been seen there is nothing to parse. */
  #parserFor(text: string, more: boolean): InstanceType<typeof Papa.Parser> | undefined {
    if (this.#parser) return this.#parser;
    let quoted = false;
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      if (char === '"') quoted = !quoted;
      else if (char === '\n' && !quoted) {
        this.#parser = new Papa.Parser({ delimiter: ',', newline: text[at - 1] === '\r' ? '\r\n' : '\n' });
        return this.#parser;
      }
    }
    return more ? undefined : new Papa.Parser({ delimiter: ',', newline: '\n' });
  }

  #addRow(data: string[][], row: number): void {
    const cells = data[row] as string[];
    if (cells.length === 1 && cells[0] === '' && this.#width !== 1) return;
    if (this.#width === 0) {
      this.#readHeader(cells);
      return;
    }
    if (cells.length !== this.#width) {
      const found = `${String(cells.length)} ${cells.length === 1 ? 'cell' : 'cells'}`;
      throw new CsvError(`${found} where the header has ${String(this.#width)}`, this.#lineOf(data, row));
    }
    for (const column of this.#columns) column.builder.add(cells[column.at] as string);
    this.#rows++;
  }

  #readHeader(cells: readonly string[]): void {
    const names = cells.map((name, at) => (at === 0 ? name.replace(/^\uFEFF/, '') : name));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new CsvError(`the column "${twice}" stands twice in the header`, this.#line);
    const missing = [...this.#kinds.keys()].filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const list = missing.map((name) => `"${name}"`).join(', ');
      throw new CsvError(`no column ${list}; the file has: ${names.join(', ')}`, this.#line);
    }
    this.#width = names.length;
    this.#columns = names.flatMap((name, at) => {
      const kind = this.#kinds.get(name);
      return kind === undefined ? [] : [{ at, name, builder: columnBuilder(name, kind) }];
    });
  }

  #lineOf(data: readonly string[][], row: number): number {
    let line = this.#line;
    for (let before = 0; before < row; before++) {
      line++;
      for (const cell of data[before] as string[]) line += newlines(cell);
    }
    return line;
  }
}

/** The frame of a CSV text that is already in memory. */
export function frameFromCsv(text: string, roles: Roles, extra: readonly string[] = []): Frame {
  const reader = new CsvFrameReader(roles, extra);
  reader.push(text);
  return reader.finish();
}
