/** An alert's life as a list of sentences: windows of a day, counted from 1, and what each of them says. */
import type { Rule, Severity } from '../../../src/model/definition.js';
import type { Verdict, VerdictReason, VerdictStatus } from '../../../src/model/verdict.js';
import type { Window } from '../../../src/model/window.js';
import { NEW_ALERT, type AlertState, type Transition } from '../../../src/alerts/alert.js';
import { advance, type AdvanceNote, type AlertEvent, type VerdictEvent } from '../../../src/alerts/state-machine.js';

export const DAY = 86_400_000;

export type Saying = 'breach' | 'clear' | 'band' | 'uncertain' | 'no data' | 'too few' | 'error' | 'labels';

const SAYINGS: Record<Saying, [VerdictStatus, VerdictReason]> = {
  breach: ['breach', 'beyond limit'],
  clear: ['pass', 'within limit'],
  band: ['pass', 'in band'],
  uncertain: ['pass', 'uncertain'],
  'no data': ['unknown', 'empty window'],
  'too few': ['unknown', 'too few rows'],
  error: ['unknown', 'error'],
  labels: ['unknown', 'labels not in yet'],
};

export function verdict(
  saying: Saying,
  value = saying === 'breach' ? 0.6 : 0.8,
  severity: Severity = 'warning',
): Verdict {
  const [status, reason] = SAYINGS[saying];
  return {
    rule: 'auc-floor',
    segment: '',
    status,
    reason,
    severity,
    action: 'none',
    limit: 'below 0.75',
    evidence: [
      { figure: 'performance/current/roc_auc', subject: '', value: status === 'unknown' ? null : value, n: 500 },
    ],
    breached: status === 'breach' ? 1 : 0,
    judged: status === 'unknown' ? 0 : 1,
    provisional: saying === 'labels',
  };
}

type Policy = Pick<Rule, 'hold' | 'keep' | 'limit' | 'metric'>;

export const policy = (breaches = 1, of = breaches, keep = 2): Policy => ({
  hold: { breaches, of },
  keep,
  limit: { kind: 'below', value: 0.75 },
  metric: 'roc_auc',
});

export const day = (number: number, days = 1): Window => ({ from: (number - days) * DAY, to: number * DAY });

export function judged(
  window: number | Window,
  saying: Saying,
  change: Partial<Omit<VerdictEvent, 'kind' | 'window'>> = {},
): VerdictEvent {
  return {
    kind: 'verdict',
    verdict: verdict(saying),
    rule: policy(),
    window: typeof window === 'number' ? day(window) : window,
    version: '7',
    past: false,
    ...change,
  };
}

export interface Told {
  readonly state: AlertState;
  readonly transitions: readonly Transition[];
  readonly notes: ReadonlyArray<AdvanceNote | null>;
}

export function tell(events: readonly AlertEvent[], from: AlertState = NEW_ALERT): Told {
  let state = from;
  const transitions: Transition[] = [];
  const notes: Array<AdvanceNote | null> = [];
  for (const event of events) {
    const step = advance(state, event);
    state = step.state;
    notes.push(step.note);
    if (step.transition !== null) transitions.push(step.transition);
  }
  return { state, transitions, notes };
}

/** Days 1, 2, 3 … each with what it says. */
export const daily = (sayings: readonly Saying[], rule: Policy = policy(), first = 1): AlertEvent[] =>
  sayings.map((saying, index) => judged(first + index, saying, { rule }));

export const steps = ({ transitions }: Told): string[] =>
  transitions.map(({ from, to, reason }) => `${from} → ${to}: ${reason}`);
