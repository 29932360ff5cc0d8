import { describe, expect, it } from 'vitest';
import {
  insertLabels,
  insertPredictions,
  RowFault,
  ROWS_PER_INSERT,
  type LabelRow,
  type PredictionRow,
} from '../../src/io/mysql/prediction-log.js';
import { replaceReferenceRows } from '../../src/io/mysql/reference-rows.js';
import { instant, integer, json, select, textOrNull } from '../../src/io/mysql/rows.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const T = DAY.from + 3;
const rowOf = (change: Partial<PredictionRow> = {}): PredictionRow => ({
  id: 'a',
  time: T,
  prediction: 'yes',
  ...change,
});
const labelOf = (change: Partial<LabelRow> = {}): LabelRow => ({ id: 'a', time: T, label: 'no', ...change });

onEachServer((database) => {
  const countOf = async (table: string, model: string): Promise<number> => {
    const [row] = await select(database().pool, `SELECT COUNT(*) AS n FROM ${table} WHERE model = ?`, [model]);
    return row === undefined ? NaN : integer(row, 'n');
  };
  const labelsOf = async (model: string): Promise<readonly unknown[]> => {
    const rows = await select(database().pool, 'SELECT label, arrived_at FROM labels WHERE model = ? ORDER BY id', [
      model,
    ]);
    return rows.map((row) => [textOrNull(row, 'label'), instant(row, 'arrived_at') - DAY.to]);
  };

  it('the same rows twice are there once, and what was first stays', async () => {
    const { pool } = database();
    const rows = Array.from({ length: ROWS_PER_INSERT * 2 + 7 }, (_, i) =>
      rowOf({ id: `row ${String(i)}`, time: T + i, score: i / 7, features: { i } }),
    );
    await insertPredictions(pool, 'twice', rows);
    await insertPredictions(
      pool,
      'twice',
      rows.map((row) => ({ ...row, prediction: 'changed' })),
    );
    expect(await countOf('predictions', 'twice')).toBe(rows.length);
    const stored = await select(pool, "SELECT prediction, score FROM predictions WHERE model = 'twice' ORDER BY time");
    expect(stored).toEqual(rows.map((row) => ({ prediction: 'yes', score: row.score })));
    await insertPredictions(pool, 'twice', []);
  });

  it('ids that differ in capitals or accents, times that differ by a millisecond, are different rows', async () => {
    await insertPredictions(database().pool, 'differ', [
      ...['a', 'A', 'á', 'a\u0301'].map((id) => rowOf({ id })),
      rowOf({ time: T + 1 }),
    ]);
    expect(await countOf('predictions', 'differ')).toBe(5);
  });

  it('everything a row holds comes back', async () => {
    const { pool } = database();
    const features = { 'größe "x"': 1.5, job: null, flag: true, deep: ["'", '👍'] };
    await insertPredictions(pool, 'whole', [
      rowOf({
        prediction: 12.5,
        version: 'v1',
        score: 0.1 + 0.2,
        scores: { cat: 5e-324, dog: 1e308 },
        features,
        latencyMs: 0.5,
        errorCode: 'E',
      }),
    ]);
    const [row] = await select(pool, "SELECT * FROM predictions WHERE model = 'whole'");
    expect(row).toMatchObject({
      prediction: '12.5',
      version: 'v1',
      score: 0.1 + 0.2,
      latency_ms: 0.5,
      error_code: 'E',
    });
    expect(row === undefined ? null : [instant(row, 'time'), json(row, 'features'), json(row, 'scores')]).toEqual([
      ...[T, features, { cat: 5e-324, dog: 1e308 }],
    ]);
  });

  describe('a row that cannot be stored as it is stops all, before the first is sent, and is named', () => {
    const cases: readonly { title: string; row: PredictionRow; words: string }[] = [
      {
        title: 'an id that is too long',
        row: rowOf({ id: 'x'.repeat(129) }),
        words: 'id has 129 characters; at most 128',
      },
      { title: 'no id', row: rowOf({ id: '' }), words: 'id is missing' },
      { title: 'an id that another would equal', row: rowOf({ id: 'a ' }), words: 'id ends with a space' },
      {
        title: 'a prediction that is too long',
        row: rowOf({ prediction: '👍'.repeat(256) }),
        words: 'prediction has 256 characters',
      },
      { title: 'a prediction that is no number', row: rowOf({ prediction: NaN }), words: 'prediction is NaN' },
      { title: 'a score that is no number', row: rowOf({ score: NaN }), words: 'the score is NaN; leave it out' },
      { title: 'an endless score', row: rowOf({ score: Infinity }), words: 'the score is Infinity' },
      { title: 'an endless latency', row: rowOf({ latencyMs: -Infinity }), words: 'the latency is -Infinity' },
      {
        title: 'a class score that is no number',
        row: rowOf({ scores: { cat: 1, dog: NaN } }),
        words: 'the score of class dog is NaN',
      },
      {
        title: 'a version that is too long',
        row: rowOf({ version: 'v'.repeat(65) }),
        words: 'version has 65 characters',
      },
      {
        title: 'an error code that is too long',
        row: rowOf({ errorCode: 'e'.repeat(65) }),
        words: 'error code has 65 characters',
      },
      { title: 'a time that is none', row: rowOf({ time: NaN }), words: 'time is no time: NaN' },
      { title: 'a time before the epoch', row: rowOf({ time: -1 }), words: 'time is no time: -1' },
      { title: 'a time beyond the calendar', row: rowOf({ time: 8.64e15 }), words: 'time is no time' },
    ];
    it.each(cases)('$title', async ({ row, words }) => {
      const attempt = insertPredictions(database().pool, 'refused', [rowOf({ id: 'good' }), row]);
      const fault = await attempt.catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(RowFault);
      expect(fault).toMatchObject({ index: 1, message: expect.stringContaining(words) as unknown });
      expect(await countOf('predictions', 'refused')).toBe(0);
    });

    it('a label that is too long, or has arrived at no time', async () => {
      const { pool } = database();
      await expect(insertLabels(pool, 'refused', [labelOf({ label: 'x'.repeat(256) })], T)).rejects.toThrow(
        'label has 256',
      );
      await expect(insertLabels(pool, 'refused', [labelOf()], NaN)).rejects.toThrow('arrival is no time');
      expect(await countOf('labels', 'refused')).toBe(0);
    });

    it('texts as long as the columns are stored whole', async () => {
      const longest = rowOf({
        id: '👍'.repeat(128),
        prediction: 'ü'.repeat(255),
        version: '日'.repeat(64),
        errorCode: 'e'.repeat(64),
      });
      await insertPredictions(database().pool, 'longest', [longest]);
      const [row] = await select(
        database().pool,
        "SELECT id, prediction, version FROM predictions WHERE model = 'longest'",
      );
      expect(row).toEqual({ id: longest.id, prediction: longest.prediction, version: longest.version });
    });
  });

  describe('a label', () => {
    const HOUR = 3_600_000;
    const came = (hours: number): number => DAY.to + hours * HOUR;
    interface Step {
      readonly label: string | number | null;
      readonly hours: number;
    }
    const cases: readonly {
      title: string;
      model: string;
      steps: readonly Step[];
      stored: readonly [string | null, number];
    }[] = [
      {
        title: 'that comes again has not newly arrived',
        model: 'same',
        steps: [
          { label: 'no', hours: 1 },
          { label: 'no', hours: 2 },
        ],
        stored: ['no', HOUR],
      },
      {
        title: 'that is corrected counts from then on',
        model: 'corrected',
        steps: [
          { label: 'no', hours: 1 },
          { label: 'yes', hours: 2 },
        ],
        stored: ['yes', 2 * HOUR],
      },
      {
        title: 'that came before the stored one does not replace it',
        model: 'older',
        steps: [
          { label: 'no', hours: 2 },
          { label: 'yes', hours: 1 },
        ],
        stored: ['no', 2 * HOUR],
      },
      {
        title: 'that is corrected at the same instant is replaced',
        model: 'instant',
        steps: [
          { label: 'no', hours: 1 },
          { label: 'yes', hours: 1 },
        ],
        stored: ['yes', HOUR],
      },
      {
        title: 'that is taken back is missing',
        model: 'back',
        steps: [
          { label: 'no', hours: 1 },
          { label: null, hours: 2 },
        ],
        stored: [null, 2 * HOUR],
      },
      {
        title: 'that was missing is filled in',
        model: 'filled',
        steps: [
          { label: null, hours: 1 },
          { label: 1, hours: 2 },
        ],
        stored: ['1', 2 * HOUR],
      },
      {
        title: 'that stays missing has not newly arrived',
        model: 'missing',
        steps: [
          { label: null, hours: 1 },
          { label: null, hours: 2 },
        ],
        stored: [null, HOUR],
      },
      {
        title: 'that differs in capitals is another',
        model: 'capitals',
        steps: [
          { label: 'no', hours: 1 },
          { label: 'No', hours: 2 },
        ],
        stored: ['No', 2 * HOUR],
      },
    ];
    it.each(cases)('$title', async ({ model, steps, stored }) => {
      for (const { label, hours } of steps)
        await insertLabels(database().pool, model, [labelOf({ label })], came(hours));
      expect(await labelsOf(model)).toEqual([stored]);
    });

    it('may bring its own time of arrival', async () => {
      await insertLabels(database().pool, 'own-time', [labelOf({ arrivedAt: came(3) }), labelOf({ id: 'b' })], came(1));
      expect(await labelsOf('own-time')).toEqual([
        ['no', 3 * HOUR],
        ['no', HOUR],
      ]);
    });
  });

  it('the rows that a trainer held out are replaced whole, or not at all', async () => {
    const { pool } = database();
    const rows = Array.from({ length: 501 }, (_, i) => ({
      ...{
        id: String(i),
        time: i % 2 === 0 ? T : new Date(T).toISOString(),
        prediction: 1,
        score: 0.5,
        label: null,
        features: { i },
      },
    }));
    await replaceReferenceRows(pool, 'churn', 'v1', rows);
    await replaceReferenceRows(pool, 'churn', 'v2', rows.slice(0, 2));
    await replaceReferenceRows(pool, 'churn', 'v1', rows.slice(0, 3));
    expect(await countOf('reference_rows', 'churn')).toBe(5);
    const broken = [...rows.slice(0, 500), { ...rows[0], id: 'x'.repeat(200) } as (typeof rows)[number]];
    await expect(replaceReferenceRows(pool, 'churn', 'v1', broken)).rejects.toThrow(/too long/i);
    expect(await countOf('reference_rows', 'churn')).toBe(5);
  });
});
