/** The life of one rule on one segment of one model. Plain JSON: stored whole, and small. */
import type { Severity } from '../model/definition.js';
import type { Window } from '../model/window.js';

export type AlertPhase = 'inactive' | 'pending' | 'firing' | 'acknowledged' | 'resolved';

/**
 * One letter per window: breach, clear, near (in the band, or beyond the limit without certainty), unknown. Newest last.
 */
export type VerdictLetter = 'b' | 'c' | 'n' | 'u';

/** A conclusive window that counts towards the rule's hold. No two of them share data. */
interface HeldWindow extends Window {
  readonly breach: boolean;
}

export interface AlertState {
  readonly state: AlertPhase;
  /** Highest severity of the alert that is or was last open. */
  readonly severity: Severity;
  /** The last windows, as letters; at most 21. */
  readonly recent: string;
  /** The verdicts go to and fro: messages are held back, the state machine runs on. */
  readonly flapping: boolean;
  /** The newest window that said something; only newer ones move the state. */
  readonly cursor: Window | null;
  /** The last disjoint conclusive windows before the alert fires, oldest first; empty while it is open. */
  readonly held: readonly HeldWindow[];
  /** Disjoint windows in a row: in the band or unknown while pending. */
  readonly quietStreak: number;
  readonly quietWindow: Window | null;
  /** Disjoint windows in a row that are clear, while open or after. */
  readonly clearStreak: number;
  readonly clearSince: Window | null;
  readonly clearWindow: Window | null;
  /** Windows in a row without a conclusive verdict; above 0 the alert's values are stale. */
  readonly unknownStreak: number;
  readonly unknownWindow: Window | null;
  /** First breaching window of the open alert. */
  readonly since: Window | null;
  /** Window in which it fired. */
  readonly firedIn: Window | null;
  readonly firedValue: number | null;
  /** The value farthest beyond the limit since it fired. */
  readonly peakValue: number | null;
  readonly acknowledgedBy: string | null;
  /** Windows that count since the alert was resolved; while few, a breach opens it again. */
  readonly resolvedFor: number;
  readonly resolvedWindow: Window | null;
  /** How often the open incident's alert fired again after it had been resolved. */
  readonly reopened: number;
  /** Number of the last transition; 0 before the first. */
  readonly transitions: number;
}

export type TransitionReason =
  'first' | 'raised' | 'resolved' | 'reopened' | 'acknowledged' | 'acknowledgement expired' | 'retired';

/** One step of an alert's life that people hear of. Numbered without gaps, per alert. */
export interface Transition {
  readonly number: number;
  readonly from: AlertPhase;
  readonly to: AlertPhase;
  readonly severity: Severity;
  readonly reason: TransitionReason;
  /** The window that caused it; null where people or a changed definition did. */
  readonly window: Window | null;
  /** First breaching window of the alert. */
  readonly since: Window | null;
  /** Serving version in that window. */
  readonly version: string | null;
  /** Value in that window, of the worst subject; with `firedValue` and `peakValue` no message shows a stale number. */
  readonly value: number | null;
  readonly firedValue: number | null;
  readonly peakValue: number | null;
  readonly limit: string;
  /** "age 0.21, balance 0.18 and 2 more (4 of 30)". */
  readonly summary: string;
  /** Who acknowledged, or why it was retired. */
  readonly note: string | null;
}

/** The state of an alert that has never been heard of. */
export const NEW_ALERT: AlertState = {
  state: 'inactive',
  severity: 'info',
  recent: '',
  flapping: false,
  cursor: null,
  held: [],
  quietStreak: 0,
  quietWindow: null,
  clearStreak: 0,
  clearSince: null,
  clearWindow: null,
  unknownStreak: 0,
  unknownWindow: null,
  since: null,
  firedIn: null,
  firedValue: null,
  peakValue: null,
  acknowledgedBy: null,
  resolvedFor: 0,
  resolvedWindow: null,
  reopened: 0,
  transitions: 0,
};

export const isOpen = ({ state }: Pick<AlertState, 'state'>): boolean => state === 'firing' || state === 'acknowledged';

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Positive if `a` is the more severe. */
export const compareSeverity = (a: Severity, b: Severity): number => RANK[a] - RANK[b];
