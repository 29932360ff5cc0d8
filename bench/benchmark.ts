/** What a benchmark is given, and what it gives back. */
import type { Entry } from './entry.js';

export interface BenchmarkContext {
  /** Folder of the benchmark's own servers and files; it may be thrown away. */
  readonly home: string;
  /** Where to leave CPU profiles of the measured processes; null: none are taken. */
  readonly profiles: string | null;
  /** One line of progress, for people. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(context: BenchmarkContext): Promise<readonly Entry[]>;
}
