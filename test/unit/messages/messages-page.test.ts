import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSlackReply, renderSlackRoot } from '../../../src/alerts/slack-blocks.js';
import { messagesPage } from '../../../src/run/loopback/messages-page.js';
import type { StoredSlackMessage } from '../../../src/run/loopback/slack-store.js';
import type { StoredMail } from '../../../src/run/loopback/smtp-sink.js';
import { anyView } from './any-view.js';
import { exampleView } from './example-view.js';

function stored(changes: Partial<StoredSlackMessage>): StoredSlackMessage {
  return {
    channel: 'C0123456789',
    channelName: '#alerts',
    ts: '1700000000.000001',
    broadcast: false,
    at: '2026-11-22T12:40:00.000Z',
    text: '',
    blocks: [],
    attachments: [],
    earlier: [],
    deleted: false,
    ...changes,
  };
}

function rootOf(view: Parameters<typeof renderSlackRoot>[0]): StoredSlackMessage {
  const { text, blocks, color } = renderSlackRoot(view);
  return stored({ text, attachments: [{ color, blocks }] });
}

const mail: StoredMail = {
  at: '2026-11-22T12:40:00.000Z',
  from: 'p@example.org',
  to: ['t@example.org'],
  raw: '',
  headers: { subject: '<script>alert(1)</script>', from: 'p@example.org' },
  text: '</pre><img src=x onerror=alert(1)>',
  html: '',
};

describe('the page of messages', () => {
  it('shows the thread below its message, formatted as Slack would', () => {
    const reply = renderSlackReply({ kind: 'escalated', mention: '@here' }, exampleView());
    const page = messagesPage({
      slack: [
        rootOf(exampleView()),
        stored({ ...reply, ts: '1700000000.000002', threadTs: '1700000000.000001', broadcast: true }),
      ],
      mails: [],
    });
    expect(page).toContain('<b>ROC AUC fell against the reference</b> (critical)');
    expect(page).toContain('<code>npx --no plumbline approve rollback-bank-7</code>');
    expect(page).toContain('<a href="https://runbooks.example.org/bank?a=1&amp;b=2">Runbook</a>');
    expect(page).toContain('<span class="mention">@here</span>');
    expect(page).toContain('border-color:#c0392b');
    expect(page.indexOf('class="thread"')).toBeGreaterThan(page.indexOf('ROC AUC fell'));
    expect(page).toContain('also sent to the channel');
  });

  it('shows what an edited message said before', () => {
    const before = rootOf(exampleView());
    const after = { ...rootOf(exampleView({ state: 'resolved' })), earlier: [before] };
    expect(messagesPage({ slack: [after], mails: [] })).toContain('edited 1 ×');
  });

  it('runs no script and loads nothing, whatever was received', () => {
    const tags = new RegExp(
      '<!DOCTYPE html>|</?(?:html|head|body|title|h1|h2|p|article|span|div|b|s|i|code|a|pre|dl|dt|dd|hr|details|summary)' +
        '(?: (?:lang="en"|class="[a-z ]*"|style="border-color:#[0-9a-f]{6}"|href="https?:[^"<>\\s]*"))*>',
      'g',
    );
    fc.assert(
      fc.property(anyView, (view) => {
        const page = messagesPage({ slack: [rootOf(view)], mails: [mail] });
        const body = page.slice(page.indexOf('</style>') + 8);
        expect(body.replace(tags, '')).not.toMatch(/[<>]/);
      }),
      { numRuns: 30, endOnFailure: true },
    );
    expect(messagesPage({ slack: [], mails: [mail] })).toContain("default-src 'none'");
  });

  it('with nothing received says so', () => {
    expect(messagesPage({ slack: [], mails: [] })).toContain('Nothing was received.');
  });
});
