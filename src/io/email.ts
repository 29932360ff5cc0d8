/**
 * E-mail by SMTP. Nobody can ask a mail server what it has taken, so the promise is at least once: the same
 * notification always has the same Message-ID, and receivers may drop the second copy.
 */
import { createTransport } from 'nodemailer';
import { ChannelError, classifySmtp } from './faults.js';
import { decoded, redact, urlSecrets } from './secrets.js';

/** In milliseconds; a healthy server greets at once, a greylisting one answers within seconds. */
const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
const SOCKET_MS = 20_000;

export interface EmailMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets; fixed per notification. */
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  /** Names the list for filters, e.g. the model; becomes `List-ID: <model.domain-of-the-sender>` (RFC 2919). */
  readonly listId?: string;
}

export interface EmailReceipt {
  readonly messageId: string;
  /** Addresses that the server refused while it took the mail for others. */
  readonly rejected: readonly string[];
}

export interface EmailPort {
  send(message: EmailMessage): Promise<EmailReceipt>;
  /** Connects and logs in without sending. */
  test(): Promise<void>;
}

function refuse(message: string): never {
  throw new ChannelError({ kind: 'never', message });
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * `smtp://[user:password@]host[:port]` (587, STARTTLS) or `smtps://…` (465, TLS from the start). Credentials leave this
 * machine over TLS only. Options in the query are not taken: they could switch checks off unseen.
 */
function serverOf(smtpUrl: string): Server {
  let url: URL;
  try {
    url = new URL(smtpUrl);
  } catch {
    return refuse('the SMTP address is not a URL like smtp://user:password@host:port');
  }
  const secure = url.protocol === 'smtps:';
  if (!secure && url.protocol !== 'smtp:') refuse('the SMTP address must begin with smtp:// or smtps://');
  if (url.hostname === '') refuse('the SMTP address names no host');
  if (url.search !== '' || url.hash !== '') refuse('the SMTP address takes no options after "?" or "#"');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const auth = url.username === '' ? {} : { auth: { user: decoded(url.username), pass: decoded(url.password) } };
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && url.username !== '' && !LOOPBACK.test(host),
    ...auth,
  };
}

const ADDRESS = /^[^\s@<>()",;:\\[\]]+@[^\s@<>()",;:\\[\]]+$/;
const SENDER = /^(?:[^<>\r\n]*<([^<>]+)>|([^<>\r\n]+))$/;

function checkedAddresses(message: EmailMessage): void {
  const sender = SENDER.exec(message.from.trim());
  if (!ADDRESS.test((sender?.[1] ?? sender?.[2] ?? '').trim())) refuse(`"${message.from}" is no sender address`);
  if (message.to.length === 0) refuse('the mail has no recipient');
  for (const address of message.to) if (!ADDRESS.test(address)) refuse(`"${address}" is no e-mail address`);
  for (const id of [message.messageId, message.inReplyTo, ...(message.references ?? [])]) {
    if (id !== undefined && !/^<[^\s<>@]+@[^\s<>@]+>$/.test(id)) refuse(`"${id}" is no message id`);
  }
}

type Log = Record<string, (...entry: unknown[]) => void>;

/**
 * Notes when the server is ready for the mail itself (354): from there on a broken connection no longer means "not
 * sent". The command before it says nothing, as it goes out together with the recipients.
 */
function watchHandover(): { readonly begun: () => boolean; readonly log: Log } {
  let begun = false;
  const ignore = (): void => undefined;
  const note = (...entry: unknown[]): void => {
    const [about, said] = entry as [{ tnx?: string } | undefined, unknown];
    if (about?.tnx === 'message' || (about?.tnx === 'server' && typeof said === 'string' && said.startsWith('354'))) {
      begun = true;
    }
  };
  return {
    begun: () => begun,
    log: { debug: note, info: note, trace: ignore, warn: ignore, error: ignore, fatal: ignore, level: ignore },
  };
}

const listLabel = (name: string): string => name.replace(/[^A-Za-z0-9-]+/g, '-');

function headersOf(message: EmailMessage): Record<string, string> {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(message.from)?.[1] ?? 'plumbline.invalid';
  return {
    // Keeps out-of-office robots from answering (RFC 3834).
    'Auto-Submitted': 'auto-generated',
    ...(message.listId === undefined ? {} : { 'List-ID': `<${listLabel(message.listId)}.${domain}>` }),
  };
}

/** A port to one SMTP server. Both methods throw `ChannelError` and nothing else, without the password. */
export function createEmail(options: { readonly smtpUrl: string; readonly timeoutMs?: number }): EmailPort {
  const server = serverOf(options.smtpUrl);
  const secrets = urlSecrets(options.smtpUrl);
  const limit = (most: number): number => Math.min(most, options.timeoutMs ?? most);
  const transportWith = (logger: Log) =>
    createTransport({
      ...server,
      connectionTimeout: limit(CONNECT_MS),
      greetingTimeout: limit(GREETING_MS),
      socketTimeout: limit(SOCKET_MS),
      dnsTimeout: limit(CONNECT_MS),
      // Bodies are texts of ours; nothing in a mail may name a file or an address to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
      logger,
      transactionLog: true,
    });
  return {
    async send(message) {
      checkedAddresses(message);
      const watch = watchHandover();
      try {
        const { to, references, listId: _listId, ...rest } = message;
        const info = await transportWith(watch.log).sendMail({
          ...rest,
          to: [...to],
          ...(references === undefined ? {} : { references: [...references] }),
          headers: headersOf(message),
        });
        return { messageId: message.messageId, rejected: info.rejected.map((address) => redact(address, secrets)) };
      } catch (error) {
        throw new ChannelError(classifySmtp(error, watch.begun(), secrets));
      }
    },
    async test() {
      try {
        await transportWith(watchHandover().log).verify();
      } catch (error) {
        throw new ChannelError(classifySmtp(error, false, secrets));
      }
    },
  };
}
