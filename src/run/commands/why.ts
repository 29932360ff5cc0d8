/** `why`: what happened in an incident, an action or a message, and why each message was sent or held back. */
import { describeTransition } from '../transition-text.js';
import {
  actionsOfIncident,
  findAction,
  findDecision,
  type StoredAction,
  type StoredDecision,
} from '../../io/mysql/actions.js';
import { transitionsOfIncident } from '../../io/mysql/alerts.js';
import { findIncident, journalOf, listIncidents, type StoredIncident } from '../../io/mysql/incidents.js';
import { findNotification, notificationsOf, type StoredNotification } from '../../io/mysql/notifications.js';
import { select, text as cellText, type Queryable } from '../../io/mysql/rows.js';
import type { CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { blocks, instantText, isoOrNull, section, type Answer } from '../output.js';
import { actionTimes, incidentData } from './standing.js';

const NOTIFICATION_HEAD = ['message', 'kind', 'event', 'state', 'why', 'attempts', 'sent', 'error'];

const notificationRow = (one: StoredNotification): (string | number | null)[] => [
  one.id,
  one.kind,
  one.event.kind,
  one.state,
  one.why,
  one.attempts,
  instantText(one.sentAt),
  one.error,
];

const notificationData = (one: StoredNotification): object => ({
  ...one,
  createdAt: isoOrNull(one.createdAt),
  sentAt: isoOrNull(one.sentAt),
});

interface WholeAction {
  readonly action: StoredAction;
  readonly decision: StoredDecision | null;
  readonly requests: readonly { readonly requester: string; readonly reason: string }[];
}

async function wholeAction(db: Queryable, action: StoredAction): Promise<WholeAction> {
  const rows = await select(db, 'SELECT requester, reason FROM action_requests WHERE action = ? ORDER BY id', [
    action.id,
  ]);
  return {
    action,
    decision: await findDecision(db, action.id),
    requests: rows.map((row) => ({ requester: cellText(row, 'requester'), reason: cellText(row, 'reason') })),
  };
}

const actionData = ({ action, decision, requests }: WholeAction): object => ({
  ...actionTimes(action),
  requests,
  decision: decision === null ? null : { ...decision, at: isoOrNull(decision.at) },
});

function decisionWords(decision: StoredDecision | null): string | null {
  if (decision === null) return null;
  const note = decision.note === null ? '' : `: ${decision.note}`;
  return `${decision.verdict} by ${decision.by} at ${instantText(decision.at) ?? ''} (${decision.via})${note}`;
}

function actionText(whole: WholeAction): string {
  const { action, decision, requests } = whole;
  const versions = `${action.from ?? '?'} → ${action.to ?? 'a new version'}`;
  return [
    `${action.id}: ${action.kind} of ${action.model}, ${versions}, ${action.state}`,
    ...requests.map(({ requester, reason }) => `  asked by ${requester}: ${reason}`),
    `  decision: ${decisionWords(decision) ?? (action.state === 'waiting' ? `awaited until ${instantText(action.expiresAt) ?? '?'}` : 'none')}`,
    ...(action.result.gate === undefined ? [] : [`  gate: ${action.result.gate.verdict}: ${action.result.gate.text}`]),
    ...(action.outcome === null ? [] : [`  outcome: ${action.outcome}`]),
  ].join('\n');
}

function incidentHead(incident: StoredIncident): string {
  const window =
    incident.windowFrom === null ? '' : `, since the window that begins ${instantText(incident.windowFrom) ?? ''}`;
  const acknowledged = incident.acknowledgedBy === null ? '' : `, acknowledged by ${incident.acknowledgedBy}`;
  const ended =
    incident.closedAt === null ? '' : `, ended ${instantText(incident.closedAt) ?? ''}: ${incident.closedReason ?? ''}`;
  return `${incident.id}: ${incident.kind} of ${incident.model}, ${incident.state}, ${incident.severity}\nopened ${instantText(incident.openedAt) ?? ''}${window}${acknowledged}${ended}`;
}

async function whyIncident(db: Queryable, incident: StoredIncident): Promise<Answer> {
  const transitions = await transitionsOfIncident(db, incident.id);
  const notifications = await notificationsOf(db, incident.id);
  const journal = await journalOf(db, incident.id);
  const actions: WholeAction[] = [];
  for (const action of await actionsOfIncident(db, incident.id)) actions.push(await wholeAction(db, action));
  const text = blocks(
    incidentHead(incident),
    section(
      'What the rules said',
      ['rule', 'step', 'severity', 'window', 'what'],
      transitions.map((one) => describeTransition(one)),
    ),
    section('Messages', NOTIFICATION_HEAD, notifications.map(notificationRow)),
    section(
      'Journal',
      ['at', 'who', 'what', 'text'],
      journal.map(({ at, actor, kind, text: words }) => [instantText(at), actor, kind, words]),
    ),
    ...actions.map(actionText),
  );
  const data = {
    incident: incidentData(incident),
    transitions: transitions.map(({ createdAt, toldAt, ...one }) => ({
      ...one,
      createdAt: isoOrNull(createdAt),
      toldAt: isoOrNull(toldAt),
    })),
    notifications: notifications.map(notificationData),
    journal: journal.map((one) => ({ ...one, at: isoOrNull(one.at) })),
    actions: actions.map(actionData),
  };
  return { data, text };
}

function whyNotification(notification: StoredNotification): Answer {
  const { id, incident, channel, event, state, why, attempts, error } = notification;
  const lines = [
    `${id}: ${event.kind}, by ${channel}, for incident ${incident}`,
    `${state}${notification.sentAt === null ? '' : ` at ${instantText(notification.sentAt) ?? ''}`}, ${String(attempts)} attempt${attempts === 1 ? '' : 's'}`,
    `why: ${why}`,
    ...(error === null ? [] : [`error: ${error}`]),
  ];
  return { data: notificationData(notification), text: lines.join('\n') };
}

async function why(context: CommandContext, id: string): Promise<Answer> {
  const { pool } = await context.database();
  const incident = await findIncident(pool, id);
  if (incident !== null) return whyIncident(pool, incident);
  const notification = await findNotification(pool, id);
  if (notification !== null) return whyNotification(notification);
  const action = await findAction(pool, id);
  if (action !== null) {
    const whole = await wholeAction(pool, action);
    return { data: actionData(whole), text: actionText(whole) };
  }
  const known = (await listIncidents(pool, null, 5)).map((one) => one.id);
  const cure = known.length === 0 ? 'there are no incidents yet' : `newest incidents: ${known.join(', ')}`;
  throw wrongUse(`there is no incident, message or action "${id}"`, cure);
}

export function addWhyCommand({ command, act }: CommandSet): void {
  command('why', 'an incident, a message or an action: what happened, who was told, and why')
    .argument('<id>', 'id of an incident, a message or an action')
    .action(act(why));
}
