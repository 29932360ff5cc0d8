import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { currentEvaluation, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel } from '../support/watched-model.js';

const DAY_MS = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

async function familiesAndRules(leaveOut: readonly string[]): Promise<{ families: string[]; rules: string[] }> {
  const change = {
    ...{ reference: { from: '2026-01-05T00:00:00Z', to: '2026-01-08T00:00:00Z' }, rules: { defaults: true } },
    ...(leaveOut.length > 0 && { leave_out: leaveOut }),
  };
  const model = await watchModel(stage, 'left-out', change, 3);
  for (let day = 0; day <= 3; day += 1) await model.log(day, { rows: 400 });
  expect((await model.cycle(3)).verdict).toBe('pass');
  const { pool } = stage.database;
  const window = { from: FIRST_DAY + 3 * DAY_MS, to: FIRST_DAY + 4 * DAY_MS };
  const stored = await currentEvaluation(pool, model.id, window);
  const figures = await loadFigures(pool, stored?.id ?? 0);
  const verdicts = await loadVerdicts(pool, stored?.id ?? 0);
  return {
    families: [...new Set(figures.map(({ family }) => family))].sort(),
    rules: verdicts.map(({ rule }) => rule),
  };
}

it('families that are left out have neither figures nor verdicts, and the others are not touched', async () => {
  const all = await familiesAndRules([]);
  expect(all.families).toEqual(['drift', 'estimate', 'performance', 'quality', 'runtime', 'security', 'segment']);
  const some = await familiesAndRules(['segment', 'estimate', 'security']);
  expect(some.families).toEqual(['drift', 'performance', 'quality', 'runtime']);
  expect(some.rules).toEqual(all.rules.filter((rule) => !['weak-segments', 'personal-data'].includes(rule)));
  const least = await familiesAndRules([
    'drift',
    'performance',
    'fairness',
    'runtime',
    'estimate',
    'segment',
    'security',
  ]);
  expect(least.families).toEqual(['quality']);
});
