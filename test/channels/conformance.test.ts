/** What every channel promises, whichever it is: one delivery for one call, and the truth about a fault. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmail } from '../../src/io/email.js';
import { ChannelError, type FaultKind } from '../../src/io/faults.js';
import { createSlack } from '../../src/io/slack.js';
import { startSlackServer } from '../../src/run/loopback/slack-server.js';
import { startSmtpSink } from '../../src/run/loopback/smtp-sink.js';
import { assertLeaksNoSecret, errorOf } from './leaks.js';

type Happening = 'busy' | 'lasting refusal' | 'cut before it was taken' | 'cut after it was taken' | 'no answer';

interface Bench {
  /** Sends one message under this key with the real client. */
  readonly send: (key: string) => Promise<unknown>;
  /** The same client pointed at a port where nobody listens. */
  readonly sendNowhere: (port: number) => Promise<unknown>;
  readonly arm: (what: Happening) => void;
  /** Keys of what was taken. */
  readonly taken: () => readonly string[];
  readonly attempts: () => number;
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

const TOKEN = 'xoxb-canary-4f1d0c6a9b';
const PASSWORD = 'canary/pass word%7';
/** Shorter than the product's limit, so that a hanging server does not hold up the tests. */
const LIMIT_MS = 400;

async function slackBench(): Promise<Bench> {
  const server = await startSlackServer({ token: TOKEN });
  const post = (apiUrl: string, key: string): Promise<unknown> =>
    createSlack({ token: TOKEN, apiUrl, timeoutMs: LIMIT_MS }).post({ channel: '#alerts', text: 'x', blocks: [], key });
  const modes = {
    busy: 'rate limited',
    'lasting refusal': 'refuse',
    'cut before it was taken': 'drop before',
    'cut after it was taken': 'drop after',
    'no answer': 'hang after',
  } as const;
  return {
    send: (key) => post(server.url, key),
    sendNowhere: (port) => post(`http://127.0.0.1:${String(port)}/api/`, 'nowhere'),
    arm: (what) => server.fault({ method: 'chat.postMessage', mode: modes[what], error: 'channel_not_found' }),
    taken: () => server.messages().map((message) => String(message.metadata?.event_payload['key'])),
    attempts: () => server.requests().length,
    secrets: [TOKEN],
    close: () => server.close(),
  };
}

async function emailBench(): Promise<Bench> {
  const sink = await startSmtpSink({ credentials: { user: 'plumbline', password: PASSWORD } });
  const send = (smtpUrl: string, key: string): Promise<unknown> =>
    createEmail({ smtpUrl, timeoutMs: LIMIT_MS }).send({
      from: 'Plumbline <plumbline@example.org>',
      to: ['team@example.org'],
      subject: 'x',
      text: 'x',
      html: '<p>x</p>',
      messageId: `<${key}@example.org>`,
    });
  const modes = {
    busy: 'greylist',
    'lasting refusal': 'unknown recipient',
    'cut before it was taken': 'drop before data',
    'cut after it was taken': 'drop after accept',
    'no answer': 'hang after data',
  } as const;
  return {
    send: (key) => send(sink.url, key),
    sendNowhere: (port) => send(sink.url.replace(String(sink.port), String(port)), 'nowhere'),
    arm: (what) => sink.fault(modes[what]),
    taken: () => sink.mails().map((mail) => (mail.headers['message-id'] ?? '').replace(/^<|@.*$/g, '')),
    attempts: () => sink.connections(),
    secrets: [PASSWORD, sink.url],
    close: () => sink.close(),
  };
}

/** A port that was free a moment ago and is closed. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** For each happening: what the port says of it, and whether the receiver has the message. Slack cannot say how far a cut call came. */
const EXPECTED: Readonly<Record<'slack' | 'email', ReadonlyArray<readonly [Happening, FaultKind, taken: boolean]>>> = {
  slack: [
    ['busy', 'not sent, wait', false],
    ['lasting refusal', 'never', false],
    ['cut before it was taken', 'unknown', false],
    ['cut after it was taken', 'unknown', true],
    ['no answer', 'unknown', true],
  ],
  email: [
    ['busy', 'not sent, retry', false],
    ['lasting refusal', 'never', false],
    ['cut before it was taken', 'not sent, retry', false],
    ['cut after it was taken', 'unknown', true],
    ['no answer', 'unknown', false],
  ],
};

describe.each([
  ['slack', slackBench],
  ['email', emailBench],
] as const)('the channel %s', (name, open) => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await open();
  });
  afterEach(async () => {
    await bench.close();
  });

  it('delivers one message for one call, under its key', async () => {
    await bench.send('incident-1.3');
    expect(bench.taken()).toEqual(['incident-1.3']);
    expect(bench.attempts()).toBe(1);
  });

  it.each(EXPECTED[name])('when %s it says "%s" and does not try again by itself', async (happening, kind, taken) => {
    bench.arm(happening);
    const error = await errorOf(bench.send('incident-1.4'));
    expect(error).toBeInstanceOf(ChannelError);
    expect((error as ChannelError).fault.kind).toBe(kind);
    expect(bench.taken()).toEqual(taken ? ['incident-1.4'] : []);
    expect(bench.attempts()).toBe(1);
    assertLeaksNoSecret(error, bench.secrets);
  });

  it('goes on after a fault as if nothing had been', async () => {
    bench.arm('busy');
    await errorOf(bench.send('first'));
    await bench.send('second');
    expect(bench.taken()).toEqual(['second']);
  });

  it('knows that nothing was sent when nobody listens', async () => {
    const error = await errorOf(bench.sendNowhere(await closedPort()));
    expect((error as ChannelError).fault.kind).toBe('not sent, retry');
    assertLeaksNoSecret(error, bench.secrets);
  });
});
