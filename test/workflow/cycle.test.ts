import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { loadAlerts } from '../../src/io/mysql/alerts.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { insertLabels } from '../../src/io/mysql/prediction-log.js';
import { select } from '../../src/io/mysql/rows.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel, type DayOptions, type WatchedModel } from '../support/watched-model.js';

const DAY_MS = 86_400_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

const windowOf = (day: number): { from: number; to: number } => ({
  from: FIRST_DAY + day * DAY_MS,
  to: FIRST_DAY + (day + 1) * DAY_MS,
});

async function evaluations(model: WatchedModel): Promise<readonly { day: number; sequence: number; state: string }[]> {
  const rows = await select(
    stage.database.pool,
    'SELECT window_from, sequence, state FROM evaluations WHERE model = ? ORDER BY id',
    [model.id],
  );
  return rows.map((row) => ({
    day: ((row['window_from'] as Date).getTime() - FIRST_DAY) / DAY_MS,
    sequence: row['sequence'] as number,
    state: row['state'] as string,
  }));
}

const transitionsOf = async (model: WatchedModel): Promise<number> => {
  const rows = await select(stage.database.pool, 'SELECT id FROM transitions WHERE model = ?', [model.id]);
  return rows.length;
};

describe.concurrent('a cycle completes with a verdict', () => {
  const cases: readonly { title: string; day: DayOptions; verdict: string; reason: RegExp }[] = [
    { title: 'pass', day: {}, verdict: 'pass', reason: /^1 rules pass \(120 rows\)/ },
    { title: 'breach', day: { good: false }, verdict: 'breach', reason: /auc-floor beyond the limit \(120 rows\)/ },
    { title: 'unknown: an empty window', day: { rows: 0 }, verdict: 'unknown', reason: /empty window \(0 rows\)/ },
    { title: 'unknown: too few rows', day: { rows: 49 }, verdict: 'unknown', reason: /too few rows \(49 rows\)/ },
    { title: 'unknown: no label yet', day: { labelled: 0 }, verdict: 'unknown', reason: /labels not in yet/ },
    { title: 'unknown: some labels', day: { labelled: 0.5 }, verdict: 'unknown', reason: /labels not in yet/ },
  ];
  for (const { title, day, verdict, reason } of cases) {
    it(title, async () => {
      const model = await watchModel(stage, 'verdict');
      const result = await model.live(0, day);
      expect(result.verdict).toBe(verdict);
      expect(result.windows.map(({ window, verdict: word }) => [window, word])).toEqual([['2026-01-05', verdict]]);
      expect(result.windows[0]?.reason).toMatch(reason);
      const stored = await currentEvaluation(stage.database.pool, model.id, windowOf(0));
      expect(stored).toMatchObject({ verdict, rows: day.rows ?? 120 });
      expect(await transitionsOf(model)).toBe(verdict === 'breach' ? 1 : 0);
    });
  }

  it('unknown: labels of one class only', async () => {
    const model = await watchModel(stage, 'one-class', { min_rows: 1 });
    await model.log(0, { labelled: 0 });
    const labels = Array.from({ length: 120 }, (_, i) => ({
      id: `canary-of-a-row-0-${String(i)}`,
      time: FIRST_DAY + Math.floor((i * DAY_MS) / 120),
      label: 'no',
    }));
    await insertLabels(stage.database.pool, model.id, labels, model.slot(0) - 60_000);
    const { verdict, windows } = await model.cycle(0);
    expect(verdict).toBe('unknown');
    expect(windows[0]?.reason).toMatch(/\(120 rows\)/);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toEqual([]);
  });

  it('a window with two serving versions is judged for each, by rules for the one that served last', async () => {
    const model = await watchModel(stage, 'two-versions');
    await model.log(0, { version: 'v1', good: true });
    await model.log(0, { version: 'v2', good: false, prefix: 'b' });
    const { verdict } = await model.cycle(0);
    expect(verdict).toBe('breach');
    const stored = await currentEvaluation(stage.database.pool, model.id, windowOf(0));
    const figures = await loadFigures(stage.database.pool, stored?.id ?? 0);
    const auc = figures.filter(({ metric, on }) => metric === 'roc_auc' && on === 'current');
    expect(auc.map(({ version }) => version).sort()).toEqual(['v1', undefined]);
    expect(stored?.version).toBe('v2');
    expect(auc.find(({ version }) => version === 'v1')?.value).toBeGreaterThan(0.7);
    expect(auc.find(({ version }) => version === undefined)?.value).toBeLessThan(0.3);
  });

  it('estimates stand in for labels that are not in yet, and a rule on them is judged', async () => {
    const floor = { id: 'estimated-floor', metric: 'estimated_roc_auc', below: 0.6, min_n: 20 };
    const model = await watchModel(stage, 'estimated', {
      reference: { from: '2026-01-05', to: '2026-01-06' },
      rules: { defaults: false, add: [floor] },
    });
    await model.live(0, { rows: 400 });
    const { verdict } = await model.live(1, { rows: 400, labelled: 0 });
    expect(verdict).toBe('pass');
    const stored = await currentEvaluation(stage.database.pool, model.id, windowOf(1));
    const figures = await loadFigures(stage.database.pool, stored?.id ?? 0);
    const valueOf = (id: string) => figures.find((figure) => figure.id === id)?.value;
    expect(valueOf('estimate/current/roc_auc')).toBeGreaterThan(0.7);
    expect(valueOf('performance/current/roc_auc')).toBeNull();
  });
});

describe.concurrent('windows are judged once, in order, and anew when what they rest on changes', () => {
  it('the same slot twice writes nothing new', async () => {
    const model = await watchModel(stage, 'twice');
    await model.live(0, { good: false });
    const before = [await evaluations(model), await transitionsOf(model)];
    const again = await model.cycle(0);
    expect(again.windows).toEqual([
      { window: '2026-01-05', verdict: 'unchanged', reason: 'the same rows and labels were judged before' },
    ]);
    expect([await evaluations(model), await transitionsOf(model)]).toEqual(before);
    const staged = await select(stage.database.pool, 'SELECT digest FROM staged_figures WHERE model = ?', [model.id]);
    expect(staged).toEqual([]);
  });

  it('labels that come in late are judged by a later cycle, as the next sequence of their window', async () => {
    const model = await watchModel(stage, 'late-labels');
    await model.live(0, { labelled: 0.3, good: false });
    expect(await evaluations(model)).toEqual([{ day: 0, sequence: 1, state: 'provisional' }]);
    expect(await transitionsOf(model)).toBe(0);
    await model.log(0, { good: false, labelsOn: 1 });
    const { verdict, windows } = await model.live(1);
    expect(windows.map(({ window, verdict: word }) => [window, word])).toEqual([
      ['2026-01-06', 'pass'],
      ['2026-01-05', 'breach'],
    ]);
    expect(verdict).toBe('breach');
    expect(await evaluations(model)).toEqual([
      { day: 0, sequence: 1, state: 'provisional' },
      { day: 1, sequence: 1, state: 'final' },
      { day: 0, sequence: 2, state: 'final' },
    ]);
  });

  it('labels count only from the time on at which they came in', async () => {
    const model = await watchModel(stage, 'arrival');
    await model.log(0, { good: false, labelsOn: 3 });
    expect((await model.cycle(0)).verdict).toBe('unknown');
    expect((await model.live(1)).windows).toHaveLength(1);
    expect((await model.live(3)).windows.map(({ window }) => window)).toEqual([
      '2026-01-08',
      '2026-01-05',
      '2026-01-07',
    ]);
  });

  it('windows that were missed are caught up, oldest first', async () => {
    const model = await watchModel(stage, 'missed');
    for (const day of [0, 1, 2, 3]) await model.log(day);
    const { windows } = await model.cycle(3);
    expect(windows.map(({ window }) => window)).toEqual(['2026-01-08', '2026-01-05', '2026-01-06', '2026-01-07']);
    expect((await evaluations(model)).map(({ day }) => day)).toEqual([3, 0, 1, 2]);
  });

  it('a past window is measured and alerts nobody, unless a person permits it', async () => {
    const model = await watchModel(stage, 'past');
    await model.log(0, { good: false });
    expect((await model.cycle(0, { past: true })).verdict).toBe('breach');
    expect(await loadAlerts(stage.database.pool, model.id)).toSatisfy(
      (alerts: readonly { state: { state: string } }[]) => alerts.every(({ state }) => state.state === 'inactive'),
    );
    expect(await transitionsOf(model)).toBe(0);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toEqual([]);
    await model.live(1, { good: false });
    expect(await transitionsOf(model)).toBe(1);
    await settle(stage, model);
    expect(await listIncidents(stage.database.pool, model.id, 5)).toHaveLength(1);
  });

  it('rows that come in while a window is being measured are collected anew', async () => {
    const model = await watchModel(stage, 'meanwhile');
    await model.log(0);
    let struck = false;
    stage.instead.measure = (task) => {
      const mine = task.model === model.id && !struck;
      if (!mine) return stage.activities.measure(task);
      struck = true;
      // As another worker sees the window: it reads again, and finds other rows than were collected.
      return stage.activities.measure({ ...task, digest: '0'.repeat(64) });
    };
    const { verdict } = await model.cycle(0);
    delete stage.instead.measure;
    expect(struck).toBe(true);
    expect(verdict).toBe('pass');
    expect(await evaluations(model)).toEqual([{ day: 0, sequence: 1, state: 'final' }]);
  });
});

describe('afterwards', () => {
  it('nothing is left untold, and every history replays and holds neither rows nor secrets', async () => {
    const models = await select(stage.database.pool, 'SELECT model FROM models');
    for (const row of models) await settle(stage, { id: String(row['model']) });
    await expectFaithfulHistories(stage, ['monitoringCycle', 'incident']);
  });
});
