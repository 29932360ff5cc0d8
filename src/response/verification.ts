/**
 * After a rollback: did it help? Three things are asked: the version read back is the target; the checks of the fed
 * features that broke under the defective release pass again; and the chosen figure of the restored version lies
 * clearly on the better side of the defective release's. Both figures are from this year's data: an absolute limit
 * would fail a good version for what the world has done.
 */
import { normalTwoSidedQuantile } from '../numeric/distributions.js';

/** The chosen figure in one window, with its sampling interval. */
export interface WindowFigure {
  /** Window, milliseconds since the epoch, half-open. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
  readonly n: number;
}

/** A check of the fed features in one window of the restored version. */
export interface FeedCheck {
  /** The rule, or rule and feature where one of its features had been broken all along. */
  readonly rule: string;
  readonly status: 'pass' | 'breach' | 'unknown';
}

/** A window that the restored version served from end to end. */
export interface RestoredWindow {
  readonly from: number;
  readonly to: number;
  /** The checks that had broken under the defective release. */
  readonly feedChecks: readonly FeedCheck[];
  /** Absent while labels are out, or where the figure has no value. */
  readonly figure?: WindowFigure;
}

export interface VerificationInput {
  readonly target: string;
  /** The version read back as serving. */
  readonly serving: string;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** Windows with a figure that are needed. */
  readonly windowsNeeded: number;
  /** Windows after which waiting ends; windows without rows or labels do not count as needed, but as waited for. */
  readonly patience: number;
  /** Confidence of the given intervals. */
  readonly confidence: number;
  /** Windows since the switch, any order. */
  readonly restored: readonly RestoredWindow[];
  /** The defective release's windows that have the figure. */
  readonly defective: readonly WindowFigure[];
}

export type VerificationReason =
  | 'restored'
  | 'windows to come'
  | 'not clear yet'
  | 'another version serves'
  | 'feed checks still breach'
  | 'worse than the defective release'
  | 'not shown to be better'
  | 'nothing to compare with';

export interface PooledFigure {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
  readonly n: number;
  readonly windows: number;
}

export interface VerificationVerdict {
  readonly state: 'waiting' | 'verified' | 'failed';
  readonly reason: VerificationReason;
  /** The reason as a sentence with its numbers. */
  readonly text: string;
  /** Windows of the restored version that have the figure. */
  readonly measured: number;
  readonly restored: PooledFigure | null;
  readonly defective: PooledFigure | null;
}

export function judgeRollback(input: VerificationInput): VerificationVerdict {
  const windows = [...input.restored].sort((a, b) => a.from - b.from);
  const figures = windows.flatMap((window) => (window.figure === undefined ? [] : [window.figure]));
  const restored = poolFigures(figures, input.confidence);
  const defective = poolFigures(input.defective, input.confidence);
  const verdict = (
    state: VerificationVerdict['state'],
    reason: VerificationReason,
    text: string,
  ): VerificationVerdict => ({ state, reason, text, measured: figures.length, restored, defective });

  if (input.serving !== input.target) {
    const text = `Read back: ${input.serving} serves, not ${input.target}.`;
    return verdict('failed', 'another version serves', text);
  }
  const broken = stillBroken(windows);
  if (broken !== undefined) return verdict('failed', 'feed checks still breach', broken);

  const outOfPatience = windows.length >= input.patience;
  const feedSeen = feedChecksPassed(windows);
  if (figures.length < input.windowsNeeded || restored === null || !feedSeen) {
    const text = waitingText(input, figures.length, feedSeen);
    return outOfPatience
      ? verdict('failed', 'not shown to be better', `${text} ${String(windows.length)} windows were waited for.`)
      : verdict('waiting', 'windows to come', text);
  }
  if (defective === null) {
    const text = `The defective release has no ${input.metric}.`;
    return outOfPatience
      ? verdict('failed', 'nothing to compare with', text)
      : verdict('waiting', 'not clear yet', `${text} Its labels may still come.`);
  }
  const text = comparison(input, restored, defective);
  const [better, worse] = input.higherIsBetter ? [restored, defective] : [defective, restored];
  if (better.interval[0] > worse.interval[1]) return verdict('verified', 'restored', text);
  if (better.interval[1] < worse.interval[0]) return verdict('failed', 'worse than the defective release', text);
  return outOfPatience
    ? verdict('failed', 'not shown to be better', text)
    : verdict('waiting', 'not clear yet', `${text} The intervals overlap.`);
}

/**
 * Figures of disjoint windows as one, weighted by inverse variance; each standard error is half the interval's width
 * divided by its normal quantile, so an interval from a skewed scale is taken as if it were symmetric. Weighting by
 * window, not by row, keeps a change of mix between windows out of the figure: an AUC pooled over rows of months with
 * different base rates would be another quantity. Null for none; windows of zero width count by their `n`.
 *
 * Source: fixed-effect pooling, Hedges and Olkin (1985), chapter 6.
 */
export function poolFigures(figures: readonly WindowFigure[], confidence: number): PooledFigure | null {
  const [first] = figures;
  if (first === undefined) return null;
  const n = figures.reduce((sum, figure) => sum + figure.n, 0);
  if (figures.length === 1) return { value: first.value, interval: first.interval, n, windows: 1 };
  const z = normalTwoSidedQuantile(confidence);
  const variances = figures.map(({ interval: [low, high] }) => ((high - low) / (2 * z)) ** 2);
  const known = variances.every((variance) => variance > 0);
  const weights = figures.map((figure, i) => (known ? 1 / variances[i]! : figure.n));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const value = figures.reduce((sum, figure, i) => sum + weights[i]! * figure.value, 0) / total;
  const variance = weights.reduce((sum, weight, i) => sum + weight ** 2 * variances[i]!, 0) / total ** 2;
  const half = z * Math.sqrt(variance);
  return { value, interval: [value - half, value + half], n, windows: figures.length };
}

function stillBroken(windows: readonly RestoredWindow[]): string | undefined {
  for (const window of windows) {
    const rules = window.feedChecks.filter(({ status }) => status === 'breach').map(({ rule }) => rule);
    if (rules.length > 0) {
      return `In the window from ${new Date(window.from).toISOString()} checks of the fed features still breach: ${rules.join(', ')}.`;
    }
  }
  return undefined;
}

/** Every check that had broken has passed at least once; an `unknown` is no pass, and a breach is caught before. */
function feedChecksPassed(windows: readonly RestoredWindow[]): boolean {
  const waiting = new Set(windows.flatMap((window) => window.feedChecks.map(({ rule }) => rule)));
  for (const window of windows) {
    for (const { rule, status } of window.feedChecks) if (status === 'pass') waiting.delete(rule);
  }
  return waiting.size === 0;
}

function waitingText(input: VerificationInput, measured: number, feedSeen: boolean): string {
  const figures = `${String(measured)} of ${String(input.windowsNeeded)} windows have their ${input.metric}`;
  return feedSeen ? `${figures}.` : `${figures}, and not every check of the fed features could be judged.`;
}

function comparison(input: VerificationInput, restored: PooledFigure, defective: PooledFigure): string {
  const shown = (figure: PooledFigure): string =>
    `${figure.value.toFixed(3)} (${figure.interval[0].toFixed(3)} to ${figure.interval[1].toFixed(3)}, n ${String(figure.n)})`;
  return `${input.metric} of ${input.target} is ${shown(restored)}, of the defective release ${shown(defective)}.`;
}
