/** A day's window moved by an hour: the hours before are stored, one is new; beside the script, which reads both days. */
import { type Entry, entry, type Goal, missingEntry } from '../entry.js';
import { SAME_METRICS, withinBounds } from '../evaluate/same-figures.js';
import { type DataPart, type DataStage, GOAL_ROWS } from './data-stage.js';
import { type MeasuredBeside, startMeasuring } from './measuring-process.js';
import type { MeasuringTask } from './measuring-task.js';
import { type PeerCycle, runPeer } from './peer-run.js';
import { CURRENT_WINDOW, fillTable, saveHourlyModel } from './prediction-table.js';

const HOUR_MS = 3_600_000;
/** Of a day, for a million rows asked for. */
const SHARE = 0.96;
const MOVES = 6;
/** Before them, not counted: the compiler has then seen an hour read, profiled and added, as in a worker that has run before. */
const WARM_MOVES = 18;
const MODEL = 'moved';

/** At least 20 times as fast. */
const MOVED: Goal = { of: 'ratio', is: 'at most', limit: 0.05 };

interface Move {
  readonly own: MeasuredBeside;
  readonly script: PeerCycle | null;
}

const movedBy = (task: MeasuringTask, hours: number): MeasuringTask => ({
  ...task,
  window: { from: CURRENT_WINDOW.from + hours * HOUR_MS, to: CURRENT_WINDOW.to + hours * HOUR_MS },
});

/** Each move beside the script's reading of the same two windows. One worker moves on, as it does all day. */
async function inTurn(stage: DataStage, task: MeasuringTask): Promise<readonly Move[]> {
  const { python, context } = stage;
  const moves: Move[] = [];
  const measuring = await startMeasuring(stage, 'moved');
  try {
    for (let hours = 0; hours <= WARM_MOVES; hours += 1) await measuring.measure([movedBy(task, hours)]);
    for (let hours = WARM_MOVES + 1; hours <= WARM_MOVES + MOVES; hours += 1) {
      const own = await measuring.measure([movedBy(task, hours)]);
      const peer =
        'missing' in python ? null : await runPeer(stage, python.path, { peer: 'script', model: MODEL, hours });
      const script = peer?.cycles[0] ?? null;
      const told = script === null ? '' : `, script ${script.seconds.toFixed(2)} s`;
      context.say(`moved by ${String(hours)} h: ${(1000 * own.seconds).toFixed(0)} ms${told}`);
      if (script !== null) withinBounds(new Map(own.figures), new Map(own.bounds), script.figures);
      moves.push({ own, script });
    }
  } finally {
    await measuring.stop();
  }
  return moves;
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { rows, python, tables, servers, context } = stage;
  await fillTable(stage, { model: MODEL, rows: Math.round(rows * SHARE), extraHours: WARM_MOVES + MOVES });
  const definition = await saveHourlyModel(servers.database, MODEL);
  const task: MeasuringTask = { definition, window: CURRENT_WINDOW, metrics: SAME_METRICS, way: 'hours' };
  // Its own process: what the reference takes is no part of what a window takes.
  const storing = await startMeasuring(stage, 'moved-first');
  const first = await storing.measure([task]).finally(() => storing.stop());
  context.say(`moved: the first window and its reference took ${first.seconds.toFixed(1)} s`);
  await stage.settle();
  const moves = await inTurn(stage, task);
  await tables.query('DELETE FROM predictions WHERE model_id = ?', [MODEL]);
  const name = 'data/moved-script-time';
  const scripts = moves.flatMap(({ script }) => script?.seconds ?? []);
  const to =
    scripts.length === 0
      ? missingEntry(name, 's', 'missing' in python ? python.missing : 'the script told nothing')
      : entry({ name, unit: 's', runs: scripts });
  const seconds = moves.map(({ own }) => own.seconds);
  const server = moves.flatMap(({ own }) => own.serverCpuSeconds ?? []);
  return [
    entry({
      ...{ name: 'data/moved-time', unit: 's', runs: seconds, to },
      ...(scripts.length === seconds.length && { paired: scripts }),
      // Of other sizes nothing was promised.
      ...(rows === GOAL_ROWS && { goal: MOVED }),
    }),
    to,
    entry({ name: 'data/moved-cpu', unit: 'CPU s', runs: moves.map(({ own }) => own.cpuSeconds) }),
    ...(server.length === 0 ? [] : [entry({ name: 'data/moved-server-cpu', unit: 'CPU s', runs: server })]),
    entry({ name: 'data/moved-memory', unit: 'MiB', runs: moves.map(({ own }) => own.peakMib) }),
    entry({ name: 'data/moved-first-time', unit: 's', runs: [first.seconds] }),
  ];
}

export const movedWindow: DataPart = { name: 'moved', run };

/** Evidently reads all rows each time: its time is that of the whole cycle, where it was run. */
const BESIDE_EVIDENTLY: Goal = { of: 'ratio', is: 'at most', limit: 1 / 700 };

export function movedBesideEvidently(entries: readonly Entry[], rows: number): readonly Entry[] {
  const moved = entries.find(({ name }) => name === 'data/moved-time')?.value;
  const to = entries.find(({ name }) => name === 'data/evidently-time');
  if (moved == null || to?.value == null) return [];
  const promised = rows === GOAL_ROWS && { goal: BESIDE_EVIDENTLY };
  return [entry({ name: 'data/moved-beside-evidently', unit: 's', runs: [moved], to, ...promised })];
}
