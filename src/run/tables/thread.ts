/** The thread's side of `read-in-thread.ts`: reads one table and hands its memory over. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Column } from '../../model/frame.js';
import type { ColumnProfile } from '../../profile/reference-profile.js';
import { tableFault } from './table-fault.js';
import { readTable, type TableRequest } from './read-table.js';
import type { ThreadAnswer } from './read-in-thread.js';

const buffersOf = (column: Column | ColumnProfile): ArrayBufferLike[] => {
  if (column.kind === 'category') return ['codes' in column ? column.codes.buffer : column.counts.buffer];
  return ['values' in column ? column.values.buffer : column.sorted.buffer];
};

async function answer(request: TableRequest): Promise<readonly [ThreadAnswer, ArrayBuffer[]]> {
  try {
    const table = await readTable(request);
    const columns = [...table.frame.columns.values(), ...table.features.profile.columns.values()];
    const buffers = new Set(columns.flatMap(buffersOf).filter((buffer) => buffer instanceof ArrayBuffer));
    return [{ table }, [...buffers]];
  } catch (error) {
    const fault = tableFault(request.path, error);
    if (fault === undefined) throw error;
    return [{ fault }, []];
  }
}

const [message, transfer] = await answer(workerData as TableRequest);
parentPort?.postMessage(message, transfer);
