/** A mail server on loopback that keeps what it takes and sends nothing on, with faults on demand. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { readMail, type MailParts } from './mail-parts.js';

export type SmtpFaultMode =
  /** 451 after the recipient: greylisting. */
  | 'greylist'
  /** 550 after the recipient: no such user. */
  | 'unknown recipient'
  /** 451 or 554 after the mail was handed over: not taken. */
  | 'busy after data'
  | 'refuse after data'
  /** The connection is cut: before the mail is handed over; after it, not kept; after it, kept. */
  | 'drop before data'
  | 'drop after data'
  | 'drop after accept'
  /** No answer after the mail was handed over; not kept. */
  | 'hang after data';

export interface StoredMail extends MailParts {
  /** ISO 8601. */
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface SmtpSink {
  /** For `createEmail({ smtpUrl })`; with the credentials, where they were set. */
  readonly url: string;
  readonly port: number;
  mails(): readonly StoredMail[];
  /** Sessions that reached the server, also those that failed. */
  connections(): number;
  fault(mode: SmtpFaultMode, times?: number): void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface SmtpSinkOptions {
  readonly port?: number;
  /** File for what was received, one JSON line a mail. */
  readonly store?: string;
  /** Absent: no login is asked for. */
  readonly credentials?: { readonly user: string; readonly password: string };
}

export function readMailStore(path: string): readonly StoredMail[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as StoredMail];
      } catch {
        // A torn last line of a killed process: that mail was never answered.
        return [];
      }
    });
}

class Mailbox {
  readonly mails: StoredMail[];
  readonly faults: { readonly mode: SmtpFaultMode; left: number }[] = [];
  connections = 0;
  private readonly path: string | undefined;

  constructor(path: string | undefined) {
    this.path = path;
    if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
    this.mails = path === undefined ? [] : [...readMailStore(path)];
  }

  strike(...modes: readonly SmtpFaultMode[]): SmtpFaultMode | undefined {
    const next = this.faults.find(({ mode, left }) => left > 0 && modes.includes(mode));
    if (next !== undefined) next.left -= 1;
    return next?.mode;
  }

  keep(raw: Buffer, session: SMTPServerSession): void {
    const { mailFrom, rcptTo } = session.envelope;
    const mail: StoredMail = {
      at: new Date().toISOString(),
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      raw: raw.toString('utf8'),
      ...readMail(raw),
    };
    this.mails.push(mail);
    if (this.path !== undefined) appendFileSync(this.path, `${JSON.stringify(mail)}\n`);
  }
}

const reply = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Cuts the connection of a session; the server's own list is the way to its socket. */
function cutConnection(server: SMTPServer, session: SMTPServerSession): void {
  const connections = server.connections as unknown as Set<{
    readonly id: string;
    readonly _socket: { destroy(): void };
  }>;
  for (const connection of connections) if (connection.id === session.id) connection._socket.destroy();
}

function handlers(box: Mailbox, cut: (session: SMTPServerSession) => void): Partial<SMTPServerOptions> {
  return {
    onConnect(_session, callback) {
      box.connections += 1;
      callback();
    },
    onRcptTo(_address, session, callback) {
      switch (box.strike('greylist', 'unknown recipient', 'drop before data')) {
        case 'greylist':
          callback(reply(451, '4.7.1 Greylisted, try again later'));
          return;
        case 'unknown recipient':
          callback(reply(550, '5.1.1 No such user here'));
          return;
        case 'drop before data':
          cut(session);
          return;
        default:
          callback();
      }
    },
    onData(stream, session, callback) {
      const take = async (): Promise<void> => {
        const raw = await bytesOf(stream);
        const struck = box.strike(
          'busy after data',
          'refuse after data',
          'drop after data',
          'drop after accept',
          'hang after data',
        );
        if (struck === undefined || struck === 'drop after accept') box.keep(raw, session);
        if (struck === 'drop after data' || struck === 'drop after accept') cut(session);
        else if (struck === 'busy after data') callback(reply(451, '4.3.0 Busy, try again later'));
        else if (struck === 'refuse after data') callback(reply(554, '5.6.0 Refused'));
        else if (struck === undefined) callback();
      };
      take().catch((error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)));
      });
    },
  };
}

export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const box = new Mailbox(options.store);
  const { credentials } = options;
  const server: SMTPServer = new SMTPServer({
    // On loopback without a certificate; nothing that leaves the machine comes here.
    disabledCommands: credentials === undefined ? ['STARTTLS', 'AUTH'] : ['STARTTLS'],
    authOptional: credentials === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    // Faults that hang are ended by closing, which should not wait for them.
    closeTimeout: 100,
    onAuth(auth, _session, callback) {
      const good = auth.username === credentials?.user && auth.password === credentials?.password;
      if (good) callback(null, { user: auth.username });
      else callback(reply(535, '5.7.8 Authentication failed'));
    },
    ...handlers(box, (session) => cutConnection(server, session)),
  });
  // Broken connections are part of what this server plays.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  const login =
    credentials === undefined
      ? ''
      : `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`;
  return {
    url: `smtp://${login}127.0.0.1:${String(port)}`,
    port,
    mails: () => box.mails,
    connections: () => box.connections,
    fault: (mode, times = 1) => void box.faults.push({ mode, left: times }),
    clearFaults: () => void box.faults.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
