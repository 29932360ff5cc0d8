/** A window with two serving versions is judged for each of them. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { loadAlerts } from '../../src/io/mysql/alerts.js';
import { currentEvaluation, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel } from '../support/watched-model.js';

const DAY_MS = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

it('each version has its verdict; the one beside the last has an alert of its own, which ends when it serves no more', async () => {
  const model = await watchModel(stage, 'two-versions');
  await model.release('v1', 0);
  await model.release('v2', 1, true);
  // Row by row in turn, v2 last: v1 ranks the wrong way round.
  await model.log(1, { version: 'v1', good: false });
  await model.log(1, { version: 'v2', prefix: 'b' });
  const first = await model.cycle(1);
  expect(first.verdict).toBe('breach');

  const { pool } = stage.database;
  const window = { from: FIRST_DAY + DAY_MS, to: FIRST_DAY + 2 * DAY_MS };
  const evaluation = await currentEvaluation(pool, model.id, window);
  expect(evaluation).toMatchObject({ version: 'v2', rows: 240 });
  expect(evaluation?.reason).toContain('auc-floor (version v1)');
  const verdicts = (await loadVerdicts(pool, evaluation?.id ?? 0)).filter(({ rule }) => rule === 'auc-floor');
  expect(verdicts.map(({ segment, status, action }) => [segment, status, action]).sort()).toEqual([
    ['', 'pass', 'none'],
    ['@v1', 'breach', 'none'],
  ]);
  const figures = await loadFigures(pool, evaluation?.id ?? 0);
  const volumes = figures.filter(({ metric }) => metric === 'volume').map(({ id, value }) => [id, value]);
  expect(volumes).toEqual([
    ['quality/current/volume', 120],
    ['quality/current/volume@v1', 120],
  ]);

  const stateOf = async (segment: string): Promise<string | undefined> =>
    (await loadAlerts(pool, model.id)).find((alert) => alert.rule === 'auc-floor' && alert.segment === segment)?.state
      .state;
  expect(await stateOf('@v1')).toBe('firing');
  expect(await stateOf('')).toBe('inactive');
  await settle(stage, model);

  await model.live(2, { version: 'v2' });
  expect(await stateOf('@v1')).toBe('resolved');
  expect(await stateOf('')).toBe('inactive');
  await settle(stage, model);
});
