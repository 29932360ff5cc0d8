/** Switching the serving version: hold, switch by compare-and-set, read back, undo. Each step may be repeated. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { changeAction, openAction } from '../../src/io/mysql/actions.js';
import {
  holdServing,
  readServing,
  releaseServing,
  StaleSwitch,
  switchServing,
  type SwitchInput,
} from '../../src/io/mysql/registry.js';
import { retrainingWorkflowId } from '../../src/model/ids.js';
import type { ActionRef, SwitchResult } from '../contract.js';
import type { Deps } from '../deps.js';
import type { ReferenceStore } from '../cycle/reference.js';
import { signalIfRunning } from '../signalling.js';
import { loadAction, type LoadedAction } from './load-action.js';

/** Longer than any switch; a worker that dies while holding does not block the model for ever. */
const LEASE_MS = 15 * 60_000;

/** A switch that lost the race is final for this action: the serving version is not what people were shown. */
async function switched(deps: Deps, input: SwitchInput): Promise<SwitchResult> {
  try {
    return await switchServing(deps.database.pool, input);
  } catch (error) {
    if (error instanceof StaleSwitch) throw ApplicationFailure.nonRetryable(error.message, 'StaleSwitch');
    throw error;
  }
}

async function withdrawRetraining(deps: Deps, { action }: LoadedAction): Promise<void> {
  const pending = await openAction(deps.database.pool, action.model, 'retraining');
  if (pending === null) return;
  const reason = `${action.id} switched ${action.model} to another version first`;
  await signalIfRunning(Context.current().client, retrainingWorkflowId(action.model), 'withdraw', { reason });
}

async function switchVersion(deps: Deps, input: ActionRef): Promise<SwitchResult> {
  const loaded = await loadAction(deps, input.action);
  const { action } = loaded;
  if (action.to === null || action.generation === null) {
    throw ApplicationFailure.nonRetryable(`${action.id} names no version to switch to`, 'NoTarget');
  }
  const now = Date.now();
  const result = await switched(deps, {
    model: action.model,
    to: action.to,
    expectedGeneration: action.generation,
    origin: action.kind,
    by: action.requestedBy,
    action: action.id,
    reason: action.reason,
    dataSince: action.dataTime,
    now,
  });
  await changeAction(
    deps.database.pool,
    action.id,
    {
      state: action.kind === 'rollback' ? 'verifying' : 'executing',
      result: {
        ...action.result,
        switchedGeneration: result.generation,
        switchedAt: new Date(action.dataTime).toISOString(),
      },
    },
    now,
  );
  if (action.kind === 'rollback') await withdrawRetraining(deps, loaded);
  return result;
}

async function switchBack(deps: Deps, input: ActionRef): Promise<SwitchResult> {
  const { action } = await loadAction(deps, input.action);
  const { switchedGeneration } = action.result;
  if (action.from === null || switchedGeneration === undefined) {
    throw ApplicationFailure.nonRetryable(`${action.id} has switched nothing that could be undone`, 'NothingToUndo');
  }
  return switched(deps, {
    model: action.model,
    to: action.from,
    expectedGeneration: switchedGeneration,
    origin: 'compensation',
    by: 'plumbline',
    action: action.id,
    reason: `undo of ${action.id}`,
    dataSince: action.dataTime,
    now: Date.now(),
  });
}

export function createSwitching(
  deps: Deps,
  references: ReferenceStore,
): {
  holdSwitch(input: ActionRef): Promise<void>;
  releaseSwitch(input: ActionRef): Promise<void>;
  switchVersion(input: ActionRef): Promise<SwitchResult>;
  switchBack(input: ActionRef): Promise<SwitchResult>;
  readBack(input: ActionRef): Promise<{ readonly version: string }>;
  storeReference(input: ActionRef): Promise<{ readonly rows: number }>;
} {
  const { pool } = deps.database;
  return {
    async holdSwitch(input) {
      const { action } = await loadAction(deps, input.action);
      await holdServing(pool, action.model, action.id, Date.now() + LEASE_MS, Date.now());
    },
    async releaseSwitch(input) {
      const { action } = await loadAction(deps, input.action);
      await releaseServing(pool, action.model, action.id);
    },
    switchVersion: (input) => switchVersion(deps, input),
    switchBack: (input) => switchBack(deps, input),
    async readBack(input) {
      const { action } = await loadAction(deps, input.action);
      const serving = await readServing(pool, action.model);
      return { version: serving?.version ?? 'none' };
    },
    async storeReference(input) {
      const { action, definition } = await loadAction(deps, input.action);
      if (action.to === null) return { rows: 0 };
      const reference = await references.get(definition, action.revision, action.to, action.dataTime);
      return { rows: reference?.rows ?? 0 };
    },
  };
}
