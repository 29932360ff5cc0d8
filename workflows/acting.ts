/** What retraining and rollback share: taking requests one at a time, telling the incident, asking, ending. */
import * as wf from '@temporalio/workflow';
import type { ActionEnd, ActionPlan, Activities } from '../activities/contract.js';
import { PERSIST, SIGNAL } from './activity-options.js';
import { Approval } from './approval.js';
import { rootMessage } from './failure-message.js';
import { requestSignal, statusQuery } from './messages.js';

const record = wf.proxyActivities<Activities>(PERSIST);
const signalling = wf.proxyActivities<Activities>(SIGNAL);

/** Ends an action early: the reason goes to the people who asked. */
export class Ended extends Error {
  readonly end: ActionEnd;

  constructor(end: ActionEnd, reason: string) {
    super(reason);
    this.end = end;
  }
}

export class Acting {
  private readonly requests: string[] = [];
  private readonly approval = new Approval();
  private state = 'waiting for a request';

  registerHandlers(): void {
    wf.setHandler(
      requestSignal,
      (asked: { readonly action: string } | undefined) => {
        // A signal may hold anything; an empty one asks for nothing.
        if (typeof asked?.action === 'string' && !this.requests.includes(asked.action))
          this.requests.push(asked.action);
      },
      { description: 'See this action through: {action}' },
    );
    wf.setHandler(statusQuery, () => this.state, { description: 'Where it stands, in one sentence' });
    this.approval.registerHandlers();
  }

  say(state: string): void {
    this.state = state;
    wf.setCurrentDetails(state);
  }

  async announce(action: string): Promise<void> {
    await signalling.announceAction.executeWithOptions({ summary: 'Tell the incident' }, [{ action }]);
  }

  /** Asks the people who may decide, if the definition wants it; throws `Ended` unless they approve. */
  async requireApproval(plan: ActionPlan): Promise<void> {
    if (!plan.approval.required) return;
    const question = await this.approval.ask(() =>
      record.askApproval.executeWithOptions({ summary: 'Ask for approval' }, [{ action: plan.action }]),
    );
    this.say(
      `**${plan.describe}**\n\nWaits for approval by ${question.askedOf.join(', ')} until ${question.expiresAt}.`,
    );
    await this.announce(plan.action);
    const answer = await this.approval.wait(question);
    switch (answer.end) {
      case 'approved':
        this.say(`**${plan.describe}**\n\nApproved by ${answer.by}.`);
        return;
      case 'rejected':
        throw new Ended('rejected', `rejected by ${answer.by}`);
      case 'expired':
        throw new Ended('expired', `nobody decided before ${question.expiresAt}; nothing was changed`);
      case 'withdrawn':
        throw new Ended('withdrawn', answer.reason);
    }
  }

  /** Sees every requested action through, in order; ends when none is left. */
  async run(perform: (plan: ActionPlan) => Promise<string>): Promise<string> {
    await wf.condition(() => this.requests.length > 0);
    let last = '';
    for (let action = this.requests[0]; action !== undefined; action = this.requests[0]) {
      last = await this.perform(action, perform);
      this.requests.shift();
      await wf.condition(wf.allHandlersFinished);
    }
    return last;
  }

  /** An action that is not there, or not any more as it was asked for, ends nothing but itself. */
  private async begin(action: string): Promise<ActionPlan | string> {
    try {
      return await record.beginAction.executeWithOptions({ summary: `Begin ${action}` }, [{ action }]);
    } catch (error) {
      if (wf.isCancellation(error)) throw error;
      const why = `${action} cannot be begun: ${rootMessage(error)}`;
      this.say(why);
      return why;
    }
  }

  private async perform(action: string, perform: (plan: ActionPlan) => Promise<string>): Promise<string> {
    this.approval.reset();
    const plan = await this.begin(action);
    if (typeof plan === 'string') return plan;
    if (plan.refused !== null) {
      this.say(`${action} was refused: ${plan.refused}`);
      await this.announce(action);
      return plan.refused;
    }
    let end: ActionEnd = 'verified';
    let outcome: string;
    try {
      this.say(`**${plan.describe}**`);
      outcome = await perform(plan);
    } catch (error) {
      if (error instanceof Ended) {
        end = error.end;
        outcome = error.message;
      } else {
        end = 'failed';
        outcome = rootMessage(error);
      }
    }
    await wf.CancellationScope.nonCancellable(async () => {
      await record.finishAction.executeWithOptions({ summary: `End ${action}: ${end}` }, [{ action, end, outcome }]);
      this.say(`**${plan.describe}**\n\n${end}: ${outcome}`);
      await this.announce(action);
    });
    return `${end}: ${outcome}`;
  }
}
