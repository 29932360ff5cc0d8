/** Models whose windows are sums of hours, and what was made of them. */
import { afterAll, beforeAll, inject } from 'vitest';
import { currentEvaluation, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { select } from '../../src/io/mysql/rows.js';
import type { Figure } from '../../src/model/figure.js';
import { openStage, type Stage } from './stage.js';
import { FIRST_DAY, watchModel, type WatchedModel } from './watched-model.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const REFERENCE = { from: '2026-01-05T00:00:00Z', to: '2026-01-08T00:00:00Z' };
/** Days of the reference come before the first that is judged. */
export const DAY = 3;

export interface Judged {
  readonly figures: readonly Figure[];
  readonly verdicts: readonly string[];
  readonly rows: number;
  readonly sequence: number;
}

async function judged(stage: Stage, model: WatchedModel, from = FIRST_DAY + DAY * DAY_MS): Promise<Judged> {
  const { pool } = stage.database;
  const stored = await currentEvaluation(pool, model.id, { from, to: from + DAY_MS });
  if (stored === null) throw new Error(`${model.id} was not judged`);
  const verdicts = await loadVerdicts(pool, stored.id);
  return {
    figures: await loadFigures(pool, stored.id),
    verdicts: verdicts.map(({ rule, status, reason }) => `${rule} ${status}: ${reason}`),
    rows: stored.rows,
    sequence: stored.sequence,
  };
}

/** When each hour was profiled, by the hours since the first day. */
async function profiled(stage: Stage, model: WatchedModel): Promise<ReadonlyMap<number, number>> {
  const rows = await select(
    stage.database.pool,
    'SELECT hour, MAX(profiled_at) AS at FROM hour_profiles WHERE model = ? GROUP BY hour ORDER BY hour',
    [model.id],
  );
  return new Map(
    rows.map((row) => [((row['hour'] as Date).getTime() - FIRST_DAY) / HOUR_MS, (row['at'] as Date).getTime()]),
  );
}

export const hoursProfiledAgain = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number[] =>
  [...after].flatMap(([hour, at]) => (before.get(hour) === at ? [] : [hour]));

async function watched(
  stage: Stage,
  name: string,
  definition: Readonly<Record<string, unknown>> = {},
): Promise<WatchedModel> {
  const model = await watchModel(
    stage,
    name,
    { reference: REFERENCE, read: 'hours', rules: { defaults: true }, ...definition },
    DAY,
  );
  for (let day = 0; day <= DAY; day += 1) await model.log(day, { rows: 480 });
  return model;
}

/** A stage for the tests of a file, and what they ask of it. */
export interface HoursStage {
  readonly pool: () => Stage['database']['pool'];
  readonly judged: (model: WatchedModel, from?: number) => Promise<Judged>;
  readonly profiled: (model: WatchedModel) => Promise<ReadonlyMap<number, number>>;
  readonly watched: (name: string, definition?: Readonly<Record<string, unknown>>) => Promise<WatchedModel>;
}

export function hoursStage(): HoursStage {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
  });
  afterAll(() => stage.close());
  return {
    pool: () => stage.database.pool,
    judged: (model, from) => judged(stage, model, from),
    profiled: (model) => profiled(stage, model),
    watched: (name, definition) => watched(stage, name, definition),
  };
}

export const numberOf = (figures: readonly Figure[], id: string): number => {
  const figure = figures.find((one) => one.id === id);
  if (typeof figure?.value !== 'number') throw new Error(`${id} is not there: ${JSON.stringify(figure)}`);
  return figure.value;
};
