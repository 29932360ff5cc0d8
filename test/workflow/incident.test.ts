import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { loadAlerts } from '../../src/io/mysql/alerts.js';
import { journalOf, listIncidents, type StoredIncident } from '../../src/io/mysql/incidents.js';
import { notificationsOf } from '../../src/io/mysql/notifications.js';
import { incidentWorkflowId } from '../../src/model/ids.js';
import type { StoredSlackMessage } from '../../src/run/loopback/slack-store.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { eventually } from '../support/poll.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';
import { sayToIncident, signalIncident } from '../support/words.js';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

async function onlyIncident(model: WatchedModel): Promise<StoredIncident> {
  const incidents = await listIncidents(stage.database.pool, model.id, 5);
  expect(incidents).toHaveLength(1);
  return incidents[0]!;
}

async function breached(name: string, change: Record<string, unknown> = {}): Promise<WatchedModel> {
  const model = await watchModel(stage, name, change);
  await model.live(0, { good: false });
  await settle(stage, model);
  return model;
}

/** The model's first messages and, of the last one, its thread. */
function messagesOf(model: WatchedModel): { roots: readonly StoredSlackMessage[]; replies: readonly string[] } {
  const own = stage.slack.messages().filter(({ threadTs, text }) => threadTs === undefined && text.includes(model.id));
  const root = own.at(-1);
  const replies = stage.slack.messages().filter(({ threadTs }) => threadTs !== undefined && threadTs === root?.ts);
  return { roots: own, replies: replies.map(({ text, blocks }) => JSON.stringify([text, blocks])) };
}

const eventsOf = async (model: WatchedModel): Promise<readonly string[]> => {
  const { id } = await onlyIncident(model);
  const rows = await notificationsOf(stage.database.pool, id);
  return rows.filter(({ kind }) => kind !== 'edit').map(({ event }) => event.kind);
};

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

describe.concurrent('an incident is one message that tells how it stands', () => {
  it('edits it in place, replies in its thread, resolves once, and opens it again when the breach comes back', async () => {
    const model = await watchModel(stage, 'story');
    for (const [day, good] of [true, false, false, true].entries()) await model.live(day, { good });
    await settle(stage, model);
    expect(await onlyIncident(model)).toMatchObject({ state: 'resolved', kind: 'breach', severity: 'critical' });
    const first = messagesOf(model);
    expect(first.roots).toHaveLength(1);
    expect(first.roots[0]?.text).toMatch(/resolved/i);
    expect(first.roots[0]?.earlier.length).toBeGreaterThanOrEqual(1);
    expect(first.roots[0]?.earlier[0]?.text).not.toMatch(/resolved/i);
    expect(first.replies.filter((text) => /resolved/i.test(text))).toHaveLength(1);
    await model.live(4, { good: false });
    await settle(stage, model);
    expect(await onlyIncident(model)).toMatchObject({ state: 'open' });
    expect(messagesOf(model).roots).toHaveLength(1);
    await model.live(5);
    await settle(stage, model);
    expect(await eventsOf(model)).toEqual(['opened', 'resolved', 'reopened', 'resolved']);
  });

  it('says nothing new however often it is told the same', async () => {
    const model = await breached('repeated');
    const before = messagesOf(model);
    for (let i = 0; i < 5; i++) await signalIncident(stage, model.id, 'transitions', { model: model.id });
    await settle(stage, model);
    const after = messagesOf(model);
    expect(after.roots).toHaveLength(1);
    expect(after.replies).toEqual(before.replies);
    expect(after.roots[0]?.text).toBe(before.roots[0]?.text);
    expect(await eventsOf(model)).toEqual(['opened']);
  });

  it('ends silently when it is started with nothing new', async () => {
    const model = await watchModel(stage, 'silent');
    const status: unknown = await stage.client.workflow.execute('incident', {
      workflowId: incidentWorkflowId(model.id),
      taskQueue: stage.taskQueue,
      args: [{ model: model.id }],
    });
    expect(status).toBe(`nothing is open for ${model.id}`);
    expect(messagesOf(model).roots).toEqual([]);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toEqual([]);
  });

  it('shows its state to whoever asks, in a query and in the current details', async () => {
    const model = await breached('query');
    const handle = stage.client.workflow.getHandle(incidentWorkflowId(model.id));
    const { id } = await onlyIncident(model);
    expect(await handle.query('status')).toBe(`${id} is open (critical)`);
  });
});

describe.concurrent('people', () => {
  it('acknowledge: the second is told who was first, and the message names the first', async () => {
    const model = await breached('acknowledge');
    const first = await sayToIncident(stage, model.id, 'acknowledge', { by: 'ana', note: 'looking' });
    expect(first.accepted).toBe(true);
    expect(first.text).toMatch(/acknowledged \(critical\)/);
    const second = await sayToIncident(stage, model.id, 'acknowledge', { by: 'ben' });
    expect(second).toEqual({ accepted: false, text: 'ana has acknowledged it already' });
    await settle(stage, model);
    expect(JSON.stringify(messagesOf(model).roots)).toContain('ana');
    const alerts = await loadAlerts(stage.database.pool, model.id);
    expect(alerts.find(({ rule }) => rule === 'auc-floor')?.state).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'ana',
    });
  });

  it('acknowledge by signal, as from the Temporal UI', async () => {
    const model = await breached('ack-signal');
    await signalIncident(stage, model.id, 'acknowledge', { by: 'ben' });
    await eventually('the acknowledgement', async () => (await onlyIncident(model)).acknowledgedBy === 'ben');
  });

  it('who acknowledge at the same instant are told apart: one is the first', async () => {
    const model = await breached('at-once');
    const people = ['ana', 'ben', 'cid', 'dora', 'eva'];
    const said = await Promise.all(people.map((by) => sayToIncident(stage, model.id, 'acknowledge', { by })));
    const winner = (await onlyIncident(model)).acknowledgedBy ?? '';
    expect(people.filter((_, i) => said[i]?.accepted)).toEqual([winner]);
    const others = said.filter(({ accepted }) => !accepted);
    expect(others.map(({ text }) => text)).toEqual(others.map(() => `${winner} has acknowledged it already`));
  });

  it('are asked again when the acknowledgement has lasted its time', async () => {
    const model = await breached('ack-ends', { notify: notifyWith({ acknowledge_for: '1s' }) });
    await sayToIncident(stage, model.id, 'acknowledge', { by: 'ana' });
    await eventually('the end of the acknowledgement', async () => (await onlyIncident(model)).state === 'open');
    await settle(stage, model);
    expect(await eventsOf(model)).toEqual(['opened', 'acknowledged', 'repeated']);
  });

  it('who do not answer in time are followed by a second target, once', async () => {
    const escalate = { after: '1s', to: '@second' };
    const model = await breached('escalates', { notify: notifyWith({ escalate }) });
    await eventually('the escalation', async () => (await onlyIncident(model)).escalatedAt);
    await settle(stage, model);
    await model.live(1, { good: false });
    await settle(stage, model);
    expect(await eventsOf(model)).toEqual(['opened', 'escalated']);
    expect(messagesOf(model).replies.join('\n')).toContain('@second');
  });

  it('who answer in time are not: an acknowledged incident waits for the end of that, not for the escalation', async () => {
    const model = await breached('calm', { notify: notifyWith({ escalate: { after: '1h', to: '@second' } }) });
    const { runId } = await onlyIncident(model);
    const nextTimer = async (): Promise<string | undefined> => {
      const input = { model: model.id, runId, now: new Date().toISOString(), items: [] };
      return (await stage.activities.updateIncident(input)).timer?.kind;
    };
    expect(await nextTimer()).toBe('escalation');
    await sayToIncident(stage, model.id, 'acknowledge', { by: 'ana' });
    expect(await nextTimer()).toBe('acknowledgement expired');
  });

  it('silence for a time, and are told at its end that it still fires', async () => {
    const model = await breached('silence');
    await sayToIncident(stage, model.id, 'silence', { by: 'ana', until: inSeconds(2), reason: 'deployment' });
    await eventually('the end of the silence', async () => (await eventsOf(model)).includes('silence ended'));
    expect(await eventsOf(model)).toEqual(['opened', 'silenced', 'silence ended']);
    const { id } = await onlyIncident(model);
    const why = (await notificationsOf(stage.database.pool, id)).map((row) => row.why);
    expect(why).toContain('silenced by ana');
    expect(why).toContain('still firing at the end of the silence');
  });

  it('comment into the thread', async () => {
    const model = await breached('comment');
    await sayToIncident(stage, model.id, 'comment', { by: 'ben', text: 'the campaign changed <b>yesterday</b>' });
    await settle(stage, model);
    expect(messagesOf(model).replies.some((text) => text.includes('the campaign changed'))).toBe(true);
    const journal = await journalOf(stage.database.pool, (await onlyIncident(model)).id);
    expect(journal.map(({ actor, kind }) => [actor, kind])).toContainEqual(['ben', 'comment']);
  });

  it('close as a false alarm: it ends, its alerts are retired, and nobody can acknowledge it any more', async () => {
    const model = await breached('close');
    const said = await sayToIncident(stage, model.id, 'close', { by: 'ana', reason: 'labels were wrong' });
    expect(said.accepted).toBe(true);
    const handle = stage.client.workflow.getHandle(incidentWorkflowId(model.id));
    expect(await handle.result()).toMatch(/is closed/);
    expect(await onlyIncident(model)).toMatchObject({
      state: 'closed',
      closedReason: expect.stringMatching(/ana/) as string,
    });
    const alerts = await loadAlerts(stage.database.pool, model.id);
    expect(alerts.find(({ rule: id }) => id === 'auc-floor')?.state.state).toBe('resolved');
    await expect(sayToIncident(stage, model.id, 'acknowledge', { by: 'ben' })).rejects.toThrow(WorkflowNotFoundError);
    expect(await eventsOf(model)).toEqual(['opened', 'closed']);
  });

  it('whose signals make no sense stop nothing: they are dropped', async () => {
    const model = await breached('nonsense');
    const handle = stage.client.workflow.getHandle(incidentWorkflowId(model.id));
    for (const signal of ['acknowledge', 'silence', 'comment', 'close', 'actionChanged']) {
      await handle.signal(signal);
      await handle.signal(signal, { kind: 'close', reason: 7, until: 'soon' });
    }
    const said = await sayToIncident(stage, model.id, 'acknowledge', { by: 'ana', kind: 'close', reason: 'hidden' });
    expect(said.text).toMatch(/is acknowledged \(critical\)/);
    await settle(stage, model);
    expect(await eventsOf(model)).toEqual(['opened', 'acknowledged']);
  });

  it('are told what is wrong with what they say', async () => {
    const model = await breached('refused');
    const cases = [
      { word: 'acknowledge', said: {}, text: 'by is required' },
      { word: 'acknowledge', said: { by: '  ' }, text: 'by is required' },
      { word: 'comment', said: { by: 'ana', text: '' }, text: 'text is required' },
      { word: 'close', said: { by: 'ana' }, text: 'reason is required' },
      { word: 'silence', said: { by: 'ana', until: 'soon', reason: 'x' }, text: /until must be a time such as/ },
      { word: 'silence', said: { by: 'ana', until: inSeconds(-5), reason: 'x' }, text: 'until lies in the past' },
      { word: 'silence', said: { by: 'ana', until: inSeconds(31 * 86_400), reason: 'x' }, text: /at most 30 days/ },
    ] as const;
    for (const { word, said, text } of cases) {
      const answer = await sayToIncident(stage, model.id, word, said);
      expect(answer.accepted).toBe(false);
      if (typeof text === 'string') expect(answer.text).toBe(text);
      else expect(answer.text).toMatch(text);
    }
    expect(await eventsOf(model)).toEqual(['opened']);
  });
});

function notifyWith(part: Record<string, unknown>): Record<string, unknown> {
  return { slack: { channel: '#ml-alerts' }, ...part };
}

describe('afterwards', () => {
  it('every history replays and holds neither rows nor secrets', async () => {
    await expectFaithfulHistories(stage, ['monitoringCycle', 'incident']);
  });
});
