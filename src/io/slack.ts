/**
 * Slack, through its own client. The client never repeats a call: it cannot know whether the first one was taken, and
 * Slack has no key against doubles. Who calls decides, by the fault: retry, wait, give up, or look with `findByKey`.
 */
import { WebClient, type Logger, LogLevel } from '@slack/web-api';
import type { SlackBlock } from '../alerts/slack-blocks.js';
import { ChannelError, classifySlack, faultOf } from './faults.js';

/** Slack itself answers within a second or two; beyond this the outcome is unknown. In milliseconds. */
const TIMEOUT_MS = 10_000;
/** Slack's clock and ours may differ: looking for a message begins this much before it was intended. */
const CLOCK_MARGIN_MS = 60_000;
const PAGE_SIZE = 200;
/** 50 pages are 10,000 messages since the intent; a channel that busy cannot be searched in reasonable time. */
const MOST_PAGES = 50;

/** Names our metadata among those of other apps. Anyone in the channel can read it: it holds ids only. */
export const METADATA_EVENT = 'plumbline_notification';

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  /** Given: the blocks stand in an attachment with a bar of this colour, below the text. */
  readonly color?: string;
}

export interface SlackPost extends SlackMessage {
  /** Id, or `#name`; `findByKey` and `upload` look a name up, which needs `channels:read`. */
  readonly channel: string;
  /** Id of the notification; by it `findByKey` finds the message again. */
  readonly key: string;
  readonly threadTs?: string;
  /** With `threadTs`: also shown in the channel. */
  readonly broadcast?: boolean;
}

/** Where a message is. `channel` is the id, whatever was given when posting. */
export interface SlackReceipt {
  readonly channel: string;
  readonly ts: string;
}

export interface SlackPort {
  post(message: SlackPost): Promise<SlackReceipt>;
  update(message: SlackMessage & SlackReceipt & { readonly key?: string }): Promise<SlackReceipt>;
  /** The message with this key posted since `since` (milliseconds, the time of the intent), or null. */
  findByKey(search: {
    readonly channel: string;
    readonly key: string;
    readonly since: number;
    readonly threadTs?: string;
  }): Promise<SlackReceipt | null>;
  upload(file: {
    readonly channel: string;
    readonly threadTs?: string;
    readonly filename: string;
    readonly title: string;
    readonly data: Uint8Array;
  }): Promise<{ readonly fileId: string }>;
  /** Who the token is. `scopes` is empty where Slack does not say. */
  test(): Promise<{
    readonly team: string;
    readonly user: string;
    readonly url: string;
    readonly scopes: readonly string[];
  }>;
}

const silence = (): void => undefined;
/** The client's own log would carry texts of messages, and the faults are reported by their cause. */
const SILENT: Logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  setLevel: silence,
  getLevel: () => LogLevel.ERROR,
  setName: silence,
};

function refuse(message: string): never {
  throw new ChannelError({ kind: 'never', message });
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** A token travels in every request: over plain HTTP only to this machine. */
function checkedAddress(apiUrl: string): string {
  let url: URL;
  try {
    url = new URL(apiUrl);
  } catch {
    return refuse('the address of the Slack API is not a URL');
  }
  if (url.username !== '' || url.password !== '') refuse('the address of the Slack API must not hold credentials');
  const plain = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !plain) refuse('the address of the Slack API must be https, except on loopback');
  return url.href;
}

function checkedToken(token: string): string {
  // A line break would end the header, and the error would show the token.
  if (!/^[\x21-\x7e]+$/.test(token)) refuse('the Slack token holds spaces or characters that no token has');
  return token;
}

function dressed({ text, blocks, color }: SlackMessage): Record<string, unknown> {
  // Both lists always, so that an edit takes away what the earlier version had.
  return color === undefined
    ? { text, blocks, attachments: [] }
    : { text, blocks: [], attachments: [{ color, blocks, fallback: text }] };
}

const metadata = (key: string): Record<string, unknown> => ({
  metadata: { event_type: METADATA_EVENT, event_payload: { key } },
});

interface Answer {
  readonly channel?: unknown;
  readonly ts?: unknown;
  readonly messages?: unknown;
  readonly channels?: unknown;
  readonly response_metadata?: { readonly next_cursor?: string; readonly scopes?: readonly string[] };
  readonly [field: string]: unknown;
}

interface HistoryMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: { readonly key?: unknown } };
}

type Call = (method: string, parameters: Record<string, unknown>) => Promise<Answer>;

/** Walks through pages until `look` finds something. */
async function search<T>(
  call: Call,
  method: string,
  parameters: Record<string, unknown>,
  look: (page: Answer) => T | undefined,
): Promise<T | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await call(method, { ...parameters, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) });
    const found = look(answer);
    if (found !== undefined) return found;
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  throw new ChannelError({ kind: 'unknown', message: `${method} has more pages than can be searched` });
}

const isChannelId = (channel: string): boolean => /^[CGD][A-Z0-9]{6,}$/.test(channel);

async function lookUpChannel(call: Call, channel: string): Promise<string> {
  const name = channel.replace(/^#/, '');
  const id = await search(call, 'conversations.list', { types: 'public_channel,private_channel' }, (page) => {
    const channels = Array.isArray(page.channels) ? (page.channels as { id?: string; name?: string }[]) : [];
    return channels.find((candidate) => candidate.name === name)?.id;
  });
  return id ?? refuse(`Slack has no channel named ${name} that the app can see; give its id, or invite the app`);
}

function receipt(answer: Answer): SlackReceipt {
  if (typeof answer.channel === 'string' && typeof answer.ts === 'string') {
    return { channel: answer.channel, ts: answer.ts };
  }
  throw new ChannelError({ kind: 'unknown', message: 'Slack’s answer names no message' });
}

function fileIdOf(answer: unknown): string {
  const outer = (answer as { files?: { files?: { id?: string }[] }[] }).files ?? [];
  const id = outer.flatMap((completion) => completion.files ?? [])[0]?.id;
  if (id === undefined) throw new ChannelError({ kind: 'unknown', message: 'Slack’s answer names no file' });
  return id;
}

/** A search that was not even sent says nothing about the message: whether that was sent stays unknown. */
function searchError(error: unknown): ChannelError {
  const fault = faultOf(error);
  return new ChannelError(fault.kind === 'never' ? fault : { ...fault, kind: 'unknown' });
}

async function findMessage(
  call: Call,
  { channel, key, since, threadTs }: { channel: string; key: string; since: number; threadTs?: string },
): Promise<SlackReceipt | null> {
  const oldest = Math.max(0, (since - CLOCK_MARGIN_MS) / 1000).toFixed(6);
  const where = { channel, oldest, include_all_metadata: true, ...(threadTs === undefined ? {} : { ts: threadTs }) };
  const method = threadTs === undefined ? 'conversations.history' : 'conversations.replies';
  const ts = await search(call, method, where, (page) => {
    const messages = Array.isArray(page.messages) ? (page.messages as HistoryMessage[]) : [];
    return messages.find(
      (message) => message.metadata?.event_type === METADATA_EVENT && message.metadata.event_payload?.key === key,
    )?.ts;
  });
  return ts === undefined ? null : { channel, ts };
}

function portOf(client: WebClient, guarded: <T>(work: () => Promise<T>) => Promise<T>): SlackPort {
  const call: Call = (method, parameters) =>
    guarded(async () => (await client.apiCall(method, parameters)) as unknown as Answer);
  const channelIds = new Map<string, string>();
  const idOf = async (channel: string): Promise<string> => {
    if (isChannelId(channel)) return channel;
    const known = channelIds.get(channel) ?? (await lookUpChannel(call, channel));
    channelIds.set(channel, known);
    return known;
  };
  return {
    async post({ channel, key, threadTs, broadcast, ...message }) {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: broadcast === true };
      const unfurl = { unfurl_links: false, unfurl_media: false };
      // A post may name the channel; everything else needs the id, which the answer brings.
      const place = { channel: channelIds.get(channel) ?? channel };
      const posted = receipt(
        await call('chat.postMessage', { ...place, ...dressed(message), ...metadata(key), ...thread, ...unfurl }),
      );
      channelIds.set(channel, posted.channel);
      return posted;
    },
    async update({ channel, ts, key, ...message }) {
      const marked = key === undefined ? {} : metadata(key);
      return receipt(await call('chat.update', { channel, ts, ...dressed(message), ...marked }));
    },
    async findByKey({ channel, ...wanted }) {
      try {
        return await findMessage(call, { ...wanted, channel: await idOf(channel) });
      } catch (error) {
        throw searchError(error);
      }
    },
    async upload({ channel, threadTs, filename, title, data }) {
      const id = await idOf(channel);
      const file = { file: Buffer.from(data), filename, title, channel_id: id };
      const answer = await guarded(() =>
        client.filesUploadV2(threadTs === undefined ? file : { ...file, thread_ts: threadTs }),
      );
      return { fileId: fileIdOf(answer) };
    },
    async test() {
      const answer = await call('auth.test', {});
      const text = (value: unknown): string => (typeof value === 'string' ? value : '');
      return {
        team: text(answer['team']),
        user: text(answer['user']),
        url: text(answer['url']),
        scopes: answer.response_metadata?.scopes ?? [],
      };
    },
  };
}

/**
 * A port to one Slack workspace. Every method throws `ChannelError` and nothing else; a call is made once, lasts at
 * most ten seconds, and no error shows the token. `apiUrl` is for tests and demonstrations.
 */
export function createSlack(options: {
  readonly token: string;
  readonly apiUrl?: string;
  readonly timeoutMs?: number;
}): SlackPort {
  const token = checkedToken(options.token);
  const client = new WebClient(token, {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: checkedAddress(options.apiUrl) }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    logger: SILENT,
    // A method name is never an address: the token goes to one host only.
    allowAbsoluteUrls: false,
  });
  return portOf(client, async (work) => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof ChannelError ? error : new ChannelError(classifySlack(error, [token]));
    }
  });
}
