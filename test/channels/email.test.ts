/** The real SMTP client against a real SMTP server: what arrives, how mails thread, and what a fault says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emailIds, renderEmail } from '../../src/alerts/email-body.js';
import { createEmail, type EmailMessage } from '../../src/io/email.js';
import { ChannelError, faultOf } from '../../src/io/faults.js';
import { readMailStore, startSmtpSink, type SmtpSink } from '../../src/run/loopback/smtp-sink.js';
import { exampleView } from '../unit/messages/example-view.js';
import { assertLeaksNoSecret, errorOf } from './leaks.js';

let sink: SmtpSink;
beforeEach(async () => {
  sink = await startSmtpSink();
});
afterEach(async () => {
  await sink.close();
});

const FROM = 'Plumbline <plumbline@example.org>';

function mailOf(step: number, changes: Partial<EmailMessage> = {}): EmailMessage {
  const view = exampleView();
  const ids = emailIds(`${view.incidentId}/email/${String(step)}`, view.incidentId, FROM);
  return {
    ...renderEmail(step === 1 ? { kind: 'opened' } : { kind: 'comment', by: 'ana', text: 'looking' }, view),
    from: FROM,
    to: ['team@example.org', 'lead@example.org'],
    messageId: ids.messageId,
    inReplyTo: ids.threadId,
    references: [ids.threadId],
    listId: view.model,
    ...changes,
  };
}

const send = (changes: Partial<EmailMessage> = {}, step = 1): Promise<unknown> =>
  createEmail({ smtpUrl: sink.url, timeoutMs: 1000 }).send(mailOf(step, changes));

describe('a mail', () => {
  it('arrives with the text and the HTML that were rendered, to everybody', async () => {
    const mail = mailOf(1);
    await send();
    const [stored] = sink.mails();
    expect(stored?.to).toEqual(['team@example.org', 'lead@example.org']);
    expect(stored?.headers['subject']).toBe(mail.subject);
    expect(stored?.text.replace(/\r\n/g, '\n').trim()).toBe(mail.text.trim());
    expect(stored?.html.replace(/\r\n/g, '\n').trim()).toBe(mail.html.trim());
  });

  it('says that no robot should answer, and which list it is of', async () => {
    await send();
    expect(sink.mails()[0]?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'list-id': '<bank-marketing.example.org>',
    });
  });

  it('of one incident threads with the others, and each has the id of its notification', async () => {
    await send({}, 1);
    await send({}, 2);
    const [first, second] = sink.mails().map(({ headers }) => headers);
    expect(first?.['message-id']).toBe('<bank-marketing-3.email.1@example.org>');
    expect(second?.['message-id']).toBe('<bank-marketing-3.email.2@example.org>');
    expect(first?.['references']).toBe('<incident.bank-marketing-3@example.org>');
    expect(second?.['references']).toBe(first?.['references']);
    expect(second?.['subject']).toBe(`Re: ${first?.['subject'] ?? ''}`);
  });

  it('tried again has the same id, so that a receiver may drop the second copy', async () => {
    sink.fault('drop after accept');
    await errorOf(send());
    await send();
    expect(new Set(sink.mails().map(({ headers }) => headers['message-id'])).size).toBe(1);
    expect(sink.mails()).toHaveLength(2);
  });

  it('whose subject holds line breaks gets no header from it', async () => {
    await send({ subject: 'x\r\nBcc: spy@example.org\r\n\r\nbody' });
    const [stored] = sink.mails();
    expect(stored?.headers['bcc']).toBeUndefined();
    expect(stored?.to).toEqual(['team@example.org', 'lead@example.org']);
  });

  it.each([
    ['no recipient', { to: [] }],
    ['a recipient that is two', { to: ['a@example.org, b@example.org'] }],
    ['a recipient with a line break', { to: ['a@example.org\r\nRCPT TO:<b@example.org>'] }],
    ['no sender', { from: 'Plumbline' }],
    ['a message id without brackets', { messageId: 'x@example.org' }],
  ])('with %s is refused before anything is sent', async (_what, changes) => {
    expect(faultOf(await errorOf(send(changes))).kind).toBe('never');
    expect(sink.connections()).toBe(0);
  });
});

describe('a fault', () => {
  it.each([
    ['greylist', 'not sent, retry', '451'],
    ['unknown recipient', 'never', '550'],
    ['busy after data', 'not sent, retry', '451'],
    ['refuse after data', 'never', '554'],
  ] as const)('"%s" is judged by the reply: %s, %s', async (mode, kind, code) => {
    sink.fault(mode, 2);
    expect(faultOf(await errorOf(send({ to: ['team@example.org'] })))).toMatchObject({ kind, code });
    expect(sink.mails()).toHaveLength(0);
  });

  it.each([
    ['drop before data', 'not sent, retry', 0],
    ['drop after data', 'unknown', 0],
    ['drop after accept', 'unknown', 1],
    ['hang after data', 'unknown', 0],
  ] as const)('"%s" is judged by how far the session came: %s', async (mode, kind, taken) => {
    sink.fault(mode);
    expect(faultOf(await errorOf(send())).kind).toBe(kind);
    expect(sink.mails()).toHaveLength(taken);
  });

  it('of one recipient among several lets the others have their mail, and names the one', async () => {
    sink.fault('unknown recipient');
    expect(await send()).toMatchObject({ rejected: ['team@example.org'] });
    expect(sink.mails()[0]?.to).toEqual(['lead@example.org']);
  });
});

describe('credentials', () => {
  const password = 'canary pass/word%9';
  let guarded: SmtpSink;
  beforeEach(async () => {
    guarded = await startSmtpSink({ credentials: { user: 'plumbline', password } });
  });
  afterEach(async () => {
    await guarded.close();
  });

  it('are sent as they stand in the address, decoded', async () => {
    const email = createEmail({ smtpUrl: guarded.url });
    await email.test();
    await email.send(mailOf(1));
    expect(guarded.mails()).toHaveLength(1);
    assertLeaksNoSecret(guarded.mails(), [password]);
  });

  it('that are wrong end the matter, and are not shown', async () => {
    const wrong = createEmail({ smtpUrl: guarded.url.replace('canary', 'canary-wrong') });
    for (const work of [() => wrong.send(mailOf(1)), () => wrong.test()]) {
      const error = await errorOf(work());
      expect(faultOf(error)).toMatchObject({ kind: 'never', code: '535' });
      assertLeaksNoSecret(error, ['canary-wrong pass/word%9', 'canary-wrong']);
    }
  });

  it('never leave the machine without encryption', async () => {
    // Short for 127.0.0.1, which only the system's resolver knows: to the product it is some other machine.
    const elsewhere = createEmail({ smtpUrl: guarded.url.replace('127.0.0.1', '127.1'), timeoutMs: 2000 });
    const error = await errorOf(elsewhere.send(mailOf(1)));
    expect(faultOf(error)).toMatchObject({ kind: 'never', code: '500' });
    expect(faultOf(error).message).toContain('STARTTLS');
    expect(guarded.mails()).toHaveLength(0);
    expect(guarded.connections()).toBe(1);
  });
});

describe('an address of a mail server', () => {
  it.each([
    ['not a URL', 'mail.example.org'],
    ['of another protocol', 'http://canary-user:canary-pass@mail.example.org'],
    [
      'with options that could switch checks off',
      'smtp://canary:canary-pass@mail.example.org?tls.rejectUnauthorized=false',
    ],
  ])('that is %s is refused without being shown', (_what, smtpUrl) => {
    let error: unknown;
    try {
      createEmail({ smtpUrl });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ChannelError);
    assertLeaksNoSecret(error, ['canary-pass']);
  });
});

describe('what the sink took', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-mail-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('can be read when it has gone, and is there again when it comes back', async () => {
    const store = join(folder, 'mail.jsonl');
    const before = await startSmtpSink({ store });
    await createEmail({ smtpUrl: before.url }).send(mailOf(1));
    const mails = before.mails();
    await before.close();
    expect(readMailStore(store)).toEqual(mails);
    const after = await startSmtpSink({ store });
    expect(after.mails()).toEqual(mails);
    await after.close();
  });
});
