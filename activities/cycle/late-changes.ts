/** Windows to judge again, because rows or labels have come since they were judged. */
import type { Deps } from '../deps.js';
import { countRowsAndLabels } from '../../src/io/mysql/label-coverage.js';
import { recordLook, type WindowToLookAt, windowsToLookAt } from '../../src/io/mysql/looked-at.js';
import { removedBefore } from '../../src/io/mysql/retention.js';
import { explainSourceFault } from '../../src/io/mysql/source-faults.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { addSpan, type Window } from '../../src/model/window.js';
import { isMarked, statesNow } from './source-state.js';
import { arrivalLimit } from './window-rows.js';

/** Windows that a cycle looks at; those that are left come next time. */
const MOST = 8;
/** Older windows stay as they were judged. */
const REMEMBERED = { count: 100, unit: 'day' } as const;

export interface ChangedWindow {
  readonly window: Window;
  /** What the source has of it now, where others write it: collecting it does not count again. */
  readonly counted?: string;
}

interface Look {
  readonly changed: boolean;
  readonly state: string;
}

interface LookedAt extends WindowToLookAt {
  readonly look: Look;
}

/** Nothing is known of windows that were judged by an earlier release: they hold. */
const lookAtMarks = ({ sourceState }: WindowToLookAt, state: string): Look => ({
  changed: sourceState !== null && sourceState !== state,
  state,
});

/** Where rows have gone, their owner has removed them: a window that was judged with them is not judged without. */
async function lookAtCounts(
  deps: Deps,
  definition: ModelDefinition,
  now: number,
  { window, rows, labelled, sourceState }: WindowToLookAt,
): Promise<Look> {
  const pool = deps.sources.poolOf(definition);
  const counted = await countRowsAndLabels(pool, definition, window, arrivalLimit(definition, now));
  // By another definition its hours may have been marked.
  const known = /^(\d+)\/(\d+)$/.exec(sourceState ?? '');
  const before = known === null ? { rows, labelled } : { rows: Number(known[1]), labelled: Number(known[2]) };
  return {
    changed: counted.rows >= before.rows && (counted.rows > before.rows || counted.labelled > before.labelled),
    state: `${String(counted.rows)}/${String(counted.labelled)}`,
  };
}

async function lookAtAll(
  deps: Deps,
  definition: ModelDefinition,
  now: number,
  due: readonly WindowToLookAt[],
): Promise<readonly LookedAt[]> {
  const marked = due.map(({ window }) => window).filter((window) => isMarked(definition, window));
  const states = await statesNow(deps, definition, marked);
  const stateOf = new Map(marked.map((window, at) => [window, states[at]]));
  const looks: LookedAt[] = [];
  for (const one of due) {
    const state = stateOf.get(one.window);
    const look = state === undefined ? await lookAtCounts(deps, definition, now, one) : lookAtMarks(one, state);
    looks.push({ ...one, look });
  }
  return looks;
}

/** Oldest first. A source that cannot be counted is told of by the cycle's own window; those windows come next time. */
export async function changedWindows(
  deps: Deps,
  definition: ModelDefinition,
  now: number,
  own: Window,
): Promise<readonly ChangedWindow[]> {
  const { pool } = deps.database;
  const { labels, schedule } = definition;
  const deadlineMs = labels === undefined ? null : addSpan(own.to, labels.deadline, schedule.timezone) - own.to;
  const due = await windowsToLookAt(pool, definition.model, {
    ...{ now, deadlineMs, most: MOST, before: own.to },
    after: addSpan(own.to, REMEMBERED, schedule.timezone, -1),
    from: (await removedBefore(pool, definition.model)) ?? 0,
  });
  if (due.length === 0) return [];
  let looks: readonly LookedAt[];
  try {
    looks = await lookAtAll(deps, definition, now, due);
  } catch (error) {
    const { message } = explainSourceFault(error, definition);
    deps.log.warn({ model: definition.model, reason: message }, 'earlier windows were not looked at for late rows');
    return [];
  }
  const changed: ChangedWindow[] = [];
  for (const { evaluation, window, look } of looks) {
    if (!look.changed) await recordLook(pool, evaluation, now, look.state);
    else changed.push({ window, ...(!isMarked(definition, window) && { counted: look.state }) });
  }
  return changed.reverse();
}
