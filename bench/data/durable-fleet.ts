/** Many models as durable cycles through Temporal, figures and verdicts stored: what a small machine keeps up with. */
import type { ModelDefinition } from '../../src/model/definition.js';
import { createFleet, type Fleet } from '../cycle/fleet.js';
import { cyclesPerSecond } from '../cycle/run-cycles.js';
import { type Sample, sample } from '../cycle/sample.js';
import { startWorkerProcess } from '../cycle/worker-process.js';
import { type Entry, entry, type Goal } from '../entry.js';
import { copyRows } from './copy-rows.js';
import type { DataPart, DataStage } from './data-stage.js';
import { CURRENT_WINDOW, fillTable, fleetNames, saveDailyModel, TABLES_VARIABLE } from './prediction-table.js';

const MODELS = 20;
const ROWS = 10_000;
const RUNS = 3;
const WINDOWS_PER_RUN = 4;
/** Before anything is measured: references are made, and the compiler has seen the code. */
const WARM_WINDOWS = 6;
const WINDOWS = WARM_WINDOWS + RUNS * WINDOWS_PER_RUN;
const QUEUE = 'bench-durable';
const PREFIX = 'durable';
const DAY_MS = 86_400_000;

const RATE: Goal = { of: 'value', is: 'at least', limit: 500 };

/** The table of others, or Plumbline's own with features in JSON, labels apart and every family of figures. */
type Kind = 'table' | 'own';

/**
 * Further days of each model: the reference days of the others, shifted, so that they are of the same distribution and
 * yet other rows. The drifted day that the table maker writes goes.
 */
async function addDays({ tables, settle }: DataStage, names: readonly string[]): Promise<void> {
  const end = new Date(CURRENT_WINDOW.from);
  await tables.query('DELETE FROM predictions WHERE model_id LIKE ? AND ts >= ?', [`${PREFIX}-%`, end]);
  for (const [at, name] of names.entries()) {
    for (let day = 1; day <= WINDOWS; day += 1) {
      await copyRows(tables, {
        table: 'predictions',
        other: { model_id: '?', id: `id + ${String(day * 1_000_000)}`, ts: `ts + INTERVAL ${String(day)} DAY` },
        where: 'model_id = ? AND ts < ?',
        values: [name, names[(at + day) % names.length] ?? name, end],
      });
    }
  }
  await settle();
}

async function tableFleet(stage: DataStage): Promise<Fleet> {
  await fillTable(stage, { model: PREFIX, rows: ROWS, models: MODELS });
  const names = fleetNames(PREFIX, MODELS);
  await addDays(stage, names);
  const models: ModelDefinition[] = [];
  for (const name of names) models.push(await saveDailyModel(stage.servers.database, name));
  return { models, ends: Array.from({ length: WINDOWS }, (_, at) => CURRENT_WINDOW.from + (at + 1) * DAY_MS) };
}

async function ownFleet({ servers, context, settle }: DataStage): Promise<Fleet> {
  context.say(`durable: writing ${String(MODELS)} × ${String(WINDOWS + 1)} × ${String(ROWS)} rows and labels`);
  const size = { models: MODELS, windows: WINDOWS, rowsPerWindow: ROWS, referenceWindows: 1 };
  const fleet = await createFleet(servers.database, { ...size, prefix: `${PREFIX}-own` });
  await settle();
  return fleet;
}

async function runSamples(stage: DataStage, kind: Kind, { models, ends }: Fleet): Promise<readonly Sample[]> {
  const { servers, context, tablesUrl } = stage;
  const { client, stack } = servers;
  const taskQueue = `${QUEUE}-${kind}`;
  const run = { client, models, workflowType: 'monitoringCycle', taskQueue } as const;
  const env = { ...servers.env, [TABLES_VARIABLE]: tablesUrl };
  const worker = await startWorkerProcess({ kind: 'start', stack, taskQueue }, { env, profiles: context.profiles });
  try {
    await cyclesPerSecond({ ...run, ends: ends.slice(0, WARM_WINDOWS) });
    const samples: Sample[] = [];
    for (let k = 0; k < RUNS; k += 1) {
      const some = ends.slice(WARM_WINDOWS + k * WINDOWS_PER_RUN, WARM_WINDOWS + (k + 1) * WINDOWS_PER_RUN);
      const cycles = models.length * some.length;
      const done = await sample(servers, worker, cycles, () => cyclesPerSecond({ ...run, ends: some }));
      samples.push(done);
      const told = `${String(k + 1)} of ${String(RUNS)}: ${(60 * done.rate).toFixed(0)} models a minute`;
      context.say(`durable, ${kind === 'own' ? 'own tables' : 'table of others'}, ${told}`);
    }
    return samples;
  } finally {
    await worker.stop();
  }
}

/** Figures of each evaluation, as they lie in the table. */
async function figuresStored({ servers }: DataStage, { models }: Fleet): Promise<readonly number[]> {
  const [rows] = await servers.database.pool.query(
    `SELECT COUNT(*) AS stored FROM figures JOIN evaluations ON evaluations.id = figures.evaluation
     WHERE evaluations.model IN (?) GROUP BY evaluations.id`,
    [models.map(({ model }) => model)],
  );
  return (rows as { stored: number }[]).map(({ stored }) => stored);
}

async function measureFleet(stage: DataStage, kind: Kind): Promise<readonly Entry[]> {
  const fleet = kind === 'own' ? await ownFleet(stage) : await tableFleet(stage);
  const samples = await runSamples(stage, kind, fleet);
  const figures = await figuresStored(stage, fleet);
  const name = kind === 'own' ? 'data/durable-own' : 'data/durable';
  const cpu = (['worker', 'temporal', 'mysql'] as const).flatMap((part) => {
    const runs = samples.flatMap((one) => one[part] ?? []);
    return runs.length === 0 ? [] : [entry({ name: `${name}-cpu-${part}`, unit: 'CPU ms per cycle', runs })];
  });
  const rates = samples.map(({ rate }) => 60 * rate);
  return [
    entry({ name: `${name}-fleet`, unit: 'models/min', runs: rates, ...(kind === 'table' && { goal: RATE }) }),
    ...cpu,
    entry({ name: `${name}-figures`, unit: 'stored per cycle', runs: figures }),
  ];
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const table = await measureFleet(stage, 'table');
  await stage.tables.query('DELETE FROM predictions WHERE model_id LIKE ?', [`${PREFIX}-%`]);
  const own = await measureFleet(stage, 'own');
  for (const name of ['predictions', 'labels']) await stage.servers.database.pool.query(`TRUNCATE TABLE ${name}`);
  return [...table, ...own];
}

export const durableFleet: DataPart = { name: 'durable', run };
