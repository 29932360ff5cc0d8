/** A small binary classifier under watch: days of predictions that rank well or badly, and its cycles slot by slot. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { recordBackfill } from '../../src/io/mysql/backfills.js';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import { insertLabels, insertPredictions, type PredictionRow } from '../../src/io/mysql/prediction-log.js';
import { readServing, registerVersion, switchServing } from '../../src/io/mysql/registry.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { canonicalJson } from '../../src/model/plan.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { applySchedule, slotShift } from '../../src/run/schedules.js';
import { runSlot } from '../../src/run/slots.js';
import type { CycleResult } from '../../workflows/cycle-result.js';
import type { Stage } from './stage.js';

const DAY_MS = 86_400_000;
/** Day 0 of the simulated time, a Monday. */
export const FIRST_DAY = Date.parse('2026-01-05T00:00:00Z');

/** Stands in the features and the id of rows; no history may hold it. */
export const ROW_CANARY = 'canary-of-a-row';

type Yaml = Readonly<Record<string, unknown>>;

function baseDefinition(model: string): Yaml {
  return {
    model,
    title: `Model ${model}`,
    team: 'lending',
    task: 'binary',
    positive: 'yes',
    features: { numeric: ['income'], categorical: ['job'] },
    labels: { min_coverage: 0.8, deadline: '20d' },
    schedule: { window: '1d', timezone: 'UTC', catchup: '1d' },
    reference: 'trainer',
    min_rows: 50,
    rules: {
      defaults: false,
      add: [
        {
          ...{ id: 'auc-floor', title: 'The score hardly tells yes from no', metric: 'roc_auc', below: 0.6 },
          ...{ min_n: 20, for: 1, keep: 1, severity: 'critical' },
        },
      ],
    },
    notify: { slack: { channel: '#ml-alerts' } },
    approvers: ['ana', 'ben'],
  };
}

export interface DayOptions {
  readonly rows?: number;
  /** Ranks yes before no; otherwise the other way round. */
  readonly good?: boolean;
  readonly version?: string;
  /** Share of the rows that have their label; default all. */
  readonly labelled?: number;
  /** Tells apart several logs of one day. */
  readonly prefix?: string;
  /** Labels come in at this day's slot at the latest; default the day's own. */
  readonly labelsOn?: number;
}

function rowsOf(day: number, options: DayOptions): readonly (PredictionRow & { label: string })[] {
  const { rows = 120, good = true, version = 'v1', prefix = '' } = options;
  return Array.from({ length: rows }, (_, i) => {
    const label = i % 2 === 0 ? 'yes' : 'no';
    const noise = ((i * 7919 + day * 31) % 997) / 997;
    const score = (label === 'yes') === good ? 0.3 + 0.7 * noise : 0.7 * noise;
    return {
      id: `${ROW_CANARY}-${prefix}${String(day)}-${String(i)}`,
      time: FIRST_DAY + day * DAY_MS + Math.floor((i * DAY_MS) / rows) + (prefix === '' ? 0 : 1),
      version,
      prediction: score > 0.5 ? 'yes' : 'no',
      score,
      features: { income: 1000 + ((i * 37) % 400), job: i % 3 === 0 ? ROW_CANARY : 'baker' },
      latencyMs: 12,
      label,
    };
  });
}

export interface WatchedModel {
  readonly id: string;
  readonly definition: ModelDefinition;
  /** Scheduled time of the cycle whose own window is this day. */
  slot(day: number): number;
  /** Predictions of a day, and the labels that its slot will know. */
  log(day: number, options?: DayOptions): Promise<void>;
  /** Runs the day's slot; it may change alerts unless `past` says that it is one of the past. */
  cycle(day: number, options?: { readonly past?: boolean }): Promise<CycleResult>;
  /** Both at once. */
  live(day: number, options?: DayOptions): Promise<CycleResult>;
  /** Registers a version and lets it serve from a day on; its artefact is a file of the stage. */
  release(version: string, day: number, good?: boolean): Promise<{ readonly artefact: string }>;
  /** Stores another revision. */
  redefine(change: Yaml): Promise<void>;
}

/** A definition from its parts: the base, with whole keys replaced. */
function defineModel(model: string, change: Yaml = {}): { definition: ModelDefinition; source: string } {
  const source = stringify({ ...baseDefinition(model), ...change });
  const parsed = parseDefinition(source, `${model}.yaml`, { defaultRules });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path} ${message}`).join('\n'));
  return { definition: parsed.definition, source };
}

async function apply(stage: Stage, model: string, change: Yaml, from = 0): Promise<ModelDefinition> {
  const { definition, source } = defineModel(model, change);
  const canonical = canonicalJson(definition);
  const hash = createHash('sha256').update(canonical).digest('hex');
  await saveDefinition(stage.database.pool, {
    ...{ definition, canonical, hash, source, author: 'test' },
    // Simulated: the model is watched from the first simulated day on, or a later one.
    now: FIRST_DAY + from * DAY_MS,
  });
  await applySchedule(stage.client, definition, { taskQueue: stage.taskQueue, paused: true });
  return definition;
}

async function release(
  stage: Stage,
  model: string,
  version: string,
  day: number,
  good: boolean,
): Promise<{ artefact: string }> {
  const { pool } = stage.database;
  const folder = join(stage.folder, 'artefacts', model, version);
  mkdirSync(folder, { recursive: true });
  const artefact = join(folder, 'artefact.json');
  const text = JSON.stringify({ version, good });
  writeFileSync(artefact, text);
  const serving = await readServing(pool, model);
  await registerVersion(pool, {
    ...{ model, version, artefact, parent: serving?.version ?? null, origin: 'release', registeredBy: 'test' },
    ...{ trainedFrom: null, trainedTo: null, note: null, registeredAt: Date.now() },
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  await switchServing(pool, {
    ...{ model, to: version, expectedGeneration: serving?.generation ?? 0, origin: 'release', by: 'test' },
    ...{ action: null, reason: 'release', dataSince: FIRST_DAY + day * DAY_MS, now: Date.now() },
  });
  return { artefact };
}

/** Windows before the day `from` are not due. */
export async function watchModel(stage: Stage, name: string, change: Yaml = {}, from = 0): Promise<WatchedModel> {
  const id = `${name}-${randomBytes(4).toString('hex')}`;
  const { pool } = stage.database;
  const definition = await apply(stage, id, change, from);
  const slot = (day: number): number => FIRST_DAY + (day + 1) * DAY_MS + slotShift(definition);
  const log = async (day: number, options: DayOptions = {}): Promise<void> => {
    const rows = rowsOf(day, options);
    await insertPredictions(pool, id, rows);
    const labelled = rows.slice(0, Math.round(rows.length * (options.labelled ?? 1)));
    await insertLabels(pool, id, labelled, slot(options.labelsOn ?? day) - 60_000);
  };
  const cycle = async (day: number, options: { past?: boolean } = {}): Promise<CycleResult> => {
    const at = slot(day);
    if (options.past !== true)
      await recordBackfill(pool, { model: id, from: at, to: at, alert: true, by: 'test', now: Date.now() });
    return runSlot(stage.client, id, at);
  };
  return {
    id,
    definition,
    slot,
    log,
    cycle,
    async live(day, options) {
      await log(day, options);
      return cycle(day);
    },
    release: (version, day, good = false) => release(stage, id, version, day, good),
    async redefine(next) {
      await apply(stage, id, { ...change, ...next });
    },
  };
}
