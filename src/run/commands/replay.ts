/** `replay`: a recorded history on today's workflow code: does it still decide alike? */
import { existsSync } from 'node:fs';
import { IllegalStateError, WorkflowNotFoundError } from '@temporalio/client';
import { ReplayError, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { pino } from 'pino';
import { buildBundle, bundleFile } from '../bundle.js';
import type { CommandContext } from '../command-context.js';
import { rootMessage, wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import { installRuntime } from '../worker.js';

/** A replay's own log says nothing that the answer does not. Where a runtime is in use already, it stays as it is. */
function quietRuntime(): void {
  try {
    installRuntime(pino({ level: 'silent' }));
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** The same code that a worker of this installation runs. */
async function todaysCode({ settings }: CommandContext): Promise<ReplayWorkerOptions> {
  const file = settings.workflowBundle ?? bundleFile();
  return { workflowBundle: existsSync(file) ? { codePath: file } : { code: await buildBundle() } };
}

async function difference(options: ReplayWorkerOptions, history: unknown, workflowId: string): Promise<string | null> {
  try {
    await Worker.runReplayHistory(options, history, workflowId);
    return null;
  } catch (error) {
    if (error instanceof DeterminismViolationError || error instanceof ReplayError) return rootMessage(error);
    throw error;
  }
}

async function replay(context: CommandContext, id: string, options: { readonly run?: string }): Promise<Answer> {
  const client = await context.client();
  const handle = client.workflow.getHandle(id, options.run);
  try {
    await handle.describe();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw wrongUse(
      `there is no execution "${id}"`,
      'ids look like cycle/MODEL-TIME, incident/MODEL, retraining/MODEL, rollback/MODEL; the Temporal UI lists them',
    );
  }
  const history = await handle.fetchHistory();
  const events = history.events?.length ?? 0;
  quietRuntime();
  const found = await difference(await todaysCode(context), history, id);
  return {
    status: found === null ? 0 : 1,
    data: { workflow: id, events, same: found === null, difference: found },
    text:
      found === null
        ? `${id}: same decisions on today's code, ${String(events)} events`
        : `${id}: differs on today's code: ${found}`,
  };
}

export function addReplayCommand({ command, act }: CommandSet): void {
  command('replay', 'run a recorded history on today’s workflow code and compare')
    .argument('<id>', 'workflow id, such as cycle/MODEL-TIME or incident/MODEL')
    .option('--run <id>', 'one run of it; by default the newest')
    .action(act(replay));
}
