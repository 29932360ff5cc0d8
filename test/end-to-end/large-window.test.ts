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
import { integer, select } from '../../src/io/mysql/rows.js';
import { measureReference, measureWindow } from '../../src/measure/measure.js';
import { rolesOf } from '../../src/model/roles.js';
import { smallestGroupOf } from '../../src/model/smallest-group.js';
import type { Window } from '../../src/model/window.js';
import { ISOLATED_ROWS } from '../../src/security/isolation.js';
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

const dayOf = (day: number): Window => ({ from: FIRST_DAY + day * DAY_MS, to: FIRST_DAY + (day + 1) * DAY_MS });

const FAMILIES = ['quality', 'drift', 'performance', 'runtime', 'segment', 'security'] as const;

it('has the figures that its rows have when one process measures them, against a reference that is read column by column', async () => {
  const model = await watchModel(stage, 'large', { reference: { from: '2026-01-05', to: '2026-01-06' } });
  await model.log(0, { rows: ROWS });
  await model.log(1, { rows: ROWS });
  const { verdict } = await model.cycle(1);
  expect(verdict).toBe('pass');
  const { pool } = stage.database;
  const rowsOf = (window: Window) => readWindow(pool, windowQuery(model.definition, window, model.slot(1)));
  const evaluation = await currentEvaluation(pool, model.id, dayOf(1));
  if (evaluation === null) throw new Error('the window was not judged');
  expect(evaluation.rows).toBe(ROWS);
  const stored = new Map((await loadFigures(pool, evaluation.id)).map((figure) => [figure.id, figure]));
  const [row] = await select(pool, 'SELECT profile_head FROM version_references WHERE model = ?', [model.id]);
  // Income and score, 8 bytes each unless they repeat.
  expect(row && integer(row, 'profile_head')).toBeGreaterThan(1_000);
  const roles = rolesOf(model.definition);
  const reference = measureReference(await rowsOf(dayOf(0)), roles, {
    ...{ metrics: 'default', segments: true, security: true, windowSeconds: DAY_MS / 1000 },
  });
  const measured = measureWindow(await rowsOf(dayOf(1)), reference, roles, {
    families: FAMILIES,
    metrics: 'default',
    windowSeconds: DAY_MS / 1000,
    windowEnd: dayOf(1).to,
    smallestGroup: smallestGroupOf(model.definition),
  });
  // Labels without a row are counted beside the window, of which this frame knows nothing. Rows are scored where a rule asks.
  const ofRows = measured.filter(({ metric }) => !metric.startsWith('orphan_') && metric !== ISOLATED_ROWS);
  expect(ofRows.filter(({ family }) => family === 'drift').length).toBeGreaterThan(15);
  expect(ofRows.length).toBeGreaterThan(100);
  for (const { id, value, n } of ofRows) expect(stored.get(id), id).toMatchObject({ value, n });
});
