/** An action with the definition it was asked under. */
import { ApplicationFailure } from '@temporalio/activity';
import { findAction, type StoredAction } from '../../src/io/mysql/actions.js';
import { findModel, loadDefinition, type StoredModel } from '../../src/io/mysql/definitions.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Deps } from '../deps.js';

export interface LoadedAction {
  readonly action: StoredAction;
  readonly definition: ModelDefinition;
  readonly model: StoredModel;
}

export async function loadAction(deps: Deps, id: string): Promise<LoadedAction> {
  const { pool } = deps.database;
  const action = await findAction(pool, id);
  if (action === null) throw ApplicationFailure.nonRetryable(`there is no action ${id}`, 'UnknownAction');
  const model = await findModel(pool, action.model);
  if (model === null) throw ApplicationFailure.nonRetryable(`there is no model ${action.model}`, 'UnknownModel');
  const { definition } = await loadDefinition(pool, action.model, action.revision);
  return { action, definition, model };
}

/** A definition may have lost the part since the action was asked for; then nothing can be done under it. */
export function required<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw ApplicationFailure.nonRetryable(`the definition has no ${name}`, 'NotDefined');
  return part;
}
