/** The histories that a stage's workflows have left: replayed on today's code, and searched for what must not be there. */
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Stage } from './stage.js';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface RecordedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly history: History;
}

/** Of every execution on the stage's task queue, the running ones too. */
export async function recordedRuns(stage: Stage): Promise<readonly RecordedRun[]> {
  const runs: RecordedRun[] = [];
  for await (const { workflowId, runId, type } of stage.client.workflow.list({
    query: `TaskQueue = "${stage.taskQueue}"`,
  })) {
    const history = await stage.client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push({ workflowId, runId, type, history });
  }
  return runs;
}

export interface ReplayFault {
  readonly workflowId: string;
  readonly error: Error;
}

/** The runs that today's code does not repeat step by step; empty when all is well. */
export async function replayFaults(
  bundlePath: string,
  runs: readonly Pick<RecordedRun, 'workflowId' | 'history'>[],
): Promise<readonly ReplayFault[]> {
  const faults: ReplayFault[] = [];
  const options = { workflowBundle: { codePath: bundlePath } };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, runs)) {
    if (error !== undefined) faults.push({ workflowId, error });
  }
  return faults;
}

/** Everything legible in a history: its strings, and its payloads as text. */
export function historyText(history: unknown): string {
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string') parts.push(value);
    else if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('utf8'));
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(history);
  return parts.join('\n');
}
