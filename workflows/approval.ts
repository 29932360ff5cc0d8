/**
 * Waiting for a person: the question, the validator, the two ways in (update and signal), expiry. Shared by everything
 * that acts. Who may decide, and who was first, is settled in MySQL by `recordDecision`.
 */
import * as wf from '@temporalio/workflow';
import type { Activities, ApprovalQuestion, DecisionOutcome } from '../activities/contract.js';
import { PERSIST } from './activity-options.js';
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
  private question: ApprovalQuestion | null = null;
  private outcome: ApprovalEnd | null = null;
  private readonly signalled: Decide[] = [];

  registerHandlers(): void {
    wf.setHandler(decideSignal, (decision) => void this.signalled.push(decision), {
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
      ({ reason }) => {
        this.outcome ??= { end: 'withdrawn', reason };
      },
      { description: 'Take the question back: {reason}' },
    );
  }

  get withdrawn(): string | null {
    return this.outcome?.end === 'withdrawn' ? this.outcome.reason : null;
  }

  /** Asks and waits, as long as the question is open; returns how it ended. */
  async wait(question: ApprovalQuestion): Promise<ApprovalEnd> {
    this.question = question;
    while (this.outcome === null) {
      const left = Date.parse(question.expiresAt) - Date.now();
      if (left <= 0) {
        this.outcome = { end: 'expired' };
        break;
      }
      await wf.condition(() => this.outcome !== null || this.signalled.length > 0, left, {
        summary: `Wait for ${question.askedOf.join(' or ')}`,
      });
      for (let next = this.signalled.shift(); next !== undefined; next = this.signalled.shift()) {
        await this.settle(next);
      }
    }
    this.question = null;
    await wf.condition(wf.allHandlersFinished);
    return this.outcome;
  }

  /** Synchronous, as the SDK requires; whether the person may decide is checked in MySQL afterwards. */
  private check(decision: Decide): void {
    if (this.question === null) throw refusal('no decision is awaited here now');
    if (decision.action !== this.question.action) {
      throw refusal(`${decision.action} does not wait for a decision; ${this.question.action} does`);
    }
    if (decision.hash !== this.question.hash) {
      throw refusal('what is to be approved has changed since it was shown; look at it again');
    }
    if (typeof decision.by !== 'string' || decision.by.trim() === '') throw refusal('by is required');
    if (typeof decision.decision !== 'string' || decision.decision === '')
      throw refusal('decision (an id) is required');
    if (!['approve', 'reject'].includes(decision.verdict)) throw refusal('verdict must be "approve" or "reject"');
  }

  private async answer(decision: Decide): Promise<string> {
    const outcome = await this.settle(decision);
    if (!outcome.accepted) throw refusal(outcome.text);
    return outcome.text;
  }

  /** A signal's faults are found here too: MySQL audits every refusal, and the first valid decision is final. */
  private async settle(decision: Decide): Promise<DecisionOutcome> {
    const outcome = await record.recordDecision.executeWithOptions(
      { summary: `Decision of ${decision.by}: ${decision.verdict}` },
      [
        {
          action: decision.action,
          decision: decision.decision,
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
