/** Work on a window under its activity's heartbeat: people see in the Temporal UI how far it has come. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { SourceFault } from '../../src/io/mysql/source-faults.js';
import type { Window } from '../../src/model/window.js';

const EVERY_MS = 5_000;

/** What a heartbeat says. */
export interface Progress {
  readonly rows: number;
  /** Of the window's time, by the newest row that was read; absent before the first rows. */
  readonly share?: number;
}

function progressOf({ from, to }: Window, rows: number, upTo: number | undefined): Progress {
  if (upTo === undefined) return { rows };
  const share = Math.min(1, Math.max(0, (upTo - from) / (to - from)));
  return { rows, share: Math.round(share * 1000) / 1000 };
}

/** Runs work under the activity's heartbeat and cancellation; faults of configuration are not tried again. */
export async function heartbeating<Result>(
  window: Window,
  work: (signal: AbortSignal, progress: (rows: number, upTo?: number) => void) => Promise<Result>,
): Promise<Result> {
  const context = Context.current();
  let progress: Progress = { rows: 0 };
  const beat = setInterval(() => {
    context.heartbeat(progress);
  }, EVERY_MS);
  try {
    return await work(context.cancellationSignal, (rows, upTo) => {
      progress = progressOf(window, rows, upTo);
    });
  } catch (error) {
    if (error instanceof SourceFault) {
      // Without its cause: the fault says it in words, and a driver's error may hold more than a history should.
      const { message, retryable } = error;
      throw ApplicationFailure.create({ message, type: 'SourceFault', nonRetryable: !retryable });
    }
    throw error;
  } finally {
    clearInterval(beat);
  }
}
