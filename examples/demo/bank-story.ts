/**
 * Two and a half years of a bank's model, month by month. For each month: the version that serves scores its calls, the
 * outcomes of the month before come in, the month's slot is run, and whatever it sets off comes to rest.
 */
import { join } from 'node:path';
import { listActions } from '../../src/io/mysql/actions.js';
import { recordBackfill } from '../../src/io/mysql/backfills.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { windowWords } from '../../src/alerts/wording.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { addSpan, type Window } from '../../src/model/window.js';
import { slotShift } from '../../src/run/schedules.js';
import { runSlot } from '../../src/run/slots.js';
import { callsBetween, MODEL, readCalls, type Call } from '../bank-marketing/calls.js';
import { firstVersion, MAY_RELEASE_FROM, mayRelease } from '../bank-marketing/releases.js';
import { labelsOf, serve } from '../bank-marketing/serve.js';
import { packageFolder } from '../../src/run/settings.js';
import { applyPaused } from './definitions.js';
import { decideWaiting } from './decisions.js';
import type { DemoOptions } from './options.js';
import { settle } from './settle.js';
import type { Stage } from './stage.js';
import { release, servingArtefact } from './versions.js';

const FIRST_MONTH = Date.UTC(2008, 7, 1);
const LAST_MONTH = Date.UTC(2010, 10, 1);
const MONTH = { count: 1, unit: 'month' } as const;

const isoDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

function months(): readonly Window[] {
  const windows: Window[] = [];
  for (let from = FIRST_MONTH; from <= LAST_MONTH; from = addSpan(from, MONTH, 'UTC')) {
    windows.push({ from, to: addSpan(from, MONTH, 'UTC') });
  }
  return windows;
}

const callsOf = (calls: readonly Call[], { from, to }: Window): readonly Call[] =>
  callsBetween(calls, isoDay(from), isoDay(to));

/** (a) and (b): scores the month with what serves, and brings in the outcomes of the month before. */
async function scoreMonth(stage: Stage, calls: readonly Call[], month: Window): Promise<string> {
  const { version, artefact } = await servingArtefact(stage, MODEL);
  const { pool } = stage.database;
  await insertPredictions(pool, MODEL, serve(artefact, version, callsOf(calls, month)));
  const before = { from: addSpan(month.from, MONTH, 'UTC', -1), to: month.from };
  // Calls before the first month were what the first version was fitted on; they have no predictions.
  if (before.from >= FIRST_MONTH) await insertLabels(pool, MODEL, labelsOf(callsOf(calls, before)), month.to);
  return version;
}

async function nextVersionName(stage: Stage): Promise<string> {
  const [rows] = await stage.database.pool.query('SELECT COUNT(*) AS known FROM versions WHERE model = ?', [MODEL]);
  const known = (rows as { known: number }[])[0]?.known ?? 0;
  return `v${String(known + 1)}`;
}

async function releaseInMay(stage: Stage, calls: readonly Call[], say: (line: string) => void): Promise<void> {
  const version = await nextVersionName(stage);
  await release(stage, {
    model: MODEL,
    version,
    trained: mayRelease(calls),
    by: 'deployment',
    note: 'May release, with the new customer database as its source of features',
    since: MAY_RELEASE_FROM,
  });
  say(`        release ${version} by hand: refitted, and fed from a new customer database`);
}

interface Month {
  readonly definition: ModelDefinition;
  readonly month: Window;
  readonly version: string;
}

async function runMonth(
  stage: Stage,
  { definition, month, version }: Month,
  say: (line: string) => void,
): Promise<void> {
  const slot = month.to + slotShift(definition);
  await recordBackfill(stage.database.pool, {
    model: MODEL,
    from: slot,
    to: slot,
    alert: true,
    by: 'demo',
    now: Date.now(),
  });
  const result = await runSlot(stage.client, MODEL, slot);
  const [own, ...others] = result.windows;
  const name = windowWords(month, 'UTC').padEnd(15);
  say(`${name} ${version}  ${own?.verdict ?? ''}: ${own?.reason ?? ''}`);
  for (const { window, verdict, reason } of others) say(`        labels in: ${window} ${verdict}: ${reason}`);
}

/** Actions that came or ended since the last look, for the running commentary. */
async function sayActions(stage: Stage, told: Map<string, string>, say: (line: string) => void): Promise<void> {
  for (const action of [...(await listActions(stage.database.pool, MODEL))].reverse()) {
    if (told.get(action.id) === action.state) continue;
    told.set(action.id, action.state);
    say(`        ${action.id}: ${action.state}${action.outcome === null ? '' : `, ${action.outcome}`}`);
  }
}

export async function playBank(stage: Stage, options: DemoOptions, say: (line: string) => void): Promise<void> {
  const folder = join(packageFolder(), 'examples', 'bank-marketing');
  const calls = readCalls(join(folder, 'data', 'bank-marketing.csv.gz'));
  const definition = await applyPaused(stage, join(folder, 'plumbline.yaml'));
  say(`\n${definition.title}: ${String(calls.length)} calls, ${String(months().length)} months`);
  const trained = firstVersion(calls);
  await release(stage, {
    model: MODEL,
    version: 'v1',
    trained,
    by: 'deployment',
    note: 'first version, fitted on May to July 2008',
    since: isoDay(FIRST_MONTH),
  });
  const told = new Map<string, string>();
  for (const month of months()) {
    if (options.defect && isoDay(month.from) === MAY_RELEASE_FROM) await releaseInMay(stage, calls, say);
    const version = await scoreMonth(stage, calls, month);
    await runMonth(stage, { definition, month, version }, say);
    await settle(stage.client, stage.database, MODEL);
    await sayActions(stage, told, say);
    if (await decideWaiting(stage, MODEL, options, say)) {
      await settle(stage.client, stage.database, MODEL);
      await sayActions(stage, told, say);
    }
  }
}
