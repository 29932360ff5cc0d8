/** What people tell an incident (acknowledge, silence, comment, close) and what their timers do to it. */
import { advance, type AlertEvent } from '../../src/alerts/state-machine.js';
import { openAction } from '../../src/io/mysql/actions.js';
import {
  insertTransition,
  loadAlerts,
  receiptTransition,
  saveAlert,
  untoldTransitions,
} from '../../src/io/mysql/alerts.js';
import { audit } from '../../src/io/mysql/audit.js';
import { changeIncident, insertNote, insertSilence } from '../../src/io/mysql/incidents.js';
import { change } from '../../src/io/mysql/rows.js';
import type { IncidentItem } from '../contract.js';
import { refresh, type Step } from './step.js';

/** Applies a person's event to every alert of the incident; their transitions are told by the step itself. */
async function advanceAll(step: Step, incident: string, event: AlertEvent): Promise<number> {
  let moved = 0;
  for (const alert of await loadAlerts(step.db, step.model)) {
    if (alert.incident !== incident) continue;
    const result = advance(alert.state, event);
    if (result.transition === null) continue;
    moved += 1;
    await saveAlert(step.db, alert, result.state, step.now);
    await insertTransition(step.db, alert, null, result.transition, step.now);
  }
  for (const one of await untoldTransitions(step.db, step.model)) {
    if (one.evaluation === null) await receiptTransition(step.db, one.id, incident, step.now);
  }
  return moved;
}

export async function acknowledge(step: Step, by: string, note: string | undefined): Promise<void> {
  const { incident, now } = step;
  if (incident === null) {
    refuse(step, 'nothing is open that could be acknowledged');
    return;
  }
  // The step was committed and is repeated: its answer was lost, not its effect.
  if (incident.acknowledgedBy === by && incident.acknowledgedAt === now) return;
  if (incident.state === 'acknowledged') {
    refuse(step, `${incident.acknowledgedBy ?? 'somebody'} has acknowledged it already`);
    return;
  }
  await advanceAll(step, incident.id, { kind: 'acknowledge', by });
  const until = now + step.definition.notify.acknowledgeForMs;
  await changeIncident(step.db, incident.id, {
    state: 'acknowledged',
    acknowledgedBy: by,
    acknowledgedAt: now,
    acknowledgedUntil: until,
  });
  await insertNote(step.db, incident.id, 'acknowledged', by, note ?? 'acknowledged', now);
  step.events.push({
    event: { kind: 'acknowledged', by, until: new Date(until).toISOString() },
    why: `acknowledged by ${by}`,
    muted: null,
  });
  await refresh(step);
}

function refuse(step: Step, reason: string): void {
  step.refusal = reason;
}

export async function silence(step: Step, item: Extract<IncidentItem, { kind: 'silence' }>): Promise<void> {
  const { incident, now } = step;
  if (incident === null) {
    refuse(step, 'nothing is open that could be silenced');
    return;
  }
  const { by, until, reason } = item;
  if (!(await insertNote(step.db, incident.id, 'silenced', by, `until ${until}: ${reason}`, now))) return;
  await insertSilence(step.db, step.model, incident.id, { by, reason, until: Date.parse(until) }, now);
  step.events.push({ event: { kind: 'silenced', by, until, reason }, why: `silenced by ${by}`, muted: null });
}

export async function comment(step: Step, by: string, text: string): Promise<void> {
  if (step.incident === null) {
    refuse(step, 'nothing is open that could be commented on');
    return;
  }
  if (!(await insertNote(step.db, step.incident.id, 'comment', by, text, step.now))) return;
  step.events.push({ event: { kind: 'comment', by, text }, why: `comment by ${by}`, muted: null });
}

export async function closeAsFalseAlarm(step: Step, by: string, reason: string): Promise<void> {
  const { incident, db, now } = step;
  if (incident === null) {
    refuse(step, 'nothing is open that could be closed');
    return;
  }
  const acting = (await openAction(db, step.model, 'rollback')) ?? (await openAction(db, step.model, 'retraining'));
  if (acting !== null) {
    refuse(step, `${acting.id} is under way (${acting.state}); reject it or let it end first`);
    return;
  }
  await advanceAll(step, incident.id, { kind: 'retire', reason: `false alarm: ${reason}` });
  await changeIncident(db, incident.id, {
    state: 'closed',
    open: false,
    closedAt: now,
    closedReason: `false alarm, says ${by}: ${reason}`,
  });
  await insertNote(db, incident.id, 'closed', by, reason, now);
  await audit(db, {
    at: now,
    actor: by,
    via: 'incident',
    what: 'close',
    model: step.model,
    subject: incident.id,
    outcome: 'done',
    reason,
  });
  step.events.push({ event: { kind: 'closed', by, reason }, why: `closed by ${by}`, muted: null });
  await refresh(step);
}

export async function timer(step: Step, kind: Extract<IncidentItem, { kind: 'timer' }>['timer']): Promise<void> {
  const { incident, now, db } = step;
  if (incident?.closedAt !== null) return;
  const { escalation } = step.definition.notify;
  switch (kind) {
    case 'escalation': {
      if (escalation === undefined || incident.state !== 'open' || incident.escalatedAt !== null) return;
      await changeIncident(db, incident.id, { escalatedAt: now });
      const event = { kind: 'escalated', mention: escalation.mention, afterMs: escalation.afterMs } as const;
      step.events.push({ event, why: 'not acknowledged in time', muted: null });
      break;
    }
    case 'acknowledgement expired':
      await advanceAll(step, incident.id, { kind: 'acknowledgement expired' });
      await changeIncident(db, incident.id, { state: 'open', acknowledgedBy: null, acknowledgedUntil: null });
      step.events.push({ event: { kind: 'repeated' }, why: 'the acknowledgement has expired', muted: null });
      break;
    case 'silence ended':
      await change(db, 'UPDATE silences SET ended_at = ? WHERE model = ? AND ended_at IS NULL AND until <= ?', [
        new Date(now),
        step.model,
        new Date(now),
      ]);
      step.events.push({
        event: { kind: 'silence ended' },
        why: 'still firing at the end of the silence',
        muted: null,
      });
      break;
  }
  await refresh(step);
}
