/** What judging a window needs to know of the windows before it: how many rows they had, and figures to pool with its own. */
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { currentEvaluations, windowSizes, type WindowSize } from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { Verdict } from '../../src/model/verdict.js';
import { addSpan, disjoint, type Window } from '../../src/model/window.js';
import { evaluateRules, type RulesInput } from '../../src/rules/evaluate.js';
import { MOST_POOLED, type EarlierWindow } from '../../src/rules/pooled-windows.js';

/** Weeks of windows whose rows are looked at. */
const VOLUME_WEEKS = 9;

/** Rows of the windows of the last nine weeks. */
export async function earlierSizes(
  db: PoolConnection,
  { model, schedule }: ModelDefinition,
  window: Window,
): Promise<readonly WindowSize[]> {
  const after = addSpan(window.to, { count: VOLUME_WEEKS, unit: 'week' }, schedule.timezone, -1);
  return windowSizes(db, model, after, window.from);
}

const weekdayIn = (timezone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone: timezone, weekday: 'short' });

/** What a usual volume is told from: windows of the same weekday where windows are days, else all. */
export function volumesLike(
  { schedule }: ModelDefinition,
  window: Window,
  earlier: readonly WindowSize[],
): readonly number[] {
  const daily = schedule.window.unit === 'day' && schedule.window.count === 1;
  if (!daily) return earlier.map(({ rows }) => rows);
  const weekday = weekdayIn(schedule.timezone);
  const own = weekday.format(window.from);
  return earlier.filter(({ from }) => weekday.format(from) === own).map(({ rows }) => rows);
}

/** Rows of windows that began at the same time of the same weekday: nights and Sundays may be empty as a rule. */
export function rowsInSameSlot(
  { schedule }: ModelDefinition,
  window: Window,
  earlier: readonly WindowSize[],
): readonly number[] {
  const begins = new Set<number>();
  for (let weeks = 1; weeks <= VOLUME_WEEKS; weeks += 1) {
    begins.add(addSpan(window.from, { count: weeks, unit: 'week' }, schedule.timezone, -1));
  }
  return earlier.filter(({ from }) => begins.has(from)).map(({ rows }) => rows);
}

interface Judging {
  readonly window: Window;
  readonly version: string | null;
  readonly input: RulesInput;
}

/** Figures of the newest windows before this one that share no data, of the same version and revision; at most three. */
async function windowsToPool(
  db: PoolConnection,
  { model, schedule }: ModelDefinition,
  { window, version }: Judging,
  revision: number,
): Promise<readonly EarlierWindow[]> {
  // Windows farther back are another time; a few may be missing in between.
  const after = addSpan(window.from, schedule.window, schedule.timezone, -2 * MOST_POOLED);
  const heads = await currentEvaluations(db, model, after, window.from);
  const chosen: (typeof heads)[number][] = [];
  for (const head of [...heads].reverse()) {
    if (chosen.length === MOST_POOLED - 1) break;
    if (head.version !== version || head.revision !== revision || head.state !== 'final' || head.rows === 0) continue;
    if (chosen.every((other) => disjoint(other.window, head.window))) chosen.push(head);
  }
  const earlier: EarlierWindow[] = [];
  for (const { id } of chosen) earlier.push({ figures: await loadFigures(db, id) });
  return earlier;
}

/** Judges a window; where an interval straddles its limit, again with the windows before it. */
export async function judgedWithEarlier(
  db: PoolConnection,
  definition: ModelDefinition,
  judging: Judging,
  revision: number,
): Promise<readonly Verdict[]> {
  const verdicts = evaluateRules(judging.input);
  if (!verdicts.some(({ reason }) => reason === 'uncertain')) return verdicts;
  const earlier = await windowsToPool(db, definition, judging, revision);
  return earlier.length === 0 ? verdicts : evaluateRules({ ...judging.input, earlier });
}
