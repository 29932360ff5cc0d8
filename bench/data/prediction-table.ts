/** The table that Plumbline and its peers read: two days of predictions of each model, and how Plumbline is told of it. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import type { Database } from '../../src/io/mysql/pool.js';
import { canonicalJson } from '../../src/model/canonical-json.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { runToEnd } from '../evaluate/measured-run.js';
import { PEERS } from '../evaluate/python.js';
import { COLUMNS, HEADER, writeTable } from '../evaluate/tables.js';
import type { DataStage } from './data-stage.js';

const DAY_MS = 86_400_000;
const REFERENCE_FROM = Date.UTC(2026, 0, 1);
/** The reference is the first day, the current window the second. */
export const CURRENT_WINDOW = { from: REFERENCE_FROM + DAY_MS, to: REFERENCE_FROM + 2 * DAY_MS } as const;

export function definitionOf(source: string): ModelDefinition {
  const parsed = parseDefinition(source, 'bench.yaml', { defaultRules });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ line, message }) => `${String(line)}: ${message}`).join('\n'));
  return parsed.definition;
}

const instant = (at: number): string => new Date(at).toISOString();

/** The reference of every definition here. */
export const REFERENCE_SPAN = `reference: { from: '${instant(REFERENCE_FROM)}', to: '${instant(CURRENT_WINDOW.from)}' }`;

/** Where a worker finds the address of the tables, and how a definition says it. */
export const TABLES_VARIABLE = 'BENCH_TABLES_URL';
export const TABLES_REFERENCE = `env:${TABLES_VARIABLE}`;

interface TableSource {
  readonly read: 'rows' | 'hours';
  /** Whether a worker, which is told by the definition where the table is, reads it. */
  readonly byWorker: boolean;
  readonly more?: string;
}

/** A model whose rows a table of others holds, the features as columns; `hours`: windows are sums of hours. */
function tableSource(model: string, { read, byWorker, more = '' }: TableSource): string {
  const columns = {
    ...{ id: 'id', time: 'ts', version: 'model_version', prediction: 'prediction', score: 'score' },
    ...{ latency: 'latency_ms', error: 'error_code' },
  };
  const connection = byWorker ? `connection: '${TABLES_REFERENCE}', ` : '';
  return `plumbline: 1
model: ${model}
task: binary
positive: '1'
source: { ${connection}table: predictions, columns: ${JSON.stringify(columns)}, where: { model_id: '${model}' } }
features: ${JSON.stringify({ numeric: COLUMNS.numeric, categorical: COLUMNS.categorical, other: ['sex', 'race'] })}
labels: { table: predictions, id: id, label: label }
sensitive: ${JSON.stringify(COLUMNS.sensitive)}
${REFERENCE_SPAN}
read: ${read}
${more}`;
}

export const tableDefinition = (model: string): ModelDefinition =>
  definitionOf(tableSource(model, { read: 'rows', byWorker: false }));

/**
 * Stores a definition as `plumbline apply` would: whoever reads it, reads it from Plumbline's own database. Its windows
 * are due from `watchedFrom` on.
 */
export async function saveSource(
  { pool }: Database,
  source: string,
  watchedFrom: number = REFERENCE_FROM,
): Promise<ModelDefinition> {
  const definition = definitionOf(source);
  const canonical = canonicalJson(definition);
  const hash = createHash('sha256').update(canonical).digest('hex');
  await saveDefinition(pool, { definition, canonical, hash, source, author: 'bench', now: watchedFrom });
  return definition;
}

export const saveHourlyModel = (database: Database, model: string): Promise<ModelDefinition> =>
  saveSource(database, tableSource(model, { read: 'hours', byWorker: true }));

/**
 * What durable cycles measure is what the script measures and no more: quality, drift, performance, fairness, run-time. The
 * table's groups differ by more than four fifths, which its owner has accepted: nothing is to be told.
 */
const DAILY = `schedule: { window: 1d, catchup: 365d }
leave_out: [segment, estimate, security]
rules:
  change: { selection-rate: { below: 0.5 }, true-positive-rate: { below: 0.5 } }
`;

/** A model whose days durable cycles judge. */
export const saveDailyModel = (database: Database, model: string): Promise<ModelDefinition> =>
  saveSource(
    database,
    tableSource(model, {
      ...{ read: 'rows', byWorker: true },
      more: DAILY,
    }),
    CURRENT_WINDOW.from,
  );

/** Models of a fleet are numbered as the table maker numbers them. */
export const fleetNames = (prefix: string, models: number): readonly string[] =>
  Array.from({ length: models }, (_, at) => `${prefix}-${String(at).padStart(3, '0')}`);

interface Filling {
  readonly model: string;
  readonly rows: number;
  /** Makes a fleet of so many, with `model` as the prefix of their names. */
  readonly models?: number;
  /** Hours behind the current day, with as many rows each as its hours have. */
  readonly extraHours?: number;
}

const CREATE = `CREATE TABLE IF NOT EXISTS predictions (
  model_id VARCHAR(32) NOT NULL, id BIGINT NOT NULL, ts DATETIME(3) NOT NULL, model_version VARCHAR(16) NOT NULL,
  ${COLUMNS.numeric.map((name) => `${name} DOUBLE`).join(', ')},
  ${COLUMNS.categorical.map((name) => `${name} VARCHAR(16)`).join(', ')},
  score DOUBLE NOT NULL, prediction TINYINT NOT NULL, label TINYINT, sex VARCHAR(8) NOT NULL, race VARCHAR(8) NOT NULL,
  latency_ms DOUBLE NOT NULL, error_code VARCHAR(16),
  PRIMARY KEY (model_id, ts, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Where there is no Python: rows of the same kind, written here. */
async function fillWithoutPython({ tables, context }: DataStage, { model, rows, models }: Filling): Promise<void> {
  const folder = join(context.home, 'data');
  mkdirSync(folder, { recursive: true });
  await tables.query(CREATE);
  const names = models === undefined ? [model] : fleetNames(model, models);
  for (const [name, seed] of names.flatMap((name, at) => [[name, 2 * at + 1] as const, [name, 2 * at + 2] as const])) {
    const drifted = seed % 2 === 0;
    const path = join(folder, 'rows.csv');
    await writeTable(path, { rows, seed, drifted });
    const sets = HEADER.split(',').map((column) => `\`${column}\` = NULLIF(@${column}, '')`);
    await tables.query({
      sql: `LOAD DATA LOCAL INFILE 'rows.csv' INTO TABLE predictions FIELDS TERMINATED BY ',' IGNORE 1 LINES
        (${HEADER.replaceAll(/(\w+)/g, '@$1')}) SET model_id = ?, model_version = 'v03', id = (@id := @id + 1), ${sets.join(', ')}`,
      values: [name],
      infileStreamFactory: () => createReadStream(path),
    });
    rmSync(path);
  }
}

/** Fills the table with the reference and the current day of a model, or of a fleet. */
export async function fillTable(stage: DataStage, filling: Filling): Promise<void> {
  const { python, tablesUrl, tables, context } = stage;
  const { model, rows, models, extraHours } = filling;
  context.say(`filling the table for ${model}: ${String(models ?? 1)} × 2 × ${String(rows)} rows`);
  if ('missing' in python) {
    await tables.query('SET @id = 0');
    await fillWithoutPython(stage, filling);
  } else {
    const fleet = models === undefined ? [] : ['--models', String(models)];
    const extra = extraHours === undefined ? [] : ['--extra-hours', String(extraHours)];
    const args = [join(PEERS, 'make_table.py'), '--model', model, '--rows', String(rows), ...fleet, ...extra];
    await runToEnd(python.path, args, { PLUMBLINE_BENCH_MYSQL: tablesUrl });
  }
  await tables.query('ANALYZE TABLE predictions');
  await stage.settle();
}
