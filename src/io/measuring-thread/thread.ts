/** The thread's side of `measuring-threads.ts`: measures what it is given, one after the other. */
import { parentPort } from 'node:worker_threads';
import { measureColumn, memoryOf } from '../../measure/measure-by-column.js';
import { measureWindow } from '../../measure/measure.js';
import { collectGarbage } from './collect-garbage.js';
import type { Answer, Task } from './task.js';

function answerTo(task: Task): Answer {
  try {
    return { measured: task.kind === 'window' ? measureWindow(...task.window) : measureColumn(task.column) };
  } catch (error) {
    return { error };
  }
}

/** Milliseconds without a task after which what the last ones had shared with the thread is let go. */
const COLLECT_AFTER_MS = 250;
let collecting: NodeJS.Timeout | undefined;

/** Its first message says that it has loaded. */
parentPort?.postMessage(null);
parentPort?.on('message', (task: Task) => {
  clearTimeout(collecting);
  const answer = answerTo(task);
  const memory = task.kind === 'column' ? memoryOf(task.column) : undefined;
  parentPort?.postMessage({ ...answer, memory }, memory ? [memory] : []);
  collecting = setTimeout(collectGarbage, COLLECT_AFTER_MS).unref();
});
