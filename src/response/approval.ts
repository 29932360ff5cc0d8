/** Approvals: is this decision, by this person, on this action, valid now? The activity that asks then writes the answer. */

export type DecisionKind = 'approve' | 'reject';

/** What is approved, all of it: a decision is bound to these, and to nothing that changes later. */
export interface ApprovalSubject {
  readonly action: string;
  readonly kind: string;
  readonly model: string;
  /** Version that serves when asked, and the one that would. */
  readonly from: string;
  readonly to: string;
  /** Generation of the serving row: a switch in between makes the question stale. */
  readonly generation: number;
  readonly definitionRevision: number;
  readonly incident: string | null;
}

/**
 * The text whose SHA-256 is shown with the question and sent back with the answer. Its form is fixed: a list in this
 * order, so that no two subjects share a text and none depends on the order of an object's keys.
 */
export function approvalText(subject: ApprovalSubject): string {
  return JSON.stringify([
    'plumbline approval 1',
    subject.action,
    subject.kind,
    subject.model,
    subject.from,
    subject.to,
    subject.generation,
    subject.definitionRevision,
    subject.incident,
  ]);
}

/** The action as it stands when the decision is judged. */
export interface DecidableAction {
  readonly id: string;
  /** Only an action that waits for approval can be decided. */
  readonly state: string;
  readonly hash: string;
  readonly approvers: readonly string[];
  /** Milliseconds since the epoch; the question is closed from this instant on. */
  readonly expiresAt: number;
  /** The final decision, if there is one. */
  readonly decided?: { readonly decisionId: string; readonly decision: DecisionKind; readonly by: string };
}

export interface ProposedDecision {
  readonly decisionId: string;
  readonly action: string;
  readonly decision: DecisionKind;
  readonly by: string;
  readonly hash: string;
}

export type RefusalReason =
  'unknown action' | 'already decided' | 'not waiting' | 'expired' | 'not allowed' | 'changed since shown' | 'no name';

export type DecisionVerdict =
  | { readonly outcome: 'accepted' }
  /** The same decision came twice (an update and then a signal): the first stands, and the sender is told so. */
  | { readonly outcome: 'repeated'; readonly text: string }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason; readonly text: string };

const WAITING_FOR_APPROVAL = 'waiting';

/**
 * @param action as stored, or undefined where no action has this id.
 * @param now milliseconds since the epoch, from the activity: people's timers run by the wall clock.
 */
export function judgeDecision(
  action: DecidableAction | undefined,
  proposed: ProposedDecision,
  now: number,
): DecisionVerdict {
  const refuse = (reason: RefusalReason, text: string): DecisionVerdict => ({ outcome: 'refused', reason, text });
  if (action === undefined) return refuse('unknown action', `There is no action ${proposed.action}.`);
  const { decided } = action;
  if (decided !== undefined) {
    const what = decided.decision === 'approve' ? 'approved' : 'rejected';
    return decided.decisionId === proposed.decisionId
      ? {
          outcome: 'repeated',
          text: `Action ${action.id} was already ${what} by ${decided.by} with this very decision.`,
        }
      : refuse(
          'already decided',
          `Action ${action.id} was already ${what} by ${decided.by}; the first decision stands.`,
        );
  }
  if (proposed.by.trim() === '') return refuse('no name', 'A decision needs the name of the person who decides.');
  if (now >= action.expiresAt) {
    return refuse('expired', `The question expired at ${new Date(action.expiresAt).toISOString()}; nothing was done.`);
  }
  if (action.state !== WAITING_FOR_APPROVAL) {
    return refuse('not waiting', `Action ${action.id} is ${action.state}; it does not wait for approval.`);
  }
  if (!action.approvers.includes(proposed.by)) {
    const list = action.approvers.length === 0 ? 'nobody is listed' : action.approvers.join(', ');
    return refuse('not allowed', `${proposed.by} may not decide on action ${action.id}; approvers: ${list}.`);
  }
  if (proposed.hash !== action.hash) {
    return refuse(
      'changed since shown',
      `What was shown (${shortened(proposed.hash)}) is not what action ${action.id} would do now (${shortened(action.hash)}); look again.`,
    );
  }
  return { outcome: 'accepted' };
}

function shortened(hash: string): string {
  return hash === '' ? 'no hash' : hash.slice(0, 12);
}
