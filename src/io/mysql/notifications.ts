/** Notifications: the intent is written before anything is sent, the receipt after; between the two, we must look. */
import type { IncidentEvent } from '../../alerts/incident-view.js';
import {
  change,
  instant,
  instantOrNull,
  integer,
  json,
  select,
  text,
  textOrNull,
  type Queryable,
  type Row,
} from './rows.js';

export type Channel = 'slack' | 'email';
export type NotificationKind = 'root' | 'edit' | 'reply';
export type NotificationState = 'intended' | 'sending' | 'sent' | 'unknown' | 'failed' | 'suppressed';

export interface StoredNotification {
  readonly id: string;
  readonly incident: string;
  readonly channel: Channel;
  readonly step: number;
  readonly kind: NotificationKind;
  /** Why it was sent, or by what it was muted. */
  readonly why: string;
  readonly event: IncidentEvent;
  readonly state: NotificationState;
  readonly attempts: number;
  readonly receipt: Readonly<Record<string, string>> | null;
  readonly error: string | null;
  readonly createdAt: number;
  readonly sentAt: number | null;
}

function asNotification(row: Row): StoredNotification {
  return {
    id: text(row, 'id'),
    incident: text(row, 'incident'),
    channel: text(row, 'channel') as Channel,
    step: integer(row, 'step'),
    kind: text(row, 'kind') as NotificationKind,
    why: text(row, 'why'),
    event: json(row, 'event') as IncidentEvent,
    state: text(row, 'state') as NotificationState,
    attempts: integer(row, 'attempts'),
    receipt: textOrNull(row, 'receipt') === null ? null : (json(row, 'receipt') as Record<string, string>),
    error: textOrNull(row, 'error'),
    createdAt: instant(row, 'created_at'),
    sentAt: instantOrNull(row, 'sent_at'),
  };
}

export interface NewNotification {
  readonly id: string;
  readonly incident: string;
  readonly channel: Channel;
  readonly step: number;
  readonly kind: NotificationKind;
  readonly why: string;
  readonly event: IncidentEvent;
  readonly suppressed: boolean;
  readonly now: number;
}

export async function insertNotification(db: Queryable, notification: NewNotification): Promise<void> {
  await change(
    db,
    `INSERT INTO notifications (id, incident, channel, step, kind, why, event, state, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      notification.id,
      notification.incident,
      notification.channel,
      notification.step,
      notification.kind,
      notification.why.slice(0, 300),
      JSON.stringify(notification.event),
      notification.suppressed ? 'suppressed' : 'intended',
      new Date(notification.now),
      new Date(notification.now),
    ],
  );
}

export async function findNotification(db: Queryable, id: string): Promise<StoredNotification | null> {
  const [row] = await select(db, 'SELECT * FROM notifications WHERE id = ?', [id]);
  return row === undefined ? null : asNotification(row);
}

export async function notificationsOf(db: Queryable, incident: string): Promise<readonly StoredNotification[]> {
  const rows = await select(db, 'SELECT * FROM notifications WHERE incident = ? ORDER BY step, channel', [incident]);
  return rows.map(asNotification);
}

/** The message that edits and replies refer to: the newest first message that was sent. */
export async function sentRoot(db: Queryable, incident: string, channel: Channel): Promise<StoredNotification | null> {
  const [row] = await select(
    db,
    "SELECT * FROM notifications WHERE incident = ? AND channel = ? AND kind = 'root' AND state = 'sent' ORDER BY step DESC LIMIT 1",
    [incident, channel],
  );
  return row === undefined ? null : asNotification(row);
}

/** A first message was written down, whether it has been sent or not; muted ones do not count. */
export async function hasRoot(db: Queryable, incident: string, channel: Channel): Promise<boolean> {
  const rows = await select(
    db,
    "SELECT 1 FROM notifications WHERE incident = ? AND channel = ? AND kind = 'root' AND state <> 'suppressed' LIMIT 1",
    [incident, channel],
  );
  return rows.length > 0;
}

export async function hasNewerEdit(db: Queryable, notification: StoredNotification): Promise<boolean> {
  const rows = await select(
    db,
    "SELECT 1 FROM notifications WHERE incident = ? AND channel = ? AND kind = 'edit' AND step > ? AND state = 'intended' LIMIT 1",
    [notification.incident, notification.channel, notification.step],
  );
  return rows.length > 0;
}

/** Before the channel is called: from here on the message may exist. */
export async function markSending(db: Queryable, id: string, now: number): Promise<void> {
  await change(db, "UPDATE notifications SET state = 'sending', attempts = attempts + 1, updated_at = ? WHERE id = ?", [
    new Date(now),
    id,
  ]);
}

export interface NotificationEnd {
  readonly state: Exclude<NotificationState, 'sending'>;
  readonly receipt?: Readonly<Record<string, string>>;
  readonly error?: string;
  readonly why?: string;
}

export async function markNotification(db: Queryable, id: string, end: NotificationEnd, now: number): Promise<void> {
  await change(
    db,
    `UPDATE notifications SET state = ?, receipt = COALESCE(?, receipt), error = ?, why = COALESCE(?, why),
       sent_at = COALESCE(sent_at, ?), updated_at = ? WHERE id = ?`,
    [
      end.state,
      end.receipt === undefined ? null : JSON.stringify(end.receipt),
      end.error?.slice(0, 500) ?? null,
      end.why?.slice(0, 300) ?? null,
      end.state === 'sent' ? new Date(now) : null,
      new Date(now),
      id,
    ],
  );
}

/** Written down but never delivered, for longer than a healthy channel takes. */
export async function undelivered(db: Queryable, before: number): Promise<readonly StoredNotification[]> {
  const rows = await select(
    db,
    "SELECT * FROM notifications WHERE state IN ('intended', 'sending', 'unknown', 'failed') AND created_at < ? ORDER BY created_at LIMIT 100",
    [new Date(before)],
  );
  return rows.map(asNotification);
}
