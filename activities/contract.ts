/**
 * What the workflows may ask of the world: inputs and results only, plain JSON, small. Rows and figures stay in MySQL;
 * what crosses here are references and the few values that people read.
 */

export interface WindowRef {
  /** ISO 8601, UTC, inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
}

export interface PlanCycleInput {
  readonly model: string;
  /** The cycle's *now*: its scheduled time. */
  readonly scheduledAt: string;
  /** Wall clock at which the execution began; tells whether its windows are past. */
  readonly startedAt: string;
}

export interface PlannedWindow extends WindowRef {
  /** The window in calendar terms: "September 2008". */
  readonly name: string;
  readonly why: 'own' | 'missed' | 'labels matured' | 'rows or labels came late';
  /** Rows and labels that the source had when the cycle was planned, where that is why the window is judged again. */
  readonly counted?: string;
  /** No evaluation of it was there when the cycle was planned. */
  readonly isNew?: true;
}

export interface CyclePlan {
  readonly model: string;
  readonly revision: number;
  readonly title: string;
  readonly team: string;
  /** Past windows change no alert. */
  readonly past: boolean;
  readonly windows: readonly PlannedWindow[];
}

export interface WindowTask extends WindowRef {
  readonly model: string;
  readonly revision: number;
  readonly scheduledAt: string;
}

export interface CollectTask extends WindowTask {
  /** Nothing to compare it with: whether it is unchanged need not be asked. Judging asks again, under the model's lock. */
  readonly isNew?: true;
  /** As planned. */
  readonly counted?: string;
}

export interface Collected {
  /** Digest of everything that will be judged; the same digest is never judged twice. */
  readonly digest: string;
  readonly rows: number;
  readonly labelled: number;
  readonly version: string | null;
  /** True where the current evaluation of the window rests on the same digest. */
  readonly unchanged: boolean;
  /** What of the source the window rests on, where that is known: later cycles can tell whether more has come. */
  readonly sourceState?: string;
}

export interface MeasureTask extends WindowTask {
  readonly digest: string;
  readonly part: 'data' | 'outcome';
}

export interface Measured {
  readonly figures: number;
  readonly withoutValue: number;
}

export interface CycleFailure {
  readonly stage: string;
  readonly message: string;
}

export interface JudgeTask extends WindowTask {
  readonly cycle: string;
  readonly past: boolean;
  readonly collected: Collected | null;
  /** Set when collecting or measuring failed for good: recorded as `unknown: error`, never as a pass. */
  readonly failure: CycleFailure | null;
}

export interface Judged {
  readonly evaluation: number;
  readonly verdict: 'pass' | 'breach' | 'unknown';
  readonly reason: string;
  /** Figures against limits, as Markdown table rows for the UI; at most a dozen. */
  readonly lines: readonly string[];
  /** Transitions of this model that no incident has taken, or an action that waits for measured windows. */
  readonly toTell: boolean;
}

export interface TellResult {
  readonly transitions: number;
  readonly workflows: readonly string[];
}

/** What happened, as the incident hears it. */
export type IncidentItem =
  | { readonly kind: 'transitions' }
  | { readonly kind: 'action'; readonly action: string }
  | { readonly kind: 'acknowledge'; readonly by: string; readonly note?: string }
  | { readonly kind: 'silence'; readonly by: string; readonly until: string; readonly reason: string }
  | { readonly kind: 'comment'; readonly by: string; readonly text: string }
  | { readonly kind: 'close'; readonly by: string; readonly reason: string }
  | { readonly kind: 'timer'; readonly timer: IncidentTimer };

export type IncidentTimer = 'escalation' | 'acknowledgement expired' | 'silence ended';

export interface UpdateIncidentInput {
  readonly model: string;
  readonly runId: string;
  /** Wall clock of the workflow, so that a replayed step writes the same times. */
  readonly now: string;
  readonly items: readonly IncidentItem[];
}

export interface OutgoingNotification {
  readonly id: string;
  readonly channel: 'slack' | 'email';
  readonly summary: string;
}

export interface IncidentFacts {
  /** Null: nothing to tell, and nothing open. */
  readonly incident: string | null;
  readonly open: boolean;
  readonly state: 'open' | 'acknowledged' | 'resolved' | 'closed';
  readonly severity: 'info' | 'warning' | 'critical';
  readonly outgoing: readonly OutgoingNotification[];
  /** Remediation to ask for, once. */
  readonly remedy: {
    readonly kind: 'retraining' | 'rollback';
    readonly reason: string;
    readonly dataTime: string;
    readonly to: string | null;
  } | null;
  /** The next of people's timers, wall clock. */
  readonly timer: { readonly kind: IncidentTimer; readonly at: string } | null;
  /** For each item of the step, in order: why a person's request was not taken; null where it was. */
  readonly refusals: readonly (string | null)[];
  /** Markdown for the Temporal UI. */
  readonly details: string;
}

export interface DeliverInput {
  readonly notification: string;
}

export interface Delivered {
  readonly state: 'sent' | 'suppressed' | 'failed';
  readonly detail: string;
}

export interface RequestActionInput {
  readonly model: string;
  readonly kind: 'retraining' | 'rollback';
  readonly by: string;
  readonly incident: string | null;
  readonly reason: string;
  readonly dataTime: string;
  /** Version to go back to; null for a retraining, whose candidate has no name yet. */
  readonly to: string | null;
  /** A person takes responsibility for going past cool-down and budget. */
  readonly override?: boolean;
}

export interface ActionRef {
  readonly action: string;
}

export interface ActionPlan {
  readonly action: string;
  /** Set when the action cannot or may not run; it is then already recorded as refused. */
  readonly refused: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly approval: { readonly required: boolean; readonly expiresMs: number };
  readonly timeoutMs: number;
  readonly describe: string;
}

export interface TrainResult {
  readonly version: string;
  readonly rows: number;
  readonly sha256: string;
}

export interface GateResult {
  readonly promote: boolean;
  readonly reason: string;
}

export interface ApprovalQuestion {
  readonly action: string;
  readonly hash: string;
  readonly expiresAt: string;
  readonly askedOf: readonly string[];
}

export interface DecisionInput {
  readonly action: string;
  /** Chosen by the caller; the same id sent again is the same decision. */
  readonly decision: string;
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
  readonly hash: string;
  readonly note?: string;
  readonly via: string;
}

export interface DecisionOutcome {
  readonly accepted: boolean;
  readonly text: string;
  readonly verdict: 'approve' | 'reject' | null;
  readonly by: string | null;
}

export interface SwitchResult {
  readonly version: string;
  readonly generation: number;
}

export type ActionEnd = 'verified' | 'rejected' | 'refused' | 'expired' | 'withdrawn' | 'failed';

export interface FinishActionInput {
  readonly action: string;
  readonly end: ActionEnd;
  readonly outcome: string;
}

export interface VerificationState {
  readonly state: 'waiting' | 'verified' | 'failed';
  readonly text: string;
}

export interface WatchdogReport {
  readonly missed: readonly string[];
  readonly untold: number;
  readonly problems: readonly string[];
}

export interface Activities {
  planCycle(input: PlanCycleInput): Promise<CyclePlan>;
  collect(input: WindowTask): Promise<Collected>;
  measure(input: MeasureTask): Promise<Measured>;
  judgeAndRecord(input: JudgeTask): Promise<Judged>;
  tell(input: { readonly model: string }): Promise<TellResult>;

  updateIncident(input: UpdateIncidentInput): Promise<IncidentFacts>;
  deliver(input: DeliverInput): Promise<Delivered>;
  requestAction(input: RequestActionInput): Promise<{ readonly action: string | null; readonly text: string }>;

  beginAction(input: ActionRef): Promise<ActionPlan>;
  announceAction(input: ActionRef): Promise<void>;
  train(input: ActionRef): Promise<TrainResult>;
  judgeCandidate(input: ActionRef): Promise<GateResult>;
  askApproval(input: ActionRef): Promise<ApprovalQuestion>;
  recordDecision(input: DecisionInput): Promise<DecisionOutcome>;
  holdSwitch(input: ActionRef): Promise<void>;
  releaseSwitch(input: ActionRef): Promise<void>;
  switchVersion(input: ActionRef): Promise<SwitchResult>;
  switchBack(input: ActionRef): Promise<SwitchResult>;
  readBack(input: ActionRef): Promise<{ readonly version: string }>;
  storeReference(input: ActionRef): Promise<{ readonly rows: number }>;
  verifyAction(input: ActionRef): Promise<VerificationState>;
  finishAction(input: FinishActionInput): Promise<void>;

  watch(input: { readonly now: string }): Promise<WatchdogReport>;
}
