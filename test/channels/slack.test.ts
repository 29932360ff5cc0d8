/** The real Slack client against a server that speaks Slack's HTTP API: what arrives, what is found again, what is never shown. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderSlackReply, renderSlackRoot } from '../../src/alerts/slack-blocks.js';
import { ChannelError, faultOf, type Fault } from '../../src/io/faults.js';
import { createSlack, METADATA_EVENT, type SlackPort } from '../../src/io/slack.js';
import { startSlackServer, type SlackServer } from '../../src/run/loopback/slack-server.js';
import { exampleView } from '../unit/messages/example-view.js';
import { assertLeaksNoSecret, errorOf } from './leaks.js';

const TOKEN = 'xoxb-canary-83b1de20f7';
let server: SlackServer;
let slack: SlackPort;

beforeEach(async () => {
  server = await startSlackServer({ token: TOKEN });
  slack = createSlack({ token: TOKEN, apiUrl: server.url, timeoutMs: 400 });
});
afterEach(async () => {
  await server.close();
});

const hello = { channel: '#alerts', text: 'hello', blocks: [] } as const;
const posts = (): number => server.requests().filter(({ method }) => method === 'chat.postMessage').length;

describe('a post', () => {
  it('carries its text, its coloured blocks and the key in metadata that holds nothing else', async () => {
    const root = renderSlackRoot(exampleView());
    const receipt = await slack.post({ ...root, channel: '#alerts', key: 'bank/slack/1' });
    const [stored] = server.messages();
    expect(stored).toMatchObject({
      ts: receipt.ts,
      channel: receipt.channel,
      text: root.text,
      blocks: [],
      broadcast: false,
    });
    expect(stored?.attachments).toEqual([{ color: root.color, blocks: root.blocks, fallback: root.text }]);
    expect(stored?.metadata).toEqual({ event_type: METADATA_EVENT, event_payload: { key: 'bank/slack/1' } });
    expect(receipt.channel).toMatch(/^C[0-9A-F]{10}$/);
  });

  it('as a reply stands in the thread, in the channel too only when it must be noticed', async () => {
    const root = await slack.post({ ...hello, key: '1' });
    const view = exampleView();
    const loud = renderSlackReply({ kind: 'severity raised', from: 'warning', to: 'critical', mention: '@here' }, view);
    const quiet = renderSlackReply({ kind: 'comment', by: 'ana', text: 'looking' }, view);
    for (const [key, reply] of [
      ['2', loud],
      ['3', quiet],
    ] as const) {
      await slack.post({ ...reply, channel: root.channel, key, threadTs: root.ts });
    }
    expect(server.messages().map(({ threadTs, broadcast }) => [threadTs, broadcast])).toEqual([
      [undefined, false],
      [root.ts, true],
      [root.ts, false],
    ]);
  });

  it.each([
    ['error before', 0],
    ['error after', 1],
    ['drop before', 0],
    ['drop after', 1],
    ['hang before', 0],
    ['hang after', 1],
    ['page', 0],
  ] as const)('struck by "%s" is unknown, and was tried exactly once', async (mode, taken) => {
    server.fault({ method: 'chat.postMessage', mode });
    const error = await errorOf(slack.post({ ...hello, key: '1' }));
    expect(faultOf(error).kind).toBe('unknown');
    expect(posts()).toBe(1);
    expect(server.messages()).toHaveLength(taken);
    assertLeaksNoSecret(error, [TOKEN]);
  });

  it('when rate limited passes on how long to wait, to the millisecond, and does not wait itself', async () => {
    server.fault({ method: 'chat.postMessage', mode: 'rate limited', retryAfterSeconds: 37 });
    const fault = faultOf(await errorOf(slack.post({ ...hello, key: '1' })));
    expect(fault).toMatchObject({ kind: 'not sent, wait', retryAfterMs: 37_000 });
    expect(posts()).toBe(1);
  });

  it('that is slow but in time is a success', async () => {
    server.fault({ method: 'chat.postMessage', mode: 'slow', delayMs: 100 });
    await slack.post({ ...hello, key: '1' });
    expect(server.messages()).toHaveLength(1);
  });

  it.each([
    ['ratelimited', 'not sent, wait'],
    ['internal_error', 'unknown'],
    ['fatal_error', 'unknown'],
    ['service_unavailable', 'unknown'],
    ['invalid_auth', 'never'],
    ['token_revoked', 'never'],
    ['channel_not_found', 'never'],
    ['not_in_channel', 'never'],
    ['is_archived', 'never'],
    ['msg_too_long', 'never'],
    ['a_code_of_next_year', 'never'],
  ] as const)('refused with %s is "%s", with the code for whoever decides', async (code, kind) => {
    server.fault({ method: 'chat.postMessage', mode: 'refuse', error: code });
    const fault = faultOf(await errorOf(slack.post({ ...hello, key: '1' })));
    expect(fault).toMatchObject({ kind, code });
  });
});

describe('looking for a message by its key', () => {
  const since = (): number => Date.now();

  it('finds the one that was taken although the answer was an error, so that it is not posted again', async () => {
    const start = since();
    server.fault({ method: 'chat.postMessage', mode: 'error after' });
    await errorOf(slack.post({ ...hello, key: 'bank/slack/7' }));
    const found = await slack.findByKey({ channel: '#alerts', key: 'bank/slack/7', since: start });
    expect(found).toEqual({ channel: server.messages()[0]?.channel, ts: server.messages()[0]?.ts });
  });

  it('says so when nothing was taken', async () => {
    server.fault({ method: 'chat.postMessage', mode: 'error before' });
    await errorOf(slack.post({ ...hello, key: 'bank/slack/7' }));
    expect(await slack.findByKey({ channel: '#alerts', key: 'bank/slack/7', since: since() })).toBeNull();
  });

  it('goes through all pages, to the oldest message since the intent', async () => {
    const first = await slack.post({ ...hello, key: 'wanted' });
    for (let i = 0; i < 205; i += 1) await slack.post({ ...hello, key: `other ${String(i)}` });
    expect(await slack.findByKey({ channel: first.channel, key: 'wanted', since: since() })).toEqual(first);
    expect(server.requests().filter(({ method }) => method === 'conversations.history')).toHaveLength(2);
  });

  it('looks a minute further back than the intent, because clocks differ, and no further', async () => {
    const first = await slack.post({ ...hello, key: 'wanted' });
    const posted = Number(first.ts) * 1000;
    const find = (intent: number): Promise<unknown> =>
      slack.findByKey({ channel: first.channel, key: 'wanted', since: intent });
    expect(await find(posted + 59_000)).toEqual(first);
    expect(await find(posted + 61_000)).toBeNull();
  });

  it('looks in the thread for a reply', async () => {
    const root = await slack.post({ ...hello, key: 'root' });
    const reply = await slack.post({ ...hello, channel: root.channel, key: 'reply', threadTs: root.ts });
    const find = (key: string, threadTs?: string): Promise<unknown> =>
      slack.findByKey({ channel: root.channel, key, since: since(), ...(threadTs === undefined ? {} : { threadTs }) });
    expect(await find('reply', root.ts)).toEqual(reply);
    expect(await find('reply')).toBeNull();
  });

  it('does not take another app’s metadata for ours', async () => {
    const response = await fetch(`${server.url}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        channel: '#alerts',
        text: 'x',
        metadata: { event_type: 'other', event_payload: { key: 'k' } },
      }),
    });
    expect(await response.json()).toMatchObject({ ok: true });
    expect(await slack.findByKey({ channel: '#alerts', key: 'k', since: since() })).toBeNull();
  });

  it('by a name that Slack does not know asks for the channel’s id', async () => {
    const fault = faultOf(await errorOf(slack.findByKey({ channel: '#nowhere', key: 'k', since: since() })));
    expect(fault.kind).toBe('never');
    expect(fault.message).toContain('nowhere');
    expect(fault.message).toContain('give its id');
  });

  it.each([
    ['error before', undefined],
    ['drop before', undefined],
    ['rate limited', 9000],
  ] as const)(
    'that fails ("%s") is no answer: whether the message was sent stays unknown',
    async (mode, retryAfterMs) => {
      const root = await slack.post({ ...hello, key: 'root' });
      server.fault({ method: 'conversations.history', mode, retryAfterSeconds: 9 });
      const fault = faultOf(await errorOf(slack.findByKey({ channel: root.channel, key: 'root', since: since() })));
      expect(fault.kind).toBe('unknown');
      expect(fault.retryAfterMs).toBe(retryAfterMs);
    },
  );

  it('that nobody hears leaves it unknown too', async () => {
    const root = await slack.post({ ...hello, key: 'root' });
    await server.close();
    const fault = faultOf(await errorOf(slack.findByKey({ channel: root.channel, key: 'root', since: since() })));
    expect(fault.kind).toBe('unknown');
    server = await startSlackServer({ token: TOKEN });
  });

  it('without the right to read the history is refused for good', async () => {
    const root = await slack.post({ ...hello, key: 'root' });
    server.fault({ method: 'conversations.history', mode: 'refuse', error: 'missing_scope' });
    const fault = faultOf(await errorOf(slack.findByKey({ channel: root.channel, key: 'root', since: since() })));
    expect(fault).toMatchObject({ kind: 'never', code: 'missing_scope' });
  });
});

describe('an edit', () => {
  it('replaces text and blocks in place, and keeps the key', async () => {
    const receipt = await slack.post({ ...renderSlackRoot(exampleView()), channel: '#alerts', key: 'k' });
    const after = renderSlackRoot(exampleView({ state: 'resolved' }));
    await slack.update({ ...after, ...receipt });
    const [stored] = server.messages();
    expect(server.messages()).toHaveLength(1);
    expect(stored?.attachments).toEqual([{ color: after.color, blocks: after.blocks, fallback: after.text }]);
    expect(stored?.earlier).toHaveLength(1);
    expect(stored?.metadata?.event_payload).toEqual({ key: 'k' });
    expect(await slack.findByKey({ channel: receipt.channel, key: 'k', since: Date.now() })).toEqual(receipt);
  });

  it('of a message that a person deleted is refused with the code that asks for a new post', async () => {
    const receipt = await slack.post({ ...hello, key: 'k' });
    expect(server.remove(receipt.channel, receipt.ts)).toBe(true);
    const fault = faultOf(await errorOf(slack.update({ text: 'x', blocks: [], ...receipt })));
    expect(fault).toMatchObject({ kind: 'never', code: 'message_not_found' });
  });

  it('can be repeated freely', async () => {
    const receipt = await slack.post({ ...hello, key: 'k' });
    server.fault({ method: 'chat.update', mode: 'error after' });
    await errorOf(slack.update({ text: 'later', blocks: [], ...receipt }));
    await slack.update({ text: 'later', blocks: [], ...receipt });
    expect(server.messages().map(({ text }) => text)).toEqual(['later']);
  });
});

describe('the rest of the port', () => {
  it('uploads a file byte for byte and gives its id', async () => {
    const root = await slack.post({ ...hello, key: 'k' });
    const data = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 256);
    const { fileId } = await slack.upload({ ...root, threadTs: root.ts, filename: 'auc.png', title: 'AUC', data });
    const [file] = server.files();
    expect(file).toMatchObject({ id: fileId, filename: 'auc.png', title: 'AUC', threadTs: root.ts, bytes: 1000 });
    expect(Buffer.from(file?.base64 ?? '', 'base64').equals(Buffer.from(data))).toBe(true);
  });

  it('says who the token is and what it may do', async () => {
    expect(await slack.test()).toMatchObject({ team: 'Loopback', user: 'plumbline' });
    expect((await slack.test()).scopes).toContain('chat:write');
  });

  it('with a wrong token is refused for good, and the token is not shown', async () => {
    const wrong = createSlack({ token: 'xoxb-canary-wrong', apiUrl: server.url });
    const error = await errorOf(wrong.post({ ...hello, key: 'k' }));
    expect(faultOf(error)).toMatchObject({ kind: 'never', code: 'invalid_auth' });
    assertLeaksNoSecret(error, ['xoxb-canary-wrong', TOKEN]);
  });

  it.each([
    ['a token with a line break', { token: 'xoxb-canary-1\nx' }],
    ['an empty token', { token: '' }],
    ['plain http to another machine', { token: 'xoxb-canary-1', apiUrl: 'http://slack.example.org/api/' }],
    ['an address that is none', { token: 'xoxb-canary-1', apiUrl: 'slack' }],
    ['credentials in the address', { token: 'xoxb-canary-1', apiUrl: 'https://a:canary@example.org/' }],
  ])('is not made with %s', (_what, options) => {
    let error: unknown;
    try {
      createSlack(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ChannelError);
    expect((error as { fault: Fault }).fault.kind).toBe('never');
    assertLeaksNoSecret(error, ['canary']);
  });
});

describe('what the server took', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-slack-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is there again after a restart, edits and deletions included', async () => {
    const store = join(folder, 'slack.jsonl');
    const before = await startSlackServer({ token: TOKEN, store });
    const port = createSlack({ token: TOKEN, apiUrl: before.url });
    const kept = await port.post({ ...hello, key: 'kept' });
    const deleted = await port.post({ ...hello, key: 'deleted' });
    await port.update({ ...kept, text: 'edited', blocks: [] });
    before.remove(deleted.channel, deleted.ts);
    const messages = before.messages();
    await before.close();
    const after = await startSlackServer({ token: TOKEN, store });
    try {
      expect(after.messages()).toEqual(messages);
      const again = createSlack({ token: TOKEN, apiUrl: after.url });
      expect(await again.findByKey({ channel: '#alerts', key: 'kept', since: Date.now() })).toEqual(kept);
      expect(await again.findByKey({ channel: '#alerts', key: 'deleted', since: Date.now() })).toBeNull();
    } finally {
      await after.close();
    }
  });
});
