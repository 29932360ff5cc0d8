/** One cycle on the table: both windows read, or the reference stored before, beside the script that reads both. */
import { type Entry, entry, type Goal, missingEntry } from '../entry.js';
import { SAME_METRICS, sameFigures } from '../evaluate/same-figures.js';
import { type DataPart, type DataStage, GOAL_ROWS } from './data-stage.js';
import { libraryEntries } from './libraries.js';
import { startMeasuring } from './measuring-process.js';
import type { MeasuringTask } from './measuring-task.js';
import { runPeer } from './peer-run.js';
import { CURRENT_WINDOW, fillTable, tableDefinition } from './prediction-table.js';

/** Runs of each program, in turn, after one of each that is not counted. */
const RUNS = 5;

const BOTH: Goal = { of: 'ratio', is: 'at most', limit: 0.8 };
/** At least 2.5 times as fast. */
const STORED: Goal = { of: 'ratio', is: 'at most', limit: 0.4 };
const MEMORY: Goal = { of: 'value', is: 'at most', limit: 300 };

/** One process, in which the same cycle ran twice: as it is after a start, and as it is in a worker that has run before. */
interface Run {
  readonly rows: number;
  readonly seconds: number;
  readonly readSeconds: number;
  readonly againSeconds: number;
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number | null;
  readonly peakMib: number;
  readonly figures: ReadonlyMap<string, number>;
}

type Measure = Exclude<keyof Run, 'figures'>;
type Program = 'script' | 'both' | 'stored' | 'default';

async function runOurs(stage: DataStage, name: string, task: MeasuringTask): Promise<Run> {
  const measuring = await startMeasuring(stage, name, { thread: task.way === 'stored reference' });
  try {
    const first = await measuring.measure([task]);
    const again = await measuring.measure([task]);
    return { ...first, figures: new Map(first.figures), againSeconds: again.seconds, peakMib: again.peakMib };
  } finally {
    await measuring.stop();
  }
}

async function runScript(stage: DataStage, python: string, model: string): Promise<Run> {
  const { cycles, serverCpuSeconds } = await runPeer(stage, python, { peer: 'script', model, cycles: 2 });
  const [first, again] = cycles;
  if (first === undefined || again === undefined) throw new Error('the script did not run twice');
  const halved = serverCpuSeconds === null ? null : serverCpuSeconds / 2;
  return { ...first, againSeconds: again.seconds, peakMib: again.peakMib, serverCpuSeconds: halved };
}

type Runs = Readonly<Record<Program, Run[]>>;

/** A B A B …: whatever else the machine does meanwhile meets all alike. The first round only warms the server's memory. */
async function inTurn(
  stage: DataStage,
  programs: Readonly<Partial<Record<Program, () => Promise<Run>>>>,
): Promise<Runs> {
  const runs: Runs = { script: [], both: [], stored: [], default: [] };
  for (let round = 0; round <= RUNS; round += 1) {
    for (const [name, run] of Object.entries(programs) as [Program, () => Promise<Run>][]) {
      const done = await run();
      const { seconds, readSeconds, againSeconds, peakMib } = done;
      const told = `${seconds.toFixed(2)} s (reading ${readSeconds.toFixed(2)}), again ${againSeconds.toFixed(2)} s`;
      stage.context.say(`${name} ${round === 0 ? '(not counted)' : String(round)}: ${told}, ${peakMib.toFixed(0)} MiB`);
      if (round > 0) runs[name].push(done);
    }
  }
  return runs;
}

const UNITS: Readonly<Record<Measure, readonly [suffix: string, unit: string]>> = {
  seconds: ['time', 's'],
  againSeconds: ['again-time', 's'],
  readSeconds: ['read-time', 's'],
  rows: ['rows', 'rows'],
  cpuSeconds: ['cpu', 'CPU s'],
  serverCpuSeconds: ['server-cpu', 'CPU s'],
  peakMib: ['memory', 'MiB'],
};
const TOLD: readonly Measure[] = [
  'seconds',
  'againSeconds',
  'readSeconds',
  'cpuSeconds',
  'serverCpuSeconds',
  'peakMib',
];

const valuesOf = (runs: readonly Run[], measure: Measure): readonly number[] =>
  runs.flatMap((run) => run[measure] ?? []);

/** Entries of one program, each beside the script's. */
function entriesOf(
  name: Exclude<Program, 'script'>,
  runs: Runs,
  script: ReadonlyMap<Measure, Entry>,
  goals: Readonly<Partial<Record<Measure, Goal>>>,
): Entry[] {
  const own = TOLD.flatMap((measure) => {
    const values = valuesOf(runs[name], measure);
    const paired = valuesOf(runs.script, measure);
    const to = script.get(measure);
    const goal = goals[measure];
    const [suffix, unit] = UNITS[measure];
    if (values.length === 0) return [missingEntry(`data/${name}-${suffix}`, unit, 'the system does not tell it')];
    const beside = to !== undefined && { to, ...(paired.length === values.length && { paired }) };
    return [entry({ name: `data/${name}-${suffix}`, unit, runs: values, ...beside, ...(goal && { goal }) })];
  });
  const rates = runs[name].map(({ rows, seconds }) => rows / seconds);
  return [...own, entry({ name: `data/${name}-rate`, unit: 'rows/s', runs: rates })];
}

function scriptEntries({ script }: Runs, python: DataStage['python']): ReadonlyMap<Measure, Entry> {
  return new Map(
    TOLD.map((measure) => {
      const [suffix, unit] = UNITS[measure];
      const name = `data/script-${suffix}`;
      const values = valuesOf(script, measure);
      if (values.length > 0) return [measure, entry({ name, unit, runs: values })] as const;
      const reason = 'missing' in python ? python.missing : 'the system does not tell it';
      return [measure, missingEntry(name, unit, reason)] as const;
    }),
  );
}

function sameAsScript({ script, both, stored }: Runs): Entry[] {
  const [theirs] = script;
  if (theirs === undefined) return [];
  const compared = [both, stored].flat().map((run) => {
    // The stored reference's own figures were read with it.
    return sameFigures(run.figures, theirs.figures);
  });
  return [entry({ name: 'data/same-figures', unit: 'figures', runs: compared })];
}

async function storeTheReference(stage: DataStage, task: MeasuringTask): Promise<Entry[]> {
  const measuring = await startMeasuring(stage, 'store');
  try {
    const { seconds, storedBytes } = await measuring.measure([{ ...task, way: 'store reference' }]);
    await stage.settle();
    return [
      entry({ name: 'data/reference-time', unit: 's', runs: [seconds] }),
      entry({ name: 'data/reference-size', unit: 'MiB', runs: [storedBytes / 2 ** 20] }),
    ];
  } finally {
    await measuring.stop();
  }
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { rows, python } = stage;
  const model = `cycle-${String(rows)}`;
  await fillTable(stage, { model, rows });
  const task: MeasuringTask = {
    definition: tableDefinition(model),
    window: CURRENT_WINDOW,
    metrics: SAME_METRICS,
    way: 'both windows',
  };
  const stored = await storeTheReference(stage, task);
  const runs = await inTurn(stage, {
    ...('path' in python && { script: () => runScript(stage, python.path, model) }),
    both: () => runOurs(stage, 'both', task),
    stored: () => runOurs(stage, 'stored', { ...task, way: 'stored reference' }),
    default: () => runOurs(stage, 'default', { ...task, metrics: 'default' }),
  });
  const script = scriptEntries(runs, python);
  // Of other sizes nothing was promised.
  const goals = rows === GOAL_ROWS;
  return [
    ...entriesOf('both', runs, script, goals ? { seconds: BOTH, peakMib: MEMORY } : {}),
    ...entriesOf('stored', runs, script, goals ? { seconds: STORED, againSeconds: STORED, peakMib: MEMORY } : {}),
    ...entriesOf('default', runs, script, {}),
    entry({ name: 'data/default-figures', unit: 'figures', runs: runs.default.map(({ figures }) => figures.size) }),
    ...sameAsScript(runs),
    ...script.values(),
    ...stored,
    ...(await libraryEntries(stage, model, {
      seconds: valuesOf(runs.stored, 'seconds'),
      figures: runs.both[0]?.figures,
    })),
  ];
}

export const oneCycle: DataPart = { name: 'cycle', run };
