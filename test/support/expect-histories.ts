/** What every file of workflow tests asserts at its end of the histories that it has made. */
import { expect } from 'vitest';
import { SECRET_CANARY, type Stage } from './stage.js';
import { historyText, recordedRuns, replayFaults } from './replay.js';
import { ROW_CANARY } from './watched-model.js';

/** Every history replays on today's code, holds no row and no secret, and every type named has been run. */
export async function expectFaithfulHistories(stage: Stage, types: readonly string[]): Promise<void> {
  const runs = await recordedRuns(stage);
  expect([...new Set(runs.map(({ type }) => type))].sort()).toEqual([...types].sort());
  expect(await replayFaults(stage.bundle, runs)).toEqual([]);
  const forbidden = [ROW_CANARY, SECRET_CANARY, stage.database.address.password];
  const leaks = runs.flatMap(({ workflowId, history }) => {
    const text = historyText(history);
    return forbidden.filter((canary) => text.includes(canary)).map((canary) => `${canary} in ${workflowId}`);
  });
  expect(leaks).toEqual([]);
}
