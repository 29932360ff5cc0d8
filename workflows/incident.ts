/**
 * One trouble of one model, from the first telling to the end: the only writer of its messages, and the holder of
 * people's timers. Facts stand in MySQL; this execution decides *when* something happens, never *what is true*.
 */
import * as wf from '@temporalio/workflow';
import type { Activities, IncidentFacts, IncidentItem, OutgoingNotification } from '../activities/contract.js';
import { NOTIFY, PERSIST, SIGNAL } from './activity-options.js';
import { rootMessage } from './failure-message.js';
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

/** A silence longer than this outlives its reason. */
const LONGEST_SILENCE_MS = 30 * 86_400_000;
/** History is cut by continue-as-new after this many rounds; each costs about a dozen events. */
const ROUNDS_PER_RUN = 500;

const invalid = (message: string): wf.ApplicationFailure =>
  wf.ApplicationFailure.create({ message, type: 'InvalidRequest', nonRetryable: true });

function requireText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value.trim() === '') throw invalid(`${name} is required`);
}

function checkSilence(silence: { by: string; until: string; reason: string }): void {
  requireText('by', silence.by);
  requireText('reason', silence.reason);
  const until = Date.parse(silence.until);
  if (Number.isNaN(until)) throw invalid(`until must be a time such as 2026-01-31T08:00:00Z, not "${silence.until}"`);
  if (until <= Date.now()) throw invalid('until lies in the past');
  if (until > Date.now() + LONGEST_SILENCE_MS) throw invalid('a silence lasts at most 30 days; it can be renewed');
}

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

class Incident {
  private readonly inbox: IncidentItem[] = [];
  private readonly lanes = { slack: new Lane(), email: new Lane() };
  private facts: IncidentFacts | null = null;
  private readonly model: string;

  constructor(model: string) {
    this.model = model;
  }

  registerHandlers(): void {
    wf.setHandler(transitionsSignal, () => void this.inbox.push({ kind: 'transitions' }), {
      description: 'The model has transitions that no incident has taken: {model}',
    });
    wf.setHandler(actionChangedSignal, ({ action }) => void this.inbox.push({ kind: 'action', action }), {
      description: 'A retraining or rollback changed its state: {action}',
    });
    wf.setHandler(acknowledgeSignal, (m) => void this.inbox.push({ kind: 'acknowledge', ...m }), {
      description: 'I have seen it and am on it: {by, note}',
    });
    wf.setHandler(silenceSignal, (m) => void this.inbox.push({ kind: 'silence', ...m }), {
      description: 'Mute the messages until a time: {by, until, reason}',
    });
    wf.setHandler(commentSignal, (m) => void this.inbox.push({ kind: 'comment', ...m }), {
      description: 'Write into the thread: {by, text}',
    });
    wf.setHandler(closeSignal, (m) => void this.inbox.push({ kind: 'close', ...m }), {
      description: 'Close as a false alarm: {by, reason}',
    });
    wf.setHandler(acknowledgeUpdate, (m) => this.take({ kind: 'acknowledge', ...m }), {
      validator: (m: Acknowledge) => {
        this.requireOpen();
        requireText('by', m.by);
      },
      description: 'As the signal acknowledge, and answers: {by, note}',
    });
    wf.setHandler(silenceUpdate, (m) => this.take({ kind: 'silence', ...m }), {
      validator: (m: Silence) => {
        this.requireOpen();
        checkSilence(m);
      },
      description: 'As the signal silence, and answers: {by, until, reason}',
    });
    wf.setHandler(commentUpdate, (m) => this.take({ kind: 'comment', ...m }), {
      validator: (m: Comment) => {
        requireText('by', m.by);
        requireText('text', m.text);
      },
      description: 'As the signal comment, and answers: {by, text}',
    });
    wf.setHandler(closeUpdate, (m) => this.take({ kind: 'close', ...m }), {
      validator: (m: Close) => {
        this.requireOpen();
        requireText('by', m.by);
        requireText('reason', m.reason);
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

  private requireOpen(): void {
    if (this.facts !== null && !this.facts.open) throw invalid(`the incident is ${this.facts.state} already`);
  }

  private async take(item: IncidentItem): Promise<string> {
    this.inbox.push(item);
    await wf.condition(() => !this.inbox.includes(item) && !this.stepping);
    const refusal = this.facts?.refusal ?? null;
    if (refusal !== null) throw invalid(refusal);
    return this.status();
  }

  private stepping = false;

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
    this.stepping = true;
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
    this.stepping = false;
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
