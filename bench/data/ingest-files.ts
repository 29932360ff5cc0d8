/** Files in: `plumbline ingest` as users run it, its start included. */
import { once } from 'node:events';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PredictionRow } from '../../src/io/mysql/prediction-log.js';
import { packageFolder } from '../../src/run/settings.js';
import type { Entry, Goal } from '../entry.js';
import { runToEnd } from '../evaluate/measured-run.js';
import type { DataStage } from './data-stage.js';
import {
  CATEGORICAL,
  asSent,
  entriesOf,
  INGEST_MODEL,
  measured,
  type Measured,
  NUMERIC,
  rowsOf,
} from './ingest-rows.js';

const ROWS = 200_000;
const RUNS = 3;
const ROWS_AT_ONCE = 10_000;
const FORMATS = ['csv', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];

const FEATURES = [...NUMERIC, ...CATEGORICAL];
const HEADER = ['id', 'time', 'version', 'prediction', 'score', 'latency_ms', ...FEATURES].join(',');

function lineOf(row: PredictionRow, format: Format): string {
  const time = new Date(row.time).toISOString();
  if (format === 'jsonl') return JSON.stringify({ ...asSent(row), time });
  const { id, version = '', prediction, score, latencyMs, features } = row;
  return [id, time, version, prediction, score, latencyMs, ...FEATURES.map((name) => features?.[name])].join(',');
}

async function writeFile(path: string, mark: string, format: Format): Promise<void> {
  const file = createWriteStream(path);
  if (format === 'csv') file.write(`${HEADER}\n`);
  const rows = rowsOf(mark, ROWS);
  for (let from = 0; from < ROWS; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE).map((row) => `${lineOf(row, format)}\n`);
    if (!file.write(some.join(''))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

/** CPU seconds of the command, which it writes into `usage` at its end. */
async function ingestFile(stage: DataStage, path: string, usage: string): Promise<number> {
  const { env, stack } = stage.servers;
  const told = new URL('../evaluate/tell-usage.js', import.meta.url).href;
  const cli = join(packageFolder(), 'dist/src/run/cli.js');
  const args = ['--import', told, cli, 'ingest', path, '--model', INGEST_MODEL, '--kind', 'predictions'];
  const own = { PLUMBLINE_HOME: env['PLUMBLINE_HOME'] ?? '', MYSQL_URL: stack.mysqlUrl, PLUMBLINE_BENCH_USAGE: usage };
  await runToEnd(process.execPath, args, own);
  return (JSON.parse(readFileSync(usage, 'utf8')) as { cpuSeconds: number }).cpuSeconds;
}

/** `define` has stored the definition of the model. */
export async function fromFiles(stage: DataStage, goal: Goal): Promise<readonly Entry[]> {
  const folder = join(stage.context.home, 'ingest');
  mkdirSync(folder, { recursive: true });
  const entries: Entry[] = [];
  try {
    for (const format of FORMATS) {
      const runs: Measured[] = [];
      for (let run = 0; run < RUNS; run++) {
        const path = join(folder, `rows.${format}`);
        await writeFile(path, `${format}-${String(run)}`, format);
        let cpu = 0;
        const work = async (): Promise<void> => {
          cpu = await ingestFile(stage, path, join(folder, 'usage.json'));
        };
        runs.push(await measured(stage, ROWS, () => cpu, work));
        stage.context.say(`ingest: ${String(Math.round(runs.at(-1)?.rate ?? 0))} rows/s from ${format}`);
      }
      entries.push(...entriesOf(`data/ingest-${format}`, runs, goal));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return entries;
}
