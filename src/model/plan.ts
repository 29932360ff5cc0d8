/** What applying a definition would change, in words; nothing is done here. */
import { canonicalJson } from './canonical-json.js';
import type { ModelDefinition, Rule, ScheduleDefinition, Span } from './definition.js';
import { limitInWords } from './definition-rules.js';
import { formatDuration, formatSpan } from './durations.js';
import { attributeName } from './identifiers.js';

export interface PlanStep {
  readonly change: 'add' | 'change' | 'remove';
  /** What it is about: `schedule.window`, `rule auc-floor`. */
  readonly subject: string;
  /** What was and what will be, as people read it; absent on the side where there is nothing. */
  readonly from?: string;
  readonly to?: string;
  /** What follows from it, as a sentence. */
  readonly effect: string;
}

/** One line for a terminal: `~ schedule.window: 1 day → 1 week. New windows …`. */
export function planLine({ change, subject, from, to, effect }: PlanStep): string {
  const sign = { add: '+', change: '~', remove: '-' }[change];
  const values = [from, to].filter((value) => value !== undefined).join(' → ');
  return `${sign} ${subject}${values === '' ? '' : `: ${values}`}. ${effect}`;
}

/** A rule that judges another figure, by another limit, or other subjects: its alert belongs to the past. */
export function retiresAlert(before: Rule, after: Rule): boolean {
  const identity = ({ metric, scope, only, limit, significance }: Rule): string =>
    canonicalJson({ metric, scope, only, limit, significance });
  return identity(before) !== identity(after);
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function step(subject: string, from: string | undefined, to: string | undefined, effect: string): PlanStep {
  return {
    change: from === undefined ? 'add' : to === undefined ? 'remove' : 'change',
    subject,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    effect,
  };
}

/** A value that has no short words of its own. */
function words(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.length === 0 ? 'none' : value.join(', ');
  }
  return canonicalJson(value);
}

const rhythm = (schedule: ScheduleDefinition): string =>
  `${formatSpan(schedule.window)} windows, every ${formatSpan(schedule.every)}, ${schedule.timezone}`;

const SCHEDULE_WORDS: Readonly<Record<keyof ScheduleDefinition, readonly [name: string, effect: string]>> = {
  window: ['window', 'Windows are cut anew; earlier evaluations stay as they are'],
  every: ['every', 'The schedule starts cycles at other times'],
  timezone: ['timezone', 'Windows are cut anew; earlier evaluations stay as they are'],
  delayMs: ['delay', 'The schedule starts cycles at other times'],
  catchupMs: ['catchup', 'Applies to slots missed from now on'],
  timeoutMs: ['timeout', 'Applies to cycles that start from now on'],
};

function scheduleSteps(before: ScheduleDefinition, after: ScheduleDefinition): PlanStep[] {
  const told = (value: number | string | Span): string =>
    typeof value === 'number' ? formatDuration(value) : typeof value === 'string' ? value : formatSpan(value);
  return (Object.keys(SCHEDULE_WORDS) as (keyof ScheduleDefinition)[]).flatMap((key) => {
    const [name, effect] = SCHEDULE_WORDS[key];
    return same(before[key], after[key])
      ? []
      : [step(`schedule.${name}`, told(before[key]), told(after[key]), `${effect}.`)];
  });
}

const ruleWords = ({ metric, limit, severity, action }: Rule): string =>
  `${metric} ${limitInWords(limit)}, ${severity}${action === 'none' ? '' : `, asks for ${action}`}`;

/** Keys of a rule that differ, for a reader who sees the same words on both sides. */
function changedKeys(before: Rule, after: Rule): string {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Rule>;
  return [...keys].filter((key) => !same(before[key], after[key])).join(', ');
}

function ruleSteps(before: readonly Rule[], after: readonly Rule[]): PlanStep[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map(({ id }) => id));
  const steps = after.flatMap((rule): PlanStep[] => {
    const was = old.get(rule.id);
    const subject = `rule ${rule.id}`;
    if (was === undefined) return [step(subject, undefined, ruleWords(rule), 'It is judged from the next window on.')];
    if (same(was, rule)) return [];
    const effect = retiresAlert(was, rule)
      ? 'An open alert of this rule is retired; the rule starts anew.'
      : 'An open alert of this rule goes on.';
    return [step(subject, ruleWords(was), ruleWords(rule), `Changed: ${changedKeys(was, rule)}. ${effect}`)];
  });
  const gone = before.filter(({ id }) => !kept.has(id));
  return [
    ...steps,
    ...gone.map((rule) =>
      step(`rule ${rule.id}`, ruleWords(rule), undefined, 'An open alert of this rule is retired.'),
    ),
  ];
}

const REMEASURED = 'Figures are measured so from the next cycle on, and the reference is profiled anew.';

type Plain = Exclude<keyof ModelDefinition, 'model' | 'schedule' | 'rules' | 'actions' | 'notify' | 'features'>;

/** Top-level parts that are compared as a whole. */
const PARTS: Readonly<Record<Plain, string>> = {
  title: 'Messages and the Temporal UI show the new title.',
  team: 'The search attribute of later executions follows.',
  task: REMEASURED,
  positive: REMEASURED,
  scoresAreProbabilities: REMEASURED,
  source: `Rows are read from there. ${REMEASURED}`,
  labels: 'Windows whose labels are not final are judged by it; earlier ones stay.',
  sensitive: 'Groups are measured so from the next cycle on.',
  reference: 'The reference is profiled anew, and figures are compared with the new one from the next cycle on.',
  minimumRows: 'Applies from the next window on.',
  approvers: 'Applies to decisions from now on; those made stay.',
  runbook: 'Messages from now on point there.',
};

function partSteps(before: ModelDefinition, after: ModelDefinition): PlanStep[] {
  const told = (key: Plain, value: ModelDefinition[Plain]): string | undefined =>
    key === 'sensitive' && Array.isArray(value)
      ? words((value as readonly (readonly string[])[]).map(attributeName))
      : words(value);
  return (Object.keys(PARTS) as Plain[]).flatMap((key) =>
    same(before[key], after[key]) ? [] : [step(key, told(key, before[key]), told(key, after[key]), PARTS[key])],
  );
}

function featureSteps(before: ModelDefinition['features'], after: ModelDefinition['features']): PlanStep[] {
  return (['numeric', 'categorical', 'other'] as const).flatMap((list) => {
    const had = before[list] ?? [];
    const has = after[list] ?? [];
    const added = has.filter((name) => !had.includes(name));
    const removed = had.filter((name) => !has.includes(name));
    return [
      ...(added.length === 0 ? [] : [step(`features.${list}`, undefined, added.join(', '), REMEASURED)]),
      ...(removed.length === 0
        ? []
        : [step(`features.${list}`, removed.join(', '), undefined, 'Later windows have no figures of them.')]),
    ];
  });
}

function groupSteps<T extends object>(name: string, before: T, after: T, effect: string): PlanStep[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof T & string)[];
  return keys.flatMap((key) =>
    same(before[key], after[key]) ? [] : [step(`${name}.${key}`, words(before[key]), words(after[key]), effect)],
  );
}

function firstSteps(after: ModelDefinition): PlanStep[] {
  const asked = Object.keys(after.actions);
  const channels = [
    ...(after.notify.slack === undefined ? [] : [`Slack ${after.notify.slack.channel}`]),
    ...(after.notify.email === undefined ? [] : [after.notify.email.to.join(', ')]),
  ];
  return [
    step(`model ${after.model}`, undefined, after.title, 'Its definition is stored as revision 1.'),
    step('schedule', undefined, rhythm(after.schedule), 'A Temporal Schedule is created.'),
    step('rules', undefined, String(after.rules.length), 'They are judged from the first window on.'),
    step('notify', undefined, channels.length === 0 ? 'nobody' : channels.join(', '), 'They are told of incidents.'),
    step('actions', undefined, words(asked), 'They may be asked for when a rule breaches.'),
  ];
}

/**
 * The steps from one revision to the next; empty when nothing would change. `before` is `null` for a new model. Throws
 * when the two are of different models: they have nothing to do with each other.
 */
export function planChanges(before: ModelDefinition | null, after: ModelDefinition): readonly PlanStep[] {
  if (before === null) return firstSteps(after);
  if (before.model !== after.model) throw new RangeError(`${before.model} cannot become ${after.model}`);
  return [
    ...partSteps(before, after),
    ...featureSteps(before.features, after.features),
    ...scheduleSteps(before.schedule, after.schedule),
    ...ruleSteps(before.rules, after.rules),
    ...groupSteps('notify', before.notify, after.notify, 'Messages from now on follow it.'),
    ...groupSteps('actions', before.actions, after.actions, 'Applies to what is asked for from now on.'),
  ];
}
