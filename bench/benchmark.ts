/** What a benchmark is given, and what it gives back. */
import type { Entry } from './entry.js';

/** What was asked for on the command line; null where nothing was. */
export interface Asked {
  /** Rows of a window. */
  readonly rows: number | null;
  /** Rows of a window of the wide table. */
  readonly wideRows: number | null;
  /** Names of the parts to run. */
  readonly parts: readonly string[] | null;
  /** Whether the libraries run that take minutes. */
  readonly libraries: boolean;
}

export interface BenchmarkContext {
  /** Folder of the benchmark's own servers and files; it may be thrown away. */
  readonly home: string;
  /** Where to leave CPU profiles of the measured processes; null: none are taken. */
  readonly profiles: string | null;
  readonly asked: Asked;
  /** One line of progress, for people. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(context: BenchmarkContext): Promise<readonly Entry[]>;
}
