/**
 * Durable cycles per second, beside a bare workflow with the same activity graph on the same servers; what a cycle stores,
 * and what it leaves in Temporal.
 */
import type { Benchmark, BenchmarkContext } from './benchmark.js';
import { entry, type Entry, type Goal } from './entry.js';
import { createFleet, cycleId, type Fleet } from './cycle/fleet.js';
import { activityAnswers, historySize } from './cycle/history.js';
import { cyclesPerSecond } from './cycle/run-cycles.js';
import { type Sample, sample } from './cycle/sample.js';
import { openBenchStage, type BenchStage } from './cycle/stage.js';
import { startWorkerProcess, type WorkerProcess } from './cycle/worker-process.js';

const MODELS = 20;
const RUNS = 5;
const WINDOWS_PER_RUN = 5;
/** Before anything is measured: references are made, caches filled, and the JIT compiler has seen the code. */
const WARM_WINDOWS = 12;
const CYCLE_QUEUE = 'bench-cycle';
const BARE_QUEUE = 'bench-bare';

/** Seven tenths of the bare rate: measuring, judging and storing may cost less than half of what durability itself costs. */
const RATE_GOAL: Goal = { of: 'ratio', is: 'at least', limit: 0.7 };
const EVENTS_GOAL: Goal = { of: 'value', is: 'at most', limit: 45 };
const BYTES_GOAL: Goal = { of: 'value', is: 'at most', limit: 12 * 1024 };
const FIGURES_GOAL: Goal = { of: 'value', is: 'at least', limit: 60 };

interface Samples {
  readonly real: Sample[];
  readonly bare: Sample[];
}

/** A B A B …: whatever else the machine does meanwhile meets both alike. */
async function interleave(
  stage: BenchStage,
  fleet: Fleet,
  workers: { readonly real: WorkerProcess; readonly bare: WorkerProcess },
  say: (line: string) => void,
): Promise<Samples> {
  const samples: Samples = { real: [], bare: [] };
  const { client } = stage;
  const { models } = fleet;
  for (let k = 0; k < RUNS; k += 1) {
    const ends = fleet.ends.slice(WARM_WINDOWS + k * WINDOWS_PER_RUN, WARM_WINDOWS + (k + 1) * WINDOWS_PER_RUN);
    const cycles = models.length * ends.length;
    const run = { client, models, ends };
    samples.real.push(
      await sample(stage, workers.real, cycles, () =>
        cyclesPerSecond({ ...run, workflowType: 'monitoringCycle', taskQueue: CYCLE_QUEUE }),
      ),
    );
    samples.bare.push(
      await sample(stage, workers.bare, cycles, () =>
        cyclesPerSecond({ ...run, workflowType: 'bareCycle', taskQueue: BARE_QUEUE }),
      ),
    );
    const told = (kind: 'real' | 'bare'): string => samples[kind][k]?.rate.toFixed(1) ?? '';
    say(`run ${String(k + 1)} of ${String(RUNS)}: ${told('real')} cycles/s, bare ${told('bare')}`);
  }
  return samples;
}

async function storedPerCycle(stage: BenchStage, table: 'figures' | 'verdicts'): Promise<number[]> {
  const [rows] = await stage.database.pool.query(
    `SELECT evaluation, COUNT(*) AS stored FROM ${table} GROUP BY evaluation`,
  );
  return (rows as { stored: number }[]).map(({ stored }) => stored);
}

async function storedEntries(stage: BenchStage): Promise<Entry[]> {
  return [
    entry({
      name: 'cycle/figures',
      unit: 'stored per cycle',
      runs: await storedPerCycle(stage, 'figures'),
      goal: FIGURES_GOAL,
    }),
    entry({ name: 'cycle/verdicts', unit: 'stored per cycle', runs: await storedPerCycle(stage, 'verdicts') }),
  ];
}

async function historyEntries(stage: BenchStage, fleet: Fleet): Promise<Entry[]> {
  const sizes = await Promise.all(
    fleet.models.map((definition) => historySize(stage.client, cycleId(definition, fleet.ends.at(-1) ?? 0))),
  );
  return [
    entry({ name: 'cycle/history-events', unit: 'events', runs: sizes.map(({ events }) => events), goal: EVENTS_GOAL }),
    entry({ name: 'cycle/history-bytes', unit: 'bytes', runs: sizes.map(({ bytes }) => bytes), goal: BYTES_GOAL }),
  ];
}

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);

function cpuEntries({ real, bare }: Samples): Entry[] {
  const entries: Entry[] = [];
  for (const part of ['worker', 'temporal', 'mysql'] as const) {
    const runs = { real: known(real.map((one) => one[part])), bare: known(bare.map((one) => one[part])) };
    if (runs.real.length === 0 || runs.bare.length === 0) continue;
    const unit = 'CPU ms per cycle';
    const to = entry({ name: `cycle/bare-cpu-${part}`, unit, runs: runs.bare });
    entries.push(entry({ name: `cycle/cpu-${part}`, unit, runs: runs.real, ...(part !== 'mysql' && { to }) }), to);
  }
  return entries;
}

/** The first cycles of every model; one of them shows the bare worker what to answer. */
async function warmUp(
  stage: BenchStage,
  fleet: Fleet,
  { profiles, say }: BenchmarkContext,
): Promise<{
  real: WorkerProcess;
  bare: WorkerProcess;
}> {
  const { client, stack, env } = stage;
  const first = fleet.ends.slice(0, WARM_WINDOWS);
  const run = { client, models: fleet.models, ends: first };
  const real = await startWorkerProcess({ kind: 'start', stack, taskQueue: CYCLE_QUEUE }, { env, profiles });
  await cyclesPerSecond({ ...run, workflowType: 'monitoringCycle', taskQueue: CYCLE_QUEUE });
  const [definition] = fleet.models;
  if (definition === undefined) throw new RangeError('a fleet has at least one model');
  const answers = await activityAnswers(client, cycleId(definition, first.at(-1) ?? 0));
  const { options } = real;
  const bare = await startWorkerProcess(
    { kind: 'start bare', stack, taskQueue: BARE_QUEUE, options, answers },
    { env, profiles: null },
  );
  await cyclesPerSecond({ ...run, workflowType: 'bareCycle', taskQueue: BARE_QUEUE });
  say('warm: every model has its reference');
  return { real, bare };
}

async function measure(stage: BenchStage, context: BenchmarkContext): Promise<readonly Entry[]> {
  const { say } = context;
  say(`writing the rows of ${String(MODELS)} models`);
  const windows = WARM_WINDOWS + RUNS * WINDOWS_PER_RUN;
  const fleet = await createFleet(stage.database, {
    models: MODELS,
    windows,
    rowsPerWindow: 1_000,
    referenceWindows: 4,
  });
  const workers = await warmUp(stage, fleet, context);
  try {
    const samples = await interleave(stage, fleet, workers, say);
    const bare = entry({ name: 'cycle/bare-rate', unit: 'cycles/s', runs: samples.bare.map(({ rate }) => rate) });
    const rate = entry({
      name: 'cycle/rate',
      unit: 'cycles/s',
      runs: samples.real.map((one) => one.rate),
      to: bare,
      paired: samples.bare.map((one) => one.rate),
      goal: RATE_GOAL,
    });
    return [
      rate,
      bare,
      ...(await historyEntries(stage, fleet)),
      ...(await storedEntries(stage)),
      ...cpuEntries(samples),
    ];
  } finally {
    await workers.bare.stop();
    await workers.real.stop();
  }
}

export const cycleBenchmark: Benchmark = {
  name: 'cycle',
  about: 'durable cycles per second beside bare workflows; events and bytes of a cycle',
  async run(context) {
    const stage = await openBenchStage(context.home, context.say);
    try {
      return await measure(stage, context);
    } finally {
      await stage.close();
    }
  },
};
