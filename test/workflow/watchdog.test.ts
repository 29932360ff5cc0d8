import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { untoldTransitions } from '../../src/io/mysql/alerts.js';
import { setModelState } from '../../src/io/mysql/definitions.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { change } from '../../src/io/mysql/rows.js';
import type { WatchdogReport } from '../../activities/contract.js';
import { SCHEDULED_START_KEY } from '../../workflows/search-attributes.js';
import { expectFaithfulHistories } from '../support/expect-histories.js';
import { settle } from '../support/settle.js';
import { openStage, type Stage } from '../support/stage.js';
import { watchModel, type WatchedModel } from '../support/watched-model.js';

const HOUR_MS = 3_600_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterAll(() => stage.close());

/** The watchdog looks at every model: each test leaves its own as not watched any more. */
async function retire(model: WatchedModel): Promise<void> {
  await setModelState(stage.database.pool, model.id, 'stopped');
}

let rounds = 0;

/** One round, as its Schedule starts it, at a simulated time. */
async function watch(now: number): Promise<WatchdogReport> {
  rounds += 1;
  return (await stage.client.workflow.execute('watchdog', {
    workflowId: `watchdog-${stage.taskQueue}-${String(rounds)}`,
    taskQueue: stage.taskQueue,
    args: [],
    typedSearchAttributes: [{ key: SCHEDULED_START_KEY, value: new Date(now) }],
  })) as WatchdogReport;
}

const roots = (model: WatchedModel): number =>
  stage.slack.messages().filter(({ threadTs, text }) => threadTs === undefined && text.includes(model.id)).length;

it('a cycle that was due and did not come is told at once, and over when it has come after all', async () => {
  const model = await watchModel(stage, 'missed');
  await model.live(0);
  // The slot of day 1 has its time limit of 30 minutes, and a few minutes of grace.
  expect(await watch(model.slot(1) + 30 * 60_000)).toMatchObject({ missed: [], untold: 0 });
  const report = await watch(model.slot(1) + HOUR_MS);
  expect(report.missed).toEqual([model.id]);
  await settle(stage, model);
  const [incident] = await listIncidents(stage.database.pool, model.id, 2);
  expect(incident).toMatchObject({ kind: 'platform', severity: 'critical', state: 'open' });
  expect(roots(model)).toBe(1);

  expect((await watch(model.slot(1) + HOUR_MS + 300_000)).missed).toEqual([model.id]);
  await settle(stage, model);
  expect(await listIncidents(stage.database.pool, model.id, 2)).toHaveLength(1);
  expect(roots(model)).toBe(1);

  await model.live(1);
  expect((await watch(model.slot(1) + HOUR_MS + 600_000)).missed).toEqual([]);
  await settle(stage, model);
  expect(await listIncidents(stage.database.pool, model.id, 2)).toMatchObject([{ state: 'resolved' }]);
  await retire(model);
});

it('a model that is not watched any more misses nothing', async () => {
  const model = await watchModel(stage, 'stopped');
  await retire(model);
  expect((await watch(model.slot(5))).missed).toEqual([]);
});

it('what a cycle could not tell is told by the next round', async () => {
  const model = await watchModel(stage, 'untold');
  stage.instead.tell = () => Promise.resolve({ transitions: 0, workflows: [] });
  await model.live(0, { good: false });
  delete stage.instead.tell;
  expect(await untoldTransitions(stage.database.pool, model.id)).toHaveLength(1);
  expect(await listIncidents(stage.database.pool, model.id, 2)).toEqual([]);
  // Younger ones are in the hands of their cycle.
  expect((await watch(model.slot(0))).untold).toBe(0);
  await change(
    stage.database.pool,
    'UPDATE transitions SET created_at = created_at - INTERVAL 5 MINUTE WHERE model = ?',
    [model.id],
  );
  expect((await watch(model.slot(0))).untold).toBe(1);
  await settle(stage, model);
  expect(await listIncidents(stage.database.pool, model.id, 2)).toMatchObject([{ kind: 'breach', state: 'open' }]);
  expect((await watch(model.slot(0))).untold).toBe(0);
  await retire(model);
});

it('a message that never got through is named', async () => {
  const model = await watchModel(stage, 'undelivered');
  stage.slack.fault({ method: 'chat.postMessage', mode: 'refuse', error: 'is_archived' });
  await model.live(0, { good: false });
  await settle(stage, model);
  await change(
    stage.database.pool,
    "UPDATE notifications SET created_at = created_at - INTERVAL 1 HOUR WHERE incident LIKE CONCAT(?, '%')",
    [model.id],
  );
  const { problems } = await watch(model.slot(0));
  expect(problems.filter((problem) => problem.includes(model.id))).toEqual([
    expect.stringMatching(/notification .*\/slack\/1 is failed: .*archived/),
  ]);
  await retire(model);
});

it('every history replays and holds neither rows nor secrets', async () => {
  await expectFaithfulHistories(stage, ['monitoringCycle', 'incident', 'watchdog']);
});
