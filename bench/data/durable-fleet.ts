/** Many models as durable cycles through Temporal, figures and verdicts stored: what a small machine keeps up with. */
import { createFleet, type Fleet } from '../cycle/fleet.js';
import { cyclesPerSecond } from '../cycle/run-cycles.js';
import { type Sample, sample } from '../cycle/sample.js';
import { startWorkerProcess } from '../cycle/worker-process.js';
import { type Entry, entry, type Goal } from '../entry.js';
import type { DataPart, DataStage } from './data-stage.js';

const MODELS = 20;
const ROWS = 10_000;
const RUNS = 3;
const WINDOWS_PER_RUN = 4;
/** Before anything is measured: references are made, and the compiler has seen the code. */
const WARM_WINDOWS = 6;
const QUEUE = 'bench-durable';

const RATE: Goal = { of: 'value', is: 'at least', limit: 500 };

async function runSamples(stage: DataStage, { models, ends }: Fleet): Promise<readonly Sample[]> {
  const { servers, context } = stage;
  const { client, stack, env } = servers;
  const run = { client, models, workflowType: 'monitoringCycle', taskQueue: QUEUE } as const;
  const start = { kind: 'start', stack, taskQueue: QUEUE } as const;
  const worker = await startWorkerProcess(start, { env, profiles: context.profiles });
  try {
    await cyclesPerSecond({ ...run, ends: ends.slice(0, WARM_WINDOWS) });
    const samples: Sample[] = [];
    for (let k = 0; k < RUNS; k += 1) {
      const some = ends.slice(WARM_WINDOWS + k * WINDOWS_PER_RUN, WARM_WINDOWS + (k + 1) * WINDOWS_PER_RUN);
      const cycles = models.length * some.length;
      const done = await sample(servers, worker, cycles, () => cyclesPerSecond({ ...run, ends: some }));
      samples.push(done);
      context.say(`durable ${String(k + 1)} of ${String(RUNS)}: ${(60 * done.rate).toFixed(0)} models a minute`);
    }
    return samples;
  } finally {
    await worker.stop();
  }
}

/** Figures of each evaluation, as they lie in the table. */
async function figuresStored({ servers }: DataStage): Promise<readonly number[]> {
  const [rows] = await servers.database.pool.query('SELECT COUNT(*) AS stored FROM figures GROUP BY evaluation');
  return (rows as { stored: number }[]).map(({ stored }) => stored);
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { servers, context } = stage;
  const windows = WARM_WINDOWS + RUNS * WINDOWS_PER_RUN;
  context.say(`durable: writing ${String(MODELS)} × ${String(windows + 1)} × ${String(ROWS)} rows and labels`);
  const fleet = await createFleet(servers.database, {
    models: MODELS,
    windows,
    rowsPerWindow: ROWS,
    referenceWindows: 1,
  });
  await stage.settle();
  const samples = await runSamples(stage, fleet);
  const figures = await figuresStored(stage);
  for (const table of ['predictions', 'labels']) await servers.database.pool.query(`TRUNCATE TABLE ${table}`);
  const cpu = (['worker', 'temporal', 'mysql'] as const).flatMap((part) => {
    const runs = samples.flatMap((one) => one[part] ?? []);
    return runs.length === 0 ? [] : [entry({ name: `data/durable-cpu-${part}`, unit: 'CPU ms per cycle', runs })];
  });
  const rates = samples.map(({ rate }) => 60 * rate);
  return [
    entry({ name: 'data/durable-fleet', unit: 'models/min', runs: rates, goal: RATE }),
    ...cpu,
    entry({ name: 'data/durable-figures', unit: 'stored per cycle', runs: figures }),
  ];
}

export const durableFleet: DataPart = { name: 'durable', run };
