/**
 * One trouble of one model, from the first telling to the end: the only writer of its messages, and the holder of
 * people's timers. Facts stand in MySQL; this execution decides *when* something happens, never *what is true*.
 */
import * as wf from '@temporalio/workflow';
import type { Activities, IncidentFacts, IncidentItem, OutgoingNotification } from '../activities/contract.js';
import { NOTIFY, PERSIST, SIGNAL } from './activity-options.js';
import { rootMessage } from './failure-message.js';
import { checkWord, invalid } from './incident-words.js';
import {
  acknowledgeSignal,
  acknowledgeUpdate,
  actionChangedSignal,
  closeSignal,
  closeUpdate,
  commentSignal,
  commentUpdate,
  silenceSignal,
  silenceUpdate,
  statusQuery,
  transitionsSignal,
  type Acknowledge,
  type Close,
  type Comment,
  type Silence,
} from './messages.js';
import { INCIDENT_STATE_KEY, SEVERITY_KEY } from './search-attributes.js';
import { upgrading } from './versioning.js';

const record = wf.proxyActivities<Activities>(PERSIST);
const notifying = wf.proxyActivities<Activities>(NOTIFY);
const signalling = wf.proxyActivities<Activities>(SIGNAL);

export interface IncidentInput {
  readonly model: string;
}

/** History is cut by continue-as-new after this many rounds; each costs about a dozen events. */
const ROUNDS_PER_RUN = 500;

/** Sends one channel's notifications one after the other, so that an old text never overwrites a newer one. */
class Lane {
  private readonly queue: OutgoingNotification[] = [];
  /** Taken in this run; a step names what waits, also what it has named before. */
  private readonly taken = new Set<string>();
  private busy = false;

  get idle(): boolean {
    return !this.busy && this.queue.length === 0;
  }

  push(notification: OutgoingNotification): void {
    if (this.taken.has(notification.id)) return;
    this.taken.add(notification.id);
    this.queue.push(notification);
    if (this.busy) return;
    this.drain().catch((error: unknown) => {
      wf.log.error('a lane of notifications stopped', { reason: rootMessage(error) });
    });
  }

  private async drain(): Promise<void> {
    this.busy = true;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      try {
        await notifying.deliver.executeWithOptions({ summary: next.summary }, [{ notification: next.id }]);
      } catch (error) {
        // The row stays undelivered and is listed by `why` and the watchdog; the incident goes on.
        wf.log.error('notification given up', { notification: next.id, reason: rootMessage(error) });
      }
    }
    this.busy = false;
  }
}

/** What a caller waits for: whether its item was taken, and where the incident then stood. */
interface AwaitedItem {
  readonly item: IncidentItem;
  taken: boolean;
  refusal: string | null;
  status: string;
}

class Incident {
  private readonly inbox: IncidentItem[] = [];
  private readonly lanes = { slack: new Lane(), email: new Lane() };
  private awaited: AwaitedItem[] = [];
  private facts: IncidentFacts | null = null;
  private readonly model: string;

  constructor(model: string) {
    this.model = model;
  }

  registerHandlers(): void {
    wf.setHandler(transitionsSignal, () => void this.inbox.push({ kind: 'transitions' }), {
      description: 'The model has transitions that no incident has taken: {model}',
    });
    // The kind comes last: nothing in a message may change what it is.
    wf.setHandler(actionChangedSignal, (m) => this.hear({ ...m, kind: 'action' }), {
      description: 'A retraining or rollback changed its state: {action}',
    });
    wf.setHandler(acknowledgeSignal, (m) => this.hear({ ...m, kind: 'acknowledge' }), {
      description: 'I have seen it and am on it: {by, note}',
    });
    wf.setHandler(silenceSignal, (m) => this.hear({ ...m, kind: 'silence' }), {
      description: 'Mute the messages until a time: {by, until, reason}',
    });
    wf.setHandler(commentSignal, (m) => this.hear({ ...m, kind: 'comment' }), {
      description: 'Write into the thread: {by, text}',
    });
    wf.setHandler(closeSignal, (m) => this.hear({ ...m, kind: 'close' }), {
      description: 'Close as a false alarm: {by, reason}',
    });
    wf.setHandler(acknowledgeUpdate, (m) => this.take({ ...m, kind: 'acknowledge' }), {
      validator: (m: Acknowledge) => {
        this.check({ ...m, kind: 'acknowledge' });
      },
      description: 'As the signal acknowledge, and answers: {by, note}',
    });
    wf.setHandler(silenceUpdate, (m) => this.take({ ...m, kind: 'silence' }), {
      validator: (m: Silence) => {
        this.check({ ...m, kind: 'silence' });
      },
      description: 'As the signal silence, and answers: {by, until, reason}',
    });
    wf.setHandler(commentUpdate, (m) => this.take({ ...m, kind: 'comment' }), {
      validator: (m: Comment) => {
        this.check({ ...m, kind: 'comment' });
      },
      description: 'As the signal comment, and answers: {by, text}',
    });
    wf.setHandler(closeUpdate, (m) => this.take({ ...m, kind: 'close' }), {
      validator: (m: Close) => {
        this.check({ ...m, kind: 'close' });
      },
      description: 'As the signal close, and answers: {by, reason}',
    });
    wf.setHandler(statusQuery, () => this.status(), { description: 'Where the incident stands, in one sentence' });
  }

  async run(input: IncidentInput): Promise<string> {
    for (let round = 0; round < ROUNDS_PER_RUN; round += 1) {
      await this.awaitWork();
      if (this.inbox.length > 0) await this.step();
      if (this.finished()) {
        await wf.condition(wf.allHandlersFinished);
        if (this.finished()) return this.status();
      }
    }
    await wf.condition(() => this.lanes.slack.idle && this.lanes.email.idle);
    await wf.condition(wf.allHandlersFinished);
    return wf.continueAsNew<(next: IncidentInput) => Promise<string>>(input);
  }

  private check(item: IncidentItem): void {
    if (item.kind !== 'comment' && this.facts !== null && !this.facts.open) {
      throw invalid(`the incident is ${this.facts.state} already`);
    }
    checkWord(item);
  }

  /** A signal has nobody to refuse it to; what makes no sense is dropped, so that it stops nothing else. */
  private hear(item: IncidentItem): void {
    try {
      checkWord(item);
      this.inbox.push(item);
    } catch (error) {
      wf.log.warn('signal dropped', { kind: item.kind, reason: rootMessage(error) });
    }
  }

  private async take(item: IncidentItem): Promise<string> {
    const answer: AwaitedItem = { item, taken: false, refusal: null, status: '' };
    this.awaited.push(answer);
    this.inbox.push(item);
    await wf.condition(() => answer.taken);
    if (answer.refusal !== null) throw invalid(answer.refusal);
    return answer.status;
  }

  /** Gives each awaited item its own answer: of two who acknowledge at once, one is refused and one is not. */
  private answer(items: readonly IncidentItem[], facts: IncidentFacts): void {
    for (const one of this.awaited) {
      const at = items.indexOf(one.item);
      if (at === -1) continue;
      one.taken = true;
      one.refusal = facts.refusals[at] ?? null;
      one.status = this.status();
    }
    this.awaited = this.awaited.filter(({ taken }) => !taken);
  }

  /** Waits for a message, for the next of people's timers, or for the last delivery before the end. */
  private async awaitWork(): Promise<void> {
    const timer = this.facts?.timer ?? null;
    const ready = (): boolean => this.inbox.length > 0 || this.finished();
    if (timer === null) {
      // The first round of a run (also after continue-as-new) looks at the facts without being asked.
      if (this.facts === null && this.inbox.length === 0) this.inbox.push({ kind: 'transitions' });
      await wf.condition(ready);
      return;
    }
    const left = Date.parse(timer.at) - Date.now();
    const woken = left > 0 && (await wf.condition(ready, left, { summary: `Wait until: ${timer.kind}` }));
    if (!woken) this.inbox.push({ kind: 'timer', timer: timer.kind });
  }

  private async step(): Promise<void> {
    const items = this.inbox.splice(0);
    const facts = await record.updateIncident.executeWithOptions({ summary: 'Bring the incident up to date' }, [
      { model: this.model, runId: wf.workflowInfo().firstExecutionRunId, now: new Date().toISOString(), items },
    ]);
    this.facts = facts;
    for (const notification of facts.outgoing) this.lanes[notification.channel].push(notification);
    if (facts.incident !== null) {
      wf.upsertSearchAttributes([
        { key: INCIDENT_STATE_KEY, value: facts.state },
        { key: SEVERITY_KEY, value: facts.severity },
      ]);
      wf.setCurrentDetails(facts.details);
    }
    if (facts.remedy !== null) {
      const { kind, reason, dataTime, to } = facts.remedy;
      await signalling.requestAction.executeWithOptions({ summary: `Ask for a ${kind}` }, [
        { model: this.model, kind, by: 'plumbline', incident: facts.incident, reason, dataTime, to },
      ]);
    }
    this.answer(items, facts);
  }

  private finished(): boolean {
    return (
      this.facts !== null &&
      !this.facts.open &&
      this.inbox.length === 0 &&
      this.lanes.slack.idle &&
      this.lanes.email.idle
    );
  }

  private status(): string {
    if (this.facts?.incident == null) return `nothing is open for ${this.model}`;
    return `${this.facts.incident} is ${this.facts.state} (${this.facts.severity})`;
  }
}

/** Lives while something is open; an incident started with nothing new ends silently. */
export async function incident(input: IncidentInput): Promise<string> {
  const current = new Incident(input.model);
  current.registerHandlers();
  return current.run(input);
}

wf.setWorkflowOptions(upgrading, incident);
