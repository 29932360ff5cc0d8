/** Requests to a model that is served over HTTP: time limits, retries, and faults in words. */

import { ModelUnavailable } from '../../model/asked-model.js';
import { redact } from '../secrets.js';
import { type Exchange, RequestTooLarge } from './batches.js';
import { beginning } from './predictions.js';

const TRIES = 3;
/** In milliseconds: before the second try; doubled before the third. */
const PAUSE_MS = 500;
/** A server that asks for more patience than this is not there, for a command that somebody waits for. */
const LONGEST_PAUSE_MS = 30_000;
const TIMEOUT_MS = 30_000;
/** All requests of one measurement together. */
const TOTAL_MS = 15 * 60_000;
/** Bytes of one answer, unpacked; 500 rows of a hundred classes take one of them. */
const MOST_BYTES = 4_000_000;

export interface ServedModelOptions {
  /** Sent as bearer token; never shown. */
  readonly token?: string;
  /** Of one request, answer included. Default 30 s. */
  readonly timeoutMs?: number;
  /** Before the second try. Default 0.5 s. */
  readonly pauseMs?: number;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What is wrong with a model's address, in words; `undefined` where it can be asked. */
export function addressFault(address: string, hasToken: boolean): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return 'a model is asked at an address like https://host/path';
  if (url.username !== '' || url.password !== '')
    return 'the address holds a user name or password; give a token by reference instead';
  if (hasToken && url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    return 'a token is sent over https only, or to this machine';
  return undefined;
}

/** Worth another try. */
class Passing extends Error {
  override readonly name = 'Passing';
  /** What the server asks for, in milliseconds. */
  readonly pauseMs: number | undefined;

  constructor(message: string, pauseMs?: number) {
    super(message);
    this.pauseMs = pauseMs;
  }
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens at the address',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host has no address',
  EAI_AGAIN: 'the host’s address cannot be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by nobody known',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by nobody known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by nobody known',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host',
};

/** Statuses of a server that is busy, restarting, or behind a gateway that lost it. */
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
};

function networkFault(error: unknown, timeoutMs: number): Error {
  if (error instanceof ModelUnavailable || error instanceof RequestTooLarge || error instanceof Passing) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Passing(`no answer within ${String(timeoutMs / 1000)} s`);
  const code = codeOf(error);
  const words = NETWORK[code];
  if (words === undefined) return new Passing(`the request failed (${code === '' ? 'no code' : code})`);
  return words.startsWith('the certificate') ? new ModelUnavailable(words) : new Passing(words);
}

/** The pause that a header asks for: seconds or a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const pause = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(pause) ? Math.max(0, pause) : undefined;
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    const chunk = part as Uint8Array;
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new ModelUnavailable(`the answer is larger than ${String(MOST_BYTES / 1e6)} MB`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The text of a good answer; every other one as the fault that it is. `shown` makes a text fit to be shown. */
async function judged(response: Response, shown: (text: string) => string): Promise<string> {
  const { status, headers } = response;
  if (status >= 300 && status < 400)
    throw new ModelUnavailable(
      `it redirects to ${shown(headers.get('location') ?? 'nowhere')}; give the address that answers`,
    );
  const text = await textOf(response);
  if (response.ok) return text;
  const said = text.trim() === '' || /^\s*</.test(text) ? '' : `: ${shown(text)}`;
  if (status === 413) throw new RequestTooLarge();
  if (status === 401 || status === 403)
    throw new ModelUnavailable(`it refuses access (HTTP ${String(status)}): a token is missing or wrong`);
  if (PASSING_STATUS.has(status))
    throw new Passing(`HTTP ${String(status)}${said}`, retryAfter(headers.get('retry-after')));
  throw new ModelUnavailable(`HTTP ${String(status)}${said}`);
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** The request itself, tried again while its faults may pass and there is time. */
async function persistent(once: () => Promise<string>, pauseMs: number, deadline: number): Promise<string> {
  for (let tried = 1; ; tried++) {
    if (Date.now() > deadline)
      throw new ModelUnavailable(`it took longer than ${String(TOTAL_MS / 60_000)} minutes in all`);
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const wait = error.pauseMs ?? pauseMs * 2 ** (tried - 1);
      if (wait > LONGEST_PAUSE_MS)
        throw new ModelUnavailable(`${error.message} (it asks to wait ${String(Math.ceil(wait / 1000))} s)`);
      if (tried === TRIES) throw new ModelUnavailable(`${error.message} (tried ${String(TRIES)} times)`);
      await sleep(wait);
    }
  }
}

/**
 * Posts bodies as JSON to one address. Faults that may pass (no connection, no answer in time, HTTP 408, 429, 500, 502, 503,
 * 504) are tried three times, with the pause that the server asks for; others are told at once. Redirects are not followed:
 * the token would go along. Check the address by `addressFault` first.
 */
export function httpExchange(address: string, options: ServedModelOptions = {}): Exchange {
  const { token, timeoutMs = TIMEOUT_MS, pauseMs = PAUSE_MS } = options;
  const secrets = token === undefined ? [] : [token];
  const shown = (text: string): string => beginning(redact(text, secrets));
  const deadline = Date.now() + TOTAL_MS;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const once = async (body: string): Promise<string> => {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(address, { method: 'POST', headers, body, redirect: 'manual', signal });
      return await judged(response, shown);
    } catch (error) {
      throw networkFault(error, timeoutMs);
    }
  };
  return { shown, send: (body) => persistent(() => once(body), pauseMs, deadline) };
}
