import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandsFor, type IncidentEvent } from '../../../src/alerts/incident-view.js';
import {
  renderSlackReplacement,
  renderSlackReply,
  renderSlackRoot,
  renderSlackTest,
} from '../../../src/alerts/slack-blocks.js';
import { aimed, anyEvent, anyView } from './any-view.js';
import { expectNothingOpened, expectWithinLimits, whole } from './slack-limits.js';
import { exampleAction, exampleAlert, exampleView, january2009 } from './example-view.js';

describe('any message', () => {
  it('of any incident is one that Slack takes, and mentions nobody', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        for (const content of [renderSlackRoot(view), renderSlackReplacement(view, view.title, view.runbook)]) {
          expectWithinLimits(content);
          expectNothingOpened(content);
        }
      }),
      { numRuns: 60, endOnFailure: true },
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
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('is read as it is written: no part of it is turned into links by Slack', () => {
    for (const block of renderSlackRoot(exampleView()).blocks) {
      if (block.type === 'section') expect(block.text.verbatim).toBe(true);
    }
  });
});

describe('a message whose every text is as long as can be', () => {
  const long = '<&>'.repeat(3000);
  const alert = exampleAlert({
    ...{ title: long, segment: long, metric: long, limit: long, reason: long, stale: long, value: null },
    subjects: Array.from({ length: 9 }, () => ({ name: long, value: null, reason: long })),
  });
  const action = exampleAction({
    ...{ id: long, question: long, from: long, to: long, hash: long, expiresAt: long, outcome: long, decidedBy: long },
    ...{ askedOf: [long, long, long], approveCommand: long, rejectCommand: long },
  });
  const view = exampleView({
    ...{
      incidentId: long,
      model: long,
      title: long,
      team: long,
      servingVersion: long,
      closedReason: long,
      command: long,
    },
    ...{ runbook: long, links: { cycle: long, incident: long }, notes: Array.from({ length: 9 }, () => long) },
    alerts: Array.from({ length: 30 }, () => alert),
    actions: Array.from({ length: 9 }, () => action),
  });

  it('is cut to what Slack takes, and says that it was', () => {
    const root = renderSlackRoot(view);
    expectWithinLimits(root);
    expectNothingOpened(root);
    expect(whole(root)).toContain('(critical)');
    expect(whole(root)).toContain('cut here');
    expect(whole(root)).toContain('and 29 more rules');
    expect(whole(root)).toMatch(/and \d+ more actions/);
  });

  it.each<IncidentEvent>([
    { kind: 'resolved' },
    { kind: 'comment', by: long, text: long },
    { kind: 'action asked', action: long, mention: long },
    { kind: 'silenced', by: long, until: long, reason: long },
  ])('is cut in a reply about "$kind" too', (event) => {
    expectWithinLimits(renderSlackReply(event, view));
    expectNothingOpened(renderSlackReply(event, view));
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
