import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/alerts/incident-view.js';
import { renderSlackReply } from '../../../src/alerts/slack-blocks.js';
import { exampleAction, exampleAlert, exampleView, january2009 } from './example-view.js';
import { textsOf, whole } from './slack-limits.js';

describe('a reply in the thread', () => {
  const waiting = exampleView();
  const withState = (state: 'verified' | 'failed' | 'rejected' | 'expired'): typeof waiting =>
    exampleView({ actions: [exampleAction({ state, decidedBy: 'ana', outcome: 'Outcome in words.' })] });
  const cases: [string, IncidentEvent, typeof waiting, string, boolean][] = [
    [
      'a raised severity',
      { kind: 'severity raised', from: 'warning', to: 'critical', mention: '@here' },
      waiting,
      'Severity raised from warning to critical',
      true,
    ],
    [
      'an acknowledgement',
      { kind: 'acknowledged', by: 'ana', until: '2026-11-23T12:40:00Z' },
      waiting,
      'Acknowledged by ana until 2026-11-23 12:40 UTC',
      false,
    ],
    [
      'an escalation',
      { kind: 'escalated', mention: 'U0123ABCD', afterMs: 900_000 },
      waiting,
      'nobody has acknowledged this after 15 min',
      false,
    ],
    ['a resolve', { kind: 'resolved' }, exampleView({ duration: { windows: 3 } }), 'Resolved after 3 windows', false],
    [
      'a question',
      { kind: 'action asked', action: 'rollback-bank-7' },
      waiting,
      'Approve: `npx --no plumbline approve rollback-bank-7`',
      true,
    ],
    [
      'a no',
      { kind: 'action decided', action: 'rollback-bank-7', reason: 'too early' },
      withState('rejected'),
      'Reason given: too early',
      false,
    ],
    [
      'an expiry',
      { kind: 'action decided', action: 'rollback-bank-7' },
      withState('expired'),
      'expired without an answer, nothing was done',
      true,
    ],
    [
      'a good end',
      { kind: 'action finished', action: 'rollback-bank-7' },
      withState('verified'),
      'Rolled back from version 4 to version 3: restored and verified',
      false,
    ],
    [
      'a bad end',
      { kind: 'action finished', action: 'rollback-bank-7' },
      withState('failed'),
      'FAILED: a person has to look now',
      true,
    ],
    [
      'an action that is gone',
      { kind: 'action finished', action: 'gone' },
      waiting,
      'Action gone is no longer part of this incident',
      false,
    ],
    [
      'a comment',
      { kind: 'comment', by: 'ana', text: 'first line\nsecond <line>' },
      waiting,
      'first line\nsecond &lt;line&gt;',
      false,
    ],
    [
      'a silence',
      { kind: 'silenced', by: 'ben', until: '2026-11-22T18:00:00Z', reason: 'release' },
      waiting,
      'Silenced by ben until 2026-11-22 18:00 UTC: release',
      false,
    ],
    ['the end of a silence', { kind: 'silence ended' }, waiting, 'The silence has ended', true],
    [
      'an end by hand',
      { kind: 'closed', by: 'ana', reason: 'false alarm' },
      waiting,
      'Closed by ana: false alarm',
      false,
    ],
    [
      'a revised window',
      { kind: 'window revised', window: january2009, text: 'Now within its limit.' },
      waiting,
      'An older window was judged again: January 2009',
      false,
    ],
  ];

  it.each(cases)('tells of %s', (_what, event, view, words, loud) => {
    const reply = renderSlackReply(event, view);
    expect(whole(reply)).toContain(words);
    expect(reply.broadcast).toBe(loud);
  });

  it('of a resolve gives the value that fired, the worst, and the one that cleared it', () => {
    const alerts = [exampleAlert({ state: 'resolved', value: 0.671, window: january2009, peak: 0.49 })];
    const reply = whole(renderSlackReply({ kind: 'resolved' }, exampleView({ state: 'resolved', alerts })));
    expect(reply).toContain('Now ROC AUC 0.671 (99 % interval 0.4711 to 0.5322, n 480) in January 2009');
    expect(reply).toContain('Fired at 0.5012, worst 0.49');
  });

  it('mentions whom the configuration names, in the notification too', () => {
    const reply = renderSlackReply({ kind: 'escalated', mention: 'U0123ABCD' }, waiting);
    expect(reply.text.startsWith('<@U0123ABCD> ')).toBe(true);
    expect(textsOf(reply)[0]?.startsWith('<@U0123ABCD> ')).toBe(true);
  });
});
