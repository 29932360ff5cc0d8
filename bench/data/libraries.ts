/** Evidently and NannyML on the same windows: one run each, because they take minutes. */
import { type Entry, entry, type Goal, missingEntry } from '../entry.js';
import { privatePython } from '../evaluate/python.js';
import { sameFigures } from '../evaluate/same-figures.js';
import { type DataStage, GOAL_ROWS } from './data-stage.js';
import { type Peer, runPeer } from './peer-run.js';

interface Library {
  readonly peer: Exclude<Peer, 'script'>;
  /** How many times as fast the normal cycle is to be. */
  readonly times: number;
  /** NannyML tells means over its chunks. */
  readonly tolerance: number;
}

const LIBRARIES: readonly Library[] = [
  { peer: 'evidently', times: 70, tolerance: 1e-9 },
  { peer: 'nannyml', times: 15, tolerance: 1e-2 },
];

/** The normal cycle of Plumbline: the runs of its time, and its figures. */
interface NormalCycle {
  readonly seconds: readonly number[];
  readonly figures: ReadonlyMap<string, number> | undefined;
}

async function entriesOf(
  stage: DataStage,
  python: string,
  model: string,
  { peer, times, tolerance }: Library,
  { seconds, figures }: NormalCycle,
): Promise<Entry[]> {
  const { cycles, serverCpuSeconds } = await runPeer(stage, python, { peer, model });
  const [theirs] = cycles;
  if (theirs === undefined || figures === undefined) throw new Error('nothing was run');
  stage.context.say(`${peer}: ${theirs.seconds.toFixed(1)} s, ${theirs.peakMib.toFixed(0)} MiB`);
  sameFigures(figures, theirs.figures, tolerance);
  const to = entry({ name: `data/${peer}-time`, unit: 's', runs: [theirs.seconds] });
  // A limit of four digits would be met or missed by the rounding.
  const goal: Goal = { of: 'ratio', is: 'at most', limit: 1 / times };
  const promised = stage.rows === GOAL_ROWS && { goal };
  return [
    entry({ name: `data/stored-beside-${peer}`, unit: 's', runs: seconds, to, ...promised }),
    to,
    entry({ name: `data/${peer}-cpu`, unit: 'CPU s', runs: [theirs.cpuSeconds] }),
    ...(serverCpuSeconds === null
      ? []
      : [entry({ name: `data/${peer}-server-cpu`, unit: 'CPU s', runs: [serverCpuSeconds] })]),
    entry({ name: `data/${peer}-memory`, unit: 'MiB', runs: [theirs.peakMib] }),
  ];
}

export async function libraryEntries(stage: DataStage, model: string, normal: NormalCycle): Promise<readonly Entry[]> {
  const { context } = stage;
  const names = LIBRARIES.map(({ peer }) => `data/${peer}-time`);
  if (!context.asked.libraries) return names.map((name) => missingEntry(name, 's', 'not asked for: --libraries'));
  const python = await privatePython(context.home, 'python-libraries', 'library-requirements.txt');
  if ('missing' in python) return names.map((name) => missingEntry(name, 's', python.missing));
  const entries: Entry[] = [];
  for (const library of LIBRARIES) entries.push(...(await entriesOf(stage, python.path, model, library, normal)));
  return entries;
}
