/** Runs cycles as Schedules would: every model at once, and for each model one slot after the other. */
import type { Client } from '@temporalio/client';
import type { ModelDefinition } from '../../src/model/definition.js';
import { modelAttributes } from '../../activities/signalling.js';
import { SCHEDULED_START_KEY } from '../../workflows/search-attributes.js';
import type { CycleResult } from '../../workflows/cycle-result.js';
import { cycleId, slotOf } from './fleet.js';

export interface CyclesToRun {
  readonly client: Client;
  readonly workflowType: 'monitoringCycle' | 'bareCycle';
  readonly taskQueue: string;
  readonly models: readonly ModelDefinition[];
  readonly ends: readonly number[];
}

/** Everything that the Schedule sets, the slot's time included. */
async function runCycle(run: CyclesToRun, definition: ModelDefinition, end: number): Promise<void> {
  const { client, workflowType, taskQueue } = run;
  const slot = slotOf(definition, end);
  const cycle = cycleId(definition, end);
  const result = (await client.workflow.execute(workflowType, {
    workflowId: workflowType === 'bareCycle' ? cycle.replace('cycle/', 'bare/') : cycle,
    taskQueue,
    args: [{ model: definition.model }],
    workflowExecutionTimeout: definition.schedule.timeoutMs,
    typedSearchAttributes: [...modelAttributes(definition), { key: SCHEDULED_START_KEY, value: new Date(slot) }],
    staticSummary: `Cycle of **${definition.title}**`,
  })) as CycleResult;
  const [own, ...others] = result.windows;
  // A cycle that measured nothing, or more than its own window, is not the one that the number is about.
  if (result.verdict !== 'pass' || own?.verdict !== 'pass' || others.length > 0) {
    throw new Error(`${cycle} did not pass its own window and no other: ${JSON.stringify(result)}`);
  }
}

/** Cycles per second. */
export async function cyclesPerSecond(run: CyclesToRun): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    run.models.map(async (definition) => {
      for (const end of run.ends) await runCycle(run, definition, end);
    }),
  );
  return (run.models.length * run.ends.length * 1000) / (performance.now() - begun);
}
