/** Reads a raw mail as far as the loopback sink needs: headers, and the text and HTML parts. RFC 5322, 2045, 2047. */

export interface MailParts {
  /** Names in lower case; a header that occurs twice keeps its first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

function decodeQuoted(text: string): Buffer {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  for (let i = 0; i < joined.length; i += 1) {
    const hex = joined[i] === '=' ? /^[0-9A-Fa-f]{2}/.exec(joined.slice(i + 1, i + 3))?.[0] : undefined;
    if (hex === undefined) {
      bytes.push(joined.charCodeAt(i) & 0xff);
    } else {
      bytes.push(Number.parseInt(hex, 16));
      i += 2;
    }
  }
  return Buffer.from(bytes);
}

/** `=?utf-8?Q?…?=` and `=?utf-8?B?…?=`; the space between two encoded words does not count. */
function decodeWords(value: string): string {
  return value
    .replace(/(=\?[^?]+\?[BQbq]\?[^?]*\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?[^?]+\?([BQbq])\?([^?]*)\?=/g, (_whole, kind: string, words: string) =>
      (kind.toUpperCase() === 'B' ? Buffer.from(words, 'base64') : decodeQuoted(words.replace(/_/g, ' '))).toString(
        'utf8',
      ),
    );
}

function split(raw: string): { headers: Record<string, string>; body: string } {
  const gap = /\r?\n\r?\n/.exec(raw);
  const head = gap === null ? raw : raw.slice(0, gap.index);
  const headers: Record<string, string> = {};
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0) headers[name] ??= decodeWords(line.slice(colon + 1).trim());
  }
  return { headers, body: gap === null ? '' : raw.slice(gap.index + gap[0].length) };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding === 'quoted-printable') return decodeQuoted(body).toString('utf8');
  return Buffer.from(body, 'latin1').toString('utf8');
}

/** `raw` in latin1, one character a byte. */
function parts(raw: string, depth: number): MailParts {
  const { headers, body } = split(raw);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (type.startsWith('multipart/') && boundary !== undefined && depth < 5) {
    const inner = `\n${body}`
      .split(`\n--${boundary}`)
      .slice(1)
      .filter((part) => !part.startsWith('--'))
      .map((part) => parts(part.replace(/^[^\n]*\n/, '').replace(/\r$/, ''), depth + 1));
    return {
      headers,
      text: inner.find((part) => part.text !== '')?.text ?? '',
      html: inner.find((part) => part.html !== '')?.html ?? '',
    };
  }
  const content = decodeBody(body, (headers['content-transfer-encoding'] ?? '7bit').toLowerCase());
  return type.startsWith('text/html') ? { headers, text: '', html: content } : { headers, text: content, html: '' };
}

export function readMail(raw: Buffer): MailParts {
  return parts(raw.toString('latin1'), 0);
}
