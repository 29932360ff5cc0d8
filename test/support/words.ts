/** What people say to executions: updates that are answered, signals that are not. */
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { findAction, type StoredAction } from '../../src/io/mysql/actions.js';
import { incidentWorkflowId, retrainingWorkflowId, rollbackWorkflowId } from '../../src/model/ids.js';
import type { Stage } from './stage.js';

export interface Said {
  readonly accepted: boolean;
  readonly text: string;
}

function deepest(error: Error): string {
  return error.cause instanceof Error ? deepest(error.cause) : error.message;
}

async function say(
  stage: Stage,
  workflowId: string,
  update: string,
  argument: object,
  updateId?: string,
): Promise<Said> {
  const handle = stage.client.workflow.getHandle(workflowId);
  const options = { args: [argument] as [object], ...(updateId === undefined ? {} : { updateId }) };
  try {
    return { accepted: true, text: await handle.executeUpdate<string, [object]>(update, options) };
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return { accepted: false, text: deepest(error) };
    throw error;
  }
}

type IncidentWord = 'acknowledge' | 'silence' | 'comment' | 'close';

/** The update of that name. */
export function sayToIncident(stage: Stage, model: string, word: IncidentWord, argument: object): Promise<Said> {
  return say(stage, incidentWorkflowId(model), `${word}Now`, argument);
}

export async function signalIncident(stage: Stage, model: string, signal: string, argument: object): Promise<void> {
  await stage.client.workflow.getHandle(incidentWorkflowId(model)).signal(signal, argument);
}

export interface Decision {
  readonly by: string;
  readonly verdict?: 'approve' | 'reject';
  /** The same id is the same decision. */
  readonly decision?: string;
  readonly hash?: string;
}

const actingWorkflowId = (action: StoredAction): string =>
  action.kind === 'rollback' ? rollbackWorkflowId(action.model) : retrainingWorkflowId(action.model);

async function argumentOf(
  stage: Stage,
  id: string,
  decision: Decision,
): Promise<{ workflowId: string; argument: { readonly decision: string } }> {
  const action = await findAction(stage.database.pool, id);
  if (action === null) throw new Error(`there is no action ${id}`);
  const { by, verdict = 'approve', decision: said = randomUUID(), hash = action.hash ?? '' } = decision;
  return {
    workflowId: actingWorkflowId(action),
    argument: { action: id, decision: said, verdict, by, hash, via: 'test' } as never,
  };
}

export async function decide(stage: Stage, action: string, decision: Decision): Promise<Said> {
  const { workflowId, argument } = await argumentOf(stage, action, decision);
  return say(stage, workflowId, 'approve', argument);
}

export async function signalDecision(stage: Stage, action: string, decision: Decision): Promise<void> {
  const { workflowId, argument } = await argumentOf(stage, action, decision);
  await stage.client.workflow.getHandle(workflowId).signal('decide', argument);
}
