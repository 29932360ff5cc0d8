/** `show`: one model, everything that matters now. */
import { isOpen } from '../../alerts/alert.js';
import { explainRule } from '../../rules/explain-rule.js';
import { listActions, type StoredAction } from '../../io/mysql/actions.js';
import { loadAlerts, type StoredAlert } from '../../io/mysql/alerts.js';
import { loadDefinition, type StoredModel } from '../../io/mysql/definitions.js';
import { estimateRecords, type EstimateRecord } from '../../io/mysql/estimate-record.js';
import type { EvaluationHead } from '../../io/mysql/evaluations.js';
import { openIncident, type StoredIncident } from '../../io/mysql/incidents.js';
import { readServing, servingHistory, type Serving, type ServingPeriod } from '../../io/mysql/registry.js';
import type { Queryable } from '../../io/mysql/rows.js';
import type { ModelDefinition } from '../../model/definition.js';
import { formatDuration, formatSpan } from '../../model/durations.js';
import { leftOut } from '../../model/left-out.js';
import { segmentWords } from '../../model/segment.js';
import { requireModel, type CommandContext } from '../command-context.js';
import type { CommandSet } from '../command-set.js';
import { blocks, indent, instantText, isoOrNull, section, type Answer } from '../output.js';
import { actionTimes, EVALUATION_HEAD, evaluationData, evaluationRow, newestEvaluations } from './standing.js';

const LAST_WINDOWS = 6;
const LAST_PERIODS = 5;
/** Final windows whose estimates are held against what labels showed. */
const COMPARED_WINDOWS = 60;

function definitionLines(definition: ModelDefinition): readonly string[] {
  const { schedule, source, labels, notify, approvers, actions, features } = definition;
  const channels = [
    ...(notify.slack === undefined ? [] : [`Slack ${notify.slack.channel}`]),
    ...(notify.email === undefined ? [] : notify.email.to),
  ];
  const left = [...leftOut(definition)];
  const count = features.numeric.length + features.categorical.length;
  return [
    `task       ${definition.task}, ${String(count)} features`,
    `rows       ${source.table}${source.connection === undefined ? '' : ` at ${source.connection}`}`,
    `labels     ${labels === undefined ? 'none' : `${labels.table}, judged at ${String(labels.minimumCoverage * 100)} % or after ${formatSpan(labels.deadline)}`}`,
    `windows    ${formatSpan(schedule.window)}, every ${formatSpan(schedule.every)}, ${schedule.timezone}, ${formatDuration(schedule.delayMs)} after their end`,
    ...(left.length === 0 ? [] : [`measured   all but ${left.join(', ')}`]),
    `told       ${channels.length === 0 ? 'nobody' : channels.join(', ')}`,
    `actions    ${Object.keys(actions).join(', ') || 'none'}; approvers: ${approvers.join(', ') || 'none'}`,
  ];
}

interface Shown {
  readonly model: StoredModel;
  readonly definition: ModelDefinition;
  readonly serving: Serving | null;
  readonly history: readonly ServingPeriod[];
  readonly alerts: readonly StoredAlert[];
  readonly windows: readonly EvaluationHead[];
  readonly actions: readonly StoredAction[];
  readonly estimates: readonly EstimateRecord[];
  readonly incident: StoredIncident | null;
}

async function look(db: Queryable, modelId: string): Promise<Shown> {
  const model = await requireModel(db, modelId);
  const alerts = await loadAlerts(db, model.model);
  return {
    model,
    definition: (await loadDefinition(db, model.model, model.revision)).definition,
    serving: await readServing(db, model.model),
    history: (await servingHistory(db, model.model)).slice(0, LAST_PERIODS),
    alerts: alerts.filter(({ state }) => isOpen(state) || state.state === 'pending'),
    windows: await newestEvaluations(db, model.model, LAST_WINDOWS),
    actions: (await listActions(db, model.model)).filter(({ open }) => open),
    estimates: await estimateRecords(db, model.model, COMPARED_WINDOWS),
    incident: await openIncident(db, model.model),
  };
}

function headLines({ model, definition, serving, incident }: Shown): string {
  const open = incident === null ? '' : `, incident ${incident.id} (${incident.state})`;
  const serves = serving?.version ?? 'no version';
  return `${model.model}: ${definition.title}\n${model.state}, revision ${String(model.revision)}, team ${model.team}, serves ${serves}${open}`;
}

const ALERT_HEAD = ['rule', 'segment', 'state', 'severity', 'fired at', 'worst'];
const alertRow = ({ rule, segment, state }: StoredAlert): (string | number | null)[] => [
  ...[rule, segmentWords(segment), state.state, state.severity],
  ...[state.firedValue, state.peakValue],
];

const ACTION_HEAD = ['action', 'state', 'from', 'to', 'expires', 'asked by', 'reason'];
const actionRow = (one: StoredAction): (string | null)[] => [
  ...[one.id, one.state, one.from, one.to],
  ...[instantText(one.expiresAt), one.requestedBy, one.reason],
];

const PERIOD_HEAD = ['version', 'since (data)', 'by', 'how'];
const periodRow = (one: ServingPeriod): (string | null)[] => [
  ...[one.version, instantText(one.dataSince), one.by, one.action ?? one.origin],
];

/** Four digits tell estimates apart; more would only look exact. */
const short = (value: number): string => String(Number(value.toPrecision(4)));

const RECORD_HEAD = ['metric', 'windows', 'within interval', 'mean difference', 'mean distance', 'newest', 'estimated'];

function recordRow({ metric, windows, withInterval, within, ...record }: EstimateRecord): (string | number)[] {
  const newest = record.compared.at(-1);
  return [
    ...[metric, windows, withInterval === 0 ? 'no intervals' : `${String(within)} of ${String(withInterval)}`],
    ...[short(record.meanDifference), short(record.meanDistance)],
    ...(newest === undefined ? ['', ''] : [short(newest.realised), short(newest.estimated)]),
  ];
}

function textOf(shown: Shown, rules: boolean): string {
  const { definition, history, alerts, windows, actions } = shown;
  const { timezone } = definition.schedule;
  const inWords = definition.rules.map((rule) => `${rule.id}: ${explainRule(rule)}`);
  return blocks(
    headLines(shown),
    definitionLines(definition).join('\n'),
    section('Serving', PERIOD_HEAD, history.map(periodRow)),
    section('Alerts', ALERT_HEAD, alerts.map(alertRow)),
    section(
      'Newest windows',
      EVALUATION_HEAD,
      windows.map((one) => evaluationRow(one, timezone)),
    ),
    shown.estimates.length === 0
      ? ''
      : section('Estimates beside what labels showed', RECORD_HEAD, shown.estimates.map(recordRow)),
    section('Open actions', ACTION_HEAD, actions.map(actionRow)),
    rules ? `Rules\n${indent(inWords.join('\n'))}` : '',
  );
}

async function show(context: CommandContext, modelId: string, options: { readonly rules?: boolean }): Promise<Answer> {
  const shown = await look((await context.database()).pool, modelId);
  const { model, alerts, windows, history, actions, incident } = shown;
  const data = {
    ...model,
    watchFrom: isoOrNull(model.watchFrom),
    definition: shown.definition,
    serving: shown.serving,
    history: history.map((one) => ({ ...one, dataSince: isoOrNull(one.dataSince) })),
    incident: incident?.id ?? null,
    alerts: alerts.map(({ rule, segment, state }) => ({ rule, segment, ...state })),
    windows: windows.map(evaluationData),
    actions: actions.map(actionTimes),
    estimates: shown.estimates.map(({ compared, ...record }) => ({
      ...record,
      compared: compared.map(({ window, ...one }) => ({
        ...{ from: isoOrNull(window.from), to: isoOrNull(window.to) },
        ...one,
      })),
    })),
  };
  return { data, text: textOf(shown, options.rules === true) };
}

export function addShowCommand({ command, act }: CommandSet): void {
  command('show', 'one model: definition, versions, open alerts, newest windows, open actions')
    .argument('<model>')
    .option('--rules', 'its rules in words, too')
    .action(act(show));
}
