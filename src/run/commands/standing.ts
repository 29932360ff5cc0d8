/** `models`, `cycles`, `incidents`: where things stand, from the facts in MySQL. */
import type { StoredAction } from '../../io/mysql/actions.js';
import {
  currentEvaluations,
  evaluationHistory,
  newestWindowEnd,
  type EvaluationHead,
} from '../../io/mysql/evaluations.js';
import { currentDefinition, listModels, type StoredModel } from '../../io/mysql/definitions.js';
import { listIncidents, openIncident, type StoredIncident } from '../../io/mysql/incidents.js';
import { readServing } from '../../io/mysql/registry.js';
import type { Queryable } from '../../io/mysql/rows.js';
import { windowWords } from '../../alerts/wording.js';
import { requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { instantText, isoOrNull, table, type Answer } from '../output.js';

/** Milliseconds; no model is older. */
const EVER = 0;

/** The newest current evaluations, newest first. */
export async function newestEvaluations(
  db: Queryable,
  model: string,
  count: number,
): Promise<readonly EvaluationHead[]> {
  const until = await newestWindowEnd(db, model);
  if (until === null) return [];
  return [...(await currentEvaluations(db, model, EVER, until))].reverse().slice(0, count);
}

async function timezoneOf(db: Queryable, model: string): Promise<string> {
  return (await currentDefinition(db, model))?.definition.schedule.timezone ?? 'UTC';
}

async function standingOf(db: Queryable, model: StoredModel): Promise<{ data: object; row: (string | null)[] }> {
  const serving = await readServing(db, model.model);
  const [newest] = await newestEvaluations(db, model.model, 1);
  const incident = await openIncident(db, model.model);
  const window = newest === undefined ? null : windowWords(newest.window, await timezoneOf(db, model.model));
  return {
    data: {
      model: model.model,
      title: model.title,
      team: model.team,
      state: model.state,
      revision: model.revision,
      serving,
      newest: newest === undefined ? null : evaluationData(newest),
      incident: incident?.id ?? null,
    },
    row: [
      model.model,
      model.team,
      model.state,
      serving?.version ?? null,
      window,
      newest?.verdict ?? null,
      incident?.id ?? null,
    ],
  };
}

async function models(context: CommandContext): Promise<Answer> {
  const { pool } = await context.database();
  const standing = [];
  for (const model of await listModels(pool)) standing.push(await standingOf(pool, model));
  const head = ['model', 'team', 'state', 'serves', 'newest window', 'verdict', 'incident'];
  const text =
    standing.length === 0
      ? `No models yet: ${context.settings.command} apply FILE`
      : table(
          head,
          standing.map(({ row }) => row),
        );
  return { data: standing.map(({ data }) => data), text };
}

export function evaluationData(evaluation: EvaluationHead): object {
  const { window, scheduledAt, ...rest } = evaluation;
  return {
    ...rest,
    from: isoOrNull(window.from),
    to: isoOrNull(window.to),
    scheduledAt: isoOrNull(scheduledAt),
  };
}

export const EVALUATION_HEAD = ['window', 'verdict', 'reason', 'rows', 'labelled', 'version', 'labels', 'cycle'];

export function evaluationRow(evaluation: EvaluationHead, timezone: string): (string | number | null)[] {
  const { window, verdict, reason, rows, coverage, version, state, past, cycle } = evaluation;
  return [
    windowWords(window, timezone),
    past ? `${verdict} (past)` : verdict,
    reason,
    rows,
    coverage === null ? null : `${(coverage * 100).toFixed(0)} %`,
    version,
    state,
    cycle,
  ];
}

function wholeNumber(text: string, option: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 10_000) return value;
  throw wrongUse(`${option} must be a whole number from 1 to 10000, not "${text}"`);
}

interface CycleOptions {
  readonly last: string;
  readonly history?: boolean;
}

async function cycles(context: CommandContext, modelId: string, options: CycleOptions): Promise<Answer> {
  const count = wholeNumber(options.last, '--last');
  const { pool } = await context.database();
  const { model } = await requireModel(pool, modelId);
  const all = options.history === true;
  const newest = await (all ? evaluationHistory : newestEvaluations)(pool, model, count);
  const timezone = await timezoneOf(pool, model);
  const text =
    newest.length === 0
      ? `${model} has not been judged yet: ${context.settings.command} run ${model}`
      : table(
          all ? ['slot', ...EVALUATION_HEAD] : EVALUATION_HEAD,
          newest.map((one) => {
            const row = evaluationRow(one, timezone);
            return all ? [instantText(one.scheduledAt), ...row] : row;
          }),
        );
  return { data: newest.map(evaluationData), text };
}

export function incidentData(incident: StoredIncident): object {
  const { openedAt, windowFrom, windowTo, acknowledgedAt, acknowledgedUntil, escalatedAt, closedAt, ...rest } =
    incident;
  return {
    ...rest,
    openedAt: isoOrNull(openedAt),
    windowFrom: isoOrNull(windowFrom),
    windowTo: isoOrNull(windowTo),
    acknowledgedAt: isoOrNull(acknowledgedAt),
    acknowledgedUntil: isoOrNull(acknowledgedUntil),
    escalatedAt: isoOrNull(escalatedAt),
    closedAt: isoOrNull(closedAt),
  };
}

/** An action with its instants as texts. */
export function actionTimes(action: StoredAction): object {
  return {
    ...action,
    requestedAt: isoOrNull(action.requestedAt),
    dataTime: isoOrNull(action.dataTime),
    expiresAt: isoOrNull(action.expiresAt),
    finishedAt: isoOrNull(action.finishedAt),
  };
}

interface IncidentOptions {
  readonly last: string;
  readonly open?: boolean;
}

async function incidents(
  context: CommandContext,
  modelId: string | undefined,
  options: IncidentOptions,
): Promise<Answer> {
  const count = wholeNumber(options.last, '--last');
  const { pool } = await context.database();
  if (modelId !== undefined) await requireModel(pool, modelId);
  const all = await listIncidents(pool, modelId ?? null, count);
  const listed = options.open === true ? all.filter(({ state }) => state === 'open' || state === 'acknowledged') : all;
  const rows = listed.map((one) => [
    one.id,
    one.model,
    one.kind,
    one.state,
    one.severity,
    instantText(one.openedAt),
    one.acknowledgedBy,
    instantText(one.closedAt),
    one.closedReason,
  ]);
  const head = ['incident', 'model', 'kind', 'state', 'severity', 'opened', 'acknowledged by', 'ended', 'reason'];
  return { data: listed.map(incidentData), text: rows.length === 0 ? 'No incidents.' : table(head, rows) };
}

export function addStandingCommands({ command, act }: CommandSet): void {
  command('models', 'every model: state, serving version, newest verdict, open incident').action(act(models));
  command('cycles', 'the newest judged windows of a model')
    .argument('<model>')
    .option('--last <n>', 'how many', '20')
    .option('--history', 'each with all that was ever found of it: what late rows and labels have changed')
    .action(act(cycles));
  command('incidents', 'incidents, newest first')
    .argument('[model]')
    .option('--last <n>', 'how many', '20')
    .option('--open', 'only those that are not over')
    .action(act(incidents));
}
