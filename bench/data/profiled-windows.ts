/** Windows of one to ten million rows by profiles: what they take, and whether that grows with their size. */
import type { RowDataPacket } from 'mysql2';
import { type Entry, entry, type Goal } from '../entry.js';
import { growWindow } from './copy-rows.js';
import { type DataPart, type DataStage, GOAL_ROWS } from './data-stage.js';
import { type MeasuredBeside, startMeasuring } from './measuring-process.js';
import type { MeasuringTask } from './measuring-task.js';
import { CURRENT_WINDOW, fillTable, saveHourlyModel } from './prediction-table.js';

const MODEL = 'profiles';
/** Sizes of the current window, in windows of the size that is asked for. */
const SIZES = [1, 3, 10] as const;

const MEMORY: Goal = { of: 'value', is: 'at most', limit: 200 };
/** Linear: a million rows of the largest window take as long as one of the smallest, or a fifth more. */
const LINEAR: Goal = { of: 'ratio', is: 'at most', limit: 1.2 };

const text = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');

async function growTo({ tables, rows, context, settle }: DataStage, from: number, size: number): Promise<void> {
  context.say(`profiles: the window grows to ${String(size)} × ${String(rows)} rows`);
  await growWindow(tables, {
    ...{ table: 'predictions', where: `model_id = '${MODEL}'`, window: CURRENT_WINDOW },
    ...{ from, to: size },
  });
  await settle();
}

/** Figures that need no rounding, as the server counts them. */
async function checkCounts({ tables }: DataStage, { figures, rows }: MeasuredBeside): Promise<number> {
  const ours = new Map(figures.map(([id, value]) => [id, value]));
  const [[counted]] = await tables.query<RowDataPacket[]>(
    `SELECT COUNT(*) AS total, SUM(f0 IS NULL) AS missing, MIN(f0) AS lowest, MAX(f0) AS highest, SUM(c0 IS NULL) AS gone,
       AVG(prediction = label) AS agreeing FROM predictions WHERE model_id = ? AND ts >= ? AND ts < ? `,
    [MODEL, text(CURRENT_WINDOW.from), text(CURRENT_WINDOW.to)],
  );
  if (counted === undefined || Number(counted['total']) !== rows) throw new Error('rows were lost');
  const expected = new Map([
    ['quality/current/f0/missing_count', Number(counted['missing'])],
    ['quality/current/f0/min', Number(counted['lowest'])],
    ['quality/current/f0/max', Number(counted['highest'])],
    ['quality/current/c0/missing_count', Number(counted['gone'])],
    ['performance/current/accuracy', Number(counted['agreeing'])],
  ]);
  for (const [id, value] of expected) {
    const own = ours.get(id);
    if (own === undefined || !(Math.abs(own - value) <= 1e-4 * Math.max(1, Math.abs(value))))
      throw new Error(`${id} is ${String(own)}, the server counts ${String(value)}`);
  }
  return expected.size;
}

async function measureSize(stage: DataStage, task: MeasuringTask, size: number): Promise<MeasuredBeside> {
  await stage.servers.database.pool.query('DELETE FROM hour_profiles WHERE model = ?', [MODEL]);
  const measuring = await startMeasuring(stage, `profiles-${String(size)}`);
  const measured = await measuring.measure([task]).finally(() => measuring.stop());
  const { rows, seconds, peakMib } = measured;
  stage.context.say(`profiles of ${String(rows)} rows: ${seconds.toFixed(1)} s, ${peakMib.toFixed(0)} MiB`);
  await checkCounts(stage, measured);
  return measured;
}

async function run(stage: DataStage): Promise<readonly Entry[]> {
  const { rows, tables, servers } = stage;
  await fillTable(stage, { model: MODEL, rows });
  const definition = await saveHourlyModel(servers.database, MODEL);
  const task: MeasuringTask = { definition, window: CURRENT_WINDOW, metrics: 'default', way: 'hours' };
  // The reference is made by the first who asks: here by one that is not counted.
  const hour = { from: CURRENT_WINDOW.from, to: CURRENT_WINDOW.from + 3_600_000 };
  const storing = await startMeasuring(stage, 'profiles-store');
  await storing.measure([{ ...task, window: hour }]).finally(() => storing.stop());
  const entries: Entry[] = [];
  let [before, first]: [number, Entry | undefined] = [1, undefined];
  for (const size of SIZES) {
    if (size > before) await growTo(stage, before, size);
    before = size;
    const measured = await measureSize(stage, task, size);
    const name = `data/profiles-${String(size)}x`;
    // Of other sizes nothing was promised.
    const goals = rows === GOAL_ROWS;
    const perMillion = entry({
      ...{ name: `${name}-time-per-million`, unit: 's', runs: [(measured.seconds * 1e6) / measured.rows] },
      ...(first !== undefined && { to: first, ...(goals && { goal: LINEAR }) }),
    });
    first ??= perMillion;
    const { peakMib, cpuSeconds, serverCpuSeconds } = measured;
    entries.push(
      entry({ name: `${name}-rows`, unit: 'rows', runs: [measured.rows] }),
      entry({ name: `${name}-memory`, unit: 'MiB', runs: [peakMib], ...(goals && { goal: MEMORY }) }),
      perMillion,
      entry({ name: `${name}-cpu-per-million`, unit: 'CPU s', runs: [(cpuSeconds * 1e6) / measured.rows] }),
      ...(serverCpuSeconds === null
        ? []
        : [entry({ name: `${name}-server-cpu`, unit: 'CPU s', runs: [serverCpuSeconds] })]),
    );
  }
  await tables.query('TRUNCATE TABLE predictions');
  return entries;
}

export const profiledWindows: DataPart = { name: 'profiles', run };
