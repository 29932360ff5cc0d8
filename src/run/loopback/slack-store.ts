/**
 * What the loopback Slack has taken: messages with all their versions, and files. Kept as JSON lines, written before
 * the answer goes out, so that it can be read after a process was killed in the middle of a call.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface SlackVersion {
  /** ISO 8601, when this server took it. */
  readonly at: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly attachments: readonly unknown[];
}

export interface StoredMetadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

export interface StoredSlackMessage extends SlackVersion {
  readonly channel: string;
  /** As given when posting, if it was a name. */
  readonly channelName: string;
  readonly ts: string;
  readonly threadTs?: string;
  /** A reply in a thread that is shown in the channel too. */
  readonly broadcast: boolean;
  readonly metadata?: StoredMetadata;
  /** What it was before each edit, oldest first. */
  readonly earlier: readonly SlackVersion[];
  readonly deleted: boolean;
}

export interface StoredSlackFile {
  readonly id: string;
  readonly filename: string;
  readonly title: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly bytes: number;
  readonly base64: string;
}

type Entry =
  | { readonly entry: 'message'; readonly message: StoredSlackMessage }
  | { readonly entry: 'file'; readonly file: StoredSlackFile };

/** Slack gives each channel an id; here it is made of the name, so that every run has the same. */
export function channelIdOf(channel: string): string {
  if (/^[CGD][A-Z0-9]{6,}$/.test(channel)) return channel;
  const digest = createHash('sha256').update(channel.replace(/^#/, '')).digest('hex');
  return `C${digest.slice(0, 10).toUpperCase()}`;
}

function entriesOf(path: string): readonly Entry[] {
  if (!existsSync(path)) return [];
  const entries: Entry[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      entries.push(JSON.parse(line) as Entry);
    } catch {
      // The last line of a killed process may be torn; it was never answered.
    }
  }
  return entries;
}

export class SlackStore {
  private readonly path: string | undefined;
  private readonly byTs = new Map<string, StoredSlackMessage>();
  private readonly filesById = new Map<string, StoredSlackFile>();
  private lastMicros = 0;

  constructor(path?: string) {
    this.path = path;
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    for (const entry of entriesOf(path)) this.apply(entry);
  }

  /** Unlike any before, rising: seconds and microseconds, as Slack writes them. */
  nextTs(): string {
    this.lastMicros = Math.max(Date.now() * 1000, this.lastMicros + 1);
    const micros = String(this.lastMicros);
    return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
  }

  keep(message: StoredSlackMessage): void {
    this.record({ entry: 'message', message });
  }

  keepFile(file: StoredSlackFile): void {
    this.record({ entry: 'file', file });
  }

  find(channel: string, ts: string): StoredSlackMessage | undefined {
    const message = this.byTs.get(ts);
    return message?.channel === channel && !message.deleted ? message : undefined;
  }

  /** In the order in which they were posted, deleted ones included. */
  messages(): readonly StoredSlackMessage[] {
    return [...this.byTs.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  files(): readonly StoredSlackFile[] {
    return [...this.filesById.values()];
  }

  private apply(entry: Entry): void {
    if (entry.entry === 'file') {
      this.filesById.set(entry.file.id, entry.file);
      return;
    }
    this.byTs.set(entry.message.ts, entry.message);
    this.lastMicros = Math.max(this.lastMicros, Number(entry.message.ts.replace('.', '')));
  }

  private record(entry: Entry): void {
    this.apply(entry);
    if (this.path !== undefined) appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }
}

/** What a store's file holds, for those who look at it after the server has gone. */
export function readSlackStore(path: string): {
  readonly messages: readonly StoredSlackMessage[];
  readonly files: readonly StoredSlackFile[];
} {
  const messages = new Map<string, StoredSlackMessage>();
  const files = new Map<string, StoredSlackFile>();
  for (const entry of entriesOf(path)) {
    if (entry.entry === 'file') files.set(entry.file.id, entry.file);
    else messages.set(entry.message.ts, entry.message);
  }
  return {
    messages: [...messages.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1)),
    files: [...files.values()],
  };
}
