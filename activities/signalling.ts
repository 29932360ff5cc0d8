/** Starts or signals the executions that wait: always signal-with-start, so that whoever speaks first opens them. */
import type { Client } from '@temporalio/client';
import { incidentWorkflowId, retrainingWorkflowId, rollbackWorkflowId } from '../src/model/ids.js';
import type { ActionKind } from '../src/io/mysql/actions.js';
import { MODEL_ID_KEY, TEAM_KEY } from '../workflows/search-attributes.js';

export interface Addressee {
  readonly model: string;
  readonly title: string;
  readonly team: string;
  readonly taskQueue: string;
}

const attributes = ({ model, team }: Addressee): { key: typeof MODEL_ID_KEY; value: string }[] => [
  { key: MODEL_ID_KEY, value: model },
  { key: TEAM_KEY, value: team },
];

/** Signals the model's incident, opening it if none runs. */
export async function signalIncident(client: Client, to: Addressee, signal: string, argument: object): Promise<void> {
  await client.workflow.signalWithStart('incident', {
    workflowId: incidentWorkflowId(to.model),
    taskQueue: to.taskQueue,
    args: [{ model: to.model }],
    signal,
    signalArgs: [argument],
    typedSearchAttributes: attributes(to),
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
    typedSearchAttributes: attributes(to),
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
