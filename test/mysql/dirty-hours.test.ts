import { expect, it } from 'vitest';
import { clearDirtyHours, markDirtyHours, takeDirtyHours } from '../../src/io/mysql/dirty-hours.js';
import { inTransaction } from '../../src/io/mysql/pool.js';
import {
  countUnmatched,
  insertLabels,
  insertPredictions,
  ROWS_PER_INSERT,
  type PredictionRow,
} from '../../src/io/mysql/prediction-log.js';
import { integer, select } from '../../src/io/mysql/rows.js';
import { onEachServer } from './servers.js';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 2, 1);
const ALWAYS = { from: 0, to: Date.UTC(2100, 0, 1) };

const rowsOf = (count: number, each: (i: number) => Partial<PredictionRow> = () => ({})): PredictionRow[] =>
  Array.from({ length: count }, (_, i) => ({ id: `r${String(i)}`, time: FROM + i, prediction: 'yes', ...each(i) }));

onEachServer((database) => {
  const hoursOf = async (model: string, within = ALWAYS): Promise<readonly number[]> =>
    (await takeDirtyHours(database().pool, model, within)).map(({ hour }) => (hour - FROM) / HOUR);
  const countOf = async (table: string, model: string): Promise<number> => {
    const [row] = await select(database().pool, `SELECT COUNT(*) AS n FROM ${table} WHERE model = ?`, [model]);
    return row === undefined ? NaN : integer(row, 'n');
  };

  it('predictions mark the hours of their times, labels those of their predictions', async () => {
    const { pool } = database();
    await insertPredictions(pool, 'marks', [
      ...rowsOf(3, (i) => ({ time: FROM + i * HOUR - (i === 0 ? 0 : 1) })),
      { id: 'last', time: FROM + 5 * HOUR, prediction: null },
    ]);
    expect(await hoursOf('marks')).toEqual([0, 1, 5]);
    await insertLabels(pool, 'marks', [{ id: 'r0', time: FROM + 9.5 * HOUR, label: 'no' }], FROM + 30 * HOUR);
    expect(await hoursOf('marks')).toEqual([0, 1, 5, 9]);
  });

  it('only hours that lie whole within the span are taken, the oldest first', async () => {
    const { pool } = database();
    await markDirtyHours(pool, 'ended', [FROM + 2 * HOUR, FROM, FROM + HOUR]);
    expect(await hoursOf('ended', { from: FROM, to: FROM + 2 * HOUR })).toEqual([0, 1]);
    expect(await hoursOf('ended', { from: FROM, to: FROM + 2 * HOUR - 1 })).toEqual([0]);
    expect(await hoursOf('ended', { from: FROM + 1, to: FROM + 3 * HOUR })).toEqual([1, 2]);
  });

  it('what was taken is cleared, once', async () => {
    const { pool } = database();
    await markDirtyHours(pool, 'cleared', [FROM, FROM + HOUR]);
    const taken = await takeDirtyHours(pool, 'cleared', { from: FROM, to: FROM + HOUR });
    expect(await clearDirtyHours(pool, 'cleared', taken)).toBe(1);
    expect(await clearDirtyHours(pool, 'cleared', taken)).toBe(0);
    expect(await hoursOf('cleared')).toEqual([1]);
  });

  it('an hour that was marked again while it was profiled stays marked', async () => {
    const { pool } = database();
    await insertPredictions(pool, 'again', rowsOf(1));
    const taken = await takeDirtyHours(pool, 'again', ALWAYS);
    await insertPredictions(pool, 'again', rowsOf(2));
    expect(await clearDirtyHours(pool, 'again', taken)).toBe(0);
    expect(await hoursOf('again')).toEqual([0]);
  });

  it('so it does where the second writer has not committed when the clearing begins', async () => {
    const { pool } = database();
    await markDirtyHours(pool, 'open', [FROM]);
    const taken = await takeDirtyHours(pool, 'open', ALWAYS);
    const clearing: Promise<number>[] = [];
    await inTransaction(pool, async (writer) => {
      await markDirtyHours(writer, 'open', [FROM]);
      clearing.push(clearDirtyHours(pool, 'open', taken));
      await select(writer, 'SELECT 1');
    });
    expect(await Promise.all(clearing)).toEqual([0]);
    expect(await hoursOf('open')).toEqual([0]);
  });

  it('an hour that was cleared and marked anew is safe from whoever took the first mark', async () => {
    const { pool } = database();
    await markDirtyHours(pool, 'anew', [FROM]);
    const [slow, quick] = await Promise.all([1, 2].map(() => takeDirtyHours(pool, 'anew', ALWAYS)));
    await clearDirtyHours(pool, 'anew', quick ?? []);
    await markDirtyHours(pool, 'anew', [FROM]);
    expect(await clearDirtyHours(pool, 'anew', slow ?? [])).toBe(0);
    expect(await hoursOf('anew')).toEqual([0]);
  });

  it('rows and marks are stored together or not at all', async () => {
    const { pool } = database();
    const broken = async (): Promise<void> => {
      throw new Error('the disk is full');
    };
    const rows = rowsOf(2 * ROWS_PER_INSERT + 3);
    await expect(insertPredictions(pool, 'whole', rows, broken)).rejects.toThrow('the disk is full');
    expect([await countOf('predictions', 'whole'), await countOf('dirty_hours', 'whole')]).toEqual([0, 0]);
    await insertPredictions(pool, 'whole', rows);
    expect([await countOf('predictions', 'whole'), await countOf('dirty_hours', 'whole')]).toEqual([rows.length, 1]);
  });

  it('writers of the same hours at once do not fail for each other', async () => {
    const { pool } = database();
    const writers = Array.from({ length: 8 }, (_, w) =>
      rowsOf(200, (i) => ({ id: `${String(w)}-${String(i)}`, time: FROM + ((i * 7 + w * 3) % 24) * HOUR })),
    );
    await Promise.all(writers.map((rows) => insertPredictions(pool, 'at-once', rows)));
    expect(await countOf('predictions', 'at-once')).toBe(1600);
    expect(await hoursOf('at-once')).toEqual(Array.from({ length: 24 }, (_, hour) => hour));
  });

  it('rows of any size are split into statements that the server takes', async () => {
    const rows = rowsOf(12, (i) => ({ features: { text: 'ü'.repeat(i % 3 === 0 ? 1_900_000 : 10) } }));
    await insertPredictions(database().pool, 'large', rows);
    const [row] = await select(
      database().pool,
      "SELECT COUNT(*) AS n, MIN(JSON_VALID(features)) AS sound FROM predictions WHERE model = 'large'",
    );
    expect(row).toEqual({ n: 12, sound: 1 });
  });

  it('labels whose prediction is not there are counted, by time and id', async () => {
    const { pool } = database();
    const predictions = rowsOf(4, (i) => ({ id: ['a', 'A', 'é', 'd'][i] ?? '' }));
    await insertPredictions(pool, 'labels', predictions);
    const at = (id: string, time: number): { id: string; time: number; label: string } => ({ id, time, label: 'x' });
    const labels = [
      at('a', FROM),
      at('A', FROM + 1),
      at('é', FROM + 2),
      at('d', FROM + 4),
      at('e', FROM),
      at('É', FROM),
    ];
    expect(await countUnmatched(pool, 'labels', labels)).toBe(3);
    expect(await countUnmatched(pool, 'other', labels)).toBe(6);
    expect(await countUnmatched(pool, 'labels', [])).toBe(0);
  });
});
