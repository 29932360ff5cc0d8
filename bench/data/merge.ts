/** What it takes to add up the stored profiles of a day of hours, and of thirty days: every hourly cycle does it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Entry, entry, type Goal } from '../entry.js';
import type { DataPart, DataStage } from './data-stage.js';
import { type Merged, type Merging, SPANS } from './merging-task.js';

/** Each in a process of its own. */
const RUNS = 5;

const NAMES = { day: '24h', month: '30d' } as const;
const GOALS: Readonly<Record<(typeof SPANS)[number], Goal>> = {
  day: { of: 'value', is: 'at most', limit: 15 },
  month: { of: 'value', is: 'at most', limit: 80 },
};

async function runOnce({ context: { profiles } }: DataStage): Promise<Merged> {
  const child = fork(fileURLToPath(new URL('./merging.js', import.meta.url)), [], {
    execArgv:
      profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-name=data-merge.cpuprofile'],
    // Standard output belongs to the benchmark's own report.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const answered = once(child, 'message').then(([told]) => told as Merged);
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the adding process ended (${String(code ?? signal)})`);
  });
  return Promise.race([answered, ended]);
}

function entriesOf(span: (typeof SPANS)[number], runs: readonly Merging[]): Entry[] {
  const name = `data/merge-${NAMES[span]}`;
  const all = (of: keyof Merging): number[] => runs.map((run) => run[of]);
  return [
    entry({ name, unit: 'ms', runs: all('milliseconds'), goal: GOALS[span] }),
    entry({ name: `${name}-cpu`, unit: 'CPU ms', runs: all('cpuMilliseconds') }),
    entry({ name: `${name}-first`, unit: 'ms', runs: all('firstMilliseconds') }),
  ];
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const runs: Merged[] = [];
  for (let round = 1; round <= RUNS; round += 1) {
    const done = await runOnce(stage);
    runs.push(done);
    const told = SPANS.map((span) => `${NAMES[span]} ${done[span].milliseconds.toFixed(1)} ms`).join(', ');
    stage.context.say(`merge ${String(round)} of ${String(RUNS)}: ${told}`);
  }
  return [
    ...SPANS.flatMap((span) =>
      entriesOf(
        span,
        runs.map((one) => one[span]),
      ),
    ),
    entry({ name: 'data/merge-hour-size', unit: 'kB an hour', runs: runs.map(({ kilobytes }) => kilobytes) }),
  ];
}

export const mergedHours: DataPart = { name: 'merge', run };
