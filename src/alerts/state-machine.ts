/**
 * One step of an alert's life: state and event in, state and perhaps a transition out. Counting is in disjoint windows
 * of data; nothing here knows the time of day. Applying the same window twice changes nothing, and only a window newer
 * than every conclusive one before it can open, reopen or resolve.
 */
import type { Rule } from '../model/definition.js';
import type { Verdict } from '../model/verdict.js';
import { disjoint, type Window } from '../model/window.js';
import {
  compareSeverity,
  isOpen,
  NEW_ALERT,
  type AlertState,
  type Transition,
  type TransitionReason,
  type VerdictLetter,
} from './alert.js';
import { isFlapping, REMEMBERED_VERDICTS } from './flapping.js';
import { summaryOf, valueOf, worseOf } from './verdict-summary.js';

/** A breach within this many windows after the alert was resolved continues it, without waiting. */
const REOPEN_WINDOWS = 3;
/** A pending alert that hears nothing clear for this many windows is dropped. */
const PENDING_LAPSES_AFTER = 3;

export interface VerdictEvent {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
  readonly rule: Pick<Rule, 'hold' | 'keep' | 'limit' | 'metric'>;
  readonly window: Window;
  /** Serving version of the window. */
  readonly version: string | null;
  /** Judged too late to alarm anybody. */
  readonly past: boolean;
}

export type AlertEvent =
  | VerdictEvent
  | { readonly kind: 'acknowledge'; readonly by: string }
  | { readonly kind: 'acknowledgement expired' }
  | { readonly kind: 'retire'; readonly reason: string };

export type AdvanceNote =
  | 'ignored: past window'
  | 'ignored: older window'
  | 'ignored: labels not in yet'
  | 'ignored: not firing'
  | 'ignored: not acknowledged'
  /** An older or revised window says the opposite of what opened, or resolved, the alert. */
  | 'recorded: contradicts';

interface Advance {
  readonly state: AlertState;
  readonly transition: Transition | null;
  readonly note: AdvanceNote | null;
}

const unmoved = (state: AlertState, note: AdvanceNote | null = null): Advance => ({ state, transition: null, note });

export function advance(state: AlertState, event: AlertEvent): Advance {
  switch (event.kind) {
    case 'verdict':
      return advanceByVerdict(state, event);
    case 'acknowledge':
      if (state.state !== 'firing') return unmoved(state, 'ignored: not firing');
      return people({ ...state, acknowledgedBy: event.by }, 'acknowledged', 'acknowledged', event.by);
    case 'acknowledgement expired':
      if (state.state !== 'acknowledged') return unmoved(state, 'ignored: not acknowledged');
      return people({ ...state, acknowledgedBy: null }, 'firing', 'acknowledgement expired', state.acknowledgedBy);
    case 'retire':
      return retire(state, event.reason);
  }
}

function advanceByVerdict(state: AlertState, event: VerdictEvent): Advance {
  const { verdict, window } = event;
  if (event.past) return unmoved(state, 'ignored: past window');
  if (verdict.provisional) return unmoved(state, 'ignored: labels not in yet');
  const letter = letterOf(verdict);
  if (state.cursor !== null && window.to <= state.cursor.to) {
    return unmoved(state, contradicts(state, letter, window) ? 'recorded: contradicts' : 'ignored: older window');
  }
  const current = reopenable(state) ? state : closed(state);
  if (letter === 'u') return unmoved(unknownWindow(current, window));
  const recent = (current.recent + letter).slice(-REMEMBERED_VERDICTS);
  const seen: AlertState = {
    ...current,
    recent,
    flapping: isFlapping(recent, current.flapping),
    cursor: { from: window.from, to: window.to },
    unknownStreak: 0,
  };
  switch (letter) {
    case 'b':
      return breach(seen, event);
    case 'c':
      return clear(seen, event);
    case 'n':
      return unmoved(near(seen, window));
  }
}

function letterOf({ status, reason }: Verdict): VerdictLetter {
  if (status === 'unknown') return 'u';
  if (status === 'breach') return 'b';
  // Beyond the limit without certainty is no reason to open an alert, and none to call one over.
  return reason === 'in band' || reason === 'uncertain' ? 'n' : 'c';
}

/** The verdict of an older or revised window against the windows that fired, or resolved, the alert. */
function contradicts(state: AlertState, letter: VerdictLetter, window: Window): boolean {
  const within = (first: Window | null, last: Window | null): boolean =>
    first !== null && last !== null && window.to >= first.to && window.to <= last.to;
  if (isOpen(state)) return letter === 'c' && within(state.since, state.firedIn);
  return state.state === 'resolved' && letter === 'b' && within(state.clearSince, state.clearWindow);
}

const reopenable = ({ state, resolvedFor }: AlertState): boolean =>
  state !== 'resolved' || resolvedFor < REOPEN_WINDOWS;

/** A resolved alert whose time to reopen is over: the next breach is a new trouble. */
function closed(state: AlertState): AlertState {
  const { severity, recent, flapping, cursor, unknownStreak, unknownWindow: unknown, transitions } = state;
  return { ...NEW_ALERT, severity, recent, flapping, cursor, unknownStreak, unknownWindow: unknown, transitions };
}

/** Newer than the last one counted, and without any of its data. */
const isNext = (window: Window, last: Window | null): boolean => last === null || window.from >= last.to;

/** Unknown moves no cursor: an earlier window's late labels must still be heard. */
function unknownWindow(state: AlertState, window: Window): AlertState {
  if (!isNext(window, state.unknownWindow)) return state;
  const counted: AlertState = {
    ...state,
    recent: (state.recent + 'u').slice(-REMEMBERED_VERDICTS),
    unknownStreak: state.unknownStreak + 1,
    unknownWindow: { from: window.from, to: window.to },
  };
  return quiet(counted, window);
}

function near(state: AlertState, window: Window): AlertState {
  if (isOpen(state)) return { ...state, clearStreak: 0, clearSince: null, clearWindow: null };
  if (state.state === 'resolved') return countAfterResolved(state, window);
  return quiet(state, window);
}

/** A pending alert waits through windows that say neither yes nor no, but not for ever. */
function quiet(state: AlertState, window: Window): AlertState {
  if (state.state !== 'pending' || !isNext(window, state.quietWindow)) return state;
  const quietStreak = state.quietStreak + 1;
  if (quietStreak >= PENDING_LAPSES_AFTER) return { ...state, state: 'inactive', ...NOTHING_HELD };
  return { ...state, quietStreak, quietWindow: { from: window.from, to: window.to } };
}

const NOTHING_HELD = { held: [], quietStreak: 0, quietWindow: null } as const;

function breach(state: AlertState, event: VerdictEvent): Advance {
  const { verdict, rule, window } = event;
  const value = valueOf(verdict);
  const span: Window = { from: window.from, to: window.to };
  if (isOpen(state)) {
    const running: AlertState = {
      ...state,
      peakValue: worseOf(rule.limit, state.peakValue, value),
      clearStreak: 0,
      clearSince: null,
      clearWindow: null,
    };
    if (compareSeverity(verdict.severity, state.severity) <= 0) return unmoved(running);
    const raised: AlertState = { ...running, severity: verdict.severity, acknowledgedBy: null };
    return moved(raised, 'firing', 'raised', event);
  }
  const fired = {
    severity: verdict.severity,
    firedIn: span,
    firedValue: value,
    clearStreak: 0,
    clearSince: null,
    clearWindow: null,
    resolvedFor: 0,
    resolvedWindow: null,
    ...NOTHING_HELD,
  };
  if (state.state === 'resolved') {
    const peakValue = worseOf(rule.limit, state.peakValue, value);
    return moved({ ...state, ...fired, peakValue, reopened: state.reopened + 1 }, 'firing', 'reopened', event);
  }
  const held = holdBreach(state.held, span, rule.hold.of);
  if (held.filter((one) => one.breach).length < rule.hold.breaches) {
    return unmoved({ ...state, state: 'pending', held, quietStreak: 0, quietWindow: null });
  }
  const since: Window = { from: held[0]!.from, to: held[0]!.to };
  return moved({ ...state, ...fired, since, peakValue: value }, 'firing', 'first', event);
}

function clear(state: AlertState, event: VerdictEvent): Advance {
  const { window, rule } = event;
  if (state.state === 'resolved') return unmoved(countAfterResolved(state, window));
  if (!isOpen(state)) {
    const held = holdClear(state.held, window, rule.hold);
    const phase = held.length > 0 ? 'pending' : 'inactive';
    return unmoved({ ...state, state: phase, ...NOTHING_HELD, held });
  }
  if (!isNext(window, state.clearWindow)) return unmoved(state);
  const span: Window = { from: window.from, to: window.to };
  const counted: AlertState = {
    ...state,
    clearStreak: state.clearStreak + 1,
    clearSince: state.clearSince ?? span,
    clearWindow: span,
  };
  if (counted.clearStreak < rule.keep) return unmoved(counted);
  const resolved: AlertState = { ...counted, acknowledgedBy: null, resolvedFor: 0, resolvedWindow: span };
  return moved(resolved, 'resolved', 'resolved', event);
}

type Held = AlertState['held'];

/** A breach counts if it shares no data with one already counted; a clear window that it overlaps gives way to it. */
function holdBreach(held: Held, window: Window, of: number): Held {
  if (held.some((one) => one.breach && !disjoint(one, window))) return held;
  const kept = held.filter((one) => disjoint(one, window));
  return fromFirstBreach([...kept, { from: window.from, to: window.to, breach: true }].slice(-of));
}

/** A clear window ends a row; where some windows may be clear ("3 of 5"), it pushes the oldest out of sight. */
function holdClear(held: Held, window: Window, { breaches, of }: Rule['hold']): Held {
  if (breaches >= of) return [];
  if (held.some((one) => !disjoint(one, window))) return held;
  return fromFirstBreach([...held, { from: window.from, to: window.to, breach: false }].slice(-of));
}

function fromFirstBreach(held: Held): Held {
  const first = held.findIndex((one) => one.breach);
  return first === -1 ? [] : held.slice(first);
}

function countAfterResolved(state: AlertState, window: Window): AlertState {
  if (!isNext(window, state.resolvedWindow)) return state;
  const counted = {
    ...state,
    resolvedFor: state.resolvedFor + 1,
    resolvedWindow: { from: window.from, to: window.to },
  };
  return reopenable(counted) ? counted : closed(counted);
}

/** A rule is gone or the model stopped. What was announced is ended aloud, the rest without a word. */
function retire(state: AlertState, reason: string): Advance {
  if (!isOpen(state)) return unmoved(closed(state));
  // Nothing to reopen: the rule that fired no longer exists.
  const retired = { ...state, ...NOTHING_HELD, acknowledgedBy: null, resolvedFor: REOPEN_WINDOWS };
  return people(retired, 'resolved', 'retired', reason);
}

function moved(state: AlertState, to: AlertState['state'], reason: TransitionReason, event: VerdictEvent): Advance {
  const { verdict, window, version, rule } = event;
  const number = state.transitions + 1;
  return {
    state: { ...state, state: to, transitions: number },
    transition: {
      number,
      from: state.state,
      to,
      severity: state.severity,
      reason,
      window: { from: window.from, to: window.to },
      since: state.since,
      version,
      value: valueOf(verdict),
      firedValue: state.firedValue,
      peakValue: state.peakValue,
      limit: verdict.limit,
      summary: summaryOf(verdict, rule.metric),
      note: null,
    },
    note: null,
  };
}

/** A step that no window caused. */
function people(state: AlertState, to: AlertState['state'], reason: TransitionReason, note: string | null): Advance {
  const number = state.transitions + 1;
  return {
    state: { ...state, state: to, transitions: number },
    transition: {
      number,
      from: state.state,
      to,
      severity: state.severity,
      reason,
      window: null,
      since: state.since,
      version: null,
      value: null,
      firedValue: state.firedValue,
      peakValue: state.peakValue,
      limit: '',
      summary: '',
      note: note === null ? null : note.slice(0, 300),
    },
    note: null,
  };
}
