/**
 * Rows of a CSV file, from bytes that come in pieces: UTF-8, comma, quotes as in RFC 4180, a header row. Lines end with LF,
 * CRLF or CR; empty ones are left out. What stands in which column is never guessed: a row with more or fewer cells than
 * the header, a quote that is not closed or has text behind it, and NUL bytes are errors with their place.
 */

import { CellFault, type ColumnSink, plainEnd, quotedEnd, textOf } from './cell-bytes.js';
import { CsvError } from './csv-error.js';

const LINE_FEED = 10;
const RETURN = 13;
const QUOTE = 34;
const COMMA = 44;

const FIRST_BYTES = 1 << 16;
const FIRST_ROWS = 1024;
/** No row is that long; a quote that nobody closes is. */
const LONGEST_ROW = 1 << 26;

/** Given the names of the header, says who takes which column; null: nobody. May refuse the header by a `CellFault`. */
export type OpenColumns = (names: readonly string[]) => ReadonlyArray<ColumnSink | null>;

const count = (cells: number): string => `${String(cells)} ${cells === 1 ? 'cell' : 'cells'}`;

export class CsvScanner {
  readonly #open: OpenColumns;
  /** Bytes that have been read but not yet taken, from `#from` to `#to`. */
  #bytes = new Uint8Array(FIRST_BYTES);
  #from = 0;
  #to = 0;
  /** Below this many waiting bytes another try would end where the last one did. */
  #enough = 0;
  #begun = false;
  /** Bytes of whole rows in earlier scans, and where this scan began. */
  #taken = 0;
  #scanFrom = 0;
  #expected = 0;
  #line = 1;
  /** Cells of the header; 0 before it was read. */
  #width = 0;
  #sinks: ReadonlyArray<ColumnSink | null> = [];
  #rows = 0;
  #room = 0;

  constructor(open: OpenColumns) {
    this.#open = open;
  }

  /** Rows taken so far, without the header. */
  get rows(): number {
    return this.#rows;
  }

  /** The line that is being read, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Whether the header has been read. */
  get opened(): boolean {
    return this.#width > 0;
  }

  /** Size of the whole file, where it is known: columns then grow to their final size at once. */
  expect(bytes: number): void {
    this.#expected = bytes;
  }

  push(piece: Uint8Array): void {
    this.#append(piece);
    if (this.#to - this.#from < this.#enough) return;
    const until = this.#lastLineEnd();
    if (until > this.#from) this.#scan(until);
    const left = this.#to - this.#from;
    if (left > LONGEST_ROW) {
      const size = `${String(LONGEST_ROW / 2 ** 20)} MiB`;
      throw new CsvError(`the row that begins here is longer than ${size}: a quote is not closed`, {
        line: this.#line,
      });
    }
    this.#enough = 2 * left;
  }

  finish(): void {
    const last = this.#to === 0 ? LINE_FEED : (this.#bytes[this.#to - 1] as number);
    if (last !== LINE_FEED && last !== RETURN) this.#append(Uint8Array.of(LINE_FEED));
    this.#scan(this.#to, true);
    if (this.#width === 0) throw new CsvError('the file is empty: there is no header row', { line: 1 });
  }

  /** Behind what is waiting, which is moved to the start where there is no room. */
  #append(piece: Uint8Array): void {
    const waiting = this.#to - this.#from;
    if (this.#to + piece.length > this.#bytes.length) {
      const needed = waiting + piece.length;
      const target = needed > this.#bytes.length ? new Uint8Array(2 * needed) : this.#bytes;
      target.set(this.#bytes.subarray(this.#from, this.#to));
      this.#bytes = target;
      this.#from = 0;
      this.#to = waiting;
    }
    this.#bytes.set(piece, this.#to);
    this.#to += piece.length;
  }

  /** Behind the last byte that ends a line for sure: a CR at the very end may be half of a CRLF. */
  #lastLineEnd(): number {
    for (let at = this.#to - 1; at >= this.#from; at--) {
      const byte = this.#bytes[at];
      if (byte === LINE_FEED || (byte === RETURN && at < this.#to - 1)) return at + 1;
    }
    return this.#from;
  }

  /** Takes whole rows up to `until`, which stands behind a line end; the rest stays. */
  #scan(until: number, last = false): void {
    if (!this.#begun) this.#begin();
    this.#scanFrom = this.#from;
    while (this.#from < until) {
      const next = this.#width === 0 ? this.#header(until, last) : this.#row(until, last);
      if (next < 0) break;
      this.#from = next;
      this.#line++;
    }
    this.#taken += this.#from - this.#scanFrom;
  }

  /** A byte order mark is left out; UTF-16 is told by its own. */
  #begin(): void {
    this.#begun = true;
    const [a, b, c] = this.#bytes.subarray(this.#from, this.#to);
    if (a === 0xef && b === 0xbb && c === 0xbf) this.#from += 3;
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
      throw new CsvError('the file is UTF-16; write it as UTF-8', { line: 1 });
  }

  #fault(detail: string, column: number, line = this.#line): CsvError {
    return new CsvError(detail, { line, column });
  }

  /** Behind the line end at `at`. */
  #behindLineEnd(at: number): number {
    return this.#bytes[at] === RETURN && this.#bytes[at + 1] === LINE_FEED && at + 1 < this.#to ? at + 2 : at + 1;
  }

  /** The header's row; -1 where it is not whole yet. Gives the place behind it. */
  #header(until: number, last: boolean): number {
    const names: string[] = [];
    const line = this.#line;
    let at = this.#from;
    for (;;) {
      const cell = this.#text(at, names.length, until, last);
      if (cell === undefined) {
        this.#line = line;
        return -1;
      }
      names.push(cell.text);
      at = cell.end;
      if (this.#bytes[at] !== COMMA) break;
      at++;
    }
    if (names.length > 1 || names[0] !== '') {
      try {
        this.#sinks = this.#open(names);
      } catch (fault) {
        throw fault instanceof CellFault ? new CsvError(fault.message, { line }) : fault;
      }
      this.#width = names.length;
    }
    return this.#behindLineEnd(at);
  }

  /** One row, cell by cell; -1 where it is not whole yet. Gives the place behind it. */
  #row(until: number, last: boolean): number {
    const bytes = this.#bytes;
    const width = this.#width;
    const row = this.#rows;
    const line = this.#line;
    if (row === this.#room) this.#makeRoom();
    let at = this.#from;
    for (let column = 0; ; at++) {
      const sink = this.#sinks[column] as ColumnSink | null;
      const end = sink === null ? this.#skip(at) : this.#take(sink, at, row, column);
      at = end < 0 ? this.#takeText(sink, at, row, column, until, last) : end;
      if (at < 0) {
        this.#line = line;
        return -1;
      }
      column++;
      if (bytes[at] === COMMA) {
        if (column === width) throw this.#tooMany(at, until);
        continue;
      }
      if (column === width) this.#rows = row + 1;
      else if (column > 1 || at > this.#from) {
        throw this.#fault(`${count(column)} where the header has ${String(width)}`, column + 1, line);
      }
      return this.#behindLineEnd(at);
    }
  }

  #take(sink: ColumnSink, at: number, row: number, column: number): number {
    try {
      return sink.take(this.#bytes, at, row);
    } catch (fault) {
      throw fault instanceof CellFault ? this.#fault(fault.message, column + 1) : fault;
    }
  }

  #skip(at: number): number {
    if (this.#bytes[at] === QUOTE) return quotedEnd(this.#bytes, at);
    const end = plainEnd(this.#bytes, at);
    return this.#bytes[end] === 0 ? -1 : end;
  }

  /** As `take`, for cells that are quoted or not plain. */
  #takeText(sink: ColumnSink | null, at: number, row: number, column: number, until: number, last: boolean): number {
    const cell = this.#text(at, column, until, last);
    if (cell === undefined) return -1;
    sink?.takeText(cell.text, row);
    return cell.end;
  }

  /** A cell as text, and where it ends; `undefined` where its closing quote is not there yet. Counts the lines inside. */
  #text(from: number, column: number, until: number, last: boolean): { text: string; end: number } | undefined {
    const quoted = this.#bytes[from] === QUOTE;
    const end = quoted ? this.#closingQuote(from, column, until, last) : plainEnd(this.#bytes, from);
    if (end < 0) return undefined;
    if (!quoted && this.#bytes[end] === 0) throw this.#fault('a NUL byte: the file is damaged, or no text', column + 1);
    let text: string;
    try {
      text = textOf(this.#bytes, quoted ? from + 1 : from, end);
    } catch (fault) {
      throw fault instanceof CellFault ? this.#fault(fault.message, column + 1) : fault;
    }
    if (!quoted) return { text, end };
    const behind = this.#bytes[end + 1];
    if (behind !== COMMA && behind !== LINE_FEED && behind !== RETURN)
      throw this.#fault('text behind the closing quote; a quote inside is written twice', column + 1);
    this.#line += text.match(/\r\n|\n|\r/g)?.length ?? 0;
    return { text: text.replaceAll('""', '"'), end: end + 1 };
  }

  /** The place of the quote that closes the cell; -1 where it is not there yet. */
  #closingQuote(from: number, column: number, until: number, last: boolean): number {
    const bytes = this.#bytes;
    for (let at = from + 1; at < until; at++) {
      const byte = bytes[at];
      if (byte === 0) throw this.#fault('a NUL byte: the file is damaged, or no text', column + 1);
      if (byte !== QUOTE) continue;
      if (bytes[at + 1] === QUOTE && at + 1 < until) at++;
      else return at;
    }
    if (last) throw this.#fault('the quote that opens this cell is never closed', column + 1);
    return -1;
  }

  #tooMany(from: number, until: number): CsvError {
    const line = this.#line;
    let cells = this.#width;
    let at = from;
    while (this.#bytes[at] === COMMA) {
      cells++;
      const cell = this.#text(at + 1, cells - 1, until, true);
      if (cell === undefined) break;
      at = cell.end;
    }
    return this.#fault(`${count(cells)} where the header has ${String(this.#width)}`, this.#width + 1, line);
  }

  /** Twice as many rows, or all that the rest of the file will hold if it goes on like this. */
  #makeRoom(): void {
    const rows = this.#rows;
    const taken = this.#taken + this.#from - this.#scanFrom;
    const all = taken > 0 ? Math.ceil((rows / taken) * this.#expected * 1.01) : 0;
    this.#room = Math.max(FIRST_ROWS, all > rows ? Math.max(all, Math.ceil(1.1 * rows)) : 2 * rows);
    for (const sink of this.#sinks) sink?.reserve(this.#room);
  }
}
