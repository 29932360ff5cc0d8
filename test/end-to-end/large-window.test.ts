/** A window that is measured by threads, by the worker that people run: tests load sources, which no thread can. */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { WORTH_SHARING_ROWS } from '../../src/io/measuring-thread/measuring-threads.js';
import { currentEvaluation } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { measureWindow } from '../../src/measure/measure.js';
import { rolesOf } from '../../src/model/roles.js';
import { smallestGroupOf } from '../../src/model/smallest-group.js';
import { openStage, type Stage } from '../support/stage.js';
import { FIRST_DAY, watchModel } from '../support/watched-model.js';
import { compileInto } from './compiled.js';
import { startPolling } from './worker-process.js';

const ROWS = WORTH_SHARING_ROWS + 20_000;
const DAY_MS = 86_400_000;
const compiled = join(dirname(inject('workflowBundlePath')), 'compiled-large');
let stage: Stage;
let worker: ChildProcess | undefined;

beforeAll(async () => {
  compileInto(compiled);
  stage = await openStage({
    ...{ stack: inject('stack'), workflowBundlePath: inject('workflowBundlePath'), worker: false },
  });
  worker = await startPolling(stage, [join(compiled, 'src/run/cli.js'), 'worker']);
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await stage.close();
  rmSync(compiled, { recursive: true, force: true });
});

it('has the figures that its rows have when one process measures them', async () => {
  const model = await watchModel(stage, 'large');
  await model.log(0, { rows: ROWS });
  const { verdict } = await model.cycle(0);
  expect(verdict).toBe('pass');
  const window = { from: FIRST_DAY, to: FIRST_DAY + DAY_MS };
  const { pool } = stage.database;
  const evaluation = await currentEvaluation(pool, model.id, window);
  if (evaluation === null) throw new Error('the window was not judged');
  expect(evaluation.rows).toBe(ROWS);
  const stored = new Map((await loadFigures(pool, evaluation.id)).map((figure) => [figure.id, figure]));
  const frame = await readWindow(pool, windowQuery(model.definition, window, model.slot(0)));
  const measured = measureWindow(frame, null, rolesOf(model.definition), {
    families: ['quality', 'performance', 'runtime', 'segment', 'security'],
    metrics: 'default',
    windowSeconds: DAY_MS / 1000,
    windowEnd: window.to,
    smallestGroup: smallestGroupOf(model.definition),
  });
  // Labels without a row are counted beside the window, of which this frame knows nothing.
  const ofRows = measured.filter(({ metric }) => !metric.startsWith('orphan_'));
  expect(ofRows.length).toBeGreaterThan(80);
  for (const { id, value, n } of ofRows) expect(stored.get(id), id).toMatchObject({ value, n });
});
