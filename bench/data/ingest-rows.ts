/** Rows that producers send, and what it took to store them. */
import type { PredictionRow } from '../../src/io/mysql/prediction-log.js';
import { type Entry, entry, type Goal } from '../entry.js';
import type { DataStage } from './data-stage.js';

export const INGEST_MODEL = 'bench-ingest';
const FIRST = Date.UTC(2026, 0, 1);
export const NUMERIC = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'];
export const CATEGORICAL = ['c1', 'c2', 'c3', 'c4'];
const TWO_DAYS_MS = 172_800_000;

/** Twelve features, a score, a version, a latency; two days of requests. */
export function rowsOf(mark: string, rows: number): readonly PredictionRow[] {
  return Array.from({ length: rows }, (_, i) => ({
    ...{ id: `${mark}-${String(i)}`, time: FIRST + Math.floor((i * TWO_DAYS_MS) / rows), version: 'v1' },
    ...{ prediction: i % 3 === 0 ? 'yes' : 'no', score: (i % 997) / 997, latencyMs: 5 + (i % 13), errorCode: null },
    features: {
      ...Object.fromEntries(NUMERIC.map((name, k) => [name, ((i * (k + 7)) % 10_007) / 97])),
      ...Object.fromEntries(CATEGORICAL.map((name, k) => [name, `${name} ${String(i % (k + 5))}`])),
    },
  }));
}

/** A row as the endpoint takes it, and a line of a file. */
export function asSent({ latencyMs, errorCode, ...row }: PredictionRow): object {
  return { ...row, latency_ms: latencyMs, error_code: errorCode };
}

export interface Measured {
  readonly rate: number;
  /** CPU seconds a million rows; null where the system does not tell. */
  readonly ours: number | null;
  readonly mysql: number | null;
}

/** `ours` tells CPU seconds so far of who stores the rows. */
export async function measured(
  stage: DataStage,
  rows: number,
  ours: () => number | null,
  work: () => Promise<void>,
): Promise<Measured> {
  await stage.settle();
  const before = { ours: ours(), mysql: stage.servers.cpuSeconds().mysql };
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const after = { ours: ours(), mysql: stage.servers.cpuSeconds().mysql };
  const perMillion = (name: 'ours' | 'mysql'): number | null => {
    const [from, to] = [before[name], after[name]];
    return from === null || to === null ? null : ((to - from) * 1e6) / rows;
  };
  return { rate: rows / seconds, ours: perMillion('ours'), mysql: perMillion('mysql') };
}

const known = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);

export function entriesOf(name: string, runs: readonly Measured[], goal?: Goal): readonly Entry[] {
  const unit = 'CPU s per million rows';
  const cpu = (['ours', 'mysql'] as const).flatMap((part) => {
    const values = known(runs.map((run) => run[part]));
    return values.length === 0 ? [] : [entry({ name: `${name}-cpu-${part}`, unit, runs: values })];
  });
  const rate = { name: `${name}-rate`, unit: 'rows/s', runs: runs.map((run) => run.rate) };
  return [entry({ ...rate, ...(goal !== undefined && { goal }) }), ...cpu];
}
