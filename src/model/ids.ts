/** Every name that two places must spell alike: workflow ids, schedule ids, task queues, idempotency keys. */

/** Lower-case letters, digits and dashes; begins with a letter; at most 64 characters. */
export const MODEL_ID = /^[a-z][a-z0-9-]{0,63}$/;

export const TASK_QUEUE = 'plumbline';

export const scheduleId = (model: string): string => `monitor/${model}`;
/** The Schedule appends the scheduled time. */
export const cycleWorkflowId = (model: string): string => `cycle/${model}`;
export const incidentWorkflowId = (model: string): string => `incident/${model}`;
export const retrainingWorkflowId = (model: string): string => `retraining/${model}`;
export const rollbackWorkflowId = (model: string): string => `rollback/${model}`;
export const WATCHDOG_SCHEDULE_ID = 'watchdog';
export const WATCHDOG_WORKFLOW_ID = 'watchdog';

/** A notification is one message to one channel about one numbered step of an incident; unique for ever. */
export const notificationId = (incident: string, channel: string, step: number): string =>
  `${incident}/${channel}/${String(step)}`;
