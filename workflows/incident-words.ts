/** What an incident may be told, checked before it is taken: an update is refused with the reason, a signal is dropped. */
import * as wf from '@temporalio/workflow';
import type { IncidentItem } from '../activities/contract.js';

/** A silence longer than this outlives its reason. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;

export const invalid = (message: string): wf.ApplicationFailure =>
  wf.ApplicationFailure.create({ message, type: 'InvalidRequest', nonRetryable: true });

function requireText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(`${name} is required`);
}

function checkSilence(silence: { readonly until: string }): void {
  const until = Date.parse(silence.until);
  if (Number.isNaN(until)) throw invalid(`until must be a time such as 2026-01-31T08:00:00Z, not "${silence.until}"`);
  if (until <= Date.now()) throw invalid('until lies in the past');
  if (until > Date.now() + LONGEST_SILENCE_MS) throw invalid('a silence lasts at most 30 days; it can be renewed');
}

/** Throws what is wrong. Whoever can reach the server may send anything, so nothing is taken on trust. */
export function checkWord(item: IncidentItem): void {
  switch (item.kind) {
    case 'transitions':
    case 'timer':
      return;
    case 'action':
      requireText('action', item.action);
      return;
    case 'acknowledge':
      requireText('by', item.by);
      if (item.note !== undefined) requireText('note', item.note);
      return;
    case 'silence':
      requireText('by', item.by);
      requireText('reason', item.reason);
      checkSilence(item);
      return;
    case 'comment':
      requireText('by', item.by);
      requireText('text', item.text);
      return;
    case 'close':
      requireText('by', item.by);
      requireText('reason', item.reason);
      return;
  }
}
