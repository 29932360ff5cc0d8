/** The loopback Slack refuses what Slack refuses, and can be told to fail from another process. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSlackServer, type SlackServer } from '../../src/run/loopback/slack-server.js';
import { readSlackStore } from '../../src/run/loopback/slack-store.js';

const TOKEN = 'xoxb-loopback';
let folder: string;
let store: string;
let server: SlackServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-loopback-'));
  store = join(folder, 'deep', 'slack.jsonl');
  server = await startSlackServer({ token: TOKEN, store, channels: ['alerts'] });
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = Record<string, unknown>;

async function call(method: string, body: Answer, token = TOKEN): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}${method}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

async function control(verb: string, path: string, body?: unknown, token = TOKEN): Promise<Response> {
  return fetch(new URL(path, server.url), {
    method: verb,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const section = (text: string): Answer => ({ type: 'section', text: { type: 'mrkdwn', text } });
const post = (content: Answer): Promise<Answer> => call('chat.postMessage', { channel: 'alerts', ...content });

describe('a message is refused as Slack refuses it', () => {
  it.each<[string, Answer, string]>([
    ['with nothing in it', {}, 'no_text'],
    ['with 51 blocks', { text: 'x', blocks: Array.from({ length: 51 }, () => section('x')) }, 'invalid_blocks'],
    ['with a section of 3,001 characters', { text: 'x', blocks: [section('x'.repeat(3001))] }, 'invalid_blocks'],
    ['with an empty section', { text: 'x', blocks: [section('')] }, 'invalid_blocks'],
    ['with a block that there is not', { text: 'x', blocks: [{ type: 'sectoin' }] }, 'invalid_blocks'],
    [
      'with such a section inside an attachment',
      { text: 'x', attachments: [{ color: '#fff', blocks: [section('x'.repeat(3001))] }] },
      'invalid_blocks',
    ],
    [
      'with blocks that are too long together',
      { text: 'x', blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) },
      'msg_blocks_too_long',
    ],
    ['with a text of more than 40,000 characters', { text: 'x'.repeat(40_001) }, 'msg_too_long'],
    ['with metadata that is none', { text: 'x', metadata: { key: 'k' } }, 'invalid_metadata_format'],
    ['for a channel that there is not', { text: 'x', channel: 'nowhere' }, 'channel_not_found'],
    ['for a thread that there is not', { text: 'x', thread_ts: '1.2' }, 'thread_not_found'],
  ])('%s', async (_what, content, error) => {
    expect(await post(content)).toEqual({ ok: false, error });
    expect(server.messages()).toHaveLength(0);
  });

  it('without a token, and with a wrong one', async () => {
    expect(await call('auth.test', {}, 'wrong')).toEqual({ ok: false, error: 'invalid_auth' });
    const response = await fetch(`${server.url}auth.test`, { method: 'POST' });
    expect(await response.json()).toEqual({ ok: false, error: 'not_authed' });
  });

  it('for an edit or a history by the channel’s name: those take its id', async () => {
    expect(await post({ text: 'x' })).toMatchObject({ ok: true });
    const [message] = server.messages();
    expect(await call('chat.update', { channel: 'alerts', ts: message?.ts, text: 'y' })).toMatchObject({
      error: 'channel_not_found',
    });
    expect(await call('conversations.history', { channel: 'alerts' })).toMatchObject({ error: 'channel_not_found' });
    expect(await call('chat.delete', {})).toMatchObject({ error: 'unknown_method' });
  });
});

describe('the control endpoint', () => {
  it('sets faults that strike in order and as often as told, and clears them', async () => {
    const faults = [
      { method: 'chat.postMessage', mode: 'refuse', error: 'is_archived', times: 2 },
      { method: '*', mode: 'refuse', error: 'fatal_error' },
    ];
    expect((await control('POST', '/__faults', faults)).status).toBe(200);
    const errors: unknown[] = [];
    for (let i = 0; i < 4; i += 1) errors.push((await post({ text: 'x' }))['error']);
    expect(errors).toEqual(['is_archived', 'is_archived', 'fatal_error', undefined]);
    await control('POST', '/__faults', { method: '*', mode: 'error before', times: 99 });
    await control('DELETE', '/__faults');
    expect(await post({ text: 'x' })).toMatchObject({ ok: true });
  });

  it('shows what was taken and what was asked', async () => {
    await post({ text: 'seen' });
    const shown = (await (await control('GET', '/__messages')).json()) as { messages: Answer[]; requests: Answer[] };
    expect(shown.messages.map(({ text }) => text)).toEqual(['seen']);
    expect(shown.requests).toHaveLength(1);
  });

  it('takes no fault that it does not know, and nothing from strangers', async () => {
    expect((await control('POST', '/__faults', { method: 'chat.postMessage', mode: 'explode' })).status).toBe(400);
    expect((await control('POST', '/__faults', { method: '*', mode: 'slow' }, 'wrong')).status).toBe(401);
    expect((await control('GET', '/__messages', undefined, 'wrong')).status).toBe(401);
    expect(await post({ text: 'x' })).toMatchObject({ ok: true });
  });
});

describe('the store', () => {
  it('is written before the answer goes out, and a torn last line does not spoil it', async () => {
    server.fault({ method: 'chat.postMessage', mode: 'drop after' });
    await expect(post({ text: 'taken' })).rejects.toThrow();
    appendFileSync(store, '{"entry":"message","mess');
    expect(readSlackStore(store).messages.map(({ text }) => text)).toEqual(['taken']);
  });
});
