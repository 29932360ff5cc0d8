/**
 * Windows are measured by a thread of their own, so that a worker keeps polling and heartbeating meanwhile, and the parts
 * of a window are measured side by side. A thread ends with its window: what it has used up goes back to the system at once.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { measureWindow } from '../../measure/measure.js';
import type { Figure } from '../../model/figure.js';

/** Starting a thread, and a compiler that has seen nothing yet, take as long as measuring some ten thousand rows. */
export const WORTH_A_THREAD_ROWS = 50_000;

/** What `measureWindow` takes. Rows in shared memory (`shareFrame`) are not copied. */
export type WindowToMeasure = Parameters<typeof measureWindow>;

/** Tests run the sources, which no thread can load. */
const HAS_SCRIPT = import.meta.url.endsWith('.js');

/** Threads at a time; more would only take memory. */
const MOST = Math.max(1, availableParallelism());
let running = 0;
const waiting: (() => void)[] = [];

async function turn(): Promise<void> {
  if (running < MOST) running += 1;
  // Whoever ends hands its place on.
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

function leave(): void {
  const next = waiting.shift();
  if (next === undefined) running -= 1;
  else next();
}

function answerOf(window: WindowToMeasure, signal: AbortSignal | undefined): Promise<readonly Figure[]> {
  const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: window });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  return new Promise<readonly Figure[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      reject(new Error(`the thread that measures ended with ${String(code)} before it had measured`));
    });
  }).finally(() => {
    signal?.removeEventListener('abort', stop);
  });
}

/** The figures that `measureWindow` gives of the same. Aborting ends the thread. */
export async function measureInThread(window: WindowToMeasure, signal?: AbortSignal): Promise<readonly Figure[]> {
  await turn();
  try {
    signal?.throwIfAborted();
    return HAS_SCRIPT ? await answerOf(window, signal) : measureWindow(...window);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    leave();
  }
}
