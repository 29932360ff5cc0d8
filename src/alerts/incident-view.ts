/**
 * The view of an incident: everything a message says about it, for any channel, as plain JSON. The activity that tells
 * builds it from the database right before it sends, so that a repeated message never shows an old state.
 * It holds names, counts and figures of groups; never a row, a key or a secret.
 */
import type { Severity } from '../model/definition.js';
import type { Window } from '../model/window.js';

export type IncidentKind = 'breach' | 'manual' | 'platform';
export type IncidentViewState = 'open' | 'acknowledged' | 'resolved' | 'closed';

/** One feature, group or class that breaches, worst first in its alert. */
export interface SubjectView {
  /** Feature, group or class; `''` for the model as a whole. */
  readonly name: string;
  readonly value: number | null;
  readonly interval?: readonly [number, number];
  readonly reference?: number;
  readonly n?: number;
  /** Set where the subject has a limit of its own; in words. */
  readonly limit?: string;
  /** Why there is no value. */
  readonly reason?: string;
}

export interface AlertView {
  readonly rule: string;
  /** One line for people: what the rule guards against. */
  readonly title: string;
  /** Name in the catalogue; decides how the values are written (share, milliseconds, number). */
  readonly metric: string;
  /** Attribute of a fairness rule, or the segment; `''` for the whole model. */
  readonly segment: string;
  readonly state: 'pending' | 'firing' | 'acknowledged' | 'resolved';
  readonly severity: Severity;
  /** The limit in words: "below 0.75", "fell by more than 0.05 against the reference". */
  readonly limit: string;
  /** The newest judged value; after a resolve the value that cleared it. */
  readonly value: number | null;
  /** Why `value` is null. */
  readonly reason?: string;
  readonly interval?: readonly [number, number];
  /** Confidence of `interval`, e.g. 0.99. */
  readonly confidence?: number;
  readonly reference?: number;
  /** Denominator of `value`. */
  readonly n: number;
  /** Window of `value`. */
  readonly window: Window;
  /** Value at the moment the alert fired. */
  readonly firedValue?: number | null;
  /** The worst value since it fired. */
  readonly peak?: number | null;
  readonly subjects: readonly SubjectView[];
  /** Subjects that breach, and subjects that were judged, where that is more than `subjects` shows. */
  readonly breached?: number;
  readonly judged?: number;
  readonly resolved?: boolean;
  /** Why the newest window could not be judged although the alert is still open. */
  readonly stale?: string;
}

export type ActionViewKind = 'retraining' | 'rollback' | 'promotion';

export type ActionViewState =
  /** Pre-flight checks, training, scoring: nobody is asked yet. */
  | 'preparing'
  /** Waits for a person. */
  | 'waiting'
  | 'approved'
  /** The switch of the serving version is under way. */
  | 'executing'
  /** Switched; the next windows are being measured. */
  | 'verifying'
  | 'verified'
  /** A person said no. */
  | 'rejected'
  /** A check said no: the promotion gate, a cool-down, the pre-flight. */
  | 'refused'
  | 'expired'
  | 'withdrawn'
  | 'failed';

export interface ActionView {
  readonly id: string;
  readonly kind: ActionViewKind;
  readonly state: ActionViewState;
  readonly question?: string;
  readonly from?: string;
  readonly to?: string;
  /** Hash of what is approved; messages show its beginning. */
  readonly hash?: string;
  /** ISO 8601, wall clock. */
  readonly expiresAt?: string;
  readonly askedOf: readonly string[];
  readonly decidedBy?: string;
  /** How it ended, in words. */
  readonly outcome?: string;
  readonly approveCommand: string;
  readonly rejectCommand: string;
}

export interface IncidentView {
  readonly incidentId: string;
  readonly model: string;
  /** The model's title, for people. */
  readonly title: string;
  readonly team: string;
  readonly kind: IncidentKind;
  readonly state: IncidentViewState;
  /** Worst severity among what is open; after the end, the worst there was. */
  readonly severity: Severity;
  /** ISO 8601, wall clock. */
  readonly openedAt: string;
  /** The first window that breached; absent where no window is the cause. */
  readonly sinceWindow?: Window;
  /** Zone in which windows were cut, to name them; instants are written in UTC. */
  readonly timezone: string;
  readonly acknowledgedBy?: string;
  readonly acknowledgedUntil?: string;
  readonly silencedUntil?: string;
  readonly silencedBy?: string;
  readonly alerts: readonly AlertView[];
  readonly servingVersion: string;
  /** The newest change of the serving version; `since` as ISO 8601. */
  readonly lastRelease?: { readonly version: string; readonly since: string };
  readonly actions: readonly ActionView[];
  /** What else a reader should know, oldest first: revised windows, comments. */
  readonly notes: readonly string[];
  readonly runbook?: string;
  /** Addresses in the Temporal UI. */
  readonly links: { readonly cycle?: string; readonly incident?: string };
  /** How the command line is called from outside the checkout, e.g. `npx --no plumbline`. */
  readonly command: string;
  /** Grows with every change; a late, older edit is told from a newer one by it. */
  readonly stateVersion: number;
  readonly closedReason?: string;
  /** How long it lasted: judged windows, and milliseconds on the wall clock. */
  readonly duration?: { readonly windows?: number; readonly wallMs?: number };
}

/** One step of an incident that people are told about beyond the edit of the first message. */
export type IncidentEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'reopened' }
  | { readonly kind: 'severity raised'; readonly from: Severity; readonly to: Severity; readonly mention?: string }
  | { readonly kind: 'acknowledged'; readonly by: string; readonly until?: string }
  | { readonly kind: 'escalated'; readonly mention?: string; readonly afterMs?: number }
  | { readonly kind: 'repeated'; readonly mention?: string }
  | { readonly kind: 'resolved' }
  | { readonly kind: 'closed'; readonly by: string; readonly reason?: string }
  | { readonly kind: 'action asked'; readonly action: string; readonly mention?: string }
  | { readonly kind: 'action decided'; readonly action: string; readonly reason?: string }
  | { readonly kind: 'action finished'; readonly action: string }
  | { readonly kind: 'comment'; readonly by: string; readonly text: string }
  | { readonly kind: 'silenced'; readonly by: string; readonly until: string; readonly reason?: string }
  | { readonly kind: 'silence ended' }
  | { readonly kind: 'window revised'; readonly window: Window; readonly text: string };

export const DEFAULT_COMMAND = 'npx --no plumbline';

/** The two commands that answer an action, from the one setting that says how the command line is called. */
export function commandsFor(
  action: string,
  command: string = DEFAULT_COMMAND,
): { readonly approveCommand: string; readonly rejectCommand: string } {
  return { approveCommand: `${command} approve ${action}`, rejectCommand: `${command} reject ${action}` };
}
