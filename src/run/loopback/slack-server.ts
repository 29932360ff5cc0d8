/**
 * Slack on loopback: real HTTP, the methods that Plumbline calls, a store that survives its process, and faults on
 * demand. For tests, and for a demonstration without a token; nothing leaves the machine.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerMethod, type MethodAnswer, type CallParameters, type Workspace } from './slack-methods.js';
import {
  isSlackFault,
  SlackFaults,
  strikesBefore,
  type SlackFaultMode,
  type SlackServerFault,
} from './slack-faults.js';
import { SlackStore, type StoredSlackFile, type StoredSlackMessage } from './slack-store.js';

export interface SlackRequest {
  readonly method: string;
  readonly at: string;
  /** The fault that struck it, or `none`. */
  readonly fault: SlackFaultMode | 'none';
  /** True if the method was carried out (and not refused). */
  readonly accepted: boolean;
}

export interface SlackServer {
  /** Base address for `createSlack({ apiUrl })`. */
  readonly url: string;
  readonly port: number;
  messages(): readonly StoredSlackMessage[];
  files(): readonly StoredSlackFile[];
  /** Every call received since the start, also those that failed. */
  requests(): readonly SlackRequest[];
  /** Faults strike in the order in which they were set. */
  fault(fault: SlackServerFault): void;
  clearFaults(): void;
  /** Deletes a message, as a person would. */
  remove(channel: string, ts: string): boolean;
  close(): Promise<void>;
}

export interface SlackServerOptions {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly token: string;
  /** File for what was received; read again at the next start. */
  readonly store?: string;
  /** Channels that exist; absent: any. */
  readonly channels?: readonly string[];
}

const MOST_BODY = 8 * 1024 * 1024;

const SCOPES = 'chat:write,channels:read,channels:history,groups:read,groups:history,files:write';

interface Running {
  readonly workspace: Workspace;
  readonly options: SlackServerOptions;
  readonly faults: SlackFaults;
  readonly requests: SlackRequest[];
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parametersOf(request: IncomingMessage, body: Buffer): CallParameters {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/json')) {
    const parsed: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as CallParameters) : {};
  }
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function send(response: ServerResponse, status: number, answer: unknown, headers: Record<string, string> = {}): void {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const type = typeof answer === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text);
}

function tokenOf(request: IncomingMessage, parameters: CallParameters): string {
  const header = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const inBody = parameters['token'];
  return header ?? (typeof inBody === 'string' ? inBody : '');
}

function carryOut(
  running: Running,
  request: IncomingMessage,
  method: string,
  parameters: CallParameters,
): MethodAnswer {
  const token = tokenOf(request, parameters);
  if (token === '') return { ok: false, error: 'not_authed' };
  if (token !== running.options.token) return { ok: false, error: 'invalid_auth' };
  return answerMethod(method, running.workspace, parameters);
}

async function answerCall(
  running: Running,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
): Promise<void> {
  const parameters = parametersOf(request, await bodyOf(request));
  const channel = parameters['channel'];
  if (typeof channel === 'string') running.workspace.named.add(channel);
  const fault = running.faults.strike(method);
  const mode = fault?.mode ?? 'none';
  const answer = strikesBefore(fault) ? undefined : carryOut(running, request, method, parameters);
  running.requests.push({ method, at: new Date().toISOString(), fault: mode, accepted: answer?.ok === true });
  switch (mode) {
    case 'rate limited':
      send(
        response,
        429,
        { ok: false, error: 'ratelimited' },
        { 'retry-after': String(fault?.retryAfterSeconds ?? 1) },
      );
      return;
    case 'error before':
    case 'error after':
      send(response, 500, 'Internal Server Error');
      return;
    case 'drop before':
    case 'drop after':
      request.socket.destroy();
      return;
    case 'hang before':
    case 'hang after':
      return;
    case 'refuse':
      send(response, 200, { ok: false, error: fault?.error ?? 'internal_error' });
      return;
    case 'page':
      send(response, 200, '<html><body>Please sign in to the network</body></html>');
      return;
    case 'slow':
      await wait(fault?.delayMs ?? 500);
      break;
    case 'none':
      break;
  }
  send(response, 200, answer, { 'x-oauth-scopes': SCOPES });
}

/** The file in a multipart body, or the body itself. */
function uploadedBytes(request: IncomingMessage, body: Buffer): Buffer {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(request.headers['content-type'] ?? '');
  if (boundary === null) return body;
  const start = body.indexOf('\r\n\r\n');
  const end = body.lastIndexOf(`\r\n--${boundary[1] ?? boundary[2] ?? ''}`);
  return start === -1 || end < start + 4 ? body : body.subarray(start + 4, end);
}

async function takeUpload(
  running: Running,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const upload = running.workspace.uploads.get(id);
  const body = await bodyOf(request);
  if (upload === undefined) {
    send(response, 404, 'no such upload');
    return;
  }
  const bytes = uploadedBytes(request, body);
  upload.base64 = bytes.toString('base64');
  send(response, 200, `OK - ${String(bytes.length)}`);
}

/** `POST /__faults` sets one or a list, `DELETE` clears them; `GET /__messages` shows what was taken. */
async function control(
  running: Running,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await bodyOf(request);
  if (tokenOf(request, {}) !== running.options.token) {
    send(response, 401, { ok: false, error: 'invalid_auth' });
  } else if (path === '/__messages' && request.method === 'GET') {
    send(response, 200, { ok: true, messages: running.workspace.store.messages(), requests: running.requests });
  } else if (path === '/__faults' && request.method === 'DELETE') {
    running.faults.clear();
    send(response, 200, { ok: true });
  } else if (path === '/__faults' && request.method === 'POST') {
    const given: unknown = JSON.parse(body.toString('utf8'));
    const faults: readonly unknown[] = Array.isArray(given) ? (given as unknown[]) : [given];
    const good = faults.filter(isSlackFault);
    if (good.length === faults.length) for (const fault of good) running.faults.add(fault);
    send(response, good.length === faults.length ? 200 : 400, { ok: good.length === faults.length });
  } else {
    send(response, 404, { ok: false, error: 'unknown_path' });
  }
}

async function handle(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://loopback').pathname;
  if (path.startsWith('/__')) {
    await control(running, request, response, path);
    return;
  }
  const [, area = '', rest = ''] = /^\/(api|upload)\/(?:upload\/)?(.+)$/.exec(path) ?? [];
  if (area === 'api' && !path.startsWith('/api/upload/')) await answerCall(running, request, response, rest);
  else if (path.startsWith('/api/upload/')) await takeUpload(running, request, response, rest);
  else send(response, 404, 'not found');
}

export async function startSlackServer(options: SlackServerOptions): Promise<SlackServer> {
  const store = new SlackStore(options.store);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/api/`;
  const workspace: Workspace = { store, url, channels: options.channels, named: new Set(), uploads: new Map() };
  const state: Running = { workspace, options, faults: new SlackFaults(), requests: [] };
  server.on('request', (request, response) => {
    handle(state, request, response).catch(() => {
      if (!response.headersSent) send(response, 400, { ok: false, error: 'invalid_arguments' });
    });
  });
  return {
    url,
    port,
    messages: () => store.messages(),
    files: () => store.files(),
    requests: () => state.requests,
    fault: (fault) => state.faults.add(fault),
    clearFaults: () => state.faults.clear(),
    remove: (channel, ts) => {
      const message = store.find(channel, ts);
      if (message !== undefined) store.keep({ ...message, deleted: true });
      return message !== undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
