/** Starts or signals the executions that wait: always signal-with-start, so that whoever speaks first opens them. */
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, type SearchAttributePair } from '@temporalio/common';
import { incidentWorkflowId, retrainingWorkflowId, rollbackWorkflowId } from '../src/model/ids.js';
import type { ActionKind } from '../src/io/mysql/actions.js';
import { SEARCH_ATTRIBUTES } from '../src/model/search-attributes.js';

export interface Addressee {
  readonly model: string;
  readonly title: string;
  readonly team: string;
  readonly taskQueue: string;
}

const MODEL = defineSearchAttributeKey(SEARCH_ATTRIBUTES.model, SearchAttributeType.KEYWORD);
const TEAM = defineSearchAttributeKey(SEARCH_ATTRIBUTES.team, SearchAttributeType.KEYWORD);

/** Attributes by which a model's executions and schedules are found. */
export const modelAttributes = ({ model, team }: { model: string; team: string }): SearchAttributePair[] => [
  { key: MODEL, value: model },
  { key: TEAM, value: team },
];

/** Signals the model's incident, opening it if none runs. */
export async function signalIncident(client: Client, to: Addressee, signal: string, argument: object): Promise<void> {
  await client.workflow.signalWithStart('incident', {
    workflowId: incidentWorkflowId(to.model),
    taskQueue: to.taskQueue,
    args: [{ model: to.model }],
    signal,
    signalArgs: [argument],
    typedSearchAttributes: modelAttributes(to),
    staticSummary: `Incident of **${to.title}**`,
  });
}

/** Asks the model's acting workflow of that kind to see an action through. */
export async function signalActing(client: Client, to: Addressee, kind: ActionKind, action: string): Promise<void> {
  await client.workflow.signalWithStart(kind, {
    workflowId: kind === 'retraining' ? retrainingWorkflowId(to.model) : rollbackWorkflowId(to.model),
    taskQueue: to.taskQueue,
    args: [{ model: to.model }],
    signal: 'request',
    signalArgs: [{ action }],
    typedSearchAttributes: modelAttributes(to),
    staticSummary: `${kind === 'retraining' ? 'Retraining' : 'Rollback'} of **${to.title}**`,
  });
}

/** Signals an execution that may have ended; then there is nobody to hear it, and that is no fault. */
export async function signalIfRunning(
  client: Client,
  workflowId: string,
  signal: string,
  argument: object,
): Promise<boolean> {
  try {
    await client.workflow.getHandle(workflowId).signal(signal, argument);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false;
    throw error;
  }
}
