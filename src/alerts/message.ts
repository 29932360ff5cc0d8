/**
 * What a message says, before any channel dresses it: sentences in plain text, unescaped. Slack and e-mail take the
 * same sentences from here, so that the two never disagree.
 */
import type { Severity } from '../model/definition.js';
import { segmentWords } from '../model/segment.js';
import type { ActionView, ActionViewState, AlertView, IncidentView, SubjectView } from './incident-view.js';
import {
  countWords,
  dateWords,
  durationWords,
  instantWords,
  metricWords,
  numberWords,
  valueWords,
  windowWords,
} from './wording.js';

export interface CommandText {
  readonly label: string;
  readonly command: string;
}

export interface AlertText {
  readonly title: string;
  readonly severity: Severity;
  /** Drawn struck through: over, and listed only because it was announced. */
  readonly over: boolean;
  readonly lines: readonly string[];
}

export interface ActionText {
  readonly title: string;
  /** One word or two: "waits for approval". */
  readonly state: string;
  readonly lines: readonly string[];
  /** Empty unless a person is asked. */
  readonly commands: readonly CommandText[];
}

export interface IncidentText {
  /** One line that stands alone in a notification. */
  readonly headline: string;
  /** Where the incident stands, one line. */
  readonly status: string;
  readonly alerts: readonly AlertText[];
  readonly release: string;
  readonly actions: readonly ActionText[];
  readonly notes: readonly string[];
  readonly runbook?: string;
  readonly commands: readonly CommandText[];
}

export const severityWord: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'For information',
};

/** Bar beside a message, by the worst open severity; one colour for each end. */
const COLORS: Readonly<Record<Severity, string>> = { critical: '#c0392b', warning: '#d68910', info: '#2e86c1' };
const RESOLVED_COLOR = '#1e8449';
const CLOSED_COLOR = '#7f8c8d';

export function colorOf(view: IncidentView): string {
  if (view.state === 'resolved') return RESOLVED_COLOR;
  if (view.state === 'closed') return CLOSED_COLOR;
  return COLORS[view.severity];
}

const ranks: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

const isOver = (alert: AlertView): boolean => alert.resolved === true || alert.state === 'resolved';

/** Open alerts first, then the worse; otherwise as given. */
function ordered(alerts: readonly AlertView[]): readonly AlertView[] {
  return alerts
    .map((alert, index) => ({ alert, index }))
    .sort(
      (a, b) =>
        Number(isOver(a.alert)) - Number(isOver(b.alert)) ||
        ranks[a.alert.severity] - ranks[b.alert.severity] ||
        a.index - b.index,
    )
    .map(({ alert }) => alert);
}

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const intervalWords = (metric: string, interval: readonly [number, number], confidence?: number): string =>
  `${confidence === undefined ? '' : `${numberWords(Number((confidence * 100).toPrecision(6)))} % `}interval ` +
  `${valueWords(metric, interval[0])} to ${valueWords(metric, interval[1])}`;

function measured(alert: AlertView, timezone: string): string {
  const { from, to } = alert.window;
  const when = to > from ? ` in ${windowWords(alert.window, timezone)}` : '';
  if (alert.value === null) {
    return `${metricWords(alert.metric)}: no value${when}${alert.reason === undefined ? '' : ` (${alert.reason})`}`;
  }
  const beside = [
    ...(alert.interval === undefined ? [] : [intervalWords(alert.metric, alert.interval, alert.confidence)]),
    `n ${numberWords(alert.n)}`,
  ].join(', ');
  return `${metricWords(alert.metric)} ${valueWords(alert.metric, alert.value)} (${beside})${when}`;
}

function subjectWords(metric: string, subject: SubjectView): string {
  if (subject.value === null)
    return `${subject.name} no value${subject.reason === undefined ? '' : ` (${subject.reason})`}`;
  const beside = [
    ...(subject.reference === undefined ? [] : [`reference ${valueWords(metric, subject.reference)}`]),
    ...(subject.n === undefined ? [] : [`n ${numberWords(subject.n)}`]),
    ...(subject.limit === undefined ? [] : [`limit: ${subject.limit}`]),
  ].join(', ');
  return `${subject.name} ${valueWords(metric, subject.value)}${beside === '' ? '' : ` (${beside})`}`;
}

/** Subjects named in a message; the rest is counted. */
const SHOWN_SUBJECTS = 5;

/** Those that breach, worst first, and by name those that nothing could be said of. Evidence comes in that order. */
function whereWorst(alert: AlertView): readonly string[] {
  const named = alert.subjects.filter((subject) => subject.name !== '');
  const judged = named.filter((subject) => subject.reason === undefined);
  const breached = alert.breached ?? judged.length;
  const breaching = judged.slice(0, breached);
  const shown = breaching.slice(0, SHOWN_SUBJECTS).map((subject) => subjectWords(alert.metric, subject));
  const more = breached - shown.length;
  const share =
    alert.judged === undefined
      ? ''
      : `${numberWords(breached)} of ${numberWords(Math.max(alert.judged, breached))} breach. `;
  const worst =
    shown.length === 0
      ? []
      : [`${share}Worst: ${shown.join('; ')}${more > 0 ? `; and ${numberWords(more)} more` : ''}`];
  const without = named.filter((subject) => subject.reason !== undefined);
  const names = without.slice(0, SHOWN_SUBJECTS).map(({ name, reason }) => `${name} (${reason ?? ''})`);
  const rest = without.length - names.length;
  const unsaid =
    names.length === 0 ? [] : [`Not judged: ${names.join('; ')}${rest > 0 ? `; and ${numberWords(rest)} more` : ''}`];
  return [...worst, ...unsaid];
}

export function describeAlert(alert: AlertView, timezone: string): AlertText {
  const over = isOver(alert);
  const value = (figure: number): string => valueWords(alert.metric, figure);
  const reference = alert.reference === undefined ? '' : `; reference ${value(alert.reference)}`;
  const past = [
    ...(typeof alert.firedValue === 'number' ? [`fired at ${value(alert.firedValue)}`] : []),
    ...(typeof alert.peak === 'number' ? [`worst ${value(alert.peak)}`] : []),
  ];
  // While it burns, the value at firing is told only once it has become another one.
  const changed = over || (typeof alert.peak === 'number' && alert.peak !== alert.value);
  return {
    title: alert.segment === '' ? alert.title : `${alert.title} (${segmentWords(alert.segment)})`,
    severity: alert.severity,
    over,
    lines: [
      over ? `Now ${measured(alert, timezone)}` : capitalised(measured(alert, timezone)),
      ...(alert.limit === '' ? [] : [`Limit: ${alert.limit}${reference}`]),
      ...(past.length > 0 && changed ? [capitalised(past.join(', '))] : []),
      ...(over ? [] : whereWorst(alert)),
      ...(alert.stale === undefined || over ? [] : [`Not judged in the newest window: ${alert.stale}`]),
    ],
  };
}

const ACTION_STATES: Readonly<Record<ActionViewState, string>> = {
  preparing: 'being prepared',
  waiting: 'waits for approval',
  approved: 'approved',
  executing: 'under way',
  verifying: 'done, being verified on the next windows',
  verified: 'done and verified',
  rejected: 'rejected',
  refused: 'refused',
  expired: 'expired without an answer, nothing was done',
  withdrawn: 'withdrawn',
  failed: 'FAILED',
};

export function actionTitle(action: ActionView): string {
  const { kind, from, to } = action;
  const version = (name: string): string => `version ${name}`;
  if (kind === 'retraining') return to === undefined ? 'Retraining' : `Retraining, candidate ${version(to)}`;
  const name = kind === 'rollback' ? 'Rollback' : 'Promotion';
  if (from !== undefined && to !== undefined) return `${name} from ${version(from)} to ${version(to)}`;
  return to === undefined ? name : `${name} to ${version(to)}`;
}

export function describeAction(action: ActionView): ActionText {
  const waits = action.state === 'waiting';
  const asked = action.askedOf.length === 0 ? '' : `Asked: ${action.askedOf.join(', ')}. `;
  const expiry = action.expiresAt === undefined ? '' : `Expires ${instantWords(action.expiresAt)}. `;
  return {
    title: actionTitle(action),
    state: ACTION_STATES[action.state] + (action.decidedBy === undefined ? '' : ` (decided by ${action.decidedBy})`),
    lines: [
      ...(waits && action.question !== undefined ? [action.question] : []),
      ...(action.outcome === undefined ? [] : [action.outcome]),
      ...(waits ? [`${asked}${expiry}No answer means no action.`] : []),
      ...(waits && action.hash !== undefined
        ? [`What is approved has the fingerprint ${action.hash.slice(0, 12)}.`]
        : []),
    ],
    commands: waits
      ? [
          { label: 'Approve', command: action.approveCommand },
          { label: 'Reject', command: action.rejectCommand },
        ]
      : [],
  };
}

const sinceWords = (view: IncidentView): string =>
  view.sinceWindow === undefined ? '' : ` since ${windowWords(view.sinceWindow, view.timezone)}`;

/** What the trouble is, in one clause without the model's name. */
function troubleOf(view: IncidentView): string {
  const alerts = ordered(view.alerts);
  const open = alerts.filter((alert) => !isOver(alert));
  const told = open.length > 0 ? open : alerts;
  const [worst] = told;
  if (worst === undefined) {
    const [action] = view.actions;
    if (action !== undefined) return `${actionTitle(action)}${view.kind === 'manual' ? ', asked for by hand' : ''}`;
    return view.notes.at(-1) ?? (view.kind === 'platform' ? 'monitoring itself is in trouble' : 'incident');
  }
  const title = describeAlert(worst, view.timezone).title;
  const others = told.length === 1 ? '' : ` and ${countWords(told.length - 1, 'more rule')}`;
  if (open.length > 0 || view.sinceWindow === undefined) return `${title}${others}${sinceWords(view)}`;
  return `${title}${others} (began in ${windowWords(view.sinceWindow, view.timezone)})`;
}

/** What the incident is about, without its state: the same through its whole life. For subjects that mail readers thread by. */
export function subjectOf(view: IncidentView): string {
  const about: Readonly<Record<IncidentView['kind'], string>> = {
    breach: `limits breached${sinceWords(view)}`,
    manual: 'action by hand',
    platform: `monitoring in trouble${sinceWords(view)}`,
  };
  return `${view.title} (${view.model}): ${about[view.kind]}`;
}

export function durationText(view: IncidentView): string {
  const { windows, wallMs } = view.duration ?? {};
  const parts = [
    ...(windows === undefined ? [] : [countWords(windows, 'window')]),
    ...(wallMs === undefined ? [] : [durationWords(wallMs)]),
  ];
  const [first, second] = parts;
  if (first === undefined) return '';
  return second === undefined ? ` after ${first}` : ` after ${first} (${second})`;
}

function statusOf(view: IncidentView): string {
  const opened = `opened ${instantWords(view.openedAt)}`;
  const until = (time: string | undefined): string => (time === undefined ? '' : ` until ${instantWords(time)}`);
  const silence =
    view.silencedUntil === undefined
      ? ''
      : `, silenced${view.silencedBy === undefined ? '' : ` by ${view.silencedBy}`}${until(view.silencedUntil)}`;
  const states: Readonly<Record<IncidentView['state'], string>> = {
    open: `Open, nobody has acknowledged it yet; ${opened}${silence}`,
    acknowledged: `Acknowledged by ${view.acknowledgedBy ?? 'somebody'}${until(view.acknowledgedUntil)}; ${opened}${silence}`,
    resolved: `Resolved${durationText(view)}; ${opened}`,
    closed: `Closed${view.closedReason === undefined ? '' : `: ${view.closedReason}`}; ${opened}`,
  };
  return states[view.state];
}

function releaseOf(view: IncidentView): string {
  const serving = `Version ${view.servingVersion} serves`;
  const last = view.lastRelease;
  if (last === undefined) return `${serving}.`;
  if (last.version === view.servingVersion) return `${serving} since ${dateWords(last.since)}, the last release.`;
  return `${serving}; last release: version ${last.version} on ${dateWords(last.since)}.`;
}

const OPENINGS: Readonly<Record<IncidentView['state'], (view: IncidentView) => string>> = {
  open: (view) => severityWord[view.severity],
  acknowledged: (view) => `${severityWord[view.severity]}, acknowledged`,
  resolved: () => 'Resolved',
  closed: () => 'Closed',
};

export const isOpen = (view: IncidentView): boolean => view.state === 'open' || view.state === 'acknowledged';

/** Notes shown: the newest ones, oldest first. */
const SHOWN_NOTES = 5;

export function describeIncident(view: IncidentView): IncidentText {
  return {
    headline: `${OPENINGS[view.state](view)}: ${view.title}: ${troubleOf(view)}`,
    status: statusOf(view),
    alerts: ordered(view.alerts).map((alert) => describeAlert(alert, view.timezone)),
    release: releaseOf(view),
    actions: view.actions.map(describeAction),
    notes: view.notes.slice(-SHOWN_NOTES),
    ...(view.runbook === undefined ? {} : { runbook: view.runbook }),
    commands: [
      ...(view.state === 'open' ? [{ label: 'Acknowledge', command: `${view.command} ack ${view.incidentId}` }] : []),
      { label: 'Why this was sent', command: `${view.command} why ${view.incidentId}` },
    ],
  };
}
