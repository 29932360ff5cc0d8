/**
 * Faults of the channels, classified once: what is known about the message, and so what may be done next. The question
 * that matters is whether it may have been sent: only a fault that surely happened before may be retried without looking.
 */
import { redact, SecretError } from './secrets.js';

export type FaultKind =
  /** Surely not sent; may be tried again. */
  | 'not sent, retry'
  /** Surely not sent, and the receiver says how long to wait. */
  | 'not sent, wait'
  /** Will not be accepted, however often it is tried: use another way and tell somebody. */
  | 'never'
  /** May have been sent: look before trying again, or accept a double. */
  | 'unknown';

export interface Fault {
  readonly kind: FaultKind;
  /** For people; free of secrets. */
  readonly message: string;
  /** The channel's own code, where it gave one: `channel_not_found`, `ECONNREFUSED`, `550`. */
  readonly code?: string;
  /** With `not sent, wait`; with `unknown`, where looking for the message was put off. */
  readonly retryAfterMs?: number;
}

/**
 * What the ports throw. It carries no `cause`: the original error may hold headers and credentials, and causes are
 * written into histories and logs.
 */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/**
 * The fault in an error of a port. A secret that cannot be had is a lasting fault of the settings; anything else may
 * have happened at any time, so it is `unknown`.
 */
export function faultOf(error: unknown, secrets: readonly string[] = []): Fault {
  if (error instanceof ChannelError) return error.fault;
  if (error instanceof SecretError) return { kind: 'never', message: error.message };
  return { kind: 'unknown', message: redact(error instanceof Error ? error.message : String(error), secrets) };
}

/** Slack without Retry-After: one post a second and channel is its rate, half a minute lets a burst pass. Convention. */
const DEFAULT_WAIT_MS = 30_000;

/** Codes by which Slack says that it does not know how far it came, or that it is busy. */
const SLACK_UNSURE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);
const SLACK_BUSY = new Set(['ratelimited', 'rate_limited']);

/** What to do about the codes that people meet while setting up. */
const SLACK_ADVICE: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the app to the channel',
  channel_not_found: 'check the channel’s id, and invite the app if the channel is private',
  is_archived: 'the channel is archived; name another one',
  invalid_auth: 'the token is not valid',
  not_authed: 'the token is missing',
  token_revoked: 'the token was revoked; install the app again',
  token_expired: 'the token has expired',
  account_inactive: 'the token belongs to an account or app that was removed',
  missing_scope: 'the app lacks a permission; docs/slack.md lists the scopes',
  message_not_found: 'the message was deleted',
  cant_update_message: 'the message belongs to another app',
  edit_window_closed: 'the workspace does not let old messages be edited',
};

/** Codes of Node and undici that come before the first byte of the request has left. */
const NOT_CONNECTED = new Set([
  ...[
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'UND_ERR_CONNECT_TIMEOUT',
  ],
]);

/** Codes of TLS that mean the handshake failed. A failure after it has other codes. */
const TLS_REFUSED =
  /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|HOSTNAME_MISMATCH$|ERR_SSL_WRONG_VERSION_NUMBER$)/;

interface ErrorLike {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly original?: unknown;
  readonly originalCode?: unknown;
  readonly syscall?: unknown;
}

const isObject = (value: unknown): value is ErrorLike => typeof value === 'object' && value !== null;

/** All codes in an error and the errors within it. A name with two addresses fails with one error for each. */
function codesOf(error: unknown, depth = 0): readonly { code: string; syscall: string }[] {
  if (!isObject(error) || depth > 5) return [];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const inner = [error.original, error.cause, ...(Array.isArray(error.errors) ? (error.errors as unknown[]) : [])];
  return [
    ...[error.code, error.originalCode]
      .map(text)
      .flatMap((code) => (code === '' ? [] : [{ code, syscall: text(error.syscall) }])),
    ...inner.flatMap((each) => codesOf(each, depth + 1)),
  ];
}

/** The code of a failed connection if all that failed did so while connecting. */
function connectCode(error: unknown): string | undefined {
  const codes = codesOf(error).filter(({ code }) => !code.startsWith('slack_webapi_'));
  const before = codes.filter(
    ({ code, syscall }) =>
      NOT_CONNECTED.has(code) || TLS_REFUSED.test(code) || (syscall === 'connect' && code === 'ETIMEDOUT'),
  );
  return before.length > 0 && before.length === codes.length ? before[0]?.code : undefined;
}

function platformFault(code: string, retryAfterMs: number | undefined): Fault {
  if (SLACK_BUSY.has(code)) {
    return {
      kind: 'not sent, wait',
      code,
      message: `Slack is limiting calls (${code})`,
      retryAfterMs: retryAfterMs ?? DEFAULT_WAIT_MS,
    };
  }
  if (SLACK_UNSURE.has(code))
    return { kind: 'unknown', code, message: `Slack reports ${code}; it may have taken the message` };
  // A code is a word. Anything else is a page of something between us and Slack, and tells nothing.
  if (!/^[a-z][a-z0-9_]{1,80}$/.test(code)) return { kind: 'unknown', message: 'the answer was not Slack’s' };
  const advice = SLACK_ADVICE[code];
  return { kind: 'never', code, message: `Slack refused: ${code}${advice === undefined ? '' : ` (${advice})`}` };
}

function requestFault(error: unknown, secrets: readonly string[]): Fault {
  const code = connectCode(error);
  if (code !== undefined) return { kind: 'not sent, retry', code, message: `could not connect to Slack (${code})` };
  const texts = [error, isObject(error) ? error.original : undefined, isObject(error) ? error.cause : undefined];
  const timedOut = texts.some((each) => each instanceof Error && /Timeout|Abort/.test(each.name));
  const known = codesOf(error).find((each) => !each.code.startsWith('slack_webapi_'));
  const reason = timedOut
    ? 'no answer in time'
    : redact(error instanceof Error ? error.message : String(error), secrets);
  return {
    kind: 'unknown',
    message: `the call to Slack broke off after it was sent: ${reason}`,
    ...(known === undefined ? {} : { code: known.code }),
  };
}

const field = (value: unknown, name: string): unknown =>
  isObject(value) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/**
 * An error of `@slack/web-api`, by its `code`: rate limit → wait as told; `ok: false` → never, unless Slack itself is
 * unsure; no connection → retry; an HTTP status, a time-out or a reset after the request → unknown.
 */
export function classifySlack(error: unknown, secrets: readonly string[]): Fault {
  const code = field(error, 'code');
  if (code === 'slack_webapi_rate_limited_error') {
    const seconds = field(error, 'retryAfter');
    const waitMs = typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : DEFAULT_WAIT_MS;
    return { kind: 'not sent, wait', code: '429', message: 'Slack is limiting calls (429)', retryAfterMs: waitMs };
  }
  // A 429 without a readable Retry-After arrives as a plain error.
  if (error instanceof Error && error.message.startsWith('Retry header did not contain a valid timeout')) {
    return {
      kind: 'not sent, wait',
      code: '429',
      message: 'Slack is limiting calls (429)',
      retryAfterMs: DEFAULT_WAIT_MS,
    };
  }
  if (code === 'slack_webapi_platform_error') {
    const answer = field(error, 'data');
    const seconds = field(field(answer, 'response_metadata'), 'retryAfter');
    const reported = field(answer, 'error');
    return platformFault(
      typeof reported === 'string' ? reported : '',
      typeof seconds === 'number' ? seconds * 1000 : undefined,
    );
  }
  if (code === 'slack_webapi_http_error') {
    const status = field(error, 'statusCode');
    return {
      kind: 'unknown',
      code: String(status),
      message: `Slack answered with HTTP status ${String(status)}; it may have taken the message`,
    };
  }
  return requestFault(error, secrets);
}

/** Replies of a mail server: 4xx is a temporary no (greylisting, a full box), 5xx a lasting one. */
function smtpReply(code: number, secrets: readonly string[], said: string): Fault {
  const words = redact(said, secrets).replace(/\s+/g, ' ').slice(0, 300);
  const kind = code >= 500 ? 'never' : 'not sent, retry';
  return { kind, code: String(code), message: `the mail server said ${words === '' ? String(code) : words}` };
}

/**
 * An error of nodemailer. With a reply of the server, that reply decides. Without one it depends on how far the session
 * came: until the server was ready for the mail nothing can have been taken; after that, it may have been.
 */
export function classifySmtp(error: unknown, handedOver: boolean, secrets: readonly string[]): Fault {
  const reply = field(error, 'responseCode');
  const said = field(error, 'response');
  const code = field(error, 'code');
  if (typeof reply === 'number' && reply >= 400) {
    const fault = smtpReply(reply, secrets, typeof said === 'string' ? said : '');
    return code === 'ETLS'
      ? { ...fault, message: `the mail server does not encrypt (STARTTLS): ${fault.message}` }
      : fault;
  }
  const name = typeof code === 'string' ? code : undefined;
  const words = redact(error instanceof Error ? error.message : String(error), secrets);
  const withCode = name === undefined ? {} : { code: name };
  if (handedOver) {
    return { kind: 'unknown', ...withCode, message: `the connection broke after the mail was handed over: ${words}` };
  }
  // Nothing to repeat: the mail or the settings are at fault, whatever the server does.
  if (name === 'EENVELOPE' || name === 'EMESSAGE' || name === 'EAUTH' || name === 'ESTREAM') {
    return { kind: 'never', ...withCode, message: `the mail cannot be sent: ${words}` };
  }
  return { kind: 'not sent, retry', ...withCode, message: `could not hand the mail to the server: ${words}` };
}
