import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailIds, renderEmail, renderEmailTest } from '../../../src/alerts/email-body.js';
import { aimed, anyEvent, anyView } from './any-view.js';
import { exampleAction, exampleView } from './example-view.js';

/** Tags and attributes that our own markup uses; anything else came from data. */
const OURS =
  /<!DOCTYPE html>|<\/?(?:html|head|body|div|h1|h2|p|b|s|ul|li|br|code|a|meta)(?: (?:lang="en"|charset="utf-8"|style="[^"<>]*"|href="https?:[^"<>\s]*"))*>/g;

describe('any mail', () => {
  it('holds no markup but its own, and one line of subject', () => {
    fc.assert(
      fc.property(anyView, anyEvent, (view, event) => {
        const mail = renderEmail(aimed(event, view), view);
        expect(mail.html.replace(OURS, '')).not.toMatch(/[<>]/);
        expect(mail.subject).not.toMatch(/[\r\n\u202a-\u202e]/);
        expect(Array.from(mail.subject).length).toBeLessThanOrEqual(204);
        expect(mail.text).not.toMatch(/[\u202a-\u202e]/);
        expect(mail.text).not.toContain('\u0000');
        expect(mail.html.length).toBeLessThan(1_000_000);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('loads nothing', () => {
    const { html } = renderEmail({ kind: 'opened' }, exampleView());
    expect(html).not.toMatch(/<(?:img|script|link|iframe|style)|url\(|src=/i);
  });
});

describe('a mail', () => {
  it('says the same in text and in HTML', () => {
    const mail = renderEmail({ kind: 'action asked', action: 'rollback-bank-7' }, exampleView());
    for (const words of [
      'Rollback from version 4 to version 3: waits for approval',
      'npx --no plumbline approve rollback-bank-7',
      'ROC AUC 0.5012 (99 % interval 0.4711 to 0.5322, n 480) in November 2008',
      'Limit: fell by more than 0.05 against the reference',
      'Version 4 serves since 2010-05-01, the last release.',
      'looking at the feed',
    ]) {
      expect(mail.text).toContain(words);
      expect(mail.html).toContain(words);
    }
    expect(mail.text).toContain('https://runbooks.example.org/bank?a=1&b=2');
    expect(mail.html).toContain('href="https://runbooks.example.org/bank?a=1&amp;b=2"');
  });

  it('says first what has just happened', () => {
    const view = exampleView({ actions: [exampleAction({ state: 'failed', outcome: 'The switch was undone.' })] });
    const mail = renderEmail({ kind: 'action finished', action: 'rollback-bank-7' }, view);
    expect(mail.text.split('\n')[0]).toBe('Rollback from version 4 to version 3 FAILED: a person has to look now');
    expect(mail.text.split('\n')[1]).toBe('The switch was undone.');
  });

  it('keeps the subject of its incident through every state, so that mail readers keep the thread', () => {
    const subjects = [
      renderEmail({ kind: 'opened' }, exampleView()),
      renderEmail({ kind: 'severity raised', from: 'warning', to: 'critical' }, exampleView({ severity: 'critical' })),
      renderEmail({ kind: 'resolved' }, exampleView({ state: 'resolved', alerts: [] })),
    ].map(({ subject }) => subject.replace(/^Re: /, ''));
    expect(new Set(subjects)).toEqual(
      new Set(['[Plumbline] Bank marketing (bank-marketing): limits breached since November 2008']),
    );
  });

  it('of a test says that nothing is wrong', () => {
    const mail = renderEmailTest({ model: '<b>bank</b>', by: 'ana' });
    expect(mail.text).toContain('Nothing is wrong');
    expect(mail.html).toContain('&lt;b&gt;bank&lt;/b&gt;');
  });
});

describe('the ids of a mail', () => {
  it('are fixed by the notification and the incident, in the sender’s domain', () => {
    expect(emailIds('bank-3/email/2', 'bank-3', 'Plumbline <p@example.org>')).toEqual({
      messageId: '<bank-3.email.2@example.org>',
      threadId: '<incident.bank-3@example.org>',
    });
  });

  it('differ wherever the notifications do, and hold nothing that ends a header', () => {
    const ids = ['a/email/1', 'a.email/1', 'a email/1', 'a<email>/1', 'ä/email/1', 'a\r\n/email/1'];
    const made = ids.map((id) => emailIds(id, 'x', 'p@example.org').messageId);
    expect(new Set(made).size).toBe(ids.length);
    for (const id of made) expect(id).toMatch(/^<[A-Za-z0-9._-]+@example\.org>$/);
  });
});
