import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { createActivities } from '../../activities/create.js';
import type { Activities } from '../../activities/contract.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { select } from '../../src/io/mysql/rows.js';
import type { Sources } from '../../src/io/mysql/sources.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel, type WatchedModel } from '../support/watched-model.js';

const WINDOW = { from: FIRST_DAY, to: FIRST_DAY + 86_400_000 };
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath') });
});

afterEach(() => {
  delete stage.instead.judgeAndRecord;
});

afterAll(() => stage.close());

/** The activities of another worker: the same databases, and nothing of this one's memory. */
function otherWorker(poolOf: Sources['poolOf']): Activities {
  const { database, taskQueue, folder } = stage;
  return createActivities({
    ...{ database, taskQueue, artefacts: folder, log: pino({ level: 'silent' }) },
    ...{ command: 'plumbline', temporalUi: null, namespace: 'default', slackApiUrl: null },
    sources: { poolOf, close: () => Promise.resolve() },
    resolveSecret: (reference) => reference,
  });
}

async function recorded(model: WatchedModel): Promise<unknown> {
  const stored = await currentEvaluation(stage.database.pool, model.id, WINDOW);
  const figures = await loadFigures(stage.database.pool, stored?.id ?? 0);
  expect(figures.length).toBeGreaterThan(20);
  // Labels come in just before the slot, and each model has its own minute for that.
  const comparable = figures.filter(({ metric }) => !metric.startsWith('label_delay'));
  return { rows: stored?.rows, sequence: stored?.sequence, verdict: stored?.verdict, figures: comparable };
}

it('a window that another worker judges gets the same figures and the same verdict', async () => {
  const here = await watchModel(stage, 'here');
  await here.live(0);
  const elsewhere = await watchModel(stage, 'elsewhere');
  const other = otherWorker(() => stage.database.pool);
  stage.instead.judgeAndRecord = (task) => other.judgeAndRecord(task);
  await elsewhere.live(0);
  expect(await recorded(elsewhere)).toEqual(await recorded(here));
});

it('an answer that is lost after recording is given again, and nothing is recorded twice', async () => {
  const model = await watchModel(stage, 'answer-lost');
  const other = otherWorker(() => stage.database.pool);
  const answers: unknown[] = [];
  stage.instead.judgeAndRecord = async (task) => {
    answers.push(await stage.activities.judgeAndRecord(task));
    const again = await other.judgeAndRecord(task);
    answers.push(again);
    return again;
  };
  await model.live(0);
  expect(answers).toHaveLength(2);
  expect(answers[1]).toEqual(answers[0]);
  expect(await recorded(model)).toMatchObject({ sequence: 1 });
});

it('rows that come in before another worker judges: the cycle collects anew and records the window once', async () => {
  const model = await watchModel(stage, 'rows-before-judging');
  const other = otherWorker(() => stage.database.pool);
  let calls = 0;
  stage.instead.judgeAndRecord = async (task) => {
    calls += 1;
    if (calls === 1) await model.log(0, { rows: 30, prefix: 'late-' });
    return other.judgeAndRecord(task);
  };
  await model.live(0);
  expect(calls).toBe(2);
  expect(await recorded(model)).toMatchObject({ rows: 150, sequence: 1 });
});

it('a source that cannot be read again is a verdict of the window, not the failure of the cycle', async () => {
  const model = await watchModel(stage, 'source-gone');
  const other = otherWorker(() => {
    throw new Error('no source here');
  });
  stage.instead.judgeAndRecord = (task) => other.judgeAndRecord(task);
  const { windows } = await model.live(0);
  expect(windows.map(({ verdict }) => verdict)).toEqual(['unknown']);
  expect(windows[0]?.reason).toMatch(/no source here/);
});

it('figures of a large window are parked: another worker judges without reading a row, and leaves none behind', async () => {
  const model = await watchModel(stage, 'large');
  const other = otherWorker(() => {
    throw new Error('the rows were read again');
  });
  stage.instead.judgeAndRecord = (task) => other.judgeAndRecord(task);
  const { verdict } = await model.live(0, { rows: 50_000 });
  expect(verdict).toBe('pass');
  expect(await recorded(model)).toMatchObject({ rows: 50_000, sequence: 1 });
  const parked = await select(stage.database.pool, 'SELECT digest FROM staged_figures WHERE model = ?', [model.id]);
  expect(parked).toEqual([]);
});
