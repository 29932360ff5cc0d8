/**
 * The methods of Slack's Web API that Plumbline calls, with their refusals, as docs.slack.dev describes them. What Slack
 * would refuse is refused here too: a message that is too long, an edit of a deleted one, a channel by its name.
 */
import { channelIdOf, type SlackStore, type StoredMetadata, type StoredSlackMessage } from './slack-store.js';

export type CallParameters = Readonly<Record<string, unknown>>;
export type MethodAnswer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

export interface Workspace {
  readonly store: SlackStore;
  /** Where this server answers, with a slash at the end. */
  readonly url: string;
  /** Names of the channels there are; undefined: every channel that is named exists. */
  readonly channels: readonly string[] | undefined;
  /** Channel names that calls have used so far. */
  readonly named: Set<string>;
  /** Uploads that were announced and not completed yet. */
  readonly uploads: Map<string, { filename: string; base64?: string }>;
}

const refused = (error: string): MethodAnswer => ({ ok: false, error });
const text = (parameters: CallParameters, name: string): string => {
  const value = parameters[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};
const flag = (parameters: CallParameters, name: string): boolean =>
  parameters[name] === true || parameters[name] === 'true';

/** Lists and objects come as JSON in a form field, or as they are in a JSON body. */
function structure(parameters: CallParameters, name: string): unknown {
  const value = parameters[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** Documented limits of blocks and texts; the sum over all blocks was measured by others (slackapi/bolt-js#2509). */
const MOST_BLOCKS = 50;
const MOST_TEXT_OBJECT = 3000;
const MOST_HEADER = 150;
const MOST_CONTEXT = 10;
const MOST_ALL_BLOCKS = 13_200;
const MOST_TEXT = 40_000;

function textObjectFault(object: unknown, most: number): boolean {
  const words = field(object, 'text');
  const type = field(object, 'type');
  return (
    typeof words !== 'string' || words.length < 1 || words.length > most || (type !== 'mrkdwn' && type !== 'plain_text')
  );
}

function blockFault(block: unknown): boolean {
  switch (field(block, 'type')) {
    case 'section': {
      const fields = list(field(block, 'fields'));
      const words = field(block, 'text');
      if (words === undefined && fields.length === 0) return true;
      if (fields.length > 10 || fields.some((each) => textObjectFault(each, 2000))) return true;
      return words !== undefined && textObjectFault(words, MOST_TEXT_OBJECT);
    }
    case 'header':
      return field(field(block, 'text'), 'type') !== 'plain_text' || textObjectFault(field(block, 'text'), MOST_HEADER);
    case 'context': {
      const elements = list(field(block, 'elements'));
      const texts = elements.filter((element) => field(element, 'type') !== 'image');
      return (
        elements.length < 1 ||
        elements.length > MOST_CONTEXT ||
        texts.some((each) => textObjectFault(each, MOST_TEXT_OBJECT))
      );
    }
    case 'divider':
    case 'image':
    case 'actions':
    case 'rich_text':
      return false;
    default:
      return true;
  }
}

function contentFault(content: {
  text: string;
  blocks: readonly unknown[];
  attachments: readonly unknown[];
}): string | undefined {
  const nested = content.attachments.map((attachment) => list(field(attachment, 'blocks')));
  for (const blocks of [content.blocks, ...nested]) {
    if (blocks.length > MOST_BLOCKS || blocks.some(blockFault)) return 'invalid_blocks';
    if (JSON.stringify(blocks).length > MOST_ALL_BLOCKS * 2) return 'msg_blocks_too_long';
    const words = blocks.map((block) => JSON.stringify(field(block, 'text') ?? field(block, 'elements') ?? ''));
    if (words.join('').length > MOST_ALL_BLOCKS) return 'msg_blocks_too_long';
  }
  if (content.text.length > MOST_TEXT) return 'msg_too_long';
  return content.text === '' && content.blocks.length === 0 && content.attachments.length === 0 ? 'no_text' : undefined;
}

function metadataOf(parameters: CallParameters): StoredMetadata | 'bad' | undefined {
  if (parameters['metadata'] === undefined) return undefined;
  const given = structure(parameters, 'metadata');
  const type = field(given, 'event_type');
  const payload = field(given, 'event_payload');
  if (typeof type !== 'string' || typeof payload !== 'object' || payload === null) return 'bad';
  return { event_type: type, event_payload: payload as Record<string, unknown> };
}

function shown(message: StoredSlackMessage, withMetadata: boolean): Readonly<Record<string, unknown>> {
  return {
    type: 'message',
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    ts: message.ts,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    text: message.text,
    blocks: message.blocks,
    attachments: message.attachments,
    ...(message.earlier.length > 0 ? { edited: { user: 'U0PLUMBLINE', ts: message.ts } } : {}),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
  };
}

function postMessage({ store, channels: known }: Workspace, parameters: CallParameters): MethodAnswer {
  const given = text(parameters, 'channel');
  const exists = known?.some((name) => channelIdOf(name) === channelIdOf(given)) ?? true;
  if (given === '' || !exists) return refused('channel_not_found');
  const content = {
    text: text(parameters, 'text'),
    blocks: list(structure(parameters, 'blocks')),
    attachments: list(structure(parameters, 'attachments')),
  };
  const fault = contentFault(content);
  if (fault !== undefined) return refused(fault);
  const metadata = metadataOf(parameters);
  if (metadata === 'bad') return refused('invalid_metadata_format');
  const channel = channelIdOf(given);
  const threadTs = text(parameters, 'thread_ts');
  if (threadTs !== '' && store.find(channel, threadTs) === undefined) return refused('thread_not_found');
  const message: StoredSlackMessage = {
    channel,
    channelName: given,
    ts: store.nextTs(),
    ...(threadTs === '' ? {} : { threadTs }),
    broadcast: threadTs !== '' && flag(parameters, 'reply_broadcast'),
    at: new Date().toISOString(),
    ...content,
    ...(metadata === undefined ? {} : { metadata }),
    earlier: [],
    deleted: false,
  };
  store.keep(message);
  return { ok: true, channel, ts: message.ts, message: shown(message, true) };
}

function update({ store }: Workspace, parameters: CallParameters): MethodAnswer {
  const channel = text(parameters, 'channel');
  // Slack takes a channel's name for a post only.
  if (channelIdOf(channel) !== channel) return refused('channel_not_found');
  const old = store.find(channel, text(parameters, 'ts'));
  if (old === undefined) return refused('message_not_found');
  const given = (name: string): boolean => parameters[name] !== undefined;
  // What an edit leaves out stays as it was.
  const content = {
    text: given('text') ? text(parameters, 'text') : old.text,
    blocks: given('blocks') ? list(structure(parameters, 'blocks')) : old.blocks,
    attachments: given('attachments') ? list(structure(parameters, 'attachments')) : old.attachments,
  };
  const fault = contentFault(content);
  if (fault !== undefined) return refused(fault);
  const metadata = metadataOf(parameters);
  if (metadata === 'bad') return refused('invalid_metadata_format');
  const before = { at: old.at, text: old.text, blocks: old.blocks, attachments: old.attachments };
  store.keep({
    ...old,
    ...content,
    at: new Date().toISOString(),
    ...(metadata === undefined ? {} : { metadata }),
    earlier: [...old.earlier, before],
  });
  return { ok: true, channel, ts: old.ts, text: content.text };
}

/** One page of messages; the cursor holds the time stamp of the last one given. */
function pageOf(messages: readonly StoredSlackMessage[], parameters: CallParameters): MethodAnswer {
  const limit = Math.min(999, Math.max(1, Number(text(parameters, 'limit')) || 100));
  const cursor = Buffer.from(text(parameters, 'cursor'), 'base64').toString('utf8');
  const start = cursor === '' ? 0 : messages.findIndex((message) => message.ts === cursor) + 1;
  if (cursor !== '' && start === 0) return refused('invalid_cursor');
  const page = messages.slice(start, start + limit);
  const last = page.at(-1);
  const more = start + limit < messages.length && last !== undefined;
  const next = more ? Buffer.from(last.ts, 'utf8').toString('base64') : '';
  const withMetadata = flag(parameters, 'include_all_metadata');
  return {
    ok: true,
    messages: page.map((message) => shown(message, withMetadata)),
    has_more: more,
    response_metadata: { next_cursor: next },
  };
}

/** Time stamps have ten digits before the dot, so texts compare like numbers. `oldest` itself is left out. */
const within = (message: StoredSlackMessage, parameters: CallParameters): boolean => {
  const oldest = text(parameters, 'oldest');
  const latest = text(parameters, 'latest');
  return (
    (oldest === '' || Number(message.ts) > Number(oldest)) && (latest === '' || Number(message.ts) < Number(latest))
  );
};

function history({ store }: Workspace, parameters: CallParameters): MethodAnswer {
  const channel = text(parameters, 'channel');
  if (channelIdOf(channel) !== channel) return refused('channel_not_found');
  const messages = store
    .messages()
    .filter((message) => message.channel === channel && !message.deleted && within(message, parameters))
    .filter((message) => message.threadTs === undefined || message.broadcast);
  return pageOf([...messages].reverse(), parameters);
}

function replies({ store }: Workspace, parameters: CallParameters): MethodAnswer {
  const channel = text(parameters, 'channel');
  if (channelIdOf(channel) !== channel) return refused('channel_not_found');
  const parent = store.find(channel, text(parameters, 'ts'));
  if (parent === undefined) return refused('thread_not_found');
  const answers = store
    .messages()
    .filter((message) => message.threadTs === parent.ts && !message.deleted && within(message, parameters));
  return pageOf([parent, ...answers], parameters);
}

const bare = (channel: string): string => channel.replace(/^#/, '');

function channels({ store, channels: known, named }: Workspace): MethodAnswer {
  const used = [...named, ...store.messages().map((message) => message.channelName)];
  const names = new Set((known ?? used).map(bare).filter((name) => name !== channelIdOf(name)));
  return {
    ok: true,
    channels: [...names].map((name) => ({ id: channelIdOf(name), name })),
    response_metadata: { next_cursor: '' },
  };
}

function announceUpload({ uploads, url }: Workspace, parameters: CallParameters): MethodAnswer {
  const id = `F${String(uploads.size + 1).padStart(9, '0')}`;
  uploads.set(id, { filename: text(parameters, 'filename') });
  return { ok: true, upload_url: `${url}upload/${id}`, file_id: id };
}

function completeUpload({ store, uploads }: Workspace, parameters: CallParameters): MethodAnswer {
  const channel = text(parameters, 'channel_id');
  const threadTs = text(parameters, 'thread_ts');
  const files = list(structure(parameters, 'files'));
  for (const file of files) {
    const id = String(field(file, 'id'));
    const title = field(file, 'title');
    const upload = uploads.get(id);
    if (upload?.base64 === undefined) return refused('file_not_found');
    store.keepFile({
      id,
      filename: upload.filename,
      title: typeof title === 'string' ? title : upload.filename,
      channel,
      ...(threadTs === '' ? {} : { threadTs }),
      bytes: Buffer.from(upload.base64, 'base64').length,
      base64: upload.base64,
    });
  }
  return { ok: true, files: files.map((file) => ({ id: field(file, 'id'), title: field(file, 'title') })) };
}

const METHODS: Readonly<Record<string, (workspace: Workspace, parameters: CallParameters) => MethodAnswer>> = {
  'auth.test': ({ url }) => ({
    ok: true,
    url,
    team: 'Loopback',
    team_id: 'T0LOOPBACK',
    user: 'plumbline',
    user_id: 'U0PLUMBLINE',
  }),
  'chat.postMessage': postMessage,
  'chat.update': update,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.list': channels,
  'files.getUploadURLExternal': announceUpload,
  'files.completeUploadExternal': completeUpload,
};

export function answerMethod(method: string, workspace: Workspace, parameters: CallParameters): MethodAnswer {
  return METHODS[method]?.(workspace, parameters) ?? refused('unknown_method');
}
