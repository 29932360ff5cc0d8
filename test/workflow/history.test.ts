import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { select } from '../../src/io/mysql/rows.js';
import { incidentWorkflowId, cycleWorkflowId } from '../../src/model/ids.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { eventually } from '../support/poll.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel } from '../support/watched-model.js';

/** Of a cycle that judges one window; bytes as the server counts them. */
const MOST_EVENTS = 45;
const MOST_BYTES = 12 * 1024;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

it('a cycle of one window with all default rules, that breaches and tells, keeps to its budget of history', async () => {
  const model = await watchModel(stage, 'budget', {
    reference: { from: '2026-01-05', to: '2026-01-08' },
    sensitive: ['job'],
    rules: { defaults: true },
  });
  for (const day of [0, 1, 2]) await model.live(day, { rows: 400 });
  const { verdict } = await model.live(3, { rows: 400, good: false });
  expect(verdict).toBe('breach');
  const figures = await select(
    stage.database.pool,
    'SELECT COUNT(*) AS figures FROM figures f JOIN evaluations e ON e.id = f.evaluation WHERE e.model = ? GROUP BY e.id',
    [model.id],
  );
  expect(Number(figures.at(-1)?.['figures'])).toBeGreaterThanOrEqual(60);
  const id = `${cycleWorkflowId(model.id)}-${new Date(model.slot(3)).toISOString().slice(0, 19)}Z`;
  const { historyLength, historySize } = await stage.client.workflow.getHandle(id).describe();
  console.log(`history of one cycle: ${String(historyLength)} events, ${String(historySize)} bytes`);
  expect(historyLength).toBeGreaterThan(20);
  expect(historyLength).toBeLessThanOrEqual(MOST_EVENTS);
  expect(historySize).toBeGreaterThan(1000);
  expect(historySize).toBeLessThanOrEqual(MOST_BYTES);
  await settle(stage, model);
});

it('executions are found by model, team, verdict, state and severity', async () => {
  const model = await watchModel(stage, 'found');
  await model.live(0);
  await model.live(1, { good: false });
  await settle(stage, model);
  const idsBy = async (query: string): Promise<readonly string[]> => {
    const ids: string[] = [];
    const own = `TaskQueue = "${stage.taskQueue}" AND ModelId = "${model.id}" AND ${query}`;
    for await (const { workflowId } of stage.client.workflow.list({ query: own })) ids.push(workflowId);
    return ids;
  };
  const slot = (day: number): string => new Date(model.slot(day)).toISOString().slice(0, 19);
  const cycle = (day: number): string => `${cycleWorkflowId(model.id)}-${slot(day)}Z`;
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['CycleVerdict = "pass"', [cycle(0)]],
    ['CycleVerdict = "breach"', [cycle(1)]],
    ['Team = "lending" AND WorkflowType = "monitoringCycle"', [cycle(1), cycle(0)]],
    ['IncidentState = "open" AND Severity = "critical"', [incidentWorkflowId(model.id)]],
    ['Team = "lending" AND WorkflowType = "incident"', [incidentWorkflowId(model.id)]],
  ];
  for (const [query, ids] of cases) {
    const found = await eventually(query, async () => {
      const listed = await idsBy(query);
      return listed.length === ids.length ? listed : null;
    });
    expect([...found].sort(), query).toEqual([...ids].sort());
  }
});

it('every history replays and holds neither rows nor secrets', async () => {
  await expectFaithfulHistories(stage, ['monitoringCycle', 'incident']);
});
