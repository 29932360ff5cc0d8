/** What judging a window needs to know of the windows before it: how many rows they had, and figures to pool with its own. */
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { currentEvaluations, windowSizes, type WindowSize } from '../../src/io/mysql/evaluations.js';
import { loadFiguresOf } from '../../src/io/mysql/figures.js';
import type { ModelDefinition, Rule } from '../../src/model/definition.js';
import type { Verdict } from '../../src/model/verdict.js';
import { addSpan, disjoint, type Window } from '../../src/model/window.js';
import { storedMetricsOf } from '../../src/rules/derived-figures.js';
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
  readonly revision: number;
  readonly input: RulesInput;
}

/** Metrics of whatever a rule looks at. */
function metricsOf({ metric, scope, significance }: Rule): readonly string[] {
  const looked = scope === 'segments' ? [metric, `weakest_${metric}`] : [metric];
  return [...looked, ...(significance === undefined ? [] : [significance.metric])].flatMap(storedMetricsOf);
}

/** Figures of the newest windows before this one that share no data, of the same version and revision; at most three. */
async function windowsToPool(
  db: PoolConnection,
  { model, schedule }: ModelDefinition,
  { window, version, revision }: Judging,
  metrics: readonly string[],
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
  const figures = await loadFiguresOf(
    db,
    chosen.map(({ id }) => id),
    [...new Set(metrics)],
  );
  return chosen.map(({ id }) => ({ figures: figures.get(id) ?? [] }));
}

/** Judges a window; where an interval straddles its limit, again with the windows before it. */
export async function judgedWithEarlier(
  db: PoolConnection,
  definition: ModelDefinition,
  judging: Judging,
): Promise<readonly Verdict[]> {
  const verdicts = evaluateRules(judging.input);
  const uncertain = new Set(verdicts.flatMap(({ rule, reason }) => (reason === 'uncertain' ? [rule] : [])));
  if (uncertain.size === 0) return verdicts;
  const metrics = definition.rules.filter(({ id }) => uncertain.has(id)).flatMap(metricsOf);
  const earlier = await windowsToPool(db, definition, judging, metrics);
  return earlier.length === 0 ? verdicts : evaluateRules({ ...judging.input, earlier });
}
