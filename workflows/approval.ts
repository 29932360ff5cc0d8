/**
 * Waiting for a person: the question, the validator, the two ways in (update and signal), expiry. Shared by everything
 * that acts. Who may decide, and who was first, is settled in MySQL by `recordDecision`.
 */
import * as wf from '@temporalio/workflow';
import type { Activities, ApprovalQuestion, DecisionOutcome } from '../activities/contract.js';
import { PERSIST } from './activity-options.js';
import { rootMessage } from './failure-message.js';
import { approveUpdate, decideSignal, withdrawSignal, type Decide } from './messages.js';

const record = wf.proxyActivities<Activities>(PERSIST);

export type ApprovalEnd =
  | { readonly end: 'approved'; readonly by: string }
  | { readonly end: 'rejected'; readonly by: string }
  | { readonly end: 'expired' }
  | { readonly end: 'withdrawn'; readonly reason: string };

const refusal = (message: string): wf.ApplicationFailure =>
  wf.ApplicationFailure.create({ message, type: 'DecisionRefused', nonRetryable: true });

export class Approval {
  /** Of the action that is under way, also after it was answered: latecomers are told who was first. */
  private question: ApprovalQuestion | null = null;
  private outcome: ApprovalEnd | null = null;
  /** The question stands in MySQL, perhaps, and its answer has not come here yet. */
  private asking = false;

  registerHandlers(): void {
    wf.setHandler(decideSignal, (decision) => this.hear(decision), {
      description: 'Approve or reject: {action, decision, verdict: "approve" or "reject", by, hash, note}',
    });
    wf.setHandler(approveUpdate, (decision) => this.answer(decision), {
      validator: (decision: Decide) => {
        this.check(decision);
      },
      description: 'As the signal decide, and answers: {action, decision, verdict, by, hash, note}',
    });
    wf.setHandler(
      withdrawSignal,
      (said: { readonly reason: string } | undefined) => {
        this.outcome ??= { end: 'withdrawn', reason: said?.reason ?? 'withdrawn' };
      },
      { description: 'Take the question back: {reason}' },
    );
  }

  /** Before an action begins: what was said of the one before holds for that one only. */
  reset(): void {
    this.outcome = null;
    this.question = null;
  }

  /** Decisions that come while the question is being asked wait for it. */
  async ask(asked: () => Promise<ApprovalQuestion>): Promise<ApprovalQuestion> {
    this.asking = true;
    try {
      this.question = await asked();
      return this.question;
    } finally {
      this.asking = false;
    }
  }

  /** Waits, as long as the question is open; returns how it ended. */
  async wait(question: ApprovalQuestion): Promise<ApprovalEnd> {
    const left = Date.parse(question.expiresAt) - Date.now();
    const open = (): boolean => this.outcome === null;
    const summary = `Wait for ${question.askedOf.join(' or ')}`;
    const answered = !open() || (left > 0 && (await wf.condition(() => !open(), left, { summary })));
    if (!answered) {
      // A decision that MySQL is judging right now may have been in time.
      await wf.condition(wf.allHandlersFinished);
    }
    return (this.outcome ??= { end: 'expired' });
  }

  /** Synchronous, as the SDK requires; whether the person may decide is checked in MySQL afterwards. */
  private check(decision: Decide): void {
    if (typeof decision.by !== 'string' || decision.by.trim() === '') throw refusal('by is required');
    if (typeof decision.decision !== 'string' || decision.decision === '')
      throw refusal('decision (an id) is required');
    if (!['approve', 'reject'].includes(decision.verdict)) throw refusal('verdict must be "approve" or "reject"');
    if (!this.asking) this.checkQuestion(decision);
  }

  private checkQuestion(decision: Decide): void {
    if (this.question === null) throw refusal('no decision is awaited here now');
    if (decision.action !== this.question.action) {
      throw refusal(`${decision.action} does not wait for a decision; ${this.question.action} does`);
    }
    if (decision.hash !== this.question.hash) {
      throw refusal('what is to be approved has changed since it was shown; look at it again');
    }
  }

  private async answer(decision: Decide): Promise<string> {
    await wf.condition(() => !this.asking);
    this.checkQuestion(decision);
    const outcome = await this.settle(decision);
    if (!outcome.accepted) throw refusal(outcome.text);
    return outcome.text;
  }

  /** A signal has nobody to refuse it to: its faults are found in MySQL and audited, and it stops nothing. */
  private async hear(decision: Decide | undefined): Promise<void> {
    await wf.condition(() => !this.asking);
    try {
      if (typeof decision !== 'object') throw refusal('a decision is an object');
      await this.settle(decision);
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      wf.log.warn('decision ignored', { reason: rootMessage(error) });
    }
  }

  /** Who may decide, and who was first, is settled in MySQL: the first valid decision is final. */
  private async settle(decision: Decide): Promise<DecisionOutcome> {
    const outcome = await record.recordDecision.executeWithOptions(
      { summary: `Decision of ${decision.by}: ${decision.verdict}` },
      [
        {
          action: decision.action,
          // Left out in a form of the Temporal UI; the activity then makes one.
          decision: (decision as Partial<Decide>).decision ?? '',
          verdict: decision.verdict,
          by: decision.by,
          hash: decision.hash,
          via: decision.via ?? 'signal',
          ...(decision.note === undefined ? {} : { note: decision.note }),
        },
      ],
    );
    if (outcome.verdict !== null && outcome.by !== null && decision.action === this.question?.action) {
      this.outcome ??= { end: outcome.verdict === 'approve' ? 'approved' : 'rejected', by: outcome.by };
    }
    return outcome;
  }
}
