/** CSV to a frame: the columns that play a part, as typed arrays; memory holds them and not the text. */

import type { Column, Frame, Roles } from '../../model/frame.js';
import { REQUEST_NUMBERS } from '../../model/roles.js';
import { CategorySink } from './category-sink.js';
import { CellFault, type ColumnSink } from './cell-bytes.js';
import { CsvScanner } from './csv-scanner.js';
import { NumberSink, TimeSink } from './value-sink.js';

export type Sink = NumberSink | TimeSink | CategorySink;

/** Column name → what takes its cells, by the parts the columns play. */
export function sinksFor(roles: Roles, extra: readonly string[]): Map<string, Sink> {
  const sinks = new Map<string, Sink>();
  const put = (name: string | undefined, kind: new (name: string) => Sink): void => {
    if (name !== undefined && !sinks.has(name)) sinks.set(name, new kind(name));
  };
  for (const name of roles.numeric) put(name, NumberSink);
  put(roles.score, NumberSink);
  for (const [, name] of roles.scores ?? []) put(name, NumberSink);
  for (const role of REQUEST_NUMBERS) put(roles[role], NumberSink);
  put(roles.time, TimeSink);
  put(roles.arrived, TimeSink);
  const outcome = roles.task === 'regression' ? NumberSink : CategorySink;
  put(roles.label, outcome);
  put(roles.prediction, outcome);
  for (const name of roles.categorical) put(name, CategorySink);
  for (const name of roles.sensitive.flat()) put(name, CategorySink);
  put(roles.error, CategorySink);
  put(roles.caller, CategorySink);
  put(roles.planted, CategorySink);
  for (const name of extra) put(name, CategorySink);
  return sinks;
}

/** Takes the bytes of a CSV file piece by piece; `finish` gives the frame. */
export class CsvFrameReader {
  readonly #sinks: Map<string, Sink>;
  readonly #scanner: CsvScanner;
  #order: readonly string[] = [];

  /** `extra` names columns to be kept as categories although they play no part. */
  constructor(roles: Roles, extra: readonly string[] = []) {
    this.#sinks = sinksFor(roles, extra);
    this.#scanner = new CsvScanner((names) => this.#openColumns(names));
  }

  /** Size of the whole file, where it is known. */
  expect(bytes: number): void {
    this.#scanner.expect(bytes);
  }

  push(bytes: Uint8Array): void {
    this.#scanner.push(bytes);
  }

  finish(): Frame {
    this.#scanner.finish();
    const { rows } = this.#scanner;
    const columns = new Map<string, Column>();
    for (const name of this.#order) {
      const sink = this.#sinks.get(name);
      if (sink !== undefined) columns.set(name, sink.finish(rows));
    }
    return { rows, columns, intake: { read: rows, duplicateIds: 0, poison: 0 } };
  }

  #openColumns(names: readonly string[]): ReadonlyArray<ColumnSink | null> {
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new CellFault(`the column "${twice}" stands twice in the header`);
    const missing = [...this.#sinks.keys()].filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const list = missing.map((name) => `"${name}"`).join(', ');
      throw new CellFault(`no column ${list}; the file has: ${names.join(', ')}`);
    }
    this.#order = names;
    return names.map((name) => this.#sinks.get(name) ?? null);
  }
}

/** The frame of a CSV text that is already in memory. */
export function frameFromCsv(text: string, roles: Roles, extra: readonly string[] = []): Frame {
  const reader = new CsvFrameReader(roles, extra);
  reader.push(new TextEncoder().encode(text));
  return reader.finish();
}
