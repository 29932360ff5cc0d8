/** What a cycle leaves in Temporal: its events, their bytes, and what its activities answered. */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Answers } from './worker.js';

export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

/** As the server counts them: the number that its limits and its bills go by. */
export async function historySize(client: Client, workflowId: string): Promise<HistorySize> {
  const { historyLength, historySize: bytes } = await client.workflow.getHandle(workflowId).describe();
  if (bytes === undefined) throw new Error(`the server does not tell the size of ${workflowId}`);
  return { events: historyLength, bytes };
}

/** The result of each activity by its name; of an activity that ran twice, the last. */
export async function activityAnswers(client: Client, workflowId: string): Promise<Answers> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const names = new Map<string, string>();
  const answers: Record<string, unknown> = {};
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (scheduled !== null && scheduled !== undefined) names.set(String(event.eventId), scheduled);
    const completed = event.activityTaskCompletedEventAttributes;
    const name = names.get(String(completed?.scheduledEventId));
    const [payload] = completed?.result?.payloads ?? [];
    if (name !== undefined && payload !== undefined) answers[name] = defaultPayloadConverter.fromPayload(payload);
  }
  return answers;
}
