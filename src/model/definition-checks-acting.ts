/** Faults between the parts of a definition that say what is judged, who is told, and what may be done. */
import type { Rule } from './definition.js';
import type { DefinitionWithoutRules } from './definition-build.js';
import { buildRule, changeRule, limitComplaints, ruleComplaints } from './definition-rules.js';
import type { RuleChange, RuleInput } from './definition-schema-rules.js';
import type { Sections } from './definition-sections.js';
import type { Complaint, Path } from './definition-yaml.js';
import type { FigureFamily } from './figure.js';
import { attributeName } from './identifiers.js';
import { OF_ROWS } from './left-out.js';
import { didYouMean, nearest } from './nearest.js';

/** What later stages know of rules and metrics; handed in, because the words of a model know no later stage. */
export interface DefinitionContext {
  /** The default rules for a definition, before the file's own changes. */
  readonly defaultRules: (definition: DefinitionWithoutRules) => readonly Rule[];
  /** Every metric that a rule may name; absent: any name is taken. */
  readonly metrics?: readonly string[];
  /** The family of the figures that a rule looks at; absent: rules are not held against `leave_out`. */
  readonly familyOf?: (rule: Pick<Rule, 'metric' | 'scope'>) => FigureFamily;
}

export function actionComplaints({ sound, retrain, rollback, written }: Sections): Complaint[] {
  const complaints: Complaint[] = [];
  const { task, labels } = sound;
  if (labels === 'none' && written(['actions', 'retrain'])) {
    const message = 'Retraining needs labels, and `labels` is `none`';
    complaints.push({
      path: ['actions', 'retrain'],
      on: 'key',
      message,
      cure: 'Say where the labels are, or leave `retrain` out',
    });
  }
  const metric = retrain?.gate?.metric;
  const fitting = { binary: ['roc_auc', 'log_loss', 'accuracy'], multiclass: ['accuracy'], regression: ['mae'] };
  if (task !== undefined && metric !== undefined && !fitting[task].includes(metric)) {
    const message = `The promotion gate cannot compare ${task} models by \`${metric}\``;
    complaints.push({
      path: ['actions', 'retrain', 'gate', 'metric'],
      message,
      cure: `Use ${fitting[task].map((name) => `\`${name}\``).join(', ')}`,
    });
  } else if (
    (metric === 'roc_auc' || metric === 'log_loss') &&
    sound.source !== undefined &&
    sound.source.columns.score === undefined
  ) {
    const message = `\`${metric}\` needs a score, and \`source.columns.score\` is not given`;
    complaints.push({
      path: ['actions', 'retrain', 'gate', 'metric'],
      message,
      cure: 'Name the column of the score, or compare by `accuracy`',
    });
  }
  if (task === 'regression' && retrain !== undefined && retrain.gate?.margin === undefined) {
    const message = '`margin` is missing in `actions.retrain.gate`: for `mae` it is in the unit of the label';
    const cure = 'Add the increase of the error that you would tolerate, for example `gate: { margin: 0.5 }`';
    complaints.push({ path: ['actions', 'retrain', 'gate', 'margin'], on: 'key', message, cure });
  }
  if (rollback !== undefined && sound.leave_out?.includes('performance') === true) {
    const message = 'A rollback is verified by a figure of the family `performance`, which `leave_out` leaves out';
    const cure = 'Take `performance` from `leave_out`, or leave `rollback` out';
    complaints.push({ path: ['actions', 'rollback'], on: 'key', message, cure });
  }
  const asking = [
    ...(retrain !== undefined && retrain.approval !== 'none' ? ['retrain'] : []),
    ...(rollback !== undefined && rollback.approval !== 'none' ? ['rollback'] : []),
  ];
  const nobody = sound.approvers === undefined ? !written(['approvers']) : sound.approvers.length === 0;
  if (asking.length > 0 && nobody) {
    const message = `\`approvers\` names nobody, but ${asking.join(' and ')} must be approved`;
    const at = written(['approvers']) ? ['approvers'] : ['actions', asking[0] ?? ''];
    const cure = 'Add for example `approvers: [ana]`, or write `approval: none`';
    complaints.push({ path: ['approvers'], at, on: 'key', message, cure });
  }
  return complaints;
}

export function notifyComplaints({ sound, written }: Sections): Complaint[] {
  const complaints: Complaint[] = [];
  if (written(['notify', 'escalate']) && !written(['notify', 'slack']) && !written(['notify', 'email'])) {
    const message = '`escalate` has no channel to call through';
    complaints.push({
      path: ['notify', 'escalate'],
      on: 'key',
      message,
      cure: 'Add `slack` or `email` under `notify`',
    });
  }
  for (const [path, list] of [
    [['approvers'], sound.approvers ?? []],
    [['notify', 'email', 'to'], sound.notify?.email?.to ?? []],
  ] as const) {
    for (const [index, name] of list.entries()) {
      if (list.indexOf(name) === index) continue;
      complaints.push({ path: [...path, index], message: `\`${name}\` stands twice`, cure: 'Keep one of the two' });
    }
  }
  return complaints;
}

/** The rules in force, and what is wrong with those that the file adds or changes. */
export function rulesOf(
  sections: Sections,
  definition: DefinitionWithoutRules | undefined,
  context: DefinitionContext,
): { readonly rules: readonly Rule[]; readonly complaints: readonly Complaint[] } {
  const known = definition !== undefined && sections.settled('task', 'source', 'features', 'labels', 'sensitive');
  const defaults = known ? context.defaultRules(definition).map((rule) => withPossibleAction(rule, sections)) : [];
  const rules = new Map((sections.useDefaultRules ? defaults : []).map((rule) => [rule.id, rule]));
  const complaints: Complaint[] = [];
  for (const { path, value } of sections.changedRules) {
    const rule = rules.get(value.id);
    if (rule === undefined) {
      if (known || !sections.useDefaultRules) {
        const ids = defaults.map(({ id }) => id);
        const left = definition && leftOutDefault(value.id, definition, context);
        complaints.push(left ? { path, on: 'key', ...left } : unknownRule(value.id, path, sections, ids));
      }
      if (value.change !== 'off') complaints.push(...limitComplaints(value.change, path, false));
    } else if (value.change === 'off') rules.delete(value.id);
    else {
      const changed = changeRule(rule, value.change);
      rules.set(value.id, changed);
      complaints.push(...complaintsOfRule(changed, value.change, path, sections, context));
    }
  }
  const takenIds = new Map(defaults.map(({ id }) => [id, 'a default rule']));
  for (const { path, value } of sections.addedRules) {
    const taken = takenIds.get(value.id);
    if (taken !== undefined) {
      const cure =
        taken === 'a default rule'
          ? `Change it under \`rules.change.${value.id}\`, or use another id`
          : 'Use another id';
      complaints.push({ path: [...path, 'id'], message: `\`${value.id}\` is already the id of ${taken}`, cure });
    }
    takenIds.set(value.id, 'another rule');
    const rule = buildRule(value);
    complaints.push(...limitComplaints(value, path, true));
    if (rule === undefined) continue;
    if (taken === undefined) rules.set(rule.id, rule);
    complaints.push(...complaintsOfRule(rule, value, path, sections, context));
  }
  return { rules: [...rules.values()], complaints };
}

/** A default rule asks only for what the definition allows; people who want more say so under `actions`. */
function withPossibleAction(rule: Rule, sections: Sections): Rule {
  return actionIsPossible(rule, sections) ? rule : { ...rule, action: 'none' };
}

function actionIsPossible({ action }: Rule, { written }: Sections): boolean {
  if (action === 'none') return true;
  if (action === 'remedy') return written(['actions', 'retrain']) || written(['actions', 'rollback']);
  return written(['actions', action]);
}

function unknownRule(id: string, path: Path, sections: Sections, known: readonly string[]): Complaint {
  const message = `There is no default rule \`${id}\` to change`;
  if (!sections.useDefaultRules) {
    return {
      path,
      on: 'key',
      message: `${message}: \`rules.defaults\` is false`,
      cure: 'Add a rule of your own under `rules.add`',
    };
  }
  return { path, on: 'key', message, cure: didYouMean(id, known, 'Default rules of this model') };
}

type Told = Pick<Complaint, 'message' | 'cure'>;

/** Why figures that a rule asks for are not measured; `undefined` where they are. */
function whyNotMeasured(
  subject: Pick<Rule, 'metric' | 'scope'>,
  { leaveOut = [], read }: Pick<DefinitionWithoutRules, 'leaveOut' | 'read'>,
  { familyOf }: DefinitionContext,
): Told | undefined {
  const family = familyOf?.(subject);
  if (family === undefined) return undefined;
  if (leaveOut.some((left) => left === family)) {
    const message = `The rule judges \`${subject.metric}\` of the family \`${family}\`, which \`leave_out\` leaves out`;
    return { message, cure: `Leave the rule out, or take \`${family}\` from \`leave_out\`` };
  }
  if (read !== 'hours' || !OF_ROWS.some((needing) => needing === family)) return undefined;
  const message = `The rule judges \`${subject.metric}\`, which needs the rows; with \`read: hours\` windows are added up from profiles`;
  return { message, cure: 'Leave the rule out, or write `read: rows`' };
}

/** A rule whose figures are never measured would never speak; nor would one that waits for such a p-value. */
function leftOutComplaints(rule: Rule, path: Path, { sound }: Sections, context: DefinitionContext): Complaint[] {
  const { scope, metric, significance } = rule;
  const choice = {
    ...(sound.leave_out && { leaveOut: sound.leave_out }),
    ...(sound.read === 'hours' && { read: sound.read }),
  };
  for (const asked of significance === undefined ? [metric] : [metric, significance.metric]) {
    const why = whyNotMeasured({ metric: asked, scope }, choice, context);
    if (why !== undefined) return [{ path: [...path, 'metric'], at: path, ...why }];
  }
  return [];
}

/** Why there is no default rule of this name, where there would be one if its figures were measured. */
function leftOutDefault(id: string, definition: DefinitionWithoutRules, context: DefinitionContext): Told | undefined {
  const { leaveOut: _left, read: _read, ...whole } = definition;
  const rule = context.defaultRules(whole).find((one) => one.id === id);
  return rule && whyNotMeasured(rule, definition, context);
}

function complaintsOfRule(
  rule: Rule,
  input: RuleInput | RuleChange,
  path: Path,
  sections: Sections,
  context: DefinitionContext,
): Complaint[] {
  const complaints = [
    ...('metric' in input ? [] : limitComplaints(input, path, false)),
    ...ruleComplaints(rule, input, path),
    ...subjectComplaints(rule, input, path, sections),
  ];
  if (input.action !== undefined && !actionIsPossible(rule, sections)) {
    const needed = rule.action === 'remedy' ? '`actions.retrain` or `actions.rollback`' : `\`actions.${rule.action}\``;
    const message = `The rule asks for \`${rule.action}\`, but ${needed} is not there`;
    complaints.push({ path: [...path, 'action'], message, cure: `Add ${needed}, or leave \`action\` out` });
  }
  if (rule.action !== 'none' && rule.metric.startsWith('estimated_')) {
    const message = `The rule asks for \`${rule.action}\`, but \`${rule.metric}\` is an estimate without labels: it may only warn`;
    complaints.push({ path: [...path, 'action'], message, cure: 'Leave `action` out, or judge the realised figure' });
  }
  complaints.push(...leftOutComplaints(rule, path, sections, context));
  const { metrics } = context;
  const named: [Path, string | undefined][] = [
    [[...path, 'metric'], 'metric' in input ? input.metric : undefined],
    [[...path, 'significance', 'metric'], input.significance?.metric],
  ];
  for (const [place, metric] of named) {
    if (metric === undefined || metrics === undefined || metrics.includes(metric)) continue;
    const guess = nearest(metric, metrics);
    const cure = guess === undefined ? '`plumbline metrics` lists every metric' : `Did you mean \`${guess}\`?`;
    complaints.push({ path: place, message: `There is no metric \`${metric}\``, cure });
  }
  return complaints;
}

function subjectComplaints(rule: Rule, input: RuleInput | RuleChange, path: Path, sections: Sections): Complaint[] {
  const { sound, settled } = sections;
  if (rule.scope === 'groups' && settled('sensitive') && (sound.sensitive ?? []).length === 0) {
    const place = [...path, 'metric' in input ? 'scope' : 'only'];
    const message = 'The rule judges groups, but `sensitive` names no attribute';
    return [{ path: place, message, cure: 'Add for example `sensitive: [sex]`' }];
  }
  if (input.only === undefined) return [];
  if (rule.scope !== 'features' && rule.scope !== 'groups') {
    const message = `\`only\` narrows features or groups; this rule judges the ${rule.scope}`;
    return [{ path: [...path, 'only'], on: 'key', message, cure: 'Leave it out, or write `scope: features`' }];
  }
  if (!settled(rule.scope === 'features' ? 'features' : 'sensitive')) return [];
  const known =
    rule.scope === 'features'
      ? [...(sound.features?.numeric ?? []), ...(sound.features?.categorical ?? [])]
      : (sound.sensitive ?? []).map((attribute) =>
          attributeName(typeof attribute === 'string' ? [attribute] : attribute),
        );
  const kind = rule.scope === 'features' ? 'feature' : 'sensitive attribute';
  return input.only.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [
          {
            path: [...path, 'only', index],
            message: `\`${name}\` is not listed as a ${kind}`,
            cure: didYouMean(name, known, 'Listed are'),
          },
        ],
  );
}
