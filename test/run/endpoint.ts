/** The endpoint on a schema of its own, with one model whose definition a test may change. */
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { canonicalJson } from '../../src/model/canonical-json.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { startServer, type RunningServer, type ServerOptions } from '../../src/run/serve/server.js';
import { readTokens } from '../../src/run/serve/tokens.js';
import { createDatabase, type OwnDatabase } from '../support/database.js';
import { bankYaml } from './command-line.js';

export const ALL_TOKEN = 'canary-token-for-every-model-1f2e';
export const BANK_TOKEN = 'canary-token-for-bank-and-cats-9a8b';

/** Yesterday noon: a past that is not far. */
export const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;

export const iso = (at: number): string => new Date(at).toISOString();

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Endpoint {
  readonly database: OwnDatabase;
  readonly server: RunningServer;
  /** Lines of the endpoint's log. */
  readonly log: readonly string[];
  define(model: string, yaml?: string): Promise<void>;
  /** A list is sent as JSON, a text as it is. */
  send(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  count(table: string, model: string): Promise<number>;
  /** Another endpoint on the same schema. */
  another(change?: Partial<ServerOptions>): Promise<RunningServer>;
  end(): Promise<void>;
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : (JSON.parse(text) as unknown),
  };
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

export async function startEndpoint(mysqlUrl: string, change: Partial<ServerOptions> = {}): Promise<Endpoint> {
  const database = await createDatabase(mysqlUrl);
  const log: string[] = [];
  const secrets: Readonly<Record<string, string>> = { 'env:ALL': ALL_TOKEN, 'env:BANK': BANK_TOKEN };
  const options: ServerOptions = {
    ...{ pool: database.pool, host: '127.0.0.1', port: 0, requestMs: 20_000, graceMs: 10_000 },
    tokens: readTokens(['env:ALL=*', 'env:BANK=bank,cats'], (reference) => secrets[reference] ?? ''),
    limits: { atOnce: 4, bodyBytes: 2 ** 20, answerMs: 20_000 },
    log: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    ...change,
  };
  const servers = [await startServer(options)];
  const [server] = servers as [RunningServer];
  return {
    ...{ database, server, log },
    async define(model, yaml = bankYaml(model)) {
      const parsed = parseDefinition(yaml, `${model}.yaml`, { defaultRules });
      if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path} ${message}`).join('\n'));
      const canonical = canonicalJson(parsed.definition);
      const hash = createHash('sha256').update(canonical).digest('hex');
      const { definition } = parsed;
      await saveDefinition(database.pool, { definition, canonical, hash, source: yaml, author: 'test', now: NOON });
    },
    send: (path, body, headers = {}) =>
      ask(`${server.url}/v1/models/${path}`, {
        method: 'POST',
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...bearer(ALL_TOKEN), ...headers },
      }),
    get: (path) => ask(`${server.url}${path}`),
    async count(table, model) {
      const [row] = await select(database.pool, `SELECT COUNT(*) AS n FROM ${table} WHERE model = ?`, [model]);
      return row === undefined ? NaN : integer(row, 'n');
    },
    async another(more = {}) {
      const started = await startServer({ ...options, ...more });
      servers.push(started);
      return started;
    },
    async end() {
      await Promise.all(servers.map((each) => each.stop()));
      await database.drop();
    },
  };
}

interface ToldFault {
  readonly index: number;
  readonly line?: number;
  readonly field: string;
  readonly message: string;
  readonly cure: string;
}

export const faultsOf = (body: unknown): readonly ToldFault[] =>
  (body as { error: { faults: readonly ToldFault[] } }).error.faults;

export const lines = (rows: readonly unknown[]): string => rows.map((each) => JSON.stringify(each)).join('\n');
export const NDJSON = { 'content-type': 'application/x-ndjson' };

/** Sound rows of the bank's model. */
export const predictionsOf = (count: number, mark = 'p'): readonly Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ id: `${mark}-${String(i)}`, time: iso(NOON + i), version: 'v1', prediction: i % 2 === 0 ? 'yes' : 'no' },
    ...{ score: (i % 97) / 97, features: { age: 20 + (i % 60), balance: i / 3, job: `job ${String(i % 7)}` } },
  }));

export const labelsOf = (count: number, mark = 'p'): readonly Record<string, unknown>[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${mark}-${String(i)}`, time: iso(NOON + i), label: 'yes' }));
