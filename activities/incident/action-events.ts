/** An action changed its state: which incident it belongs to, and what people hear of it. */
import { findAction, changeAction, findDecision, type StoredAction } from '../../src/io/mysql/actions.js';
import { insertNote, journalOf } from '../../src/io/mysql/incidents.js';
import type { IncidentEvent } from '../../src/alerts/incident-view.js';
import { ensureIncident, refresh, type Step } from './step.js';

const FINISHED = new Set(['verified', 'refused', 'withdrawn', 'failed', 'rejected']);

async function eventOf(step: Step, action: StoredAction): Promise<IncidentEvent | null> {
  if (action.state === 'waiting') return { kind: 'action asked', action: action.id };
  if (action.state === 'expired')
    return { kind: 'escalated', mention: step.definition.notify.escalation?.mention ?? '' };
  if (FINISHED.has(action.state)) return { kind: 'action finished', action: action.id };
  if (action.state === 'verifying' || action.state === 'approved') {
    const decision = await findDecision(step.db, action.id);
    return { kind: 'action decided', action: action.id, ...(decision?.note == null ? {} : { reason: decision.note }) };
  }
  return null;
}

/** Told once for each state; the signal may come again. */
export async function takeAction(step: Step, id: string): Promise<void> {
  const action = await findAction(step.db, id);
  if (action === null) return;
  if (action.incident === null || step.incident === null) {
    const how = await ensureIncident(step, 'manual', 'info', null);
    if (how === 'opened')
      step.events.push({
        event: { kind: 'opened' },
        why: `${action.kind} asked for by ${action.requestedBy}`,
        muted: null,
      });
  }
  if (step.incident !== null && action.incident !== step.incident.id) {
    await changeAction(step.db, id, { incident: step.incident.id }, step.now);
  }
  if (step.incident === null) return;
  const journal = await journalOf(step.db, step.incident.id);
  const kind = `action ${action.state}`;
  if (journal.some((entry) => entry.actor === id && entry.kind === kind)) return;
  await insertNote(step.db, step.incident.id, kind, id, action.outcome ?? action.reason, step.now);
  const event = await eventOf(step, action);
  if (event !== null) step.events.push({ event, why: `${id} is ${action.state}`, muted: null });
  await refresh(step);
}
