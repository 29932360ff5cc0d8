/** CSV as records of texts, for readers that take row after row; the same scanner and the same faults as for frames. */

import { type ColumnSink, plainEnd, QUOTE, textOf } from './cell-bytes.js';
import { CsvScanner } from './csv-scanner.js';

export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  /** As many as the header has, in its order; an empty one is ''. */
  readonly cells: readonly string[];
}

/** Takes a file piece by piece and gives the records that are whole, the header first. */
export class CsvRecordReader {
  readonly #scanner: CsvScanner;
  readonly #ready: CsvRecord[] = [];
  #waiting: { line: number; cells: string[] }[] = [];
  #fault: { readonly error: unknown } | undefined;
  /** Records given away, without the header. */
  #given = 0;

  constructor() {
    this.#scanner = new CsvScanner((names) => {
      this.#ready.push({ line: this.#scanner.line, cells: names });
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
    try {
      scan();
    } catch (error) {
      this.#fault = { error };
    }
    return this.#whole();
  }

  /** Rows are given again while they are not whole, so they wait until the scanner has counted them. */
  #whole(): readonly CsvRecord[] {
    const whole = this.#scanner.rows - this.#given;
    const records = [...this.#ready.splice(0), ...this.#waiting.slice(0, whole)];
    this.#waiting = this.#waiting.slice(whole);
    this.#given += whole;
    return records;
  }

  #column(at: number): ColumnSink {
    const put = (text: string, row: number): void => {
      const record = this.#waiting[row - this.#given];
      if (record !== undefined) record.cells[at] = text;
    };
    return {
      reserve: () => undefined,
      take: (bytes, from, row) => {
        if (at === 0) this.#waiting[row - this.#given] = { line: this.#scanner.line, cells: [] };
        const end = bytes[from] === QUOTE ? -1 : plainEnd(bytes, from);
        if (end < 0 || bytes[end] === 0) return -1;
        put(textOf(bytes, from, end), row);
        return end;
      },
      takeText: put,
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
