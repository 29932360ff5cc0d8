/** Evaluations, verdicts and transitions as tests store them. */
import { insertEvaluation, type NewEvaluation } from '../../src/io/mysql/evaluations.js';
import { evaluationsOfWindow } from '../../src/io/mysql/evaluations.js';
import { inTransaction, type Pool } from '../../src/io/mysql/pool.js';
import type { Transition } from '../../src/alerts/alert.js';
import { DAY } from './reading.js';

export const NOW = Date.parse('2026-01-06T00:10:00.007Z');

/** Stores as the judging activity does: after a look at what the window has. */
export async function storeEvaluation(
  pool: Pool,
  model: string,
  change: Partial<NewEvaluation> = {},
): Promise<{ id: number; sequence: number }> {
  return inTransaction(pool, async (db) => {
    const window = change.window ?? DAY;
    const { newest } = await evaluationsOfWindow(db, model, window);
    return insertEvaluation(db, {
      ...{
        model,
        window,
        revision: 1,
        digest: 'd'.repeat(64),
        cycle: `cycle/${model}`,
        scheduledAt: NOW,
        version: 'v1',
      },
      ...{ rows: 120, coverage: 0.5, state: 'final', past: false, verdict: 'pass', reason: '1 rules pass', intake: {} },
      ...{ failed: false, sourceState: null, lastSequence: newest?.sequence ?? 0, now: NOW },
      ...change,
    });
  });
}

export const transitionOf = (number: number, change: Partial<Transition> = {}): Transition => ({
  ...{ number, from: 'inactive', to: 'firing', severity: 'critical', reason: 'first', window: DAY, since: DAY },
  ...{ version: 'v1', value: 0.1 + 0.2, firedValue: 0.1 + 0.2, peakValue: -1e308, limit: 'below 0.6' },
  ...{ summary: 'age 0.21, "balance" 0.18', note: null },
  ...change,
});
