/** Simulated time may go on only when everything that the last slot set off has come to rest, or waits for a person. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { listActions, SETTLED } from '../../src/io/mysql/actions.js';
import { untoldTransitions } from '../../src/io/mysql/alerts.js';
import type { Database } from '../../src/io/mysql/pool.js';
import { incidentWorkflowId, retrainingWorkflowId, rollbackWorkflowId } from '../../src/model/ids.js';

const POLL_MS = 50;
/** Looks in a row that must find nothing under way: a signal that is on its way shows in the second. */
const QUIET_LOOKS = 2;
const LIMIT_MS = 120_000;

/** No activity and no workflow task of it is pending. */
async function rests(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { raw, status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name !== 'RUNNING') return true;
    return (raw.pendingActivities ?? []).length === 0 && raw.pendingWorkflowTask == null;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return true;
    throw error;
  }
}

async function isSettled(client: Client, database: Database, model: string): Promise<boolean> {
  if ((await untoldTransitions(database.pool, model)).length > 0) return false;
  for (const id of [incidentWorkflowId(model), retrainingWorkflowId(model), rollbackWorkflowId(model)]) {
    if (!(await rests(client, id))) return false;
  }
  const actions = await listActions(database.pool, model);
  return actions.every(({ state }) => SETTLED.includes(state));
}

export async function settle(client: Client, database: Database, model: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    quiet = (await isSettled(client, database, model)) ? quiet + 1 : 0;
    if (Date.now() > deadline) throw new Error(`${model} did not come to rest within ${String(LIMIT_MS / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
