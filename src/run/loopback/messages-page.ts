/** What the loopback Slack and the mail sink have taken, as one static page: the messages as people would have seen them. */
import { html, isWebAddress } from '../../alerts/escape.js';
import type { StoredMail } from './smtp-sink.js';
import type { StoredSlackMessage } from './slack-store.js';

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
body { max-width: 860px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 2em; border-bottom: 1px solid #8884; }
article { margin: 1em 0; } .thread { margin-left: 2.2em; }
.who { font-weight: 600; } .when, .mark { color: #888; font-size: 12px; margin-left: .5em; }
.bar { border-left: 4px solid #8888; padding-left: 10px; margin: 4px 0; }
.block { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; } .context { color: #888; font-size: 12px; }
code { background: #8883; border-radius: 3px; padding: 0 4px; } .mention { background: #f2c74455; border-radius: 3px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: 10px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; margin: 0; } dt { color: #888; } dd { margin: 0; overflow-wrap: anywhere; }
details { margin-left: 14px; }
`;

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** Slack's three entities back to characters, then escaped for HTML. */
const plain = (text: string): string => html(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'));

function angle(inner: string): string {
  const bar = inner.indexOf('|');
  const target = (bar === -1 ? inner : inner.slice(0, bar)).replace(/&amp;/g, '&');
  const label = bar === -1 ? target : inner.slice(bar + 1);
  if (isWebAddress(target)) return `<a href="${html(target)}">${plain(label)}</a>`;
  const mention = target.startsWith('!') && bar === -1 ? `@${target.slice(1).replace(/^subteam\^/, '')}` : target;
  return `<span class="mention">${plain(mention)}</span>`;
}

const MARKUP = /`([^`\n]+)`|<([^<>\n]+)>|\*([^*\n]+)\*|~([^~\n]+)~|(?<![\p{L}\p{N}])_([^_\n]+)_(?![\p{L}\p{N}])/gu;

/** Slack's `mrkdwn`, as far as messages here use it. */
function mrkdwn(text: string): string {
  let out = '';
  let end = 0;
  for (const match of text.matchAll(MARKUP)) {
    const [whole, code, inAngle, bold, struck, slanted] = match;
    out += plain(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code !== undefined) out += `<code>${plain(code)}</code>`;
    else if (inAngle !== undefined) out += angle(inAngle);
    else if (bold !== undefined) out += `<b>${mrkdwn(bold)}</b>`;
    else if (struck !== undefined) out += `<s>${mrkdwn(struck)}</s>`;
    else out += `<i>${mrkdwn(slanted ?? '')}</i>`;
  }
  return out + plain(text.slice(end));
}

function textObject(object: unknown): string {
  const text = words(field(object, 'text'));
  return field(object, 'type') === 'mrkdwn' ? mrkdwn(text) : html(text);
}

function block(value: unknown): string {
  switch (field(value, 'type')) {
    case 'divider':
      return '<hr>';
    case 'context':
      return `<div class="block context">${list(field(value, 'elements')).map(textObject).join(' &nbsp; ')}</div>`;
    default:
      return `<div class="block">${textObject(field(value, 'text'))}</div>`;
  }
}

interface Content {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
}

function content(message: Content): string {
  const color = (attachment: unknown): string => {
    const given = words(field(attachment, 'color'));
    return /^#[0-9a-f]{6}$/i.test(given) ? ` style="border-color:${given}"` : '';
  };
  return [
    ...(message.blocks.length === 0 ? [`<div class="block">${mrkdwn(message.text)}</div>`] : message.blocks.map(block)),
    ...message.attachments.map(
      (attachment) =>
        `<div class="bar"${color(attachment)}>${list(field(attachment, 'blocks')).map(block).join('')}</div>`,
    ),
  ].join('\n');
}

const when = (at: string): string => `<span class="when">${html(at.slice(0, 19).replace('T', ' '))} UTC</span>`;

function slackMessage(message: StoredSlackMessage): string {
  const marks = [
    ...(message.broadcast ? ['also sent to the channel'] : []),
    ...(message.deleted ? ['deleted'] : []),
    ...(message.earlier.length > 0 ? [`edited ${String(message.earlier.length)} ×`] : []),
  ];
  const earlier = message.earlier.map((version) => `<div>${when(version.at)}${content(version)}</div>`);
  return [
    `<article${message.threadTs === undefined ? '' : ' class="thread"'}>`,
    `<span class="who">Plumbline</span>${when(message.earlier[0]?.at ?? message.at)}<span class="mark">${marks.join(', ')}</span>`,
    content(message),
    ...(earlier.length === 0 ? [] : [`<details><summary>Earlier versions</summary>${earlier.join('\n')}</details>`]),
    '</article>',
  ].join('\n');
}

function channel(name: string, messages: readonly StoredSlackMessage[]): string {
  const roots = messages.filter((message) => message.threadTs === undefined);
  const threads = roots.flatMap((root) => [root, ...messages.filter((message) => message.threadTs === root.ts)]);
  return `<h2>Slack: ${html(name)}</h2>\n${threads.map(slackMessage).join('\n')}`;
}

function mail(stored: StoredMail): string {
  const shown = ['from', 'to', 'subject', 'date', 'message-id', 'references'];
  const headers = shown.map((name) => `<dt>${name}</dt><dd>${html(stored.headers[name] ?? '')}</dd>`).join('');
  return `<article><dl>${headers}</dl><pre>${html(stored.text)}</pre></article>`;
}

/** One page without scripts that loads nothing; everything received stands in it as text. */
export function messagesPage(store: {
  readonly slack: readonly StoredSlackMessage[];
  readonly mails: readonly StoredMail[];
}): string {
  const channels = new Map<string, StoredSlackMessage[]>();
  for (const message of store.slack) {
    channels.set(message.channel, [...(channels.get(message.channel) ?? []), message]);
  }
  const sections = [...channels.values()].map((messages) => channel(messages[0]?.channelName ?? '', messages));
  const nothing = '<p>Nothing was received.</p>';
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width"><title>Messages</title><style>${STYLE}</style></head><body>`,
    '<h1>Messages as they were received</h1>',
    '<p>Taken by the loopback Slack and mail servers; nothing left this machine.</p>',
    sections.length === 0 && store.mails.length === 0 ? nothing : '',
    ...sections,
    ...(store.mails.length === 0 ? [] : [`<h2>E-mail</h2>\n${store.mails.map(mail).join('\n')}`]),
    '</body></html>',
    '',
  ].join('\n');
}
