/** Verdicts: what a rule says of one window. `unknown` is a verdict of its own and never a pass. */
import type { RuleAction, Severity } from './definition.js';

export type VerdictStatus = 'pass' | 'breach' | 'unknown';

/** Why a verdict is what it is; the text goes into messages, the code into decisions. */
export type VerdictReason =
  | 'within limit'
  /** Beyond the clear threshold's safe side is `within limit`; between clear and fire threshold is the band. */
  | 'in band'
  | 'beyond limit'
  /** The value lies beyond the limit, its interval does not. */
  | 'uncertain'
  | 'empty window'
  | 'too few rows'
  | 'labels not in yet'
  | 'no labels'
  | 'no reference'
  | 'insufficient evidence'
  | 'degenerate'
  | 'no value'
  /** The figure was made from profiles, and its bound reaches over the limit. */
  | 'limit within bound'
  | 'error';

/** One figure that a verdict rests on, small enough to stand in a message. */
export interface Evidence {
  readonly figure: string;
  /** Feature, group or `''` for the model as a whole. */
  readonly subject: string;
  readonly value: number | null;
  readonly interval?: readonly [number, number];
  /** The reference's value, where the rule compares. */
  readonly reference?: number;
  /** What was held against the limit where it is not the value itself: the change against the reference. */
  readonly change?: number;
  /** Interval of the value (or of the change) at the rule's certainty, shared out among the rule's subjects. */
  readonly judgedInterval?: readonly [number, number];
  /** The corrected p-value, where the rule asks for significance. */
  readonly p?: number;
  /** The limit learned from the reference's own windows, for a test at the rule's level shared out among its family. */
  readonly learned?: { readonly limit: number; readonly windows: number };
  /** What settled the matter: this window together with those before it. `judgedInterval` is then of these. */
  readonly pooled?: { readonly windows: number; readonly value: number; readonly n: number };
  readonly n: number;
  readonly reason?: string;
}

export interface Verdict {
  readonly rule: string;
  /** Attribute of a fairness rule, `@v2` where another version than the last is judged; else `''`. Part of the alert's identity. */
  readonly segment: string;
  /** The version that is judged, where it served beside the one that served last; absent for that one. */
  readonly version?: string;
  readonly status: VerdictStatus;
  readonly reason: VerdictReason;
  readonly severity: Severity;
  readonly action: RuleAction;
  /** The limit in words: "below 0.75", "fell by more than 0.05 against the reference". */
  readonly limit: string;
  /** Worst first; at most ten, however many features breach. */
  readonly evidence: readonly Evidence[];
  /** How many subjects breached, how many were judged. */
  readonly breached: number;
  readonly judged: number;
  /** How many could not be judged although others could; absent if none. */
  readonly leftOut?: number;
  /** True if labels or rows may still come and change it. */
  readonly provisional: boolean;
}

/** The whole window in one word, for the search attribute `CycleVerdict`. */
export type CycleVerdict = 'pass' | 'breach' | 'unknown';
