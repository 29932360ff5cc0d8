/**
 * One slot at a time: a schedule backfill of exactly that instant, then waiting for its cycle. A range given to the
 * server at once would skip slots under some overlap policies and starve live ones under others.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ScheduleOverlapPolicy, WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import type { CycleResult } from '../../workflows/cycle-result.js';
import type { ModelDefinition } from '../model/definition.js';
import { cycleWorkflowId, scheduleId } from '../model/ids.js';
import { boundariesBetween, boundaryAtOrBefore } from '../model/window.js';
import { Unavailable } from './connection.js';
import { slotShift } from './schedules.js';
import { waitingWords } from './waiting-words.js';

/** With nothing running before it, a backfilled slot starts within a second or two. */
const START_LIMIT_MS = 60_000;
const FIRST_LOOK_MS = 40;
const SLOWEST_LOOK_MS = 1_000;
const TELL_EVERY_MS = 10_000;

/** Id of the cycle of one slot, in the form that the server appends. */
export function slotWorkflowId(model: string, slot: number): string {
  return `${cycleWorkflowId(model)}-${new Date(slot).toISOString().replace('.000Z', 'Z')}`;
}

/** The slot that judges the window ending at a boundary. */
export const slotOfWindow = (definition: ModelDefinition, windowEnd: number): number =>
  windowEnd + slotShift(definition);

/** The newest slot at or before an instant. */
export function newestSlot(definition: ModelDefinition, now: number): number {
  const { every, timezone } = definition.schedule;
  return slotOfWindow(definition, boundaryAtOrBefore(now - slotShift(definition), every, timezone));
}

/** All slots in `[from, to]`, oldest first. */
export function slotsBetween(definition: ModelDefinition, from: number, to: number): readonly number[] {
  const { every, timezone } = definition.schedule;
  const shift = slotShift(definition);
  return boundariesBetween(from - shift - 1, to - shift, every, timezone, Number.MAX_SAFE_INTEGER).map(
    (end) => end + shift,
  );
}

/** Told what is waited for, when that is another thing than ten seconds before. */
export type Waiting = (words: string) => void;

const nobody: Waiting = () => undefined;

async function startedRun(
  client: Client,
  model: string,
  workflowId: string,
  before: string | null,
  told: Waiting,
): Promise<string> {
  const schedule = client.schedule.getHandle(scheduleId(model));
  let look = FIRST_LOOK_MS;
  let deadline = Date.now() + START_LIMIT_MS;
  let tellAt = Date.now() + TELL_EVERY_MS;
  for (;;) {
    const runId = await currentRun(client, workflowId);
    if (runId !== null && runId !== before) return runId;
    if (Date.now() > tellAt) {
      told('waiting for the Schedule to start the cycle; one may be running already');
      tellAt = Date.now() + TELL_EVERY_MS;
      // It queues behind a live cycle, however long that takes.
      if ((await schedule.describe()).info.runningActions.length > 0) deadline = Date.now() + START_LIMIT_MS;
    }
    if (Date.now() > deadline) {
      throw new Unavailable(
        `the cycle ${workflowId} did not start within ${String(START_LIMIT_MS / 1000)} s of its backfill`,
      );
    }
    await pause(look);
    look = Math.min(SLOWEST_LOOK_MS, look * 1.5);
  }
}

async function currentRun(client: Client, workflowId: string): Promise<string | null> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** Tells what the run is doing until it is over; the function returned ends that. */
function tellOf(handle: WorkflowHandle, told: Waiting): () => void {
  let said = '';
  const look = async (): Promise<void> => {
    const words = waitingWords((await handle.describe()).raw);
    if (words !== said) told(`waiting: ${words}`);
    said = words;
  };
  const timer = setInterval(() => {
    // Whoever waits for the result hears of a server that is gone.
    look().catch(() => undefined);
  }, TELL_EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}

/** Backfills exactly one slot and returns what its cycle found. A slot that ran before runs again, under the same id. */
export async function runSlot(
  client: Client,
  model: string,
  slot: number,
  told: Waiting = nobody,
): Promise<CycleResult> {
  const workflowId = slotWorkflowId(model, slot);
  const before = await currentRun(client, workflowId);
  const at = new Date(slot);
  await client.schedule
    .getHandle(scheduleId(model))
    .backfill({ start: at, end: at, overlap: ScheduleOverlapPolicy.BUFFER_ALL });
  const runId = await startedRun(client, model, workflowId, before, told);
  const handle = client.workflow.getHandle(workflowId, runId);
  const end = tellOf(handle, told);
  try {
    return (await handle.result()) as CycleResult;
  } finally {
    end();
  }
}
