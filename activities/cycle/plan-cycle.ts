/** Which windows a cycle judges: its own, then, oldest first, those that are due. */
import { ApplicationFailure } from '@temporalio/activity';
import type { CyclePlan, PlanCycleInput, PlannedWindow } from '../contract.js';
import type { Deps } from '../deps.js';
import type { DefinitionStore } from './definition-store.js';
import { windowWords } from '../../src/alerts/wording.js';
import { backfillPermits } from '../../src/io/mysql/backfills.js';
import type { StoredModel } from '../../src/io/mysql/definitions.js';
import { provisionalWindows, windowSizes } from '../../src/io/mysql/evaluations.js';
import { labelCoverage } from '../../src/io/mysql/label-coverage.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import {
  addSpan,
  boundariesBetween,
  boundaryAtOrBefore,
  slotOffset,
  windowEndingAt,
  type Window,
} from '../../src/model/window.js';

/** Due windows beside the own one that a cycle takes on. */
const MAXIMUM_DUE = 24;

/** The window that a slot is for: it ends at the last boundary before the slot, less the delay and the model's offset. */
function ownWindow(definition: ModelDefinition, scheduledAt: number): Window {
  const { schedule } = definition;
  const until = scheduledAt - schedule.delayMs - slotOffset(definition.model, schedule.every);
  const end = boundaryAtOrBefore(until, schedule.every, schedule.timezone);
  return windowEndingAt(end, schedule.window, schedule.timezone);
}

interface Due {
  readonly window: Window;
  readonly why: PlannedWindow['why'];
}

/** Windows that ended since the model is watched and have no evaluation: after an outage, a time-out, a skipped slot. */
async function missedWindows(deps: Deps, model: StoredModel, definition: ModelDefinition, own: Window): Promise<Due[]> {
  const { every, window, timezone } = definition.schedule;
  const ends = boundariesBetween(model.watchFrom, own.to - 1, every, timezone, MAXIMUM_DUE);
  const [oldest] = ends;
  if (oldest === undefined) return [];
  const judged = await windowSizes(deps.database.pool, model.model, oldest - 1, own.to - 1);
  const have = new Set(judged.map(({ to }) => to));
  return ends
    .filter((end) => !have.has(end))
    .map((end) => ({ window: windowEndingAt(end, window, timezone), why: 'missed' as const }));
}

/** Provisional windows whose labels now suffice, or whose deadline has passed. */
async function maturedWindows(
  deps: Deps,
  definition: ModelDefinition,
  scheduledAt: number,
  own: Window,
): Promise<Due[]> {
  const { labels, schedule } = definition;
  if (labels === undefined) return [];
  const due: Due[] = [];
  const provisional = await provisionalWindows(deps.database.pool, definition.model, own.to - 1, MAXIMUM_DUE);
  for (const { window } of provisional) {
    const deadline = addSpan(window.to, labels.deadline, schedule.timezone);
    if (scheduledAt < deadline) {
      const coverage = await labelCoverage(deps.sources.poolOf(definition), definition, window, scheduledAt);
      if (coverage < labels.minimumCoverage) continue;
    }
    due.push({ window, why: 'labels matured' });
  }
  return due;
}

/** Past windows change no alert, unless a person's backfill permits it. */
async function isPast(
  deps: Deps,
  definition: ModelDefinition,
  scheduledAt: number,
  startedAt: number,
): Promise<boolean> {
  if (startedAt - scheduledAt <= definition.schedule.catchupMs) return false;
  return !(await backfillPermits(deps.database.pool, definition.model, scheduledAt));
}

export function createPlanCycle(
  deps: Deps,
  definitions: DefinitionStore,
): (input: PlanCycleInput) => Promise<CyclePlan> {
  return async ({ model, scheduledAt, startedAt }) => {
    const stored = await definitions.current(model);
    if (stored === null) {
      throw ApplicationFailure.nonRetryable(
        `there is no model "${model}" in the database; apply its definition first`,
        'UnknownModel',
      );
    }
    const { definition, revision } = stored;
    const now = Date.parse(scheduledAt);
    const own = ownWindow(definition, now);
    const past = await isPast(deps, definition, now, Date.parse(startedAt));
    const due = [
      ...(await missedWindows(deps, stored.model, definition, own)),
      ...(await maturedWindows(deps, definition, now, own)),
    ].sort((a, b) => a.window.to - b.window.to);
    const windows: Due[] = [{ window: own, why: 'own' }, ...due.slice(0, MAXIMUM_DUE)];
    return {
      model,
      revision,
      title: definition.title,
      team: definition.team,
      past,
      windows: windows.map(({ window, why }) => ({
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
        name: windowWords(window, definition.schedule.timezone),
        why,
      })),
    };
  };
}
