/** Large tables are read at the same time: the second one by a thread of its own. */
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { type MeasurableTable, readTable, type TableRequest } from './read-table.js';
import { tableFault } from './table-fault.js';

/** Starting a thread takes as long as reading a file of a few megabytes. */
const WORTH_A_THREAD = 8 * 2 ** 20;

/** What comes of a table: itself, or what is wrong with its file. */
export type ThreadAnswer =
  { readonly table: MeasurableTable; readonly fault?: never } | { readonly fault: string; readonly table?: never };

async function here(request: TableRequest): Promise<ThreadAnswer> {
  try {
    return { table: await readTable(request) };
  } catch (error) {
    const fault = tableFault(request.path, error);
    if (fault === undefined) throw error;
    return { fault };
  }
}

function inThread(request: TableRequest): Promise<ThreadAnswer> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: request });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`the thread that reads ${request.path} ended with ${String(code)}`));
    });
  });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // Whatever is wrong with the file, reading it will tell.
    return 0;
  }
}

/** Both tables, or what is wrong with either; large ones are read side by side. */
export async function readTables(
  reference: TableRequest,
  current: TableRequest,
): Promise<readonly [ThreadAnswer, ThreadAnswer]> {
  const smaller = Math.min(await sizeOf(reference.path), await sizeOf(current.path));
  return Promise.all([smaller > WORTH_A_THREAD ? inThread(reference) : here(reference), here(current)]);
}
