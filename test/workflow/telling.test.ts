import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { notificationsOf, type StoredNotification } from '../../src/io/mysql/notifications.js';
import type { StoredSlackMessage } from '../../src/run/loopback/slack-store.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { eventually } from '../support/poll.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

// Faults strike the next call, whoever makes it: these tests run one after the other.
afterEach(() => {
  stage.slack.clearFaults();
  stage.mails.clearFaults();
});

const rootsOf = (model: WatchedModel): readonly StoredSlackMessage[] =>
  stage.slack.messages().filter(({ threadTs, text }) => threadTs === undefined && text.includes(model.id));

async function notifications(model: WatchedModel): Promise<readonly StoredNotification[]> {
  const [incident] = await listIncidents(stage.database.pool, model.id, 1);
  return incident === undefined ? [] : notificationsOf(stage.database.pool, incident.id);
}

const sent = (model: WatchedModel): Promise<StoredNotification> =>
  eventually('the first message is sent', async () =>
    (await notifications(model)).find(
      ({ kind, channel, state }) => kind === 'root' && channel === 'slack' && state === 'sent',
    ),
  );

describe('Slack in trouble delays no cycle, and no message is lost or doubled', () => {
  const cases = [
    // The first retry comes after two seconds.
    { title: 'down before it took the message', fault: { mode: 'error before' }, attempts: 2 },
    { title: 'down after it took the message', fault: { mode: 'error after' }, attempts: 1 },
    { title: 'connection cut after it took the message', fault: { mode: 'drop after' }, attempts: 1 },
    { title: 'rate limit', fault: { mode: 'rate limited', retryAfterSeconds: 1 }, attempts: 2 },
    { title: 'a page of somebody else', fault: { mode: 'page' }, attempts: 2 },
  ] as const;
  for (const { title, fault, attempts } of cases) {
    it(title, async () => {
      const model = await watchModel(stage, 'slack-trouble');
      stage.slack.fault({ method: 'chat.postMessage', ...fault });
      const before = stage.slack.requests().length;
      expect((await model.live(0, { good: false })).verdict).toBe('breach');
      // The cycle is over; the message is not there, or nobody knows that it is.
      expect((await notifications(model)).filter(({ state }) => state === 'sent')).toEqual([]);
      const told = await sent(model);
      expect(rootsOf(model)).toHaveLength(1);
      expect(rootsOf(model)[0]?.metadata?.event_payload).toMatchObject({ key: told.id });
      const posts = stage.slack
        .requests()
        .slice(before)
        .filter(({ method }) => method === 'chat.postMessage');
      expect(posts).toHaveLength(attempts);
      await settle(stage, model);
    });
  }

  it('waits as long as Slack asks for', async () => {
    const model = await watchModel(stage, 'retry-after');
    stage.slack.fault({ method: 'chat.postMessage', mode: 'rate limited', retryAfterSeconds: 3 });
    await model.live(0, { good: false });
    await sent(model);
    const posts = stage.slack
      .requests()
      .filter(({ method }) => method === 'chat.postMessage')
      .slice(-2);
    const [limited, taken] = posts.map(({ at }) => Date.parse(at));
    expect((taken ?? 0) - (limited ?? 0)).toBeGreaterThanOrEqual(3_000);
    await settle(stage, model);
  });

  it('a channel that does not exist is told nobody for ever: it is given up, and the incident goes on', async () => {
    const model = await watchModel(stage, 'no-channel', {
      notify: {
        slack: { channel: '#ml-alerts' },
        email: { to: ['a@example.org'], from: 'plumbline@example.org', smtp: 'env:PLUMBLINE_SMTP_URL' },
      },
    });
    stage.slack.fault({ method: 'chat.postMessage', mode: 'refuse', error: 'channel_not_found' });
    await model.live(0, { good: false });
    await settle(stage, model);
    const rows = await notifications(model);
    expect(rows.find(({ channel }) => channel === 'slack')).toMatchObject({
      state: 'failed',
      attempts: 1,
      error: expect.stringContaining('channel_not_found') as string,
    });
    expect(rows.find(({ channel }) => channel === 'email')?.state).toBe('sent');
    await model.live(1);
    await settle(stage, model);
    expect(await listIncidents(stage.database.pool, model.id, 1)).toMatchObject([{ state: 'resolved' }]);
  });
});

describe('what is told', () => {
  it('a message that a person deleted is written anew, and its thread goes on there', async () => {
    const model = await watchModel(stage, 'deleted');
    await model.live(0, { good: false });
    await settle(stage, model);
    const [first] = rootsOf(model);
    stage.slack.remove(first?.channel ?? '', first?.ts ?? '');
    await model.live(1, { good: false });
    await settle(stage, model);
    const [, second, ...others] = rootsOf(model);
    expect(others).toEqual([]);
    expect(second?.deleted).toBe(false);
    await model.live(2);
    await settle(stage, model);
    const replies = stage.slack.messages().filter(({ threadTs }) => threadTs === second?.ts);
    expect(replies).toHaveLength(1);
    expect(rootsOf(model)).toHaveLength(2);
  });

  it('mails thread under the first one, and greylisting only delays them', async () => {
    const model = await watchModel(stage, 'mails', {
      notify: { email: { to: ['a@example.org'], from: 'plumbline@example.org' } },
    });
    stage.mails.fault('greylist');
    await model.live(0, { good: false });
    const root = await eventually('the first mail', () =>
      stage.mails.mails().find(({ raw }) => raw.includes(model.id)),
    );
    await settle(stage, model);
    await model.live(1);
    await settle(stage, model);
    const mails = stage.mails.mails().filter(({ raw }) => raw.includes(model.id));
    expect(mails).toHaveLength(2);
    const header = (raw: string | undefined, name: string): string | undefined =>
      new RegExp(`^${name}: (<.*>)`, 'im').exec(raw ?? '')?.[1];
    expect(header(mails[1]?.raw, 'In-Reply-To')).toBe(header(root.raw, 'References'));
    expect(header(mails[1]?.raw, 'References')).toBe(header(root.raw, 'References'));
    expect(header(mails[1]?.raw, 'Message-ID')).not.toBe(header(root.raw, 'Message-ID'));
    expect(mails.map(({ to }) => to)).toEqual([['a@example.org'], ['a@example.org']]);
  });

  it('a model without routes keeps its incident, and tells nobody', async () => {
    const model = await watchModel(stage, 'no-routes', { notify: {} });
    await model.live(0, { good: false });
    await settle(stage, model);
    expect(await listIncidents(stage.database.pool, model.id, 1)).toMatchObject([{ state: 'open' }]);
    expect(await notifications(model)).toEqual([]);
  });
});

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['monitoringCycle', 'incident']);
  });
});
