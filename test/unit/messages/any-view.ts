/** Any incident at all: hostile names, huge lists, missing numbers. For the laws that every message keeps. */
import fc from 'fast-check';
import type { ActionView, AlertView, IncidentEvent, IncidentView } from '../../../src/alerts/incident-view.js';

const piece = fc.oneof(
  fc.constantFrom(
    '<!channel>',
    '<@U0123ABCD>',
    '&',
    '<',
    '>',
    '*',
    '_',
    '~',
    '`',
    '\n',
    '\r\n',
    '\u202e',
    '\u0000',
    '😀',
  ),
  fc.constantFrom('</p><script>alert(1)</script>', '" onload="x', "'", '<https://evil.example|x>', 'job', ' ', '|'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const words = fc.oneof(
  { weight: 6, arbitrary: fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.nat({ max: 6000 }))
      .map(([text, times]) => text.repeat(1 + (times % 3000)).slice(0, 9000)),
  },
);
const number = fc.oneof(fc.double(), fc.integer());
const window = fc
  .tuple(fc.nat({ max: 4e12 }), fc.nat({ max: 1e10 }))
  .map(([from, length]) => ({ from, to: from + length }));
const time = fc.oneof(
  fc.nat({ max: 4e12 }).map((instant) => new Date(instant).toISOString()),
  words,
);
const severity = fc.constantFrom('info' as const, 'warning' as const, 'critical' as const);
const optional = { requiredKeys: [] };

/** `fc.record` gives every key; keys without a value must be absent under exact optional properties. */
function withOptional<R extends object, O extends object>(
  required: { [K in keyof R]: fc.Arbitrary<R[K]> },
  extra: { [K in keyof O]: fc.Arbitrary<O[K]> },
): fc.Arbitrary<R & Partial<O>> {
  return fc.tuple(fc.record(required), fc.record(extra, optional)).map(([a, b]) => ({ ...a, ...b }) as R & Partial<O>);
}

const subject = withOptional(
  { name: words, value: fc.option(number) },
  { reference: number, n: fc.nat(), limit: words, reason: words },
);

const alert = withOptional(
  {
    rule: words,
    title: words,
    metric: fc.oneof(fc.constantFrom('roc_auc', 'missing_share', 'latency_p95'), words),
    segment: words,
    state: fc.constantFrom('pending' as const, 'firing' as const, 'acknowledged' as const, 'resolved' as const),
    severity,
    limit: words,
    value: fc.option(number),
    n: fc.nat(),
    window,
    subjects: fc.array(subject, { maxLength: 12 }),
  },
  {
    reason: words,
    interval: fc.tuple(number, number),
    confidence: fc.double({ min: 0, max: 1 }),
    reference: number,
    firedValue: fc.option(number),
    peak: fc.option(number),
    breached: fc.nat(),
    judged: fc.nat(),
    resolved: fc.boolean(),
    stale: words,
  },
) as fc.Arbitrary<AlertView>;

const action = withOptional(
  {
    id: words,
    kind: fc.constantFrom('retraining' as const, 'rollback' as const, 'promotion' as const),
    state: fc.constantFrom('preparing', 'waiting', 'executing', 'verified', 'rejected', 'expired', 'failed'),
    askedOf: fc.array(words, { maxLength: 20 }),
    approveCommand: words,
    rejectCommand: words,
  },
  { question: words, from: words, to: words, hash: words, expiresAt: time, decidedBy: words, outcome: words },
) as fc.Arbitrary<ActionView>;

export const anyView = withOptional(
  {
    incidentId: words,
    model: words,
    title: words,
    team: words,
    kind: fc.constantFrom('breach' as const, 'manual' as const, 'platform' as const),
    state: fc.constantFrom('open' as const, 'acknowledged' as const, 'resolved' as const, 'closed' as const),
    severity,
    openedAt: time,
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
    alerts: fc.array(alert, { maxLength: 60 }),
    servingVersion: words,
    actions: fc.array(action, { maxLength: 12 }),
    notes: fc.array(words, { maxLength: 20 }),
    links: fc.record({ cycle: words, incident: fc.constantFrom('https://temporal.example.org/x?a=1&b=2') }, optional),
    command: words,
    stateVersion: fc.nat(),
  },
  {
    sinceWindow: window,
    acknowledgedBy: words,
    acknowledgedUntil: time,
    silencedUntil: time,
    silencedBy: words,
    lastRelease: fc.record({ version: words, since: time }),
    runbook: words,
    closedReason: words,
    duration: fc.record({ windows: fc.nat(), wallMs: fc.nat() }, optional),
  },
) as fc.Arbitrary<IncidentView>;

export const anyEvent: fc.Arbitrary<IncidentEvent> = fc.oneof(
  fc.constantFrom<IncidentEvent>(
    { kind: 'opened' },
    { kind: 'reopened' },
    { kind: 'resolved' },
    { kind: 'silence ended' },
  ),
  fc.record({ kind: fc.constant('severity raised' as const), from: severity, to: severity, mention: words }),
  fc.record({ kind: fc.constant('acknowledged' as const), by: words, until: time }),
  fc.record({ kind: fc.constant('escalated' as const), mention: words, afterMs: fc.nat() }),
  fc.record({ kind: fc.constant('repeated' as const), mention: words }),
  fc.record({ kind: fc.constant('closed' as const), by: words, reason: words }),
  fc.record({ kind: fc.constantFrom('action asked' as const, 'action decided', 'action finished'), action: words }),
  fc.record({ kind: fc.constant('comment' as const), by: words, text: words }),
  fc.record({ kind: fc.constant('silenced' as const), by: words, until: time, reason: words }),
  fc.record({ kind: fc.constant('window revised' as const), window, text: words }),
);

/** The event, about an action of the view where it is about one and there is one. */
export function aimed(event: IncidentEvent, view: IncidentView): IncidentEvent {
  const [first] = view.actions;
  return 'action' in event && first !== undefined ? { ...event, action: first.id } : event;
}
