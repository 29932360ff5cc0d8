/**
 * Texts from data and people, made harmless for each channel. A model may be called `<!channel>`, a category may hold a
 * link or a right-to-left override: whatever it is, a reader sees it as written and nobody is mentioned by it.
 */

/** Controls, bidirectional marks and overrides, invisible separators, language tags: they change how text around them reads. */
const UNSAFE = new RegExp(
  String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]`,
  'gu',
);
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text without characters that reorder, hide or break it; line breaks stay. */
export function strip(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(UNSAFE, '');
}

/** Stripped, on one line. */
export function oneLine(text: string): string {
  return strip(text).replace(/\s+/g, ' ').trim();
}

/** At most `max` code points; a cut is shown by an ellipsis. */
export function cut(text: string, max: number): string {
  const points = Array.from(text);
  return points.length <= max ? text : `${points.slice(0, Math.max(0, max - 1)).join('')}…`;
}

const SLACK_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Slack has no escape for its formatting characters, so outside code they become signs that look alike. Underscores
 * inside a word do not format and stay.
 */
function withoutFormatting(text: string): string {
  return text
    .replace(/\*/g, '∗')
    .replace(/~/g, '∼')
    .replace(/`/g, 'ˋ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '＿')
    .replace(/:(?=[\w+'-]+:)/g, '∶');
}

/** Escapes code point by code point until `max` UTF-16 units are full, so that no entity and no character is halved. */
function escapeWithin(text: string, max: number): string {
  const pieces: string[] = [];
  let length = 0;
  for (const point of text) {
    const piece = SLACK_ENTITIES[point] ?? point;
    pieces.push(piece);
    length += piece.length;
    if (length > max) {
      while (length > max - 1 && pieces.length > 0) length -= pieces.pop()?.length ?? 0;
      return `${pieces.join('')}…`;
    }
  }
  return pieces.join('');
}

/** One line of data inside `mrkdwn` text, read literally; at most `max` units after escaping. */
export function slackLiteral(text: string, max = 300): string {
  return escapeWithin(withoutFormatting(oneLine(text)), max);
}

/** Like `slackLiteral`, keeping line breaks. */
export function slackParagraph(text: string, max = 2500): string {
  const lines = strip(text)
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
  return escapeWithin(withoutFormatting(lines.replace(/\n{3,}/g, '\n\n').trim()), max);
}

/** Data as a code span, where only the backtick has a meaning: for names, versions and commands that people copy. */
export function slackCode(text: string, max = 300): string {
  const inner = escapeWithin(oneLine(text).replace(/`/g, 'ˋ'), max - 2);
  return inner === '' ? '' : `\`${inner}\``;
}

const WEB_ADDRESS = /^https?:\/\/[^\s<>|"'`\\^{}]+$/;

/** True for an http or https address that can stand in a link without ending it. */
export function isWebAddress(text: string): boolean {
  return WEB_ADDRESS.test(text) && text === strip(text) && text.length <= 2000;
}

/** A link where the address is one; otherwise the text itself, literally. */
export function slackLink(address: string, label: string): string {
  if (!isWebAddress(address)) return `${slackLiteral(label, 80)}: ${slackLiteral(address)}`;
  return `<${address.replace(/&/g, '&amp;')}|${slackLiteral(label, 80)}>`;
}

/**
 * A mention from the configuration, the only place mentions come from: `@here`, `@channel`, a user or group id, or
 * Slack's own writing of one. Anything else is a name and is shown as such.
 */
export function slackMention(configured: string): string {
  const text = configured.trim();
  const everyone = /^(?:@|<!)(here|channel|everyone)>?$/.exec(text);
  if (everyone !== null) return `<!${everyone[1] ?? 'here'}>`;
  const user = /^<?@?([UW][A-Z0-9]{2,20})>?$/.exec(text);
  if (user !== null) return `<@${user[1] ?? ''}>`;
  const group = /^(?:<!subteam\^)?(S[A-Z0-9]{2,20})>?$/.exec(text);
  if (group !== null) return `<!subteam^${group[1] ?? ''}>`;
  return slackLiteral(text, 100);
}

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Data inside HTML text or a quoted attribute. */
export function html(text: string): string {
  return strip(text).replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '');
}
