/** A run of cycles: how many a second, and what each of them cost whom. */
import type { BenchStage } from './stage.js';
import type { WorkerProcess } from './worker-process.js';

export interface Sample {
  readonly rate: number;
  /** CPU milliseconds per cycle; null where the system does not tell. */
  readonly worker: number | null;
  readonly temporal: number | null;
  readonly mysql: number | null;
}

const difference = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before;

export async function sample(
  stage: BenchStage,
  worker: WorkerProcess,
  cycles: number,
  run: () => Promise<number>,
): Promise<Sample> {
  const before = { ...stage.cpuSeconds(), worker: worker.cpuSeconds() };
  const rate = await run();
  const after = { ...stage.cpuSeconds(), worker: worker.cpuSeconds() };
  const perCycle = (name: 'worker' | 'temporal' | 'mysql'): number | null => {
    const seconds = difference(after[name], before[name]);
    return seconds === null ? null : (seconds * 1000) / cycles;
  };
  return { rate, worker: perCycle('worker'), temporal: perCycle('temporal'), mysql: perCycle('mysql') };
}
