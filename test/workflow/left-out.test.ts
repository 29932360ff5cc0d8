import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { currentEvaluation, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { loadDefinition } from '../../src/io/mysql/definitions.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { findReference } from '../../src/io/mysql/references.js';
import type { Figure } from '../../src/model/figure.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel } from '../support/watched-model.js';

const DAY_MS = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

interface Measured {
  /** Of the window's figures and of the reference's. */
  readonly families: readonly string[];
  readonly ofReference: readonly string[];
  readonly rules: readonly string[];
}

/** As revisions were stored before there was `leaveOut`. */
async function storeAsBefore(model: string): Promise<void> {
  const { pool } = stage.database;
  const { leaveOut, ...definition } = (await loadDefinition(pool, model, 1)).definition;
  expect(leaveOut).toEqual(['segment']);
  const json = JSON.stringify({ ...definition, segments: false });
  await pool.query('UPDATE definitions SET definition = ? WHERE model = ?', [json, model]);
}

const familiesOf = (figures: readonly Figure[]): string[] => [...new Set(figures.map(({ family }) => family))].sort();

async function familiesAndRules(
  leaveOut: readonly string[],
  { alter, read = 'rows' }: { alter?: (model: string) => Promise<void>; read?: 'rows' | 'hours' } = {},
): Promise<Measured> {
  const change = {
    ...{ reference: { from: '2026-01-05T00:00:00Z', to: '2026-01-08T00:00:00Z' }, rules: { defaults: true } },
    ...{ sensitive: ['job'], read },
    ...(leaveOut.length > 0 && { leave_out: leaveOut }),
  };
  const model = await watchModel(stage, 'left-out', change, 3);
  await alter?.(model.id);
  for (let day = 0; day <= 3; day += 1) await model.log(day, { rows: 400 });
  expect((await model.cycle(3)).verdict).toBe('pass');
  const { pool } = stage.database;
  const window = { from: FIRST_DAY + 3 * DAY_MS, to: FIRST_DAY + 4 * DAY_MS };
  const stored = await currentEvaluation(pool, model.id, window);
  const figures = await loadFigures(pool, stored?.id ?? 0);
  const reference = await findReference(pool, { model: model.id, version: 'v1', revision: 1 });
  const verdicts = await loadVerdicts(pool, stored?.id ?? 0);
  return {
    families: familiesOf(figures),
    ofReference: familiesOf(reference?.figures ?? []),
    rules: verdicts.map(({ rule }) => rule),
  };
}

const ALL = ['drift', 'estimate', 'fairness', 'performance', 'quality', 'runtime', 'security', 'segment'];

it('families that are left out have neither figures nor verdicts, and the others are not touched', async () => {
  const all = await familiesAndRules([]);
  expect(all.families).toEqual(ALL);
  expect(all.ofReference).toEqual(ALL);
  expect(all.rules).toEqual(
    expect.arrayContaining(['weak-segments', 'personal-data', 'selection-rate', 'drift-score']),
  );

  const some = await familiesAndRules(['segment', 'estimate', 'security']);
  expect(some.families).toEqual(['drift', 'fairness', 'performance', 'quality', 'runtime']);
  expect(some.ofReference).toEqual(['drift', 'fairness', 'performance', 'quality', 'runtime']);
  expect(some.rules).toEqual(all.rules.filter((rule) => !['weak-segments', 'personal-data'].includes(rule)));

  const least = await familiesAndRules(ALL.filter((family) => family !== 'quality'));
  expect(least.families).toEqual(['quality']);
  expect(least.ofReference).toEqual(['quality']);
});

it('a revision that was stored with `segments: false` is measured and judged without segments', async () => {
  const as = await familiesAndRules(['segment'], { alter: storeAsBefore });
  expect(as.families).toEqual(ALL.filter((family) => family !== 'segment'));
  expect(as.rules).not.toContain('weak-segments');
});

it.each([
  [['estimate'], ['segment', 'security', 'estimate']],
  [
    ['performance', 'fairness'],
    ['segment', 'security', 'performance', 'fairness'],
  ],
])('sums of hours leave out %s, too', async (leaveOut, gone) => {
  const hours = await familiesAndRules(leaveOut, { read: 'hours' });
  const kept = ALL.filter((family) => !gone.includes(family));
  expect(hours.families).toEqual(kept);
  expect(hours.ofReference).toEqual(kept);
});
