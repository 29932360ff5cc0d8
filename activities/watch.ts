/** The watchdog's round: models without a completed cycle when one was due, transitions that nobody has told. */
import { Context } from '@temporalio/activity';
import { advance } from '../src/alerts/state-machine.js';
import { NEW_ALERT } from '../src/alerts/alert.js';
import { insertTransition, loadAlerts, modelsWithUntold, saveAlert } from '../src/io/mysql/alerts.js';
import { listModels, loadDefinition, lockModel, type StoredModel } from '../src/io/mysql/definitions.js';
import { newestEvaluatedAt } from '../src/io/mysql/evaluations.js';
import { undelivered } from '../src/io/mysql/notifications.js';
import { inTransaction } from '../src/io/mysql/pool.js';
import type { ModelDefinition } from '../src/model/definition.js';
import { addSpan, boundaryAtOrBefore, slotOffset } from '../src/model/window.js';
import { CYCLE_RULE, missedCycleVerdict } from '../src/rules/platform-rules.js';
import type { WatchdogReport } from './contract.js';
import type { Deps } from './deps.js';
import { signalIncident } from './signalling.js';

/** A cycle may be this late, beyond its own time limit, before anybody is told. */
const GRACE_MS = 5 * 60_000;
/** Transitions younger than this are in the hands of the cycle that made them. */
const TELLING_MS = 2 * 60_000;
/** Notifications older than this should have been delivered. */
const DELIVERY_MS = 15 * 60_000;

/** The newest slot that must have completed by now. */
function dueSlot(definition: ModelDefinition, now: number): number {
  const { schedule } = definition;
  const shift = schedule.delayMs + slotOffset(definition.model, schedule.every);
  return boundaryAtOrBefore(now - shift - schedule.timeoutMs - GRACE_MS, schedule.every, schedule.timezone) + shift;
}

interface Rhythm {
  readonly missed: boolean;
  /** An alert began or ended, and nobody has been told yet. */
  readonly moved: boolean;
}

async function judgeRhythm(deps: Deps, model: StoredModel, now: number): Promise<Rhythm> {
  const { definition } = await loadDefinition(deps.database.pool, model.model, model.revision);
  const slot = dueSlot(definition, now);
  // Slots before the model was watched are nobody's.
  const watched = slot > addSpan(model.watchFrom, { count: 0, unit: 'minute' }, definition.schedule.timezone);
  const newest = await newestEvaluatedAt(deps.database.pool, model.model);
  const missed = watched && (newest === null || newest < slot);
  const text = missed
    ? `no cycle has completed for the slot of ${new Date(slot).toISOString()}; are workers running, and is the schedule paused?`
    : null;
  // Until now, so that a late cycle ends the alert at the next round and not with the next slot.
  const window = { from: slot, to: now };
  const moved = await inTransaction(deps.database.pool, async (db): Promise<boolean> => {
    await lockModel(db, model.model);
    const key = { model: model.model, rule: CYCLE_RULE.id, segment: '' };
    const before = (await loadAlerts(db, model.model)).find(({ rule }) => rule === CYCLE_RULE.id);
    const verdict = missedCycleVerdict(text);
    const step = advance(before?.state ?? NEW_ALERT, {
      kind: 'verdict',
      verdict,
      rule: CYCLE_RULE,
      window,
      version: null,
      past: false,
    });
    if (step.state === before?.state) return false;
    await saveAlert(db, key, step.state, now);
    if (step.transition !== null) await insertTransition(db, key, null, step.transition, now);
    return step.transition !== null;
  });
  return { missed, moved };
}

export function createWatch(deps: Deps): (input: { readonly now: string }) => Promise<WatchdogReport> {
  return async (input) => {
    const { pool } = deps.database;
    const now = Date.parse(input.now);
    const missed: string[] = [];
    const moved: string[] = [];
    const models = await listModels(pool);
    for (const model of models) {
      if (model.state !== 'active') continue;
      const rhythm = await judgeRhythm(deps, model, now);
      if (rhythm.missed) missed.push(model.model);
      if (rhythm.moved) moved.push(model.model);
    }
    const old = await modelsWithUntold(pool, Date.now() - TELLING_MS);
    const untold = [...new Set([...old, ...moved])];
    const { client } = Context.current();
    for (const name of untold) {
      const model = models.find((one) => one.model === name);
      if (model === undefined) continue;
      await signalIncident(client, { ...model, taskQueue: deps.taskQueue }, 'transitions', { model: name });
    }
    const late = await undelivered(pool, Date.now() - DELIVERY_MS);
    const problems = late.map(
      ({ id, state, error }) => `notification ${id} is ${state}${error === null ? '' : `: ${error}`}`,
    );
    return { missed, untold: untold.length, problems: problems.slice(0, 20) };
  };
}
