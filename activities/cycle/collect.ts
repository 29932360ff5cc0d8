/** Reads a window into memory and says what there is to judge. The rows stay in the process, never in the history. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Collected, CollectTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { SourceFault } from '../../src/io/mysql/source-faults.js';
import type { WindowInputs } from './window-input.js';

/** Runs work under the activity's heartbeat and cancellation; faults of configuration are not tried again. */
export async function heartbeating<Result>(
  work: (signal: AbortSignal, progress: (rows: number) => void) => Promise<Result>,
): Promise<Result> {
  const context = Context.current();
  let rows = 0;
  const beat = setInterval(() => {
    context.heartbeat({ rows });
  }, 5_000);
  try {
    return await work(context.cancellationSignal, (count) => {
      rows = count;
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

export function createCollect(deps: Deps, inputs: WindowInputs): (task: CollectTask) => Promise<Collected> {
  return async (task) => {
    // What an earlier attempt read may be out of date: that is why the cycle collects again.
    inputs.forget(task);
    const input = await heartbeating((signal, progress) => inputs.load(task, { signal, progress }));
    const before = task.isNew ? null : await currentEvaluation(deps.database.pool, task.model, input.window);
    const unchanged = before?.digest === input.digest;
    if (unchanged) inputs.forget(task);
    return {
      digest: input.digest,
      rows: input.rows,
      labelled: input.labelled,
      version: input.versions[0]?.version ?? null,
      unchanged,
    };
  };
}
