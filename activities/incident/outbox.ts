/** Writes notifications beside the facts they tell, in the same transaction: who is told, why, or by what it is muted. */
import type { IncidentEvent } from '../../src/alerts/incident-view.js';
import { takeStep } from '../../src/io/mysql/incidents.js';
import {
  hasRoot,
  insertNotification,
  notificationsOf,
  type Channel,
  type NotificationKind,
} from '../../src/io/mysql/notifications.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import type { NotifyDefinition } from '../../src/model/definition.js';
import { notificationId } from '../../src/model/ids.js';
import type { OutgoingNotification } from '../contract.js';

export interface ToldEvent {
  readonly event: IncidentEvent;
  readonly why: string;
  /** The reason to mute it; null lets it out. */
  readonly muted: string | null;
}

/** Steps that a mail is worth; everything else is seen by who opens Slack or the dashboard. */
const MAILED: ReadonlySet<IncidentEvent['kind']> = new Set([
  'opened',
  'reopened',
  'severity raised',
  'escalated',
  'repeated',
  'resolved',
  'closed',
  'action asked',
  'action finished',
]);

/** Steps that the first message shows by being edited; a reply would say nothing more. */
const EDIT_ONLY: ReadonlySet<IncidentEvent['kind']> = new Set(['opened']);

interface Draft {
  readonly channel: Channel;
  readonly kind: NotificationKind;
  readonly told: ToldEvent;
}

async function slackDrafts(db: Queryable, incident: string, told: readonly ToldEvent[]): Promise<Draft[]> {
  const rooted = await hasRoot(db, incident, 'slack');
  if (!rooted) {
    const [first, ...rest] = told;
    if (first === undefined) return [];
    const root: Draft = { channel: 'slack', kind: 'root', told: first };
    // While the first message is muted there is no thread to reply in.
    return first.muted === null
      ? [root, ...rest.map((one): Draft => ({ channel: 'slack', kind: 'reply', told: one }))]
      : [root];
  }
  const edit: Draft = {
    channel: 'slack',
    kind: 'edit',
    told: { event: { kind: 'opened' }, why: told.map(({ why }) => why).join('; ') || 'values changed', muted: null },
  };
  const replies = told
    .filter(({ event }) => !EDIT_ONLY.has(event.kind))
    .map((one): Draft => ({ channel: 'slack', kind: 'reply', told: one }));
  return [edit, ...replies];
}

async function emailDrafts(db: Queryable, incident: string, told: readonly ToldEvent[]): Promise<Draft[]> {
  let rooted = await hasRoot(db, incident, 'email');
  return told
    .filter(({ event }) => MAILED.has(event.kind))
    .map((one): Draft => {
      const kind = rooted ? 'reply' : 'root';
      if (one.muted === null) rooted = true;
      return { channel: 'email', kind, told: one };
    });
}

/** Notifications that nobody has begun to deliver, in order. */
export async function outgoingNotifications(db: Queryable, incident: string): Promise<readonly OutgoingNotification[]> {
  const all = await notificationsOf(db, incident);
  return all
    .filter(({ state, attempts }) => state === 'intended' && attempts === 0)
    .map(({ id, channel, kind, event }) => ({
      id,
      channel,
      summary: `${channel === 'slack' ? 'Slack' : 'E-mail'} ${kind}: ${event.kind}`,
    }));
}

/** Writes the notifications of one step of an incident. */
export async function writeNotifications(
  db: Queryable,
  incident: string,
  routes: NotifyDefinition,
  told: readonly ToldEvent[],
  now: number,
): Promise<void> {
  const drafts = [
    ...(routes.slack === undefined ? [] : await slackDrafts(db, incident, told)),
    ...(routes.email === undefined ? [] : await emailDrafts(db, incident, told)),
  ];
  for (const { channel, kind, told: one } of drafts) {
    const step = await takeStep(db, incident);
    const id = notificationId(incident, channel, step);
    const suppressed = one.muted !== null;
    const why = one.muted ?? one.why;
    await insertNotification(db, { id, incident, channel, step, kind, why, event: one.event, suppressed, now });
  }
}
