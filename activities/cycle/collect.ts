/** Reads a window into memory and says what there is to judge. The rows stay in the process, never in the history. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Collected, CollectTask } from '../contract.js';
import type { Deps } from '../deps.js';
import { takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { recordLook } from '../../src/io/mysql/looked-at.js';
import { SourceFault } from '../../src/io/mysql/source-faults.js';
import type { DefinitionStore } from './definition-store.js';
import { isMarked, stateRead } from './source-state.js';
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

export interface CollectStores {
  readonly inputs: WindowInputs;
  readonly definitions: DefinitionStore;
}

export function createCollect(
  deps: Deps,
  { inputs, definitions }: CollectStores,
): (task: CollectTask) => Promise<Collected> {
  return async (task) => {
    // What an earlier attempt read may be out of date: that is why the cycle collects again.
    inputs.forget(task);
    const { pool } = deps.database;
    const { definition } = await definitions.load(task.model, task.revision);
    const window = { from: Date.parse(task.from), to: Date.parse(task.to) };
    const now = Date.parse(task.scheduledAt);
    const marked = isMarked(definition, window);
    const readAt = Date.now();
    const marks = marked ? await takeDirtyHours(pool, task.model, window) : [];
    const input = await heartbeating((signal, progress) => inputs.load(task, { signal, progress }));
    const sourceState = marked ? await stateRead(deps, definition, window, { marks, now, readAt }) : task.counted;
    const before = task.isNew ? null : await currentEvaluation(pool, task.model, window);
    const unchanged = before?.digest === input.digest;
    if (unchanged) {
      inputs.forget(task);
      if (sourceState !== undefined) await recordLook(pool, before.id, now, sourceState);
    }
    return {
      digest: input.digest,
      rows: input.rows,
      labelled: input.labelled,
      version: input.versions[0]?.version ?? null,
      unchanged,
      ...(sourceState !== undefined && { sourceState }),
    };
  };
}
