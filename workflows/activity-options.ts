/** Time limits and retries by kind of work. Every activity has both. */
import type { ActivityOptions } from '@temporalio/workflow';

/** As RECORD, for what must not be lost while MySQL is away: people's answers and the ends of actions. */
export const PERSIST: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '7 days',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Short reads and writes on Plumbline's own tables. */
export const RECORD: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '15 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds', maximumAttempts: 20 },
};

/** Reading and measuring a window; heartbeats, stops when cancelled. */
export const MEASURE: ActivityOptions = {
  startToCloseTimeout: '20 minutes',
  scheduleToCloseTimeout: '45 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute', maximumAttempts: 5 },
};

/** One message to one channel: a dead channel is tried for a day, while everything else goes on. */
export const NOTIFY: ActivityOptions = {
  startToCloseTimeout: '45 seconds',
  scheduleToCloseTimeout: '24 hours',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '10 minutes' },
};

/** Starting and signalling other executions. */
export const SIGNAL: ActivityOptions = {
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds', maximumAttempts: 40 },
};

/** The trainer and the scoring of candidates: long, heartbeats, few attempts because each costs. */
export const TRAIN: ActivityOptions = {
  startToCloseTimeout: '6 hours',
  scheduleToCloseTimeout: '12 hours',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '10 seconds', backoffCoefficient: 3, maximumAttempts: 3 },
};

/** Switching the serving version: idempotent by the action's id, so it may be tried again. */
export const SWITCH: ActivityOptions = {
  startToCloseTimeout: '1 minute',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '20 seconds', maximumAttempts: 10 },
};
