/** One run of a peer that reads the same table. */
import { join } from 'node:path';
import { runToEnd } from '../evaluate/measured-run.js';
import { PEERS } from '../evaluate/python.js';
import type { DataStage } from './data-stage.js';
import { withServerCpu } from './measuring-process.js';

export type Peer = 'script' | 'evidently' | 'nannyml';

/** One cycle, its libraries loaded before. */
export interface PeerCycle {
  readonly rows: number;
  readonly seconds: number;
  readonly readSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly figures: ReadonlyMap<string, number>;
}

export interface PeerRun {
  readonly cycles: readonly PeerCycle[];
  /** Of the database server, for all cycles. */
  readonly serverCpuSeconds: number | null;
}

interface Printed {
  readonly rows: number;
  readonly seconds: number;
  readonly read_s: number;
  readonly cpu_s: number;
  readonly peak_mib: number;
  readonly figures: Readonly<Record<string, number>>;
}

export interface PeerTask {
  readonly peer: Peer;
  readonly model: string;
  /** The same cycle again and again in one process. */
  readonly cycles?: number;
  /** One cycle of each model of a fleet in one process; `model` is the prefix of their names. */
  readonly models?: number;
  /** How far the current window is moved on. */
  readonly hours?: number;
}

export async function runPeer(stage: DataStage, python: string, task: PeerTask): Promise<PeerRun> {
  const { peer, model, cycles, models, hours } = task;
  const how = [
    ...(cycles === undefined ? [] : ['--cycles', cycles]),
    ...(models === undefined ? [] : ['--models', models]),
    ...(hours === undefined ? [] : ['--hours', hours]),
  ];
  const { result, serverCpuSeconds } = await withServerCpu(stage, () =>
    runToEnd(python, [join(PEERS, 'table_peers.py'), peer, model, ...how.map(String)], {
      PLUMBLINE_BENCH_MYSQL: stage.tablesUrl,
      // The scripts stand in the checkout, where nothing is to be written.
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  );
  // What a library prints is no result.
  const lines = result.output.split('\n').filter((line) => line.startsWith('{"import_s"'));
  const printed = lines.map((line) => JSON.parse(line) as Printed);
  const told = printed.map(({ rows, seconds, read_s: readSeconds, cpu_s: cpuSeconds, peak_mib: peakMib, figures }) => {
    return { rows, seconds, readSeconds, cpuSeconds, peakMib, figures: new Map(Object.entries(figures)) };
  });
  if (told.length !== (models ?? cycles ?? 1)) throw new Error(`${peer} told of ${String(told.length)} cycles`);
  return { cycles: told, serverCpuSeconds };
}
