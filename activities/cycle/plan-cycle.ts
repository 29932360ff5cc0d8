/** Which windows a cycle judges: its own, then, oldest first, those that are due. */
import { ApplicationFailure } from '@temporalio/activity';
import type { CyclePlan, PlanCycleInput, PlannedWindow } from '../contract.js';
import type { Deps } from '../deps.js';
import type { DefinitionStore } from './definition-store.js';
import { changedWindows } from './late-changes.js';
import { windowWords } from '../../src/alerts/wording.js';
import { backfillPermits } from '../../src/io/mysql/backfills.js';
import type { StoredModel } from '../../src/io/mysql/definitions.js';
import { judgedWindows, type JudgedWindow } from '../../src/io/mysql/evaluations.js';
import { labelCoverage } from '../../src/io/mysql/label-coverage.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
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
  readonly counted?: string;
}

/** Ends of the windows before the own one that are due since the model is watched; the newest ones. */
function endsBefore(model: StoredModel, { schedule }: ModelDefinition, own: Window): readonly number[] {
  return boundariesBetween(model.watchFrom, own.to - 1, schedule.every, schedule.timezone, MAXIMUM_DUE);
}

/** Windows that ended and have no evaluation: after an outage, a time-out, a skipped slot. */
function missedWindows({ schedule }: ModelDefinition, ends: readonly number[], judged: readonly JudgedWindow[]): Due[] {
  const have = new Set(judged.map(({ window }) => window.to));
  return ends
    .filter((end) => !have.has(end))
    .map((end) => ({ window: windowEndingAt(end, schedule.window, schedule.timezone), why: 'missed' as const }));
}

async function coverageOrNull(
  { sources, log }: Deps,
  definition: ModelDefinition,
  window: Window,
  scheduledAt: number,
): Promise<number | null> {
  try {
    return await labelCoverage(sources.poolOf(definition), definition, window, scheduledAt);
  } catch (error) {
    const { message } = explainSourceFault(error, definition);
    log.warn({ model: definition.model, reason: message }, 'the labels of earlier windows were not counted');
    return null;
  }
}

/**
 * Provisional windows whose labels now suffice, or whose deadline has passed. A source that cannot be counted is told of by
 * the cycle's own window; those that wait for labels wait on.
 */
async function maturedWindows(
  deps: Deps,
  definition: ModelDefinition,
  scheduledAt: number,
  provisional: readonly JudgedWindow[],
): Promise<Due[]> {
  const { labels, schedule } = definition;
  if (labels === undefined) return [];
  const due: Due[] = [];
  for (const { window } of provisional) {
    const deadline = addSpan(window.to, labels.deadline, schedule.timezone);
    if (scheduledAt < deadline) {
      const coverage = await coverageOrNull(deps, definition, window, scheduledAt);
      if (coverage === null) return due;
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
    const ends = endsBefore(stored.model, definition, own);
    const judged = await judgedWindows(deps.database.pool, model, {
      after: (ends[0] ?? own.to) - 1,
      until: own.to,
      mostProvisional: MAXIMUM_DUE,
    });
    const provisional = judged.filter(({ window, provisional: waits }) => waits && window.to < own.to);
    const due = [
      ...missedWindows(definition, ends, judged),
      ...(await maturedWindows(deps, definition, now, provisional.slice(0, MAXIMUM_DUE))),
    ].sort((a, b) => a.window.to - b.window.to);
    // A cycle of the past leaves what has come since to the next live one.
    const changed = past ? [] : await changedWindows(deps, definition, now, own);
    const late = changed.map((one) => ({ ...one, why: 'rows or labels came late' as const }));
    const windows: Due[] = [{ window: own, why: 'own' }, ...[...due, ...late].slice(0, MAXIMUM_DUE)];
    return {
      model,
      revision,
      title: definition.title,
      team: definition.team,
      past,
      windows: windows.map(({ window, why, counted }) => ({
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
        name: windowWords(window, definition.schedule.timezone),
        why,
        ...(counted !== undefined && { counted }),
        ...(!judged.some((one) => one.window.from === window.from && one.window.to === window.to) && { isNew: true }),
      })),
    };
  };
}
