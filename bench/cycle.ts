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

/** Came after the goal was set, on quality, drift, performance, fairness and run-time; a cycle of all figures stands beside it. */
const ADDED_SINCE = ['segment', 'estimate', 'security'] as const;

interface Fleets {
  /** The figures for which the goal was set. */
  readonly goal: Fleet;
  /** All that a definition gets unasked. */
  readonly all: Fleet;
}

type Kind = keyof Fleets | 'bare';
type Samples = Readonly<Record<Kind, Sample[]>>;

interface Workers {
  readonly real: WorkerProcess;
  readonly bare: WorkerProcess;
}

/** A B C A B C …: whatever else the machine does meanwhile meets all alike. */
async function interleave(
  stage: BenchStage,
  fleets: Fleets,
  workers: Workers,
  say: (line: string) => void,
): Promise<Samples> {
  const samples: Samples = { goal: [], bare: [], all: [] };
  for (let k = 0; k < RUNS; k += 1) {
    for (const kind of ['goal', 'bare', 'all'] as const) {
      const { models, ends: all } = fleets[kind === 'bare' ? 'goal' : kind];
      const ends = all.slice(WARM_WINDOWS + k * WINDOWS_PER_RUN, WARM_WINDOWS + (k + 1) * WINDOWS_PER_RUN);
      const run = { client: stage.client, models, ends };
      const cycles = models.length * ends.length;
      samples[kind].push(
        kind === 'bare'
          ? await sample(stage, workers.bare, cycles, () =>
              cyclesPerSecond({ ...run, workflowType: 'bareCycle', taskQueue: BARE_QUEUE }),
            )
          : await sample(stage, workers.real, cycles, () =>
              cyclesPerSecond({ ...run, workflowType: 'monitoringCycle', taskQueue: CYCLE_QUEUE }),
            ),
      );
    }
    const told = (kind: Kind): string => samples[kind][k]?.rate.toFixed(1) ?? '';
    say(
      `run ${String(k + 1)} of ${String(RUNS)}: ${told('goal')} cycles/s, bare ${told('bare')}, all figures ${told('all')}`,
    );
  }
  return samples;
}

async function storedPerCycle(stage: BenchStage, table: 'figures' | 'verdicts', { models }: Fleet): Promise<number[]> {
  const [rows] = await stage.database.pool.query(
    `SELECT COUNT(*) AS stored FROM ${table} t JOIN evaluations e ON e.id = t.evaluation WHERE e.model IN (?) GROUP BY e.id`,
    [models.map(({ model }) => model)],
  );
  return (rows as { stored: number }[]).map(({ stored }) => stored);
}

async function storedEntries(stage: BenchStage, { goal, all }: Fleets): Promise<Entry[]> {
  const unit = 'stored per cycle';
  return [
    entry({ name: 'cycle/figures', unit, runs: await storedPerCycle(stage, 'figures', goal), goal: FIGURES_GOAL }),
    entry({ name: 'cycle/verdicts', unit, runs: await storedPerCycle(stage, 'verdicts', goal) }),
    entry({ name: 'cycle/all-figures', unit, runs: await storedPerCycle(stage, 'figures', all) }),
    entry({ name: 'cycle/all-verdicts', unit, runs: await storedPerCycle(stage, 'verdicts', all) }),
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

function cpuEntries(samples: Samples): Entry[] {
  const entries: Entry[] = [];
  for (const part of ['worker', 'temporal', 'mysql'] as const) {
    const runsOf = (kind: Kind): number[] => known(samples[kind].map((one) => one[part]));
    if (runsOf('bare').length === 0 || runsOf('goal').length === 0) continue;
    const unit = 'CPU ms per cycle';
    const bare = entry({ name: `cycle/bare-cpu-${part}`, unit, runs: runsOf('bare') });
    const to = part === 'mysql' ? {} : { to: bare };
    entries.push(
      entry({ name: `cycle/cpu-${part}`, unit, runs: runsOf('goal'), ...to }),
      bare,
      entry({ name: `cycle/all-cpu-${part}`, unit, runs: runsOf('all'), ...to }),
    );
  }
  return entries;
}

/** The first cycles of every model; one of them shows the bare worker what to answer. */
async function warmUp(stage: BenchStage, fleets: Fleets, { profiles, say }: BenchmarkContext): Promise<Workers> {
  const { client, stack, env } = stage;
  const { goal } = fleets;
  const real = await startWorkerProcess({ kind: 'start', stack, taskQueue: CYCLE_QUEUE }, { env, profiles });
  for (const { models, ends } of [fleets.all, goal]) {
    const run = { client, models, ends: ends.slice(0, WARM_WINDOWS) };
    await cyclesPerSecond({ ...run, workflowType: 'monitoringCycle', taskQueue: CYCLE_QUEUE });
  }
  const [definition] = goal.models;
  if (definition === undefined) throw new RangeError('a fleet has at least one model');
  const ends = goal.ends.slice(0, WARM_WINDOWS);
  const answers = await activityAnswers(client, cycleId(definition, ends.at(-1) ?? 0));
  const { options } = real;
  const bare = await startWorkerProcess(
    { kind: 'start bare', stack, taskQueue: BARE_QUEUE, options, answers },
    { env, profiles: null },
  );
  await cyclesPerSecond({ client, models: goal.models, ends, workflowType: 'bareCycle', taskQueue: BARE_QUEUE });
  say('warm: every model has its reference');
  return { real, bare };
}

async function createFleets({ database }: BenchStage): Promise<Fleets> {
  const size = {
    models: MODELS,
    windows: WARM_WINDOWS + RUNS * WINDOWS_PER_RUN,
    rowsPerWindow: 1_000,
    referenceWindows: 4,
  };
  return {
    goal: await createFleet(database, { ...size, leaveOut: ADDED_SINCE }),
    all: await createFleet(database, { ...size, prefix: 'all' }),
  };
}

async function measure(stage: BenchStage, context: BenchmarkContext): Promise<readonly Entry[]> {
  const { say } = context;
  say(`writing the rows of 2 × ${String(MODELS)} models`);
  const fleets = await createFleets(stage);
  const workers = await warmUp(stage, fleets, context);
  try {
    const samples = await interleave(stage, fleets, workers, say);
    const ratesOf = (kind: Kind): number[] => samples[kind].map(({ rate }) => rate);
    const unit = 'cycles/s';
    const bare = entry({ name: 'cycle/bare-rate', unit, runs: ratesOf('bare') });
    const beside = { to: bare, paired: ratesOf('bare') };
    return [
      entry({ name: 'cycle/rate', unit, runs: ratesOf('goal'), ...beside, goal: RATE_GOAL }),
      bare,
      entry({ name: 'cycle/all-rate', unit, runs: ratesOf('all'), ...beside }),
      ...(await historyEntries(stage, fleets.goal)),
      ...(await storedEntries(stage, fleets)),
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
