/** What activities are made of. The worker builds these once; tests build them on their own servers. */
import type { Logger } from 'pino';
import type { Database } from '../src/io/mysql/pool.js';
import type { Sources } from '../src/io/mysql/sources.js';

/** Looks up `env:NAME` or `file:PATH`; the error never holds the value. */
export type ResolveSecret = (reference: string) => string;

export interface Deps {
  readonly database: Database;
  readonly sources: Sources;
  readonly resolveSecret: ResolveSecret;
  readonly log: Logger;
  /** How messages call the command line, e.g. `npx --no plumbline`. */
  readonly command: string;
  /** Address of the Temporal UI for links, and the namespace; null when unknown. */
  readonly temporalUi: string | null;
  readonly namespace: string;
  readonly taskQueue: string;
  /** Folder where trainers leave their artefacts. */
  readonly artefacts: string;
  /** Base address of Slack's HTTP API; null is Slack's own. */
  readonly slackApiUrl: string | null;
}
