import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandsFor, type IncidentEvent } from '../../../src/alerts/incident-view.js';
import {
  renderSlackReplacement,
  renderSlackReply,
  renderSlackRoot,
  renderSlackTest,
  type SlackContent,
} from '../../../src/alerts/slack-blocks.js';
import { aimed, anyEvent, anyView } from './any-view.js';
import { exampleAction, exampleAlert, exampleView, january2009 } from './example-view.js';

function textsOf(content: SlackContent): string[] {
  return content.blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text.text];
    return block.type === 'context' ? block.elements.map(({ text }) => text) : [];
  });
}

const whole = (content: SlackContent): string => [content.text, ...textsOf(content)].join('\n');

/** Limits as docs.slack.dev states them; the sum is what others measured, see the module. */
function expectWithinLimits(content: SlackContent): void {
  expect(content.blocks.length).toBeLessThanOrEqual(50);
  expect(content.blocks.length).toBeGreaterThan(0);
  expect(content.text.length).toBeGreaterThan(0);
  expect(content.text.length).toBeLessThanOrEqual(4000);
  for (const block of content.blocks) {
    if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3000);
    if (block.type === 'context') expect(block.elements.length).toBeLessThanOrEqual(10);
  }
  for (const text of textsOf(content)) {
    expect(text.trim().length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(3000);
  }
  expect(textsOf(content).join('').length).toBeLessThanOrEqual(10_000);
}

/** Angle brackets stand only in links that we made and in mentions from the configuration. */
function expectNothingOpened(content: SlackContent, mention?: string): void {
  const links = /<https?:\/\/[^<>|\s]+\|[^<>|\n]*>/g;
  for (const text of [content.text, ...textsOf(content)]) {
    const rest = text.replace(links, '').replace(mention ?? '', '');
    expect(rest).not.toMatch(/[<>]/);
    expect(rest.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  }
}

describe('any message', () => {
  it('of any incident is one that Slack takes, and mentions nobody', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        for (const content of [renderSlackRoot(view), renderSlackReplacement(view, view.title, view.runbook)]) {
          expectWithinLimits(content);
          expectNothingOpened(content);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('about any step of it is one that Slack takes, and mentions whom the configuration names', () => {
    fc.assert(
      fc.property(anyView, anyEvent, (view, event) => {
        const quiet = { ...aimed(event, view) };
        if ('mention' in quiet) Object.assign(quiet, { mention: '<!here>' });
        const reply = renderSlackReply(quiet, view);
        expectWithinLimits(reply);
        expectNothingOpened(reply, '<!here>');
      }),
      { numRuns: 60 },
    );
  });

  it('is read as it is written: no part of it is turned into links by Slack', () => {
    for (const block of renderSlackRoot(exampleView()).blocks) {
      if (block.type === 'section') expect(block.text.verbatim).toBe(true);
    }
  });
});

describe('the first message', () => {
  const text = whole(renderSlackRoot(exampleView()));

  it.each([
    ['what, and since when', 'Bank marketing: ROC AUC fell against the reference and 1 more rule since November 2008'],
    [
      'how bad: value, interval, denominator, window',
      'ROC AUC 0.5012 (99 % interval 0.4711 to 0.5322, n 480) in November 2008',
    ],
    ['against what', 'Limit: fell by more than 0.05 against the reference; reference 0.6123'],
    ['where worst', '2 of 16 breach. Worst: job 8.34 % (reference 0.12 %, n 5,120); emp.var.rate 3.12 % (n 5,120)'],
    ['what it was when it fired, and at worst', 'Fired at 7.11 %, worst 9.01 %'],
    ['the last release', 'Version 4 serves since 2010-05-01, the last release.'],
    ['what is asked', 'Roll back to version 3?'],
    ['of whom, until when', 'Asked: ana, ben. Expires 2026-11-23 12:40 UTC. No answer means no action.'],
    ['how to say yes', 'Approve: `npx --no plumbline approve rollback-bank-7`'],
    ['how to say no', 'Reject: `npx --no plumbline reject rollback-bank-7`'],
    ['how to acknowledge', '`npx --no plumbline ack bank-marketing-3`'],
    ['the runbook', '<https://runbooks.example.org/bank?a=1&amp;b=2|Runbook>'],
    ['where to look', '|Incident in Temporal>'],
  ])('says %s', (_what, words) => {
    expect(text).toContain(words);
  });

  it('asks even when it has more rules to tell of than fit, and counts what it leaves out', () => {
    const alerts = Array.from({ length: 60 }, (_, i) =>
      exampleAlert({ rule: `r${String(i)}`, title: `Rule ${String(i)} ${'x'.repeat(200)}` }),
    );
    const crowded = renderSlackRoot(exampleView({ alerts, notes: Array.from({ length: 20 }, () => 'n'.repeat(5000)) }));
    expect(whole(crowded)).toContain('approve rollback-bank-7');
    expect(whole(crowded)).toContain('and 50 more rules');
    expect(whole(crowded)).toContain('|Runbook>');
    expectWithinLimits(crowded);
  });

  it.each([
    ['critical', 'open', '#c0392b', '🔴'],
    ['warning', 'open', '#d68910', '🟠'],
    ['info', 'acknowledged', '#2e86c1', '🔵'],
    ['critical', 'resolved', '#1e8449', '🟢'],
    ['critical', 'closed', '#7f8c8d', '⚪'],
  ] as const)('%s and %s has the colour %s', (severity, state, color, sign) => {
    const root = renderSlackRoot(exampleView({ severity, state }));
    expect(root.color).toBe(color);
    expect(root.text.startsWith(sign)).toBe(true);
  });

  it('strikes through what is over, and puts what is open first', () => {
    const over = exampleAlert({ title: 'Over', state: 'resolved', value: 0.671, window: january2009, peak: 0.49 });
    const root = whole(
      renderSlackRoot(exampleView({ alerts: [over, exampleAlert({ title: 'Open', severity: 'warning' })] })),
    );
    expect(root).toContain('~Over~ over');
    expect(root).toContain('Now ROC AUC 0.671');
    expect(root).toContain('Fired at 0.5012, worst 0.49');
    expect(root.indexOf('*Open*')).toBeLessThan(root.indexOf('~Over~'));
  });

  it('of a resolved incident says how long it lasted and when it began, and asks for nothing', () => {
    const view = exampleView({
      state: 'resolved',
      duration: { windows: 2, wallMs: 8000 },
      alerts: [exampleAlert({ state: 'resolved' })],
      actions: [exampleAction({ state: 'verified', decidedBy: 'ana', outcome: 'Version 3 serves again.' })],
    });
    const root = whole(renderSlackRoot(view));
    expect(root).toContain('Resolved: Bank marketing: ROC AUC fell against the reference (began in November 2008)');
    expect(root).toContain('Resolved after 2 windows (8 s)');
    expect(root).toContain('done and verified (decided by ana)');
    expect(root).not.toContain('approve');
    expect(root).not.toContain(' ack ');
  });

  it('says who has it, until when, and who silenced it', () => {
    const root = whole(
      renderSlackRoot(
        exampleView({
          state: 'acknowledged',
          acknowledgedBy: 'ana',
          acknowledgedUntil: '2026-11-23T12:40:00Z',
          silencedBy: 'ben',
          silencedUntil: '2026-11-22T18:00:00Z',
        }),
      ),
    );
    expect(root).toContain('Acknowledged by ana until 2026-11-23 12:40 UTC');
    expect(root).toContain('silenced by ben until 2026-11-22 18:00 UTC');
  });

  it('says that a figure has no value, and why, instead of a number', () => {
    const none = exampleAlert({ value: null, reason: 'no positive label', stale: 'labels are not in yet' });
    const root = whole(renderSlackRoot(exampleView({ alerts: [none] })));
    expect(root).toContain('ROC AUC: no value in November 2008 (no positive label)');
    expect(root).toContain('Not judged in the newest window: labels are not in yet');
  });

  it('of an action by hand, and of trouble with monitoring itself, says so', () => {
    const manual = exampleView({ kind: 'manual', alerts: [], actions: [exampleAction({ state: 'executing' })] });
    expect(renderSlackRoot(manual).text).toContain('Rollback from version 4 to version 3, asked for by hand');
    const { sinceWindow: _window, ...platform } = exampleView({ kind: 'platform', alerts: [], actions: [], notes: [] });
    expect(renderSlackRoot(platform).text).toContain('monitoring itself is in trouble');
  });

  it('never calls a model fair or unbiased in words of its own', () => {
    const root = whole(renderSlackRoot(exampleView({ state: 'resolved' })));
    expect(root).not.toMatch(/fair|bias/i);
  });

  it('that takes the place of a deleted one says so and leads to the old one', () => {
    const replacement = renderSlackReplacement(
      exampleView(),
      'the earlier message cannot be edited',
      'https://x.slack.com/archives/C1/p1',
    );
    expect(whole(replacement)).toContain('<https://x.slack.com/archives/C1/p1|earlier message>');
    expect(replacement.color).toBe('#c0392b');
  });
});

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

describe('the commands in a message', () => {
  it('come from one setting', () => {
    expect(commandsFor('a-1')).toEqual({
      approveCommand: 'npx --no plumbline approve a-1',
      rejectCommand: 'npx --no plumbline reject a-1',
    });
    expect(commandsFor('a-1', 'plumbline').approveCommand).toBe('plumbline approve a-1');
  });

  it('and the test message cannot be taken for an incident', () => {
    expect(renderSlackTest({ model: 'bank', by: '<!here>' }).text).toContain('Nothing is wrong');
    expectNothingOpened(renderSlackTest({ model: '`<!here>`', by: '<!here>' }));
  });
});
