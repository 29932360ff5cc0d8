/**
 * What to do about breaches: nothing, retrain, or offer a rollback. A rollback helps when a recent release broke
 * something that worked before; retraining helps when the world has moved away from a model that is fed correctly.
 */
import { isOpen, type AlertState } from '../alerts/alert.js';
import type { RuleAction, Severity } from '../model/definition.js';
import type { FigureFamily } from '../model/figure.js';

/** A rule that breaches now. */
export interface Breach {
  readonly rule: string;
  readonly family: FigureFamily;
  readonly severity: Severity;
  readonly action: RuleAction;
  /** The version that served the breaching window; labels come late, so it may serve no more. Null: not known. */
  readonly version: string | null;
}

/**
 * Whether an alert's rule breaches now: it is open, and the newest window that could be judged breaches. An open alert
 * whose newest window is clear, in the band or uncertain is on its way out or says nothing: acting on it would retrain a
 * version for the faults of the one before.
 */
export function breachesNow(alert: Pick<AlertState, 'state' | 'recent'>): boolean {
  return isOpen(alert) && alert.recent.replaceAll('u', '').endsWith('b');
}

/** A figure of one version with its interval, both ends on the metric's own scale. */
export interface VersionFigure {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
}

export interface ServingVersion {
  readonly version: string;
  /** How it came to serve: the model's first version, a release by hand, a promoted retraining, or a rollback. */
  readonly origin: 'first' | 'release' | 'retraining' | 'rollback';
  /** Windows that it has served so far, the newest included. */
  readonly windows: number;
}

export interface RemedyInput {
  readonly breaches: readonly Breach[];
  readonly serving: ServingVersion;
  /** The version that served before this one; null for the first. */
  readonly predecessor: string | null;
  /** A version that has served at most this many windows counts as a recent release. */
  readonly recentWindows: number;
  /** Data-quality rules on the fed features that breach now and did not in the predecessor's last judged window. */
  readonly feedBrokenSinceRelease: readonly string[];
  /** The figure that a rollback is verified by, for both versions where both have it. */
  readonly performance?: {
    readonly metric: string;
    readonly higherIsBetter: boolean;
    readonly serving: VersionFigure;
    readonly predecessor: VersionFigure;
  };
  /** Which actions the definition knows. */
  readonly defined: { readonly retrain: boolean; readonly rollback: boolean };
}

export type RemedyReason =
  | 'no breach'
  | 'no action asked for'
  | 'version serves no more'
  | 'warnings never act alone'
  | 'recent release broke the feed'
  | 'recent release is worse'
  | 'rule asks for a rollback'
  | 'rule asks for retraining'
  | 'the world has moved'
  | 'retraining cures no run-time fault'
  | 'only a critical breach offers a rollback'
  | 'no recent release'
  | 'no predecessor'
  | 'not defined';

export interface Remedy {
  readonly kind: 'none' | 'retrain' | 'rollback';
  /** The version to go back to; null unless `kind` is `rollback`. */
  readonly target: string | null;
  readonly reason: RemedyReason;
  /** The reason as a sentence for people. */
  readonly text: string;
  /** Rules that asked, the ones that count first. */
  readonly rules: readonly string[];
}

/**
 * Chooses one remedy for all breaches together. A release is to blame only while it is recent, and on evidence: the feed
 * broke with it, it is clearly worse than its predecessor, or the breaching rule itself names the rollback. Only performance and run-time act: drift, data quality, fairness and
 * estimates without labels warn people, who may act by hand. Only a critical breach offers a rollback.
 */
export function chooseRemedy(input: RemedyInput): Remedy {
  if (input.breaches.length === 0) return none('no breach', 'No rule breaches.', []);
  const asking = input.breaches.filter(({ action }) => action !== 'none');
  if (asking.length === 0) return none('no action asked for', 'No breaching rule asks for an action.', input.breaches);
  const current = asking.filter(({ version }) => version === null || version === input.serving.version);
  if (current.length === 0) {
    const versions = [...new Set(asking.map(({ version }) => version))].join(', ');
    const text = `What breaches was served by ${versions}; ${input.serving.version} serves now.`;
    return none('version serves no more', text, asking);
  }
  const acting = current.filter(({ family }) => family === 'performance' || family === 'runtime');
  if (acting.length === 0) {
    return none(
      'warnings never act alone',
      'Only performance and run-time rules act; these rules warn people.',
      asking,
    );
  }
  const rollback = chooseRollback(acting, input);
  if (rollback !== undefined) return rollback;
  return chooseRetraining(acting, input);
}

function chooseRollback(acting: readonly Breach[], input: RemedyInput): Remedy | undefined {
  const critical = acting.filter(({ severity, action }) => severity === 'critical' && action !== 'retrain');
  const cause = critical.length === 0 ? undefined : causeInRelease(critical, input);
  if (cause === undefined) {
    const explicit = acting.filter(({ action }) => action === 'rollback');
    return explicit.length > 0 && explicit.length === acting.length ? noRollback(explicit, input) : undefined;
  }
  if (input.predecessor === null) return none('no predecessor', 'No earlier version to go back to.', critical);
  if (!input.defined.rollback) {
    return none('not defined', `${cause.text} The definition has no rollback; people have to act.`, critical);
  }
  return { kind: 'rollback', target: input.predecessor, ...cause, rules: critical.map(({ rule }) => rule) };
}

/** All that acts asks for a rollback, and there is no ground for one. */
function noRollback(explicit: readonly Breach[], input: RemedyInput): Remedy {
  if (!explicit.some(({ severity }) => severity === 'critical')) {
    const text = 'The rule asks for a rollback, but its severity is not critical.';
    return none('only a critical breach offers a rollback', text, explicit);
  }
  const served = counted(input.serving.windows, 'window');
  const text = `${input.serving.version} has served ${served} and is no recent release: going back would not help.`;
  return none('no recent release', text, explicit);
}

interface Cause {
  readonly reason: RemedyReason;
  readonly text: string;
}

/** Evidence that the newest change of version is to blame; undefined where there is none. */
function causeInRelease(critical: readonly Breach[], input: RemedyInput): Cause | undefined {
  const { serving, performance } = input;
  // Going back from a version that a rollback restored would swing to and fro between two versions.
  if (serving.origin === 'first' || serving.origin === 'rollback') return undefined;
  if (serving.windows > input.recentWindows) return undefined;
  const since = `${serving.version} has served ${counted(serving.windows, 'window')}`;
  if (input.feedBrokenSinceRelease.length > 0) {
    const rules = input.feedBrokenSinceRelease.join(', ');
    const text = `${since}; checks of the fed features broke with it: ${rules}.`;
    return { reason: 'recent release broke the feed', text };
  }
  if (performance !== undefined && clearlyWorse(performance)) {
    const text = `${since}; its ${performance.metric} lies clearly on the worse side of its predecessor's.`;
    return { reason: 'recent release is worse', text };
  }
  if (critical.some(({ action }) => action === 'rollback')) {
    return { reason: 'rule asks for a rollback', text: `${since}, and the rule asks for a rollback.` };
  }
  return undefined;
}

/** The whole interval of the serving version lies on the worse side of its predecessor's. */
function clearlyWorse(performance: NonNullable<RemedyInput['performance']>): boolean {
  const { serving, predecessor } = performance;
  return performance.higherIsBetter
    ? serving.interval[1] < predecessor.interval[0]
    : serving.interval[0] > predecessor.interval[1];
}

function chooseRetraining(acting: readonly Breach[], input: RemedyInput): Remedy {
  const explicit = acting.filter(({ action }) => action === 'retrain');
  const curable = acting.filter(({ family, action }) => family === 'performance' && action === 'remedy');
  const asking = [...explicit, ...curable];
  if (asking.length === 0) {
    const text = 'A run-time fault without a recent release to blame; a new fit would not make it faster or sounder.';
    return none('retraining cures no run-time fault', text, acting);
  }
  if (!input.defined.retrain) {
    return none('not defined', 'Retraining would be next; the definition has none.', asking);
  }
  const rules = asking.map(({ rule }) => rule);
  if (curable.length === 0) {
    return { kind: 'retrain', target: null, reason: 'rule asks for retraining', text: 'The rule asks for it.', rules };
  }
  const text =
    `No recent release is to blame: ${input.serving.version} has served ${counted(input.serving.windows, 'window')}` +
    ', the features are fed as before, and it is not shown to be worse than its predecessor.';
  return { kind: 'retrain', target: null, reason: 'the world has moved', text, rules };
}

function none(reason: RemedyReason, text: string, breaches: readonly Breach[]): Remedy {
  return { kind: 'none', target: null, reason, text, rules: breaches.map(({ rule }) => rule) };
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
