/** A table that is wide and has a column in which no two rows agree: what it costs, and whether the figures are right. */
import type { RowDataPacket } from 'mysql2';
import type { Connection } from 'mysql2/promise';
import { type Entry, entry } from '../entry.js';
import { sameFigures, withinBounds } from '../evaluate/same-figures.js';
import { growWindow } from './copy-rows.js';
import type { DataPart, DataStage } from './data-stage.js';
import { type MeasuredBeside, startMeasuring } from './measuring-process.js';
import { CURRENT_WINDOW, definitionOf, REFERENCE_SPAN, saveSource, TABLES_REFERENCE } from './prediction-table.js';

const FEATURES = Array.from({ length: 50 }, (_, at) => `c${String(at).padStart(2, '0')}`);
const LEVELS = 200;
/** Another value in every row; half of the current ones are known from the reference. */
const DISTINCT = 'customer';
/** Of the size that is asked for: two sizes show how memory grows. */
const SMALL = 0.25;
const ROWS_AT_ONCE = 20_000;
/** Rows of the table for `--rows`: it is some five times as wide. */
const SHARE = 0.1;
/** How many times as many rows the window by hours has, unless it is said. */
const GROWN = 4;

const CREATE = `CREATE TABLE wide (
  id BIGINT NOT NULL, ts DATETIME(3) NOT NULL, ${DISTINCT} VARCHAR(24) NOT NULL,
  ${FEATURES.map((name) => `${name} VARCHAR(8)`).join(', ')},
  score DOUBLE NOT NULL, prediction TINYINT NOT NULL, label TINYINT, PRIMARY KEY (ts, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** Hashes of the row's number: the same on every server. The first feature's levels move in the current window. */
function selectRows(current: boolean): string {
  const draw = (salt: string): string => `CRC32(CONCAT('${salt}/', n, '/${current ? 'b' : 'a'}'))`;
  const features = FEATURES.map((name, at) => {
    const level = `${draw(name)} % ${String(LEVELS)}`;
    const text = `CONCAT('k', ${at === 0 && current ? `LEAST(${level}, ${draw('x')} % ${String(LEVELS)})` : level})`;
    return at === 1 ? `IF(${draw('gone')} % 50 = 0, NULL, ${text})` : text;
  });
  const score = `${draw('score')} / 4294967296`;
  return [
    `n + ${current ? '@rows' : '0'}`,
    `TIMESTAMPADD(MICROSECOND, n * 86400000000 DIV (@rows + 1), '2026-01-0${current ? '2' : '1'} 00:00:00')`,
    `CONCAT('customer-', LPAD(n + ${current ? '@rows DIV 2' : '0'}, 9, '0'))`,
    ...features,
    ...[score, `${score} >= 0.5`, `${draw('label')} / 4294967296 < ${score}`],
  ].join(', ');
}

async function fill({ tables, context, settle }: DataStage, rows: number): Promise<void> {
  context.say(`filling the wide table: 2 × ${String(rows)} rows`);
  await tables.query('DROP TABLE IF EXISTS wide');
  await tables.query(CREATE);
  await tables.query('SET @rows = ?', [rows]);
  const numbers = Array.from({ length: ROWS_AT_ONCE }, (_, at) => [at + 1]);
  await tables.query('CREATE TEMPORARY TABLE numbers (n INT PRIMARY KEY)');
  await tables.query('INSERT INTO numbers VALUES ?', [numbers]);
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    for (const current of [false, true]) {
      const some = `(SELECT n + ${String(from)} AS n FROM numbers WHERE n <= ${String(rows - from)}) AS some`;
      await tables.query(`INSERT INTO wide SELECT ${selectRows(current)} FROM ${some}`);
    }
  }
  await tables.query('DROP TEMPORARY TABLE numbers');
  await tables.query('ANALYZE TABLE wide');
  await settle();
}

function wideSource(read: 'rows' | 'hours'): string {
  const connection = read === 'hours' ? `connection: '${TABLES_REFERENCE}', ` : '';
  return `plumbline: 1
model: wide
task: binary
positive: '1'
source: { ${connection}table: wide, columns: { id: id, time: ts, prediction: prediction, score: score } }
features: { categorical: [${[DISTINCT, ...FEATURES].join(', ')}] }
labels: { table: wide, id: id, label: label }
${REFERENCE_SPAN}
read: ${read}
`;
}

/** The distinct values of a copy were never seen before. */
async function growTo({ tables, context, settle }: DataStage, from: number, copies: number): Promise<void> {
  context.say(`wide: the current window grows to ${String(copies)} times its rows`);
  const other = (copy: number): Record<string, string> => ({
    [DISTINCT]: `CONCAT('c', ${String(copy)}, '-', SUBSTRING(${DISTINCT}, 10))`,
  });
  await growWindow(tables, { table: 'wide', window: CURRENT_WINDOW, from, to: copies, other });
  await settle();
}

async function numbersOf(connection: Connection, sql: string): Promise<readonly (readonly number[])[]> {
  const [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
  return (rows as unknown as unknown[][]).map((row) => row.map(Number));
}

const BY_DAY = `SUM(ts < '2026-01-02'), SUM(ts >= '2026-01-02')`;

/** Figures as the server counts them, by statements that share nothing with the reader. */
async function counted(connection: Connection, rows: number): Promise<ReadonlyMap<string, number>> {
  const figures = new Map<string, number>([
    [`quality/current/${DISTINCT}/distinct_count`, rows],
    [`quality/current/${DISTINCT}/new_category_rows`, Math.floor(rows / 2)],
  ]);
  for (const name of FEATURES.slice(0, 3)) {
    const levels = await numbersOf(connection, `SELECT ${BY_DAY} FROM wide WHERE ${name} IS NOT NULL GROUP BY ${name}`);
    const [m, n] = [0, 1].map((side) => levels.reduce((sum, level) => sum + (level[side] ?? 0), 0));
    const apart = levels.map(([a = 0, b = 0]) => Math.abs(a / (m ?? NaN) - b / (n ?? NaN)));
    figures.set(`drift/${name}/total_variation`, apart.reduce((sum, one) => sum + one, 0) / 2);
    figures.set(`quality/current/${name}/missing_count`, rows - (n ?? NaN));
  }
  return figures;
}

async function measureWide(stage: DataStage, name: string, rows: number): Promise<Entry[]> {
  await fill(stage, rows);
  const task = {
    definition: definitionOf(wideSource('rows')),
    window: CURRENT_WINDOW,
    metrics: 'default',
    way: 'both windows',
  } as const;
  const measuring = await startMeasuring(stage, name);
  const measured = await measuring.measure([task]).finally(() => measuring.stop());
  const compared = sameFigures(new Map(measured.figures), await counted(stage.tables, rows));
  return entriesOf(stage, name, measured, compared);
}

function entriesOf(stage: DataStage, name: string, measured: MeasuredBeside, compared: number): Entry[] {
  const { rows, seconds, peakMib, cpuSeconds, serverCpuSeconds } = measured;
  stage.context.say(`${name}, ${String(rows)} rows: ${seconds.toFixed(1)} s, ${peakMib.toFixed(0)} MiB`);
  return [
    entry({ name: `data/${name}-rows`, unit: 'rows that were read', runs: [rows] }),
    entry({ name: `data/${name}-time`, unit: 's', runs: [seconds] }),
    entry({ name: `data/${name}-rate`, unit: 'rows/s', runs: [rows / seconds] }),
    entry({ name: `data/${name}-cpu`, unit: 'CPU s', runs: [cpuSeconds] }),
    ...(serverCpuSeconds === null
      ? []
      : [entry({ name: `data/${name}-server-cpu`, unit: 'CPU s', runs: [serverCpuSeconds] })]),
    entry({ name: `data/${name}-memory`, unit: 'MiB', runs: [peakMib] }),
    entry({ name: `data/${name}-right-figures`, unit: 'figures', runs: [compared] }),
  ];
}

/** The same table with more and more rows in its current window, by profiles of its hours. */
async function measureHours(stage: DataStage, base: number, rows: number): Promise<Entry[]> {
  const { database } = stage.servers;
  const definition = await saveSource(database, wideSource('hours'));
  const task = { definition, window: CURRENT_WINDOW, metrics: 'default', way: 'hours' } as const;
  // The reference is made by the first who asks: here by one that is not counted.
  const storing = await startMeasuring(stage, 'wide-store');
  await storing.measure([task]).finally(() => storing.stop());
  const entries: Entry[] = [];
  let before = 1;
  for (const copies of [...new Set([Math.max(1, Math.round((rows * SMALL) / base)), Math.round(rows / base)])]) {
    await growTo(stage, before, copies);
    before = copies;
    await database.pool.query('DELETE FROM hour_profiles WHERE model = ?', [definition.model]);
    const name = rows === base * copies ? 'wide-hours' : 'wide-hours-quarter';
    const measuring = await startMeasuring(stage, name);
    const measured = await measuring.measure([task]).finally(() => measuring.stop());
    const expected = new Map(await counted(stage.tables, base * copies));
    // The values of the reference are known; those of all copies are new.
    expected.set(`quality/current/${DISTINCT}/new_category_rows`, base * copies - Math.ceil(base / 2));
    const compared = withinBounds(new Map(measured.figures), new Map(measured.bounds), expected);
    entries.push(...entriesOf(stage, name, measured, compared));
  }
  return entries;
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { asked } = stage.context;
  const base = Math.min(Math.ceil(stage.rows * SHARE), asked.wideRows ?? Infinity);
  const smaller = await measureWide(stage, 'wide-quarter', Math.ceil(base * SMALL));
  const exact = await measureWide(stage, 'wide', base);
  const copies = Math.max(1, Math.round((asked.wideRows ?? GROWN * base) / base));
  const hours = await measureHours(stage, base, base * copies);
  await stage.tables.query('DROP TABLE wide');
  return [...exact, ...smaller, ...hours];
}

export const wideTable: DataPart = { name: 'wide', run };
