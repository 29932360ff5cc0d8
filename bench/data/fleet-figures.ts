/** Many models one after the other in one process: figures alone, the references stored before. */
import { type Entry, entry, type Goal, missingEntry } from '../entry.js';
import { SAME_METRICS, sameFigures } from '../evaluate/same-figures.js';
import type { DataPart, DataStage } from './data-stage.js';
import { type MeasuredBeside, startMeasuring } from './measuring-process.js';
import type { MeasuringTask } from './measuring-task.js';
import { type PeerRun, runPeer } from './peer-run.js';
import { CURRENT_WINDOW, fillTable, fleetNames, tableDefinition } from './prediction-table.js';

const MODELS = 100;
const ROWS = 10_000;
const PREFIX = 'fleet';
const RUNS = 3;

const RATE: Goal = { of: 'value', is: 'at least', limit: 2_000 };

/** The whole fleet in one process: after its start, and again with every reference decoded. */
interface FleetRun {
  readonly first: MeasuredBeside;
  readonly again: MeasuredBeside;
}

async function runOurs(stage: DataStage, tasks: readonly MeasuringTask[]): Promise<FleetRun> {
  const measuring = await startMeasuring(stage, 'fleet', { thread: true });
  try {
    return { first: await measuring.measure(tasks), again: await measuring.measure(tasks) };
  } finally {
    await measuring.stop();
  }
}

/** What every task has: a table filled, and a reference stored for each model. */
async function prepare(stage: DataStage): Promise<readonly MeasuringTask[]> {
  await fillTable(stage, { model: PREFIX, rows: ROWS, models: MODELS });
  const tasks = fleetNames(PREFIX, MODELS).map((model): MeasuringTask => ({
    definition: tableDefinition(model),
    window: CURRENT_WINDOW,
    metrics: SAME_METRICS,
    way: 'stored reference',
  }));
  const storing = await startMeasuring(stage, 'fleet-store');
  await storing.measure(tasks.map((task) => ({ ...task, way: 'store reference' }))).finally(() => storing.stop());
  await stage.settle();
  return tasks;
}

const perMinute = (seconds: number): number => (60 * MODELS) / seconds;
const milliseconds = (seconds: number): number => (1000 * seconds) / MODELS;
const scriptRate = ({ cycles }: PeerRun): number => perMinute(cycles.reduce((sum, { seconds }) => sum + seconds, 0));

function entriesOf(stage: DataStage, ours: readonly FleetRun[], script: readonly PeerRun[]): Entry[] {
  const { python } = stage;
  const [unit, cpuUnit] = ['models/min', 'CPU ms per model'];
  const name = 'data/fleet-script-rate';
  const to =
    'missing' in python
      ? missingEntry(name, unit, python.missing)
      : entry({ name, unit, runs: script.map((run) => scriptRate(run)) });
  const beside = { to, ...(script.length === ours.length && { paired: script.map((run) => scriptRate(run)) }) };
  const rates = (which: keyof FleetRun): number[] => ours.map((run) => perMinute(run[which].seconds));
  const server = ours.flatMap(({ first }) => first.serverCpuSeconds ?? []);
  const peaks = script.flatMap(({ cycles }) => cycles.at(-1)?.peakMib ?? []);
  return [
    entry({ name: 'data/fleet-rate', unit, runs: rates('first'), ...beside, goal: RATE }),
    entry({ name: 'data/fleet-again-rate', unit, runs: rates('again'), ...beside }),
    to,
    entry({ name: 'data/fleet-cpu', unit: cpuUnit, runs: ours.map(({ first }) => milliseconds(first.cpuSeconds)) }),
    ...(server.length === 0
      ? []
      : [entry({ name: 'data/fleet-server-cpu', unit: cpuUnit, runs: server.map(milliseconds) })]),
    entry({ name: 'data/fleet-memory', unit: 'MiB', runs: ours.map(({ again }) => again.peakMib) }),
    ...(peaks.length === 0 ? [] : [entry({ name: 'data/fleet-script-memory', unit: 'MiB', runs: peaks })]),
  ];
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { python, context } = stage;
  const tasks = await prepare(stage);
  const ours: FleetRun[] = [];
  const script: PeerRun[] = [];
  for (let round = 1; round <= RUNS; round += 1) {
    const own = await runOurs(stage, tasks);
    ours.push(own);
    const told = [own.first, own.again].map(({ seconds }) => perMinute(seconds).toFixed(0)).join(', again ');
    context.say(`fleet ${String(round)} of ${String(RUNS)}: ${told} models a minute`);
    if ('missing' in python) continue;
    const peer = await runPeer(stage, python.path, { peer: 'script', model: PREFIX, models: MODELS });
    script.push(peer);
    context.say(`script ${String(round)} of ${String(RUNS)}: ${scriptRate(peer).toFixed(0)} models a minute`);
    // Both tell the figures of the last model.
    sameFigures(new Map(own.first.figures), peer.cycles.at(-1)?.figures ?? new Map<string, number>());
  }
  return entriesOf(stage, ours, script);
}

export const fleetFigures: DataPart = { name: 'fleet', run };
