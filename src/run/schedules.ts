/** A Schedule for each model, and one for the watchdog. */
import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleHandle,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import { modelAttributes } from '../../activities/signalling.js';
import type { ModelDefinition, Span } from '../model/definition.js';
import { cycleWorkflowId, scheduleId, WATCHDOG_SCHEDULE_ID, WATCHDOG_WORKFLOW_ID } from '../model/ids.js';
import { slotOffset } from '../model/window.js';

const MINUTE_MS = 60_000;
/** The watchdog looks this often. */
const WATCH_EVERY_MS = 5 * MINUTE_MS;

/** Time after a window's end at which the model's slot lies: the delay, and an offset that spreads models. */
export function slotShift(definition: ModelDefinition): number {
  return definition.schedule.delayMs + slotOffset(definition.model, definition.schedule.every);
}

function wallClock(shiftMs: number): { hour: number; minute: number; second: number } {
  const seconds = Math.floor(shiftMs / 1000);
  return { hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 };
}

function everyUnit(every: Span, shiftMs: number): ScheduleSpec {
  const at = wallClock(shiftMs);
  switch (every.unit) {
    case 'minute':
    case 'hour': {
      const ms = every.count * (every.unit === 'minute' ? MINUTE_MS : 60 * MINUTE_MS);
      return { intervals: [{ every: ms, offset: shiftMs % ms }] };
    }
    case 'day':
      return { calendars: [at] };
    case 'week':
      return { calendars: [{ ...at, dayOfWeek: 'MONDAY' }] };
    case 'month':
      return { calendars: [{ ...at, dayOfMonth: 1 }] };
  }
}

/**
 * Slots lie at the model's calendar boundaries plus its shift. Several days, weeks or months at once fire at each one;
 * cycles in between find that their window has been judged.
 */
function scheduleSpec(definition: ModelDefinition): ScheduleSpec {
  const { schedule } = definition;
  return { ...everyUnit(schedule.every, slotShift(definition)), timezone: schedule.timezone };
}

export interface ScheduleTarget {
  readonly taskQueue: string;
}

function scheduleOptions(definition: ModelDefinition, target: ScheduleTarget): ScheduleOptions {
  const attributes = modelAttributes(definition);
  return {
    scheduleId: scheduleId(definition.model),
    spec: scheduleSpec(definition),
    action: {
      type: 'startWorkflow',
      workflowType: 'monitoringCycle',
      workflowId: cycleWorkflowId(definition.model),
      taskQueue: target.taskQueue,
      args: [{ model: definition.model }],
      workflowExecutionTimeout: definition.schedule.timeoutMs,
      typedSearchAttributes: attributes,
      staticSummary: `Cycle of **${definition.title}**`,
    },
    policies: {
      overlap: ScheduleOverlapPolicy.BUFFER_ONE,
      catchupWindow: definition.schedule.catchupMs,
      pauseOnFailure: false,
    },
    typedSearchAttributes: attributes,
  };
}

export type ScheduleChange = 'created' | 'updated';

/** How often a Schedule is written again that does not show what was written. */
const WRITE_TRIES = 5;

/**
 * Writes until the Schedule shows it. The server may take a patch and an update that arrive together
 * in the order patch, update, and the client sends no conflict token: an update that was made from the
 * earlier state would undo the patch without a word.
 */
async function untilPaused(handle: ScheduleHandle, paused: boolean, write: () => Promise<void>): Promise<void> {
  for (let tried = 0; tried < WRITE_TRIES; tried += 1) {
    await write();
    if ((await handle.describe()).state.paused === paused) return;
  }
  throw new Error(
    `the Schedule ${handle.scheduleId} is ${paused ? 'still running' : 'still paused'} after ${String(WRITE_TRIES)} tries: does something else change it? Run the command again`,
  );
}

/** Pauses the model's Schedule. One that is not there is no fault: nothing runs. */
export async function pauseSchedule(client: Client, model: string, note: string): Promise<void> {
  const handle = client.schedule.getHandle(scheduleId(model));
  try {
    await untilPaused(handle, true, () => handle.pause(note));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Creates or updates the model's Schedule; a paused one stays paused, unless it is asked to run. */
export async function applySchedule(
  client: Client,
  definition: ModelDefinition,
  target: ScheduleTarget & { readonly paused?: boolean; readonly running?: { readonly note: string } },
): Promise<ScheduleChange> {
  const options = scheduleOptions(definition, target);
  const { running } = target;
  const handle = client.schedule.getHandle(options.scheduleId);
  const update = (): Promise<void> =>
    handle.update((previous) => ({
      spec: options.spec,
      action: options.action,
      policies: { ...options.policies },
      state: running === undefined ? previous.state : { ...previous.state, paused: false, note: running.note },
      typedSearchAttributes: previous.typedSearchAttributes,
    }));
  try {
    await (running === undefined ? update() : untilPaused(handle, false, update));
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create({ ...options, state: { paused: target.paused ?? false } });
    return 'created';
  }
}

/** Creates the watchdog's Schedule unless it is there. */
export async function applyWatchdog(client: Client, target: ScheduleTarget): Promise<ScheduleChange> {
  const handle = client.schedule.getHandle(WATCHDOG_SCHEDULE_ID);
  try {
    await handle.describe();
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  await client.schedule.create({
    scheduleId: WATCHDOG_SCHEDULE_ID,
    spec: { intervals: [{ every: WATCH_EVERY_MS }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'watchdog',
      workflowId: WATCHDOG_WORKFLOW_ID,
      taskQueue: target.taskQueue,
      args: [],
      workflowExecutionTimeout: '4 minutes',
      staticSummary: 'Watches the watchers',
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute', pauseOnFailure: false },
  });
  return 'created';
}
