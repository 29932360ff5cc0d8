/**
 * One step of an incident: takes what has happened (transitions, people's words, actions, timers), writes the facts and
 * the notifications that tell them in one transaction, and says what comes next. Repeating a step changes nothing that
 * the first attempt has committed: transitions have receipts, and people's words carry into the same rows.
 */
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { compareSeverity, isOpen, type AlertState } from '../../src/alerts/alert.js';
import { listActions } from '../../src/io/mysql/actions.js';
import {
  linkAlert,
  loadAlerts,
  receiptTransition,
  untoldTransitions,
  type StoredAlert,
  type StoredTransition,
} from '../../src/io/mysql/alerts.js';
import { currentDefinition, lockModel } from '../../src/io/mysql/definitions.js';
import { activeSilence, changeIncident, openIncident } from '../../src/io/mysql/incidents.js';
import { hasRoot } from '../../src/io/mysql/notifications.js';
import { inTransaction } from '../../src/io/mysql/pool.js';
import { PLATFORM_RULES } from '../../src/rules/platform-rules.js';
import type { IncidentFacts, IncidentItem, UpdateIncidentInput } from '../contract.js';
import type { Deps } from '../deps.js';
import { takeAction } from './action-events.js';
import { buildIncidentView } from './build-view.js';
import { incidentDetails } from './incident-details.js';
import { mutedBy } from './muting.js';
import { outgoingNotifications, writeNotifications } from './outbox.js';
import { acknowledge, closeAsFalseAlarm, comment, silence, timer } from './people.js';
import { askedRemedy } from './remedy.js';
import { ensureIncident, refresh, worst, type Step } from './step.js';

const opens = ({ transition }: StoredTransition): boolean => transition.to === 'firing';

async function takeTransitions(step: Step): Promise<void> {
  const untold = await untoldTransitions(step.db, step.model);
  if (untold.length === 0) return;
  const firing = untold.filter(opens);
  const before = step.incident?.severity ?? null;
  const [cause] = firing;
  if (cause !== undefined) {
    const platform = firing.every(({ rule }) => PLATFORM_RULES.some(({ id }) => id === rule));
    const severity = worst(firing.map(({ transition }) => transition.severity));
    const how = await ensureIncident(step, platform ? 'platform' : 'breach', severity, cause);
    const muted = await mutedBy(step, firing);
    if (how === 'opened') step.events.push({ event: { kind: 'opened' }, why: 'first breach', muted });
    if (how === 'reopened') step.events.push({ event: { kind: 'reopened' }, why: 'breached again', muted });
    if (how === 'joined' && before !== null && compareSeverity(severity, before) > 0) {
      step.events.push({
        event: { kind: 'severity raised', from: before, to: severity },
        why: 'severity raised',
        muted,
      });
    }
    const highest = worst([severity, ...(before === null ? [] : [before])]);
    // A new breach withdraws the acknowledgement of the old one.
    if (step.incident !== null) {
      await changeIncident(step.db, step.incident.id, {
        severity: highest,
        state: 'open',
        acknowledgedBy: null,
        acknowledgedUntil: null,
      });
    }
  }
  for (const one of untold) {
    const incident = step.incident?.id ?? (await alertOf(step, one))?.incident ?? null;
    // A transition of an incident that people closed has nobody left to tell; its receipt names that incident.
    await receiptTransition(step.db, one.id, incident ?? `${step.model}-none`, step.now);
    if (incident !== null && opens(one)) await linkAlert(step.db, one, incident);
  }
  await refresh(step);
}

async function alertOf(step: Step, key: { rule: string; segment: string }): Promise<StoredAlert | undefined> {
  return (await loadAlerts(step.db, step.model)).find((one) => one.rule === key.rule && one.segment === key.segment);
}

async function take(step: Step, item: IncidentItem): Promise<void> {
  switch (item.kind) {
    case 'transitions':
      return takeTransitions(step);
    case 'action':
      return takeAction(step, item.action);
    case 'acknowledge':
      return acknowledge(step, item.by, item.note);
    case 'silence':
      return silence(step, item);
    case 'comment':
      return comment(step, item.by, item.text);
    case 'close':
      return closeAsFalseAlarm(step, item.by, item.reason);
    case 'timer':
      return timer(step, item.timer);
  }
}

/** Over when no alert of it is open and no action of it is under way. */
async function resolveIfOver(step: Step): Promise<void> {
  const { incident, db, now } = step;
  if (incident?.closedAt !== null) return;
  const alerts = (await loadAlerts(db, step.model)).filter((alert) => alert.incident === incident.id);
  if (alerts.some((alert) => isOpen(alert.state))) return;
  const actions = await listActions(db, step.model, 20);
  if (actions.some((action) => action.open && action.incident === incident.id)) return;
  await changeIncident(db, incident.id, {
    state: 'resolved',
    open: false,
    closedAt: now,
    closedReason: 'everything that fired is within its limits again',
  });
  step.events.push({ event: { kind: 'resolved' }, why: 'all alerts are resolved', muted: null });
  await refresh(step);
}

interface Timer {
  readonly kind: 'escalation' | 'acknowledgement expired' | 'silence ended';
  readonly at: number;
}

async function nextTimer(step: Step): Promise<Timer | null> {
  const { incident, definition } = step;
  if (incident?.closedAt !== null) return null;
  const timers: Timer[] = [];
  const { escalation } = definition.notify;
  if (
    escalation !== undefined &&
    incident.severity === 'critical' &&
    incident.state === 'open' &&
    incident.escalatedAt === null
  ) {
    timers.push({ kind: 'escalation', at: incident.openedAt + escalation.afterMs });
  }
  if (incident.acknowledgedUntil !== null)
    timers.push({ kind: 'acknowledgement expired', at: incident.acknowledgedUntil });
  const muted = await activeSilence(step.db, step.model, step.now);
  if (muted !== null) timers.push({ kind: 'silence ended', at: muted.until });
  return timers.sort((a, b) => a.at - b.at)[0] ?? null;
}

/** A first message that was muted is told once nothing mutes it any more and the trouble is still there. */
async function retellMuted(step: Step): Promise<void> {
  const { incident } = step;
  if (incident?.closedAt !== null || step.events.length > 0) return;
  const silenced = await activeSilence(step.db, step.model, step.now);
  if (silenced !== null || (await hasRoot(step.db, incident.id, 'slack'))) return;
  step.events.push({ event: { kind: 'opened' }, why: 'nothing mutes it any more', muted: null });
}

function alertSnapshot(alerts: readonly StoredAlert[]): string {
  return JSON.stringify(alerts.map(({ rule, segment, state }): [string, string, AlertState] => [rule, segment, state]));
}

async function performStep(deps: Deps, input: UpdateIncidentInput, db: PoolConnection): Promise<IncidentFacts> {
  const { model, runId } = input;
  await lockModel(db, model);
  const stored = await currentDefinition(db, model);
  if (stored === null) throw new Error(`model ${model} has no definition`);
  const now = Date.parse(input.now);
  const step: Step = {
    db,
    definition: stored.definition,
    model,
    runId,
    now,
    incident: await openIncident(db, model),
    events: [],
    refusal: null,
  };
  const snapshot = alertSnapshot(await loadAlerts(db, model));
  const refusals: (string | null)[] = [];
  for (const item of input.items) {
    step.refusal = null;
    await take(step, item);
    refusals.push(step.refusal);
  }
  await resolveIfOver(step);
  await retellMuted(step);
  const { incident } = step;
  if (incident === null) {
    return {
      incident: null,
      open: false,
      state: 'closed',
      severity: 'info',
      outgoing: [],
      remedy: null,
      timer: null,
      refusals,
      details: 'Nothing is open.',
    };
  }
  const looked = input.items.some(({ kind }) => kind === 'transitions');
  const changed = step.events.length > 0 || looked || snapshot !== alertSnapshot(await loadAlerts(db, model));
  if (changed) await writeNotifications(db, incident.id, stored.definition.notify, step.events, now);
  const open = incident.closedAt === null;
  const remedy = open ? await askedRemedy(db, stored.definition) : null;
  const next = await nextTimer(step);
  const view = await buildIncidentView(db, deps, incident, now);
  return {
    incident: incident.id,
    open,
    state: incident.state,
    severity: incident.severity,
    // All that wait, not only the new ones: an earlier attempt of this step may have committed without its answer.
    outgoing: await outgoingNotifications(db, incident.id),
    remedy: remedy === null ? null : { ...remedy, dataTime: new Date(remedy.dataTime).toISOString() },
    timer: next === null ? null : { kind: next.kind, at: new Date(next.at).toISOString() },
    refusals,
    details: incidentDetails(view),
  };
}

export function createUpdateIncident(deps: Deps): (input: UpdateIncidentInput) => Promise<IncidentFacts> {
  return (input) => inTransaction(deps.database.pool, (db) => performStep(deps, input, db));
}
