/** CSV as records of texts, for readers that take row after row; the same scanner and the same faults as for frames. */

import { type ColumnSink, isEnd, PLAIN, QUOTE } from './cell-bytes.js';
import { CsvScanner } from './csv-scanner.js';

export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  /** As many as the header has, in its order; an empty one is ''. */
  readonly cells: readonly string[];
}

/** 1 for the bytes that a plain cell of ASCII may hold. */
const PLAIN_ASCII = PLAIN.map((plain, byte) => (byte < 0x80 ? plain : 0));
const FIRST_PLACES = 1 << 12;

/** Takes a file piece by piece and gives the records that are whole, the header first. */
export class CsvRecordReader {
  readonly #scanner: CsvScanner;
  #header: CsvRecord | undefined;
  #width = 0;
  /** What the scanner reads from, as it stands until the next piece. */
  #bytes: Uint8Array = new Uint8Array(0);
  /** Of each cell that waits, where it begins and ends; a begin below 0 is one whose text is in `#texts`. */
  #places = new Int32Array(FIRST_PLACES);
  readonly #texts = new Map<number, string>();
  /** Of each row that waits. */
  readonly #lines: number[] = [];
  #fault: { readonly error: unknown } | undefined;
  /** Records given away, without the header. */
  #given = 0;

  constructor() {
    this.#scanner = new CsvScanner((names) => {
      this.#header = { line: this.#scanner.line, cells: names };
      this.#width = names.length;
      return names.map((_, at) => this.#column(at));
    });
  }

  /** Of a file with a fault, the records before it are given first; the next call throws it. */
  push(piece: Uint8Array): readonly CsvRecord[] {
    return this.#upTo(() => {
      this.#scanner.push(piece);
    });
  }

  /** The last records; `check` then tells whether they were all. */
  finish(): readonly CsvRecord[] {
    return this.#upTo(() => {
      this.#scanner.finish();
    });
  }

  /** Throws what stopped the reading, where something did. */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  #upTo(scan: () => void): readonly CsvRecord[] {
    this.check();
    // A row that was not whole is given again, from its beginning.
    this.#lines.length = 0;
    this.#texts.clear();
    try {
      scan();
    } catch (error) {
      this.#fault = { error };
    }
    return this.#whole();
  }

  #whole(): readonly CsvRecord[] {
    const records: CsvRecord[] = this.#header === undefined ? [] : [this.#header];
    this.#header = undefined;
    const whole = this.#scanner.rows - this.#given;
    if (whole === 0) return records;
    const places = this.#places;
    const cells = whole * this.#width;
    let [from, to] = [Infinity, 0];
    for (let cell = 0; cell < cells; cell++) {
      const begin = places[2 * cell] as number;
      if (begin < 0) continue;
      if (begin < from) from = begin;
      to = places[2 * cell + 1] as number;
    }
    // Made once and cut, which costs a fifth of making each text: the cells that are not ASCII are taken from elsewhere.
    const { buffer, byteOffset } = this.#bytes;
    const all = from < to ? Buffer.from(buffer, byteOffset + from, to - from).toString('latin1') : '';
    for (let row = 0; row < whole; row++) records.push(this.#record(row, all, from));
    this.#given += whole;
    return records;
  }

  #record(row: number, all: string, from: number): CsvRecord {
    const width = this.#width;
    const cells: string[] = [];
    for (let cell = row * width; cell < (row + 1) * width; cell++) {
      const begin = this.#places[2 * cell] as number;
      const end = this.#places[2 * cell + 1] as number;
      cells.push(begin < 0 ? (this.#texts.get(cell) ?? '') : all.slice(begin - from, end - from));
    }
    return { line: this.#lines[row] ?? 0, cells };
  }

  /** Number of a cell among those that wait. */
  #cellOf(row: number, column: number): number {
    return (row - this.#given) * this.#width + column;
  }

  #put(cell: number, begin: number, end: number): void {
    if (2 * cell + 1 >= this.#places.length) {
      const more = new Int32Array(2 * this.#places.length + 2 * this.#width);
      more.set(this.#places);
      this.#places = more;
    }
    this.#places[2 * cell] = begin;
    this.#places[2 * cell + 1] = end;
  }

  #column(column: number): ColumnSink {
    const takeText = (text: string, row: number): void => {
      const cell = this.#cellOf(row, column);
      this.#put(cell, -1, -1);
      this.#texts.set(cell, text);
    };
    return {
      reserve: () => undefined,
      take: (bytes, from, row) => {
        if (column === 0) {
          this.#lines[row - this.#given] = this.#scanner.line;
          this.#bytes = bytes;
        }
        if (bytes[from] === QUOTE) return -1;
        let end = from;
        while (PLAIN_ASCII[bytes[end] as number] === 1) end++;
        // Characters of more than one byte, and NUL, which is a fault, are read as text.
        if (!isEnd(bytes[end] as number)) return -1;
        this.#put(this.#cellOf(row, column), from, end);
        return end;
      },
      takeText,
    };
  }
}

/** The records of a text that is already in memory, by the names of its header. */
export function csvRecordsOf(text: string): ReadonlyArray<Readonly<Record<string, string>>> {
  const reader = new CsvRecordReader();
  const [header, ...rows] = [...reader.push(new TextEncoder().encode(text)), ...reader.finish()];
  reader.check();
  const names = header?.cells ?? [];
  return rows.map(({ cells }) => Object.fromEntries(cells.map((cell, at) => [names[at] ?? '', cell])));
}
