/** Every signal, query and update: its name, what it carries, and what it means. One object argument each. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

/** An incident has transitions to take; which ones stands in MySQL. */
export const transitionsSignal = defineSignal<[{ readonly model: string }]>('transitions');
/** An action changed its state. */
export const actionChangedSignal = defineSignal<[{ readonly action: string }]>('actionChanged');

export interface Acknowledge {
  readonly by: string;
  readonly note?: string;
}
export interface Silence {
  readonly by: string;
  /** ISO 8601; at most 30 days ahead. */
  readonly until: string;
  readonly reason: string;
}
export interface Comment {
  readonly by: string;
  readonly text: string;
}
export interface Close {
  readonly by: string;
  readonly reason: string;
}

export const acknowledgeSignal = defineSignal<[Acknowledge]>('acknowledge');
export const acknowledgeUpdate = defineUpdate<string, [Acknowledge]>('acknowledgeNow');
export const silenceSignal = defineSignal<[Silence]>('silence');
export const silenceUpdate = defineUpdate<string, [Silence]>('silenceNow');
export const commentSignal = defineSignal<[Comment]>('comment');
export const commentUpdate = defineUpdate<string, [Comment]>('commentNow');
export const closeSignal = defineSignal<[Close]>('close');
export const closeUpdate = defineUpdate<string, [Close]>('closeNow');

/** Asks an acting workflow to see an action through; a running one goes on with its own. */
export const requestSignal = defineSignal<[{ readonly action: string }]>('request');
/** A window of the switched version has been measured. */
export const measuredSignal = defineSignal<[{ readonly model: string }]>('measured');
/** The action is stale: another switch went first, or the model was stopped. */
export const withdrawSignal = defineSignal<[{ readonly reason: string }]>('withdraw');

export interface Decide {
  readonly action: string;
  /** Chosen by the sender; the same id is the same decision, however often it arrives. */
  readonly decision: string;
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
  /** Hash of what was shown; a decision about anything else is refused. */
  readonly hash: string;
  readonly note?: string;
  readonly via?: string;
}

export const decideSignal = defineSignal<[Decide]>('decide');
export const approveUpdate = defineUpdate<string, [Decide]>('approve');

/** Where the execution stands, in one sentence. */
export const statusQuery = defineQuery<string>('status');
