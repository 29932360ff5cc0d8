/**
 * Windows are measured by threads, so that a worker keeps polling and heartbeating meanwhile, and that columns and parts of
 * a window are measured side by side. A thread that has measured is kept for the next window, whose code it has compiled
 * by then; when none comes, it ends, and its memory goes back to the system.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import {
  type ColumnFigures,
  measureByColumn,
  type Measuring,
  measuringHere,
  memoryOf,
  type WindowByColumn,
} from '../../measure/measure-by-column.js';
import type { Figure } from '../../model/figure.js';
import type { Answer, Measured, Task } from './task.js';

/** Fewer rows are measured sooner than they are copied to a thread, and their figures back. */
export const WORTH_A_THREAD_ROWS = 5_000;

/** Windows of so many rows are worth sharing with several threads, each of which measures some columns. */
export const WORTH_SHARING_ROWS = 50_000;

/** Milliseconds without a window after which a thread ends. */
const IDLE_MS = 5 * 60_000;

/** Tests run the sources, which no thread can load. */
const HAS_SCRIPT = import.meta.url.endsWith('.js');

/** Threads at a time; more of them would take memory, and wait for rows that one thread reads. */
const MOST = Math.min(4, availableParallelism());

/** Those who do something at a time; others wait until one has done. */
class Places {
  taken = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken < this.most) this.taken += 1;
    // Whoever ends hands its place on.
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.taken -= 1;
      else next();
    }
  }
}

const threads = new Places(MOST);
/** Small windows come one after the other while this process reads the next ones: it needs a processor, too. */
const forSmallWindows = new Places(Math.max(1, MOST - 1));

interface IdleThread {
  readonly thread: Worker;
  readonly end: NodeJS.Timeout;
}
const idle: IdleThread[] = [];
const beingPrepared = new Set<Promise<void>>();

function forget(thread: Worker): void {
  const at = idle.findIndex((one) => one.thread === thread);
  const [known] = at < 0 ? [] : idle.splice(at, 1);
  clearTimeout(known?.end);
}

/** A thread that has loaded what it measures with. */
async function started(): Promise<Worker> {
  const thread = new Worker(new URL('./thread.js', import.meta.url));
  await once(thread, 'message');
  const gone = (): void => {
    forget(thread);
  };
  // Whoever waits for it listens, too; one that ends while nobody does is started anew when it is needed.
  return thread.on('error', gone).on('exit', gone);
}

/** Nobody waits for an idle thread: neither whoever ends the process, nor a timer. */
function rest(thread: Worker): void {
  thread.unref();
  const end = setTimeout(() => {
    forget(thread);
    void thread.terminate();
  }, IDLE_MS).unref();
  idle.push({ thread, end });
}

async function taken(): Promise<Worker> {
  let known = idle.pop();
  while (known === undefined && beingPrepared.size > 0) {
    await Promise.race(beingPrepared);
    known = idle.pop();
  }
  if (known === undefined) return started();
  clearTimeout(known.end);
  known.thread.ref();
  return known.thread;
}

async function prepareThread(): Promise<void> {
  try {
    rest(await started());
  } catch {
    // Whoever needs a thread then starts one, and is told why that fails.
  }
}

/** Has up to so many threads load what they measure with; while rows are still being read, nobody waits for it. */
export async function prepareThreads(most = MOST): Promise<void> {
  if (!HAS_SCRIPT) return;
  for (let count = idle.length + threads.taken + beingPrepared.size; count < most; count += 1) {
    const preparing = prepareThread();
    beingPrepared.add(preparing);
    void preparing.then(() => beingPrepared.delete(preparing));
  }
  await Promise.all(beingPrepared);
}

function answered(thread: Worker, task: Task, transfer: readonly ArrayBuffer[], signal?: AbortSignal): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const stop = (): void => void thread.terminate();
    const failed = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const ended = (code: number): void => {
      failed(new Error(`the thread that measures ended with ${String(code)} before it had measured`));
    };
    const told = (answer: Answer): void => {
      settle();
      resolve(answer);
    };
    const settle = (): void => {
      signal?.removeEventListener('abort', stop);
      thread.off('message', told).off('error', failed).off('exit', ended);
    };
    thread.on('message', told).on('error', failed).on('exit', ended);
    signal?.addEventListener('abort', stop, { once: true });
    thread.postMessage(task, transfer);
  });
}

async function inThread(task: Task, memory: ArrayBuffer | undefined, signal?: AbortSignal): Promise<Measured> {
  return threads.use(async () => {
    signal?.throwIfAborted();
    const thread = await taken();
    try {
      const answer = await answered(thread, task, memory ? [memory] : [], signal);
      rest(thread);
      if ('error' in answer) throw answer.error;
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  });
}

/** Measures by threads, whatever its size. Aborting ends those that measure for it. */
export function measuringThreads(signal?: AbortSignal): Measuring {
  return {
    width: MOST,
    async window(...window) {
      const { measured } = await inThread({ kind: 'window', window }, undefined, signal);
      return measured as readonly Figure[];
    },
    async column(column) {
      const { measured, memory } = await inThread({ kind: 'column', column }, memoryOf(column), signal);
      return { ...(measured as ColumnFigures), ...(memory && { memory }) };
    },
  };
}

/** The figures that `measureWindow` gives of the same, measured by threads as far as that is worth it. */
export async function measureByThreads(window: WindowByColumn, signal?: AbortSignal): Promise<readonly Figure[]> {
  const { current, reference, roles, options } = window;
  const hasLongReference = reference !== null && reference.long.size > 0;
  const isSmall = current.rows < WORTH_A_THREAD_ROWS && !hasLongReference;
  if (!HAS_SCRIPT || isSmall) return measureByColumn(window, measuringHere);
  const byThreads = measuringThreads(signal);
  if (current.rows >= WORTH_SHARING_ROWS || hasLongReference) return measureByColumn(window, byThreads);
  const { profile, figures, estimator, isolation } = reference ?? {};
  const whole = profile && {
    profile,
    ...(figures && { figures }),
    ...(estimator && { estimator }),
    ...(isolation && { isolation }),
  };
  return forSmallWindows.use(() => byThreads.window(current, whole ?? null, roles, options));
}

/** The same in a process that has nothing else to do: the columns are measured here, one thread measures what is of no column. */
export async function measureBesideThread(window: WindowByColumn): Promise<readonly Figure[]> {
  return measureByColumn(window, HAS_SCRIPT ? { ...measuringHere, window: measuringThreads().window } : measuringHere);
}
