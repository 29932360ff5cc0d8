/** What applying a definition would change, in words; nothing is done here. */
import { canonicalJson } from './canonical-json.js';
import type { ModelDefinition, Rule, ScheduleDefinition } from './definition.js';
import { formatSpan } from './durations.js';
import { attributeName } from './identifiers.js';
import { fileKey, leafWords, referenceWords, rulePartWords, ruleWords } from './plan-words.js';

export { canonicalJson };

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

/** One line for a terminal: `~ schedule.window: 1 day → 7 days. Windows are cut anew; …`. */
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

/** A step for each leaf that differs; one for a part that comes or goes as a whole. */
function leafSteps(key: string, before: unknown, after: unknown, effect: string): PlanStep[] {
  if (same(before, after)) return [];
  const old = leafWords(before, key);
  const now = leafWords(after, key);
  if (old.size === 0 || now.size === 0) {
    const whole = (leaves: ReadonlyMap<string, string>): string | undefined =>
      leaves.size === 0 ? undefined : [...leaves.values()].join(', ');
    return [step(fileKey(key), whole(old), whole(now), effect)];
  }
  const steps = [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => step(path, old.get(path), now.get(path), effect));
  // Different values may read alike (`[a b]`, `[a, b]`): then the exact form is shown, for no change goes unnamed.
  return steps.length > 0 ? steps : [step(fileKey(key), canonicalJson(before), canonicalJson(after), effect)];
}

const CUT_ANEW = 'Windows are cut anew; earlier evaluations stay as they are.';
const OTHER_TIMES = 'The schedule starts cycles at other times.';

const SCHEDULE_EFFECTS: Readonly<Record<keyof ScheduleDefinition, string>> = {
  window: CUT_ANEW,
  every: OTHER_TIMES,
  timezone: CUT_ANEW,
  delayMs: OTHER_TIMES,
  catchupMs: 'Applies to slots missed from now on.',
  timeoutMs: 'Applies to cycles that start from now on.',
};

function scheduleSteps(before: ScheduleDefinition, after: ScheduleDefinition): PlanStep[] {
  return (Object.keys(SCHEDULE_EFFECTS) as (keyof ScheduleDefinition)[]).flatMap((key) =>
    leafSteps(key, before[key], after[key], SCHEDULE_EFFECTS[key]).map((found) => ({
      ...found,
      subject: `schedule.${found.subject}`,
    })),
  );
}

function changedRule(was: Rule, rule: Rule): PlanStep {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(rule)])] as (keyof Rule)[];
  const changed = keys.filter((key) => !same(was[key], rule[key]));
  const told = (side: Rule): string => changed.map((key) => rulePartWords(side, key)).join(', ');
  const effect = retiresAlert(was, rule)
    ? 'An open alert of this rule is retired; the rule starts anew.'
    : 'An open alert of this rule goes on.';
  return step(`rule ${rule.id}`, told(was), told(rule), effect);
}

const ONLY_ORDER = 'Only the order is another.';

function ruleSteps(before: readonly Rule[], after: readonly Rule[]): PlanStep[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map(({ id }) => id));
  const steps = after.flatMap((rule): PlanStep[] => {
    const was = old.get(rule.id);
    if (was === undefined) {
      return [step(`rule ${rule.id}`, undefined, ruleWords(rule), 'It is judged from the next window on.')];
    }
    return same(was, rule) ? [] : [changedRule(was, rule)];
  });
  const gone = before.filter(({ id }) => !kept.has(id));
  const order = (rules: readonly Rule[], among: (id: string) => boolean): string =>
    rules
      .map(({ id }) => id)
      .filter(among)
      .join(', ');
  const was = order(before, (id) => kept.has(id));
  const is = order(after, (id) => old.has(id));
  return [
    ...(was === is ? [] : [step('rules', was, is, ONLY_ORDER)]),
    ...steps,
    ...gone.map((rule) =>
      step(`rule ${rule.id}`, ruleWords(rule), undefined, 'An open alert of this rule is retired.'),
    ),
  ];
}

const REMEASURED = 'Figures are measured so from the next cycle on, and the reference is profiled anew.';

type Part = Exclude<keyof ModelDefinition, 'model' | 'schedule' | 'rules' | 'features' | 'sensitive' | 'reference'>;

const PART_EFFECTS: Readonly<Record<Part, string>> = {
  title: 'Messages and the Temporal UI show the new title.',
  team: 'The search attribute of later executions follows.',
  task: REMEASURED,
  positive: REMEASURED,
  scoresAreProbabilities: REMEASURED,
  source: `Rows are read so from now on. ${REMEASURED}`,
  labels: 'Windows whose labels are not final are judged so; earlier ones stay.',
  minimumRows: 'Applies from the next window on.',
  minimumGroup: 'Messages about windows judged from now on follow it.',
  leaveOut: `${REMEASURED} What was judged before stays.`,
  read: 'From the next window on. Hours that were profiled before are used again where they are read alike.',
  retention: '`plumbline retain` keeps rows so long from its next run on; what it removed is gone.',
  notify: 'Messages from now on follow it.',
  approvers: 'Applies to decisions from now on; those made stay.',
  actions: 'Applies to what is asked for from now on.',
  runbook: 'Messages from now on point there.',
};

function partSteps(before: ModelDefinition, after: ModelDefinition): PlanStep[] {
  return (Object.keys(PART_EFFECTS) as Part[]).flatMap((key) => {
    if (key !== 'notify' && key !== 'actions') return leafSteps(key, before[key], after[key], PART_EFFECTS[key]);
    // A channel or an action that comes or goes is one step.
    const [was, is]: Readonly<Record<string, unknown>>[] = [{ ...before[key] }, { ...after[key] }];
    return [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].flatMap((inner) =>
      leafSteps(inner, was?.[inner], is?.[inner], PART_EFFECTS[key]).map((found) => ({
        ...found,
        subject: `${key}.${found.subject}`,
      })),
    );
  });
}

function measuringSteps(before: ModelDefinition, after: ModelDefinition): PlanStep[] {
  const attributes = ({ sensitive }: ModelDefinition): string =>
    sensitive.length === 0 ? 'none' : sensitive.map(attributeName).join(', ');
  const steps: PlanStep[] = [];
  if (!same(before.sensitive, after.sensitive)) {
    const effect = 'Groups are measured so from the next cycle on.';
    steps.push(step('sensitive', attributes(before), attributes(after), effect));
  }
  if (!same(before.reference, after.reference)) {
    const effect = 'The reference is profiled anew, and figures are compared with the new one from the next cycle on.';
    steps.push(step('reference', referenceWords(before.reference), referenceWords(after.reference), effect));
  }
  for (const list of ['numeric', 'categorical', 'other'] as const) {
    const had = before.features[list] ?? [];
    const has = after.features[list] ?? [];
    const added = has.filter((name) => !had.includes(name));
    const removed = had.filter((name) => !has.includes(name));
    if (added.length > 0) steps.push(step(`features.${list}`, undefined, added.join(', '), REMEASURED));
    if (removed.length > 0) {
      steps.push(
        step(`features.${list}`, removed.join(', '), undefined, 'Later windows have no figures of them there.'),
      );
    }
    if (added.length + removed.length === 0 && !same(before.features[list], after.features[list])) {
      steps.push(step(`features.${list}`, had.join(', '), has.join(', '), ONLY_ORDER));
    }
  }
  return steps;
}

function firstSteps(after: ModelDefinition): PlanStep[] {
  const { actions, notify, schedule } = after;
  const asked = Object.keys(actions);
  const channels = [
    ...(notify.slack === undefined ? [] : [`Slack ${notify.slack.channel}`]),
    ...(notify.email === undefined ? [] : [notify.email.to.join(', ')]),
  ];
  const rhythm = `windows of ${formatSpan(schedule.window)}, every ${formatSpan(schedule.every)}, ${schedule.timezone}`;
  return [
    step(`model ${after.model}`, undefined, after.title, 'Its definition is stored as the first revision.'),
    step('schedule', undefined, rhythm, 'A Temporal Schedule is created.'),
    step('rules', undefined, String(after.rules.length), 'They are judged from the first window on.'),
    channels.length === 0
      ? step('notify', undefined, 'nobody', 'Incidents are kept and shown, and nobody is told.')
      : step('notify', undefined, channels.join(', '), 'They are told of incidents.'),
    asked.length === 0
      ? step('actions', undefined, 'none', 'A breach is told; nothing is asked for.')
      : step('actions', undefined, asked.join(', '), 'May be asked for when a rule breaches.'),
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
    ...measuringSteps(before, after),
    ...scheduleSteps(before.schedule, after.schedule),
    ...ruleSteps(before.rules, after.rules),
  ];
}
