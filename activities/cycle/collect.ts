/** Reads a window into memory and says what there is to judge. The rows stay in the process, never in the history. */
import type { Collected, CollectTask } from '../contract.js';
import { windowOf } from '../../src/model/window.js';
import type { Deps } from '../deps.js';
import { takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { recordLook } from '../../src/io/mysql/looked-at.js';
import type { DefinitionStore } from './definition-store.js';
import { heartbeating } from './heartbeating.js';
import { isMarked, stateRead } from './source-state.js';
import type { WindowInputs } from './window-input.js';

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
    const window = windowOf(task);
    const now = Date.parse(task.scheduledAt);
    const marked = isMarked(definition, window);
    const readAt = Date.now();
    const marks = marked ? await takeDirtyHours(pool, task.model, window) : [];
    const input = await heartbeating(window, (signal, progress) => inputs.load(task, { signal, progress }));
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
