/** What `plumbline evaluate` takes for two large CSV files, beside a hand-written script that reads the same files. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext } from './benchmark.js';
import { type Entry, entry, type Goal } from './entry.js';
import { type CaseFiles, type MeasuredRun, runEvaluate, runScript } from './evaluate/measured-run.js';
import { type Python, scriptPython } from './evaluate/python.js';
import { sameFigures, SAME_METRICS } from './evaluate/same-figures.js';
import { COLUMNS, writeTable } from './evaluate/tables.js';

const ROWS = 1_000_000;
const SMALL_ROWS = 100;
/** Runs of each program, one after the other in turn, after one of each that is not counted. */
const RUNS = 5;

const NO_SLOWER: Goal = { of: 'ratio', is: 'at most', limit: 1 };
const HALF: Goal = { of: 'ratio', is: 'at most', limit: 0.5 };
const STARTED: Goal = { of: 'value', is: 'at most', limit: 0.5 };

async function tables(folder: string, rows: number, say: BenchmarkContext['say']): Promise<CaseFiles> {
  mkdirSync(folder, { recursive: true });
  const columns = join(folder, 'columns.json');
  writeFileSync(columns, JSON.stringify(COLUMNS));
  const paths = await Promise.all(
    ['reference', 'current'].map(async (period, at) => {
      const path = join(folder, `${period}-${String(rows)}.csv`);
      if (existsSync(path)) return path;
      say(`writing ${period} of ${String(rows)} rows`);
      await writeTable(`${path}.part`, { rows, seed: at + 1, drifted: at === 1 });
      renameSync(`${path}.part`, path);
      return path;
    }),
  );
  const [reference = '', current = ''] = paths;
  return { reference, current, columns };
}

/** Runs in turn, so that what else the machine does meets all alike; the first round only warms the caches. */
async function inTurn<T extends string>(
  programs: Readonly<Record<T, () => Promise<MeasuredRun>>>,
  say: BenchmarkContext['say'],
): Promise<Record<T, readonly MeasuredRun[]>> {
  const names = Object.keys(programs) as T[];
  const runs = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<T, MeasuredRun[]>;
  for (let round = 0; round <= RUNS; round += 1) {
    for (const name of names) {
      const run = await programs[name]();
      say(
        `${name} ${round === 0 ? '(warming up)' : String(round)}: ${run.seconds.toFixed(1)} s, ${run.peakMib.toFixed(0)} MiB`,
      );
      if (round > 0) runs[name].push(run);
    }
  }
  return runs;
}

type Measure = 'seconds' | 'peakMib' | 'cpuSeconds';
const of = (runs: readonly MeasuredRun[], measure: Measure): readonly number[] => runs.map((run) => run[measure]);

async function besideScript(
  files: CaseFiles,
  usage: string,
  python: Python,
  say: BenchmarkContext['say'],
): Promise<Entry[]> {
  const ours = {
    evaluate: () => runEvaluate(files, usage, SAME_METRICS),
    'evaluate, default set': () => runEvaluate(files, usage),
  };
  if ('missing' in python) {
    say(`no ratios: ${python.missing}`);
    const runs = await inTurn(ours, say);
    return [
      entry({ name: 'evaluate/time', unit: 's', runs: of(runs.evaluate, 'seconds') }),
      entry({ name: 'evaluate/memory', unit: 'MiB', runs: of(runs.evaluate, 'peakMib') }),
    ].map((one) => ({ ...one, note: python.missing }));
  }
  const runs = await inTurn({ script: () => runScript(python.path, files), ...ours }, say);
  const { script, evaluate, 'evaluate, default set': whole } = runs;
  const [first, peer] = [evaluate[0], script[0]];
  if (first === undefined || peer === undefined) throw new Error('nothing was run');
  const compared = sameFigures(first.figures, peer.figures);
  const peers = {
    seconds: entry({ name: 'evaluate/script-time', unit: 's', runs: of(script, 'seconds') }),
    peakMib: entry({ name: 'evaluate/script-memory', unit: 'MiB', runs: of(script, 'peakMib') }),
    cpuSeconds: entry({ name: 'evaluate/script-cpu', unit: 's', runs: of(script, 'cpuSeconds') }),
  };
  const against = (name: string, unit: string, own: readonly MeasuredRun[], measure: Measure, goal?: Goal): Entry => {
    const paired = of(script, measure);
    return entry({ name, unit, runs: of(own, measure), to: peers[measure], paired, ...(goal && { goal }) });
  };
  return [
    against('evaluate/time', 's', evaluate, 'seconds', NO_SLOWER),
    against('evaluate/memory', 'MiB', evaluate, 'peakMib', HALF),
    against('evaluate/cpu', 's', evaluate, 'cpuSeconds'),
    entry({ name: 'evaluate/same-figures', unit: 'figures', runs: [compared] }),
    ...Object.values(peers),
    against('evaluate/default-time', 's', whole, 'seconds'),
    against('evaluate/default-memory', 'MiB', whole, 'peakMib'),
    entry({ name: 'evaluate/default-figures', unit: 'figures', runs: [whole[0]?.figures.size ?? 0] }),
  ];
}

async function run({ home, say }: BenchmarkContext): Promise<readonly Entry[]> {
  const folder = join(home, 'evaluate');
  const files = await tables(folder, ROWS, say);
  const small = await tables(folder, SMALL_ROWS, say);
  const usage = join(folder, 'usage.json');
  const entries = await besideScript(files, usage, await scriptPython(home), say);
  const starts = await inTurn({ start: () => runEvaluate(small, usage) }, say);
  return [...entries, entry({ name: 'evaluate/start', unit: 's', runs: of(starts.start, 'seconds'), goal: STARTED })];
}

export const evaluateBenchmark: Benchmark = {
  name: 'evaluate',
  about: 'two CSV files of a million rows: time and memory beside a script with pandas, NumPy and SciPy',
  run,
};
