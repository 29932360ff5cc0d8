/** Performs tasks on as many threads as the machine has cores, and gives the answers as they come. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Answer, Task } from './tasks.js';

/** `answered` is called for each answer, in any order. Rejects with the first fault, after all threads have ended. */
export async function onThreads(tasks: readonly Task[], answered: (answer: Answer) => void): Promise<void> {
  const waiting = [...tasks].reverse();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('worker.js', import.meta.url));
      const next = (): void => {
        const task = waiting.pop();
        if (task === undefined) void worker.terminate().then(() => resolve());
        else worker.postMessage(task);
      };
      worker.on('message', (answer: Answer) => {
        answered(answer);
        next();
      });
      worker.on('error', (fault: Error) => {
        // The others find nothing more to do, and end.
        waiting.length = 0;
        reject(fault);
      });
      next();
    });
  const ended = await Promise.allSettled(Array.from({ length: availableParallelism() }, work));
  const fault = ended.find((end) => end.status === 'rejected');
  if (fault !== undefined) throw fault.reason;
}
