/** What a cycle that somebody waits for is doing, in words: an activity under way, one that is tried again, or nobody's work. */
import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { Progress } from '../../activities/cycle/heartbeating.js';

type Raw = WorkflowExecutionDescription['raw'];
type PendingActivity = NonNullable<Raw['pendingActivities']>[number];

/** Of `PendingActivityState`: a worker has it. */
const STARTED = 2;

function progressOf({ heartbeatDetails }: PendingActivity): string {
  const data = heartbeatDetails?.payloads?.[0]?.data;
  if (!data) return '';
  const { rows, share } = JSON.parse(Buffer.from(data).toString('utf8')) as Partial<Progress>;
  if (rows === undefined) return '';
  const part = share === undefined ? '' : `, ${(100 * share).toFixed(0)} % of the window's time`;
  return `: ${rows.toLocaleString('en-US')} rows${part}`;
}

function activityWords(activity: PendingActivity): string {
  const { activityType, attempt, state, lastFailure } = activity;
  const name = activityType?.name ?? 'an activity';
  const failure = lastFailure?.cause?.message ?? lastFailure?.message;
  if (failure) return `${name} is tried again, attempt ${String(attempt)}: ${failure}`;
  if (Number(state) === STARTED) return `${name} is under way${progressOf(activity)}`;
  return NOBODY;
}

const NOBODY = 'nobody takes the work of the cycle; is a worker running? (plumbline worker)';

/** Of several activities the one that has failed most. */
export function waitingWords({ pendingActivities, pendingWorkflowTask }: Raw): string {
  const [activity] = [...(pendingActivities ?? [])].sort((a, b) => (b.attempt ?? 0) - (a.attempt ?? 0));
  if (activity !== undefined) return activityWords(activity);
  return pendingWorkflowTask ? NOBODY : 'the cycle is about to go on';
}
