/**
 * Inhibition: a root cause speaks, its effects keep quiet. The alerts themselves run on; only their messages are
 * muted, and the reason is stored with each. The order is fixed, so that the same trouble always has the same reason.
 */
import type { Severity } from '../model/definition.js';
import type { FigureFamily } from '../model/figure.js';
import type { AlertPhase } from './alert.js';

/** A switch or a training that takes longer than this no longer excuses bad figures. */
export const ACTION_INHIBITS_AT_MOST_MS = 6 * 3_600_000;

/** The alert whose message is about to go out. */
export interface InhibitionTarget {
  readonly rule: string;
  readonly segment: string;
  readonly metric: string;
  readonly family: FigureFamily;
  readonly severity: Severity;
  /** Where the transition leads. */
  readonly to: AlertPhase;
  /** Whether people have been told of this alert; what was announced is also ended. */
  readonly announced: boolean;
}

/** What else is wrong with the model, at the moment of sending. */
export interface InhibitionCauses {
  readonly sourceUnreachable: boolean;
  readonly cycleFailed: boolean;
  readonly schemaChanged: boolean;
  readonly noData: boolean;
  /** Alerts of this model that fire or are acknowledged, the target perhaps among them. */
  readonly open: ReadonlyArray<Pick<InhibitionTarget, 'rule' | 'segment' | 'metric' | 'severity'>>;
  readonly action: { readonly kind: 'retraining' | 'rollback'; readonly runningMs: number } | null;
}

const OF_SCHEMA: ReadonlySet<FigureFamily> = new Set(['drift', 'quality']);
const OF_DATA: ReadonlySet<FigureFamily> = new Set(['drift', 'fairness', 'performance']);

/** The reason to mute, in the words that are stored with the notification; null if the message goes out. */
export function inhibitedBy(target: InhibitionTarget, causes: InhibitionCauses): string | null {
  if (target.to === 'resolved' && target.announced) return null;
  if (causes.sourceUnreachable) return 'suppressed by: source unreachable';
  if (causes.cycleFailed) return 'suppressed by: cycle failed';
  if (causes.schemaChanged && OF_SCHEMA.has(target.family)) return 'suppressed by: schema changed';
  if (causes.noData && OF_DATA.has(target.family)) return 'suppressed by: no data';
  const graver = graverAlert(target, causes.open);
  if (graver !== undefined) return `suppressed by: critical alert of ${graver} on the same metric`;
  const { action } = causes;
  if (action !== null && target.family === 'performance' && action.runningMs <= ACTION_INHIBITS_AT_MOST_MS) {
    return `suppressed by: ${action.kind} running`;
  }
  return null;
}

function graverAlert(target: InhibitionTarget, open: InhibitionCauses['open']): string | undefined {
  if (target.severity !== 'warning') return undefined;
  return open.find(
    ({ rule, segment, metric, severity }) =>
      severity === 'critical' &&
      metric === target.metric &&
      // A fairness rule has one alert per attribute: trouble by one attribute says nothing of another.
      segment === target.segment &&
      rule !== target.rule,
  )?.rule;
}
