/**
 * Delivers one notification: intent row → (look whether an earlier attempt got through) → send → receipt. What the
 * message says is rendered here, from the present state, so that a retry hours later does not tell old news.
 */
import { ApplicationFailure } from '@temporalio/activity';
import { emailIds, renderEmail } from '../../src/alerts/email-body.js';
import { renderSlackReplacement, renderSlackReply, renderSlackRoot } from '../../src/alerts/slack-blocks.js';
import type { IncidentView } from '../../src/alerts/incident-view.js';
import { createEmail } from '../../src/io/email.js';
import { faultOf, type Fault } from '../../src/io/faults.js';
import { currentDefinition } from '../../src/io/mysql/definitions.js';
import { findIncident } from '../../src/io/mysql/incidents.js';
import {
  findNotification,
  hasNewerEdit,
  markNotification,
  markSending,
  sentRoot,
  type StoredNotification,
} from '../../src/io/mysql/notifications.js';
import { createSlack, type SlackPort } from '../../src/io/slack.js';
import type { EmailRoute, SlackRoute } from '../../src/model/definition.js';
import type { Delivered, DeliverInput } from '../contract.js';
import type { Deps } from '../deps.js';
import { buildIncidentView } from './build-view.js';

type Receipt = Readonly<Record<string, string>>;

/** Codes by which Slack says that the first message cannot be edited any more. */
const UNEDITABLE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found']);

/** An earlier attempt may have got through: only then is it worth looking. */
const mayExist = (notification: StoredNotification): boolean =>
  notification.state === 'sending' || notification.state === 'unknown';

async function postOnce(
  slack: SlackPort,
  deps: Deps,
  notification: StoredNotification,
  post: Parameters<SlackPort['post']>[0],
): Promise<Receipt> {
  if (mayExist(notification)) {
    const found = await slack.findByKey({
      channel: post.channel,
      key: post.key,
      since: notification.createdAt,
      ...(post.threadTs === undefined ? {} : { threadTs: post.threadTs }),
    });
    if (found !== null) return { ...found };
  }
  await markSending(deps.database.pool, notification.id, Date.now());
  return { ...(await slack.post(post)) };
}

/** Edits the first message; when a person deleted it, a new one takes its place. */
async function editRoot(
  slack: SlackPort,
  deps: Deps,
  notification: StoredNotification,
  view: IncidentView,
  route: SlackRoute,
): Promise<Receipt> {
  const root = await sentRoot(deps.database.pool, notification.incident, 'slack');
  const [channel, ts] = [root?.receipt?.['channel'], root?.receipt?.['ts']];
  if (root !== null && channel !== undefined && ts !== undefined) {
    try {
      return { ...(await slack.update({ ...renderSlackRoot(view), channel, ts, key: root.id })) };
    } catch (error) {
      const fault = faultOf(error);
      if (!UNEDITABLE.has(fault.code ?? '')) throw error;
    }
  }
  const why = root === null ? 'the first message did not arrive' : 'the earlier message cannot be edited';
  const message = root === null ? renderSlackRoot(view) : renderSlackReplacement(view, why);
  const receipt = await postOnce(slack, deps, notification, {
    ...message,
    channel: route.channel,
    key: notification.id,
  });
  if (root !== null) {
    // Later edits and replies belong to the new message.
    await markNotification(
      deps.database.pool,
      root.id,
      { state: 'sent', receipt: { ...receipt, replaced: ts ?? '' } },
      Date.now(),
    );
  }
  return receipt;
}

async function sendSlack(
  deps: Deps,
  notification: StoredNotification,
  view: IncidentView,
  route: SlackRoute,
): Promise<Receipt> {
  const slack = createSlack({
    token: deps.resolveSecret(route.token),
    ...(deps.slackApiUrl === null ? {} : { apiUrl: deps.slackApiUrl }),
  });
  const { id: key } = notification;
  const { channel } = route;
  switch (notification.kind) {
    case 'root':
      return postOnce(slack, deps, notification, { ...renderSlackRoot(view), channel, key });
    case 'edit':
      return editRoot(slack, deps, notification, view, route);
    case 'reply': {
      const root = await sentRoot(deps.database.pool, notification.incident, 'slack');
      const threadTs = root?.receipt?.['ts'];
      const reply = renderSlackReply(notification.event, view);
      return postOnce(slack, deps, notification, {
        ...reply,
        key,
        channel: root?.receipt?.['channel'] ?? channel,
        ...(threadTs === undefined ? {} : { threadTs, broadcast: reply.broadcast }),
      });
    }
  }
}

async function sendEmail(
  deps: Deps,
  notification: StoredNotification,
  view: IncidentView,
  route: EmailRoute,
): Promise<Receipt> {
  const email = createEmail({ smtpUrl: deps.resolveSecret(route.smtp) });
  const ids = emailIds(notification.id, notification.incident, route.from);
  await markSending(deps.database.pool, notification.id, Date.now());
  const receipt = await email.send({
    ...renderEmail(notification.event, view),
    from: route.from,
    to: route.to,
    messageId: ids.messageId,
    ...(notification.kind === 'root' ? {} : { inReplyTo: ids.threadId }),
    references: [ids.threadId],
    listId: view.model,
  });
  return { messageId: receipt.messageId, rejected: receipt.rejected.join(', ') };
}

/** What Temporal shall do about a fault: try again, wait as told, or stop. */
function failureOf(fault: Fault): ApplicationFailure {
  const { message } = fault;
  switch (fault.kind) {
    case 'not sent, wait':
      return ApplicationFailure.create({ message, type: 'RateLimited', nextRetryDelay: fault.retryAfterMs ?? 30_000 });
    case 'not sent, retry':
      return ApplicationFailure.create({ message, type: 'NotSent' });
    case 'unknown':
      return ApplicationFailure.create({
        message,
        type: 'OutcomeUnknown',
        ...(fault.retryAfterMs === undefined ? {} : { nextRetryDelay: fault.retryAfterMs }),
      });
    case 'never':
      return ApplicationFailure.create({ message, type: 'Refused', nonRetryable: true });
  }
}

const STATE_AFTER = {
  'not sent, retry': 'intended',
  'not sent, wait': 'intended',
  unknown: 'unknown',
  never: 'failed',
} as const;

export function createDeliver(deps: Deps): (input: DeliverInput) => Promise<Delivered> {
  const { pool } = deps.database;
  return async ({ notification: id }) => {
    const notification = await findNotification(pool, id);
    if (notification === null) throw ApplicationFailure.nonRetryable(`there is no notification ${id}`, 'Unknown');
    if (notification.state === 'sent') return { state: 'sent', detail: 'sent before' };
    if (notification.state === 'suppressed') return { state: 'suppressed', detail: notification.why };
    if (notification.kind === 'edit' && (await hasNewerEdit(pool, notification))) {
      await markNotification(pool, id, { state: 'suppressed', why: 'a newer edit follows' }, Date.now());
      return { state: 'suppressed', detail: 'a newer edit follows' };
    }
    const incident = await findIncident(pool, notification.incident);
    if (incident === null)
      throw ApplicationFailure.nonRetryable(`there is no incident ${notification.incident}`, 'Unknown');
    const stored = await currentDefinition(pool, incident.model);
    const routes = stored?.definition.notify;
    const now = Date.now();
    try {
      const view = await buildIncidentView(pool, deps, incident, now);
      let receipt: Receipt | null = null;
      if (notification.channel === 'slack' && routes?.slack !== undefined)
        receipt = await sendSlack(deps, notification, view, routes.slack);
      if (notification.channel === 'email' && routes?.email !== undefined)
        receipt = await sendEmail(deps, notification, view, routes.email);
      if (receipt === null) {
        await markNotification(
          pool,
          id,
          { state: 'suppressed', why: `the definition no longer has ${notification.channel}` },
          now,
        );
        return { state: 'suppressed', detail: 'no such route' };
      }
      await markNotification(pool, id, { state: 'sent', receipt }, Date.now());
      return { state: 'sent', detail: notification.why };
    } catch (error) {
      const fault = faultOf(error);
      await markNotification(pool, id, { state: STATE_AFTER[fault.kind], error: fault.message }, Date.now());
      throw failureOf(fault);
    }
  };
}
