// What is remembered of a private stack between commands: ports, processes, and nothing secret.
import { join } from 'node:path';
import { readIfThere, writePrivately } from './files.js';

export interface TemporalRecord {
  readonly port: number;
  readonly uiPort: number;
  readonly pid: number | null;
  readonly startedAt: string | null;
}

export interface MysqlRecord {
  readonly port: number;
  readonly database: string;
  readonly pid: number | null;
  readonly startedAt: string | null;
}

export interface StackRecord {
  readonly temporal: TemporalRecord | null;
  readonly mysql: MysqlRecord | null;
}

export function readRecord(home: string): StackRecord {
  const text = readIfThere(join(home, 'stack.json'));
  try {
    const found = JSON.parse(text ?? '{}') as Partial<StackRecord>;
    return { temporal: found.temporal ?? null, mysql: found.mysql ?? null };
  } catch {
    return { temporal: null, mysql: null };
  }
}

/** Writes the parts that changed. */
export function updateRecord(home: string, change: Partial<StackRecord>): void {
  const record = { ...readRecord(home), ...change };
  writePrivately(join(home, 'stack.json'), `${JSON.stringify(record, null, 2)}\n`);
}
