/** A sound file into a `ModelDefinition`: the only place that fills in defaults (those of rules are in definition-rules.ts). */
import type {
  ApprovalDefinition,
  LabelsDefinition,
  ModelDefinition,
  NotifyDefinition,
  ReferenceDefinition,
  RetrainDefinition,
  RollbackDefinition,
  ScheduleDefinition,
  SourceDefinition,
  Span,
} from './definition.js';
import type { NotifyInput, RetrainInput, RollbackInput } from './definition-schema-actions.js';
import type { LabelsInput, ReferenceInput, ScheduleInput, SourceInput } from './definition-schema.js';
import type { Sections, Sound } from './definition-sections.js';
import type { Task } from './frame.js';
import { LEAVABLE_FAMILIES } from './left-out.js';
import { startOfDay } from './window.js';

export type DefinitionWithoutRules = Omit<ModelDefinition, 'rules'>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DEFAULT_WINDOW: Span = { count: 1, unit: 'day' };
export const DEFAULT_DELAY_MS = 10 * MINUTE;
export const DEFAULT_DEADLINE: Span = { count: 45, unit: 'day' };
export const DEFAULT_RETRAIN_SPAN: Span = { count: 6, unit: 'month' };
const DEFAULT_REFERENCE: Span = { count: 28, unit: 'day' };
const DEFAULT_REFERENCE_ROWS = 1000;
const DEFAULT_COVERAGE = 0.8;

/** A key that is there only with a value: JSON has no `undefined`. */
function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

/** Plumbline's own table, as `plumbline ingest` fills it. */
function ownSource(model: string, task: Task): SourceDefinition {
  return {
    table: 'predictions',
    filters: { model },
    columns: {
      id: 'id',
      time: 'time',
      version: 'version',
      prediction: 'prediction',
      ...(task === 'binary' ? { score: 'score' } : {}),
      latency: 'latency_ms',
      error: 'error_code',
      featuresJson: 'features',
    },
  };
}

function buildSource(input: SourceInput | undefined, model: string, task: Task): SourceDefinition {
  if (input === undefined) return ownSource(model, task);
  return {
    ...optional('connection', input.connection),
    table: input.table,
    filters: input.where ?? {},
    columns: {
      id: input.columns.id,
      time: input.columns.time,
      prediction: input.columns.prediction,
      ...optional('version', input.columns.version),
      ...optional('score', input.columns.score),
      ...optional('scores', input.columns.scores),
      ...optional('latency', input.columns.latency),
      ...optional('processing', input.columns.processing),
      ...optional('cpu', input.columns.cpu),
      ...optional('memory', input.columns.memory),
      ...optional('gpu', input.columns.gpu),
      ...optional('error', input.columns.error),
      ...optional('caller', input.columns.caller),
      ...optional('featuresJson', input.features_json),
    },
  };
}

function buildLabels(input: LabelsInput | undefined, model: string, source: SourceDefinition): LabelsDefinition {
  const judged = {
    minimumCoverage: input?.min_coverage ?? DEFAULT_COVERAGE,
    deadline: input?.deadline ?? DEFAULT_DEADLINE,
  };
  if (input?.table === undefined) {
    return {
      table: 'labels',
      filters: { model },
      id: 'id',
      label: 'label',
      time: 'time',
      arrived: 'arrived_at',
      ...judged,
    };
  }
  return {
    ...optional('connection', input.connection ?? source.connection),
    table: input.table,
    filters: input.where ?? {},
    id: input.id ?? '',
    label: input.label ?? '',
    ...optional('time', input.time),
    ...optional('arrived', input.arrived),
    ...judged,
  };
}

function buildSchedule(input: ScheduleInput | undefined): ScheduleDefinition {
  const window = input?.window ?? DEFAULT_WINDOW;
  return {
    window,
    every: input?.every ?? window,
    timezone: input?.timezone ?? 'UTC',
    delayMs: input?.delay ?? DEFAULT_DELAY_MS,
    catchupMs: input?.catchup ?? DAY,
    timeoutMs: input?.timeout ?? 30 * MINUTE,
  };
}

/** An instant (`2008-05-01T06:00:00Z`), or the beginning of a day (`2008-05-01`) in the zone; milliseconds. */
export function parseInstant(text: string, timezone: string): number | undefined {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (day !== null) {
    const [year = 0, month = 0, date = 0] = day.slice(1).map(Number);
    const roundTrip = new Date(Date.UTC(year, month - 1, date));
    const exists = roundTrip.getUTCMonth() === month - 1 && roundTrip.getUTCDate() === date;
    return exists ? startOfDay(year, month, date, timezone) : undefined;
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

function buildReference(input: ReferenceInput | undefined, timezone: string): ReferenceDefinition {
  if (input === 'trainer') return { kind: 'trainer' };
  if (input !== undefined && 'from' in input && input.from !== undefined && input.to !== undefined) {
    const iso = (text: string): string => new Date(parseInstant(text, timezone) ?? 0).toISOString();
    return { kind: 'span', from: iso(input.from), to: iso(input.to) };
  }
  return {
    kind: 'first',
    length: input?.first ?? DEFAULT_REFERENCE,
    minimumRows: (input !== undefined && 'min_rows' in input ? input.min_rows : undefined) ?? DEFAULT_REFERENCE_ROWS,
  };
}

function buildNotify(input: NotifyInput | undefined): NotifyDefinition {
  return {
    ...optional(
      'slack',
      input?.slack && { channel: input.slack.channel, token: input.slack.token ?? 'env:SLACK_BOT_TOKEN' },
    ),
    ...optional(
      'email',
      input?.email && {
        to: input.email.to,
        from: input.email.from,
        smtp: input.email.smtp ?? 'env:PLUMBLINE_SMTP_URL',
      },
    ),
    ...optional('escalation', input?.escalate && { afterMs: input.escalate.after, mention: input.escalate.to }),
    acknowledgeForMs: input?.acknowledge_for ?? DAY,
  };
}

function buildApproval(input: RetrainInput | RollbackInput): ApprovalDefinition {
  return { required: (input.approval ?? 'required') === 'required', expiresMs: input.expires ?? 3 * DAY };
}

type GateMetric = RetrainDefinition['gate']['metric'];

/** What two versions are compared by, unless the file says otherwise. */
function defaultGateMetric(task: Task, source: SourceDefinition): GateMetric {
  if (task === 'regression') return 'mae';
  return task === 'binary' && source.columns.score !== undefined ? 'roc_auc' : 'accuracy';
}

function buildRetrain(input: RetrainInput, metric: GateMetric): RetrainDefinition {
  return {
    command: input.command,
    timeoutMs: input.timeout ?? HOUR,
    span: input.span ?? DEFAULT_RETRAIN_SPAN,
    approval: buildApproval(input),
    cooldownWindows: input.cooldown ?? 2,
    budgetPerYear: input.budget ?? 6,
    gate: {
      metric: input.gate?.metric ?? metric,
      margin: input.gate?.margin ?? 0.02,
      minimumRows: input.gate?.min_rows ?? 500,
    },
  };
}

function buildRollback(input: RollbackInput, metric: GateMetric): RollbackDefinition {
  return {
    approval: buildApproval(input),
    recentWindows: input.recent ?? 3,
    verify: { windows: input.verify?.windows ?? 2, metric: input.verify?.metric ?? metric },
    cooldownWindows: input.cooldown ?? 2,
  };
}

/** The definition without its rules; `undefined` where model or task, on which much depends, are not known. */
export function buildDefinition(sections: Sections): DefinitionWithoutRules | undefined {
  const { sound } = sections;
  const { model, task } = sound;
  if (model === undefined || task === undefined) return undefined;
  const source = buildSource(sound.source, model, task);
  const schedule = buildSchedule(sound.schedule);
  const metric = defaultGateMetric(task, source);
  return {
    model,
    title: sound.title ?? model,
    team: sound.team ?? 'unassigned',
    task,
    ...optional('positive', sound.positive),
    scoresAreProbabilities: sound.scores_are_probabilities ?? true,
    source,
    features: buildFeatures(sound),
    ...optional('labels', sound.labels === 'none' ? undefined : buildLabels(sound.labels, model, source)),
    sensitive: (sound.sensitive ?? []).map((attribute) => (typeof attribute === 'string' ? [attribute] : attribute)),
    ...optional('leaveOut', sound.leave_out && LEAVABLE_FAMILIES.filter((family) => sound.leave_out?.includes(family))),
    ...optional('minimumGroup', sound.min_group),
    ...optional('retention', sound.retention),
    ...optional('read', sound.read === 'hours' ? ('hours' as const) : undefined),
    schedule,
    reference: buildReference(sound.reference, schedule.timezone),
    minimumRows: sound.min_rows ?? 100,
    notify: buildNotify(sound.notify),
    approvers: sound.approvers ?? [],
    actions: {
      ...optional('retrain', sections.retrain && buildRetrain(sections.retrain, metric)),
      ...optional('rollback', sections.rollback && buildRollback(sections.rollback, metric)),
    },
    ...optional('runbook', sound.runbook),
  };
}

function buildFeatures(sound: Sound): ModelDefinition['features'] {
  return {
    numeric: sound.features?.numeric ?? [],
    categorical: sound.features?.categorical ?? [],
    ...optional('other', sound.features?.other?.length === 0 ? undefined : sound.features?.other),
  };
}
