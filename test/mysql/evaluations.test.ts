import { describe, expect, it } from 'vitest';
import {
  currentEvaluation,
  currentEvaluations,
  judgedWindows,
  evaluationHistory,
  evaluationsOfWindow,
  insertVerdicts,
  loadVerdicts,
  newestEvaluatedAt,
  newestWindowEnd,
  windowSizes,
} from '../../src/io/mysql/evaluations.js';
import { recordPerformance } from '../../src/io/mysql/performance-data.js';
import { change, integer, select, text } from '../../src/io/mysql/rows.js';
import type { Figure } from '../../src/model/figure.js';
import type { Verdict } from '../../src/model/verdict.js';
import { NOW, storeEvaluation } from './judged.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const DAY_MS = 86_400_000;
const dayAfter = (days: number): { from: number; to: number } => ({
  from: DAY.from + days * DAY_MS,
  to: DAY.to + days * DAY_MS,
});

const figureOf = (value: Figure['value'], more: object = {}): Figure =>
  ({
    ...{ id: 'performance/current/roc_auc', family: 'performance', metric: 'roc_auc', on: 'current', n: 120, value },
    ...more,
  }) as Figure;

const verdictOf = (rule: string, segment = ''): Verdict => ({
  ...{
    rule,
    segment,
    status: 'breach',
    reason: 'beyond limit',
    severity: 'critical',
    action: 'remedy',
    limit: 'below 0.6',
  },
  ...{ evidence: [{ figure: 'performance/current/roc_auc', subject: '', value: 0.5, interval: [0.4, 0.6], n: 99 }] },
  ...{ breached: 1, judged: 1, provisional: false },
});

onEachServer((database) => {
  describe('evaluations of a window', () => {
    it('count up, and the newest is current', async () => {
      const { pool } = database();
      const first = await storeEvaluation(pool, 'count', { digest: 'a'.repeat(64) });
      const second = await storeEvaluation(pool, 'count', {
        digest: 'b'.repeat(64),
        revision: 2,
        verdict: 'breach',
        past: true,
      });
      expect([first.sequence, second.sequence]).toEqual([1, 2]);
      await storeEvaluation(pool, 'count', { window: dayAfter(-1) });
      const history = await evaluationHistory(pool, 'count', 9);
      expect(history.map(({ window, sequence }) => [window, sequence])).toEqual([
        [DAY, 2],
        [DAY, 1],
        [dayAfter(-1), 1],
      ]);
      expect(await evaluationHistory(pool, 'count', 1)).toEqual(history.slice(0, 1));
      expect(await currentEvaluation(pool, 'count', DAY)).toEqual({
        ...{ id: second.id, window: DAY, revision: 2, sequence: 2, digest: 'b'.repeat(64), version: 'v1', rows: 120 },
        ...{ coverage: 0.5, state: 'final', verdict: 'breach', reason: '1 rules pass', past: true },
        ...{ cycle: 'cycle/count', scheduledAt: NOW },
      });
      const { newest, current } = await evaluationsOfWindow(pool, 'count', DAY);
      expect([newest?.id, current?.id]).toEqual([second.id, second.id]);
      expect(await evaluationsOfWindow(pool, 'count', dayAfter(1))).toEqual({ newest: null, current: null });
    });

    it('one that failed leaves what was last known current', async () => {
      const { pool } = database();
      const failed = { failed: true, verdict: 'unknown', state: 'provisional' } as const;
      await storeEvaluation(pool, 'failed', failed);
      expect(await currentEvaluation(pool, 'failed', DAY)).toBeNull();
      const good = await storeEvaluation(pool, 'failed');
      const again = await storeEvaluation(pool, 'failed', failed);
      const { newest, current } = await evaluationsOfWindow(pool, 'failed', DAY);
      expect([newest?.id, newest?.sequence, current?.id]).toEqual([again.id, 3, good.id]);
    });

    it('two that are current, or the same sequence twice, are refused by the server', async () => {
      const { pool } = database();
      await storeEvaluation(pool, 'unique');
      await expect(storeEvaluation(pool, 'unique', { lastSequence: 0 })).rejects.toThrow(/duplicate entry/i);
      await storeEvaluation(pool, 'unique', { failed: true });
      const pointTwice = change(pool, "UPDATE evaluations SET is_current = 1 WHERE model = 'unique'");
      await expect(pointTwice).rejects.toThrow(/evaluations_current/);
      // Of several that are not current there may be any number.
      await storeEvaluation(pool, 'unique', { failed: true });
    });

    it('one that nobody could store whole is not stored', async () => {
      const { pool } = database();
      await expect(storeEvaluation(pool, 'whole', { rows: -1 })).rejects.toThrow(/out of range/i);
      await expect(storeEvaluation(pool, 'whole', { coverage: NaN })).rejects.toThrow();
      expect(await newestEvaluatedAt(pool, 'whole')).toBeNull();
      await storeEvaluation(pool, 'whole', { reason: 'r'.repeat(1000), coverage: null, version: null });
      expect(await currentEvaluation(pool, 'whole', DAY)).toMatchObject({
        reason: 'r'.repeat(300),
        coverage: null,
        version: null,
      });
    });

    it('are listed oldest first, by the end of their window, provisional ones apart', async () => {
      const { pool } = database();
      for (const day of [2, 0, 1, 3]) {
        const state = day === 1 || day === 3 ? 'provisional' : 'final';
        await storeEvaluation(pool, 'list', { window: dayAfter(day), state, rows: day });
      }
      // Judged again with all its labels: provisional no more.
      await storeEvaluation(pool, 'list', { window: dayAfter(3), state: 'final', rows: 3 });
      const ends = (evaluations: readonly { window: { to: number } }[]): number[] =>
        evaluations.map(({ window }) => (window.to - DAY.to) / DAY_MS);
      expect(ends(await currentEvaluations(pool, 'list', DAY.to, dayAfter(2).to))).toEqual([1, 2]);
      expect(await windowSizes(pool, 'list', DAY.to - 1, dayAfter(1).to)).toEqual([
        { ...DAY, rows: 0 },
        { ...dayAfter(1), rows: 1 },
      ]);
      const judged = (after: number, until: number, mostProvisional: number) =>
        judgedWindows(pool, 'list', { after, until, mostProvisional });
      const [one, two, three] = [dayAfter(1), dayAfter(2), dayAfter(3)];
      expect(await judged(two.to - 1, dayAfter(9).to, 24)).toEqual([
        { window: one, provisional: true },
        { window: two, provisional: false },
        { window: three, provisional: false },
      ]);
      // In the span and provisional: told once.
      expect(await judged(DAY.to, one.to, 24)).toEqual([{ window: one, provisional: true }]);
      expect(await judged(three.to, dayAfter(9).to, 0)).toEqual([]);
      expect(await judged(DAY.to - 1, one.to - 1, 24)).toEqual([{ window: DAY, provisional: false }]);
      expect([await newestWindowEnd(pool, 'list'), await newestWindowEnd(pool, 'none')]).toEqual([
        dayAfter(3).to,
        null,
      ]);
      expect(await newestEvaluatedAt(pool, 'list')).toBe(NOW);
    });

    it('keep their verdicts whole', async () => {
      const { pool } = database();
      const { id } = await storeEvaluation(pool, 'verdicts');
      const verdicts = [verdictOf('auc-floor'), verdictOf('parity', 'sex x race'), verdictOf('parity', 'größe')];
      await insertVerdicts(pool, id, verdicts);
      await insertVerdicts(pool, id, []);
      const stored = await loadVerdicts(pool, id);
      expect(stored).toHaveLength(3);
      expect(stored).toEqual(expect.arrayContaining(verdicts));
      await expect(insertVerdicts(pool, id, [verdictOf('auc-floor')])).rejects.toThrow(/duplicate entry/i);
    });
  });

  describe('the table performance_data', () => {
    const rowsOf = async (model: string): Promise<readonly (readonly unknown[])[]> => {
      const rows = await select(
        database().pool,
        'SELECT accuracy, recall, `precision`, f1, auc, evaluation, recorded_at FROM performance_data WHERE model_name = ? ORDER BY id',
        [model],
      );
      return rows.map((row) =>
        ['accuracy', 'recall', 'precision', 'f1', 'auc', 'evaluation'].map((key): unknown => row[key]),
      );
    };

    it('takes the rows of people who have only aggregates, and gives them back', async () => {
      const { pool } = database();
      const sql =
        'INSERT INTO performance_data (model_name, accuracy, recall, `precision`, f1, auc) VALUES (?, ?, ?, ?, ?, ?)';
      await change(pool, sql, ['model_1', 0.95, 0.9, 0.92, 0.91, 0.98]);
      // The same row of every day is a row of every day.
      await change(pool, sql, ['model_1', 0.95, 0.9, 0.92, 0.91, 0.98]);
      await change(pool, sql, ['model_1', 0.89, null, null, null, null]);
      const full = [0.95, 0.9, 0.92, 0.91, 0.98, null];
      expect(await rowsOf('model_1')).toEqual([full, full, [0.89, null, null, null, null, null]]);
      const low = await select(
        pool,
        "SELECT accuracy FROM performance_data WHERE model_name = 'model_1' AND accuracy < 0.9",
      );
      expect(low.map((row) => row['accuracy'] as unknown)).toEqual([0.89]);
      const [last] = await select(
        pool,
        'SELECT TIMESTAMPDIFF(MINUTE, recorded_at, UTC_TIMESTAMP(3)) AS age FROM performance_data ORDER BY id DESC LIMIT 1',
      );
      expect(last === undefined ? null : integer(last, 'age')).toBe(0);
    });

    it('gets a row for each evaluation with labels: judgeable figures of the whole model, and nothing else', async () => {
      const { pool } = database();
      const of = (metric: string, value: Figure['value'], more: object = {}): Figure =>
        figureOf(value, { metric, ...more });
      const { id } = await storeEvaluation(pool, 'recorded');
      await recordPerformance(
        pool,
        'recorded',
        id,
        [
          ...[
            of('accuracy', 0.1, { on: 'reference' }),
            of('accuracy', 0.2, { class: 'yes' }),
            of('accuracy', 0.3, { version: 'v0' }),
          ],
          ...[of('accuracy', 0.95), of('recall', 1, { degenerate: true }), of('precision', null, { reason: 'none' })],
          ...[of('f1', 0.91, { family: 'fairness' }), of('roc_auc', 0.1 + 0.2)],
        ],
        NOW,
      );
      await recordPerformance(pool, 'recorded', id, [of('log_loss', 1)], NOW);
      expect(await rowsOf('recorded')).toEqual([[0.95, null, null, null, 0.1 + 0.2, id]]);
      const [row] = await select(
        pool,
        "SELECT model_name FROM performance_data WHERE recorded_at = ? AND model_name = 'recorded'",
        [new Date(NOW)],
      );
      expect(row === undefined ? null : text(row, 'model_name')).toBe('recorded');
    });
  });
});
