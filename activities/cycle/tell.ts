/** Tells those who wait: the incident of what no incident has taken, the acting workflow of measured windows. */
import { Context } from '@temporalio/activity';
import { hasVerifyingAction } from '../../src/io/mysql/actions.js';
import { findModel } from '../../src/io/mysql/definitions.js';
import { untoldTransitions } from '../../src/io/mysql/alerts.js';
import { openIncident } from '../../src/io/mysql/incidents.js';
import { rollbackWorkflowId } from '../../src/model/ids.js';
import type { TellResult } from '../contract.js';
import type { Deps } from '../deps.js';
import { signalIfRunning, signalIncident } from '../signalling.js';

export function createTell(deps: Deps): (input: { readonly model: string }) => Promise<TellResult> {
  return async ({ model }) => {
    const { pool } = deps.database;
    const { client } = Context.current();
    const stored = await findModel(pool, model);
    const untold = await untoldTransitions(pool, model);
    const workflows: string[] = [];
    if (stored !== null && (untold.length > 0 || (await openIncident(pool, model)) !== null)) {
      await signalIncident(client, { ...stored, taskQueue: deps.taskQueue }, 'transitions', { model });
      workflows.push(`incident/${model}`);
    }
    if (await hasVerifyingAction(pool, model)) {
      const workflowId = rollbackWorkflowId(model);
      if (await signalIfRunning(client, workflowId, 'measured', { model })) workflows.push(workflowId);
    }
    return { transitions: untold.length, workflows };
  };
}
