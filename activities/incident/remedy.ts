/** Whether the open alerts of a model ask for a retraining or a rollback now, read from the facts. */
import {
  breachesNow,
  chooseRemedy,
  type Breach,
  type RemedyInput,
  type ServingVersion,
  type VersionFigure,
} from '../../src/response/policy.js';
import { listActions } from '../../src/io/mysql/actions.js';
import { loadAlerts } from '../../src/io/mysql/alerts.js';
import {
  currentEvaluations,
  newestWindowEnd,
  loadVerdicts,
  type EvaluationHead,
} from '../../src/io/mysql/evaluations.js';
import { loadFigures } from '../../src/io/mysql/figures.js';
import { servingHistory, type ServingPeriod } from '../../src/io/mysql/registry.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import type { ModelDefinition, Rule } from '../../src/model/definition.js';
import { versionOfSegment } from '../../src/model/segment.js';
import { addSpan } from '../../src/model/window.js';
import { familyOf } from '../../src/rules/metric-family.js';
import { limitsOf } from '../acting/limits.js';

export interface AskedRemedy {
  readonly kind: 'retraining' | 'rollback';
  readonly reason: string;
  readonly dataTime: number;
  readonly to: string | null;
}

/** Metrics where less is better. */
const LOWER_IS_BETTER: ReadonlySet<string> = new Set([
  'log_loss',
  'brier',
  'ece',
  'mae',
  'mse',
  'rmse',
  'calibration_gap',
]);
export const higherIsBetter = (metric: string): boolean => !LOWER_IS_BETTER.has(metric);

/** Years are long enough to hold every evaluation that a remedy looks at. */
const LOOK_BACK = { count: 24, unit: 'month' } as const;

export async function recentEvaluations(
  db: Queryable,
  definition: ModelDefinition,
): Promise<readonly EvaluationHead[]> {
  const until = await newestWindowEnd(db, definition.model);
  if (until === null) return [];
  const after = addSpan(until, LOOK_BACK, definition.schedule.timezone, -1);
  return currentEvaluations(db, definition.model, after, until);
}

/** The figure by which versions are compared, of the version's newest window that has it. */
async function newestFigure(
  db: Queryable,
  evaluations: readonly EvaluationHead[],
  version: string,
  metric: string,
): Promise<VersionFigure | null> {
  for (const evaluation of [...evaluations].reverse()) {
    if (evaluation.version !== version) continue;
    const figures = await loadFigures(db, evaluation.id);
    const figure = figures.find(
      (one) =>
        one.metric === metric &&
        one.on === 'current' &&
        one.family === 'performance' &&
        one.class === undefined &&
        one.version === undefined,
    );
    if (figure === undefined || figure.value === null || typeof figure.value !== 'number') continue;
    if (figure.degenerate === true || figure.interval === undefined) continue;
    return { value: figure.value, interval: figure.interval };
  }
  return null;
}

/** Quality rules of features that breach under the serving version and did not under its predecessor. */
export async function brokenFeedRules(
  db: Queryable,
  definition: ModelDefinition,
  evaluations: readonly EvaluationHead[],
  serving: string,
  predecessor: string | null,
): Promise<readonly string[]> {
  const feedRules = new Set(
    definition.rules.filter((rule) => rule.scope === 'features' && familyOf(rule) === 'quality').map(({ id }) => id),
  );
  const breachesOf = async (version: string): Promise<Set<string> | null> => {
    const newest = [...evaluations].reverse().find((one) => one.version === version && one.verdict !== 'unknown');
    if (newest === undefined) return null;
    const verdicts = await loadVerdicts(db, newest.id);
    return new Set(
      verdicts
        .filter(({ rule, status, version: other }) => other === undefined && status === 'breach' && feedRules.has(rule))
        .map(({ rule }) => rule),
    );
  };
  const now = await breachesOf(serving);
  const before = predecessor === null ? null : await breachesOf(predecessor);
  if (now === null || before === null) return [];
  return [...now].filter((rule) => !before.has(rule));
}

function servingVersion(
  periods: readonly ServingPeriod[],
  evaluations: readonly EvaluationHead[],
): ServingVersion | null {
  const [newest] = periods;
  if (newest === undefined) return null;
  const first = periods.at(-1) === newest;
  const origin = first ? 'first' : newest.origin === 'compensation' ? 'rollback' : newest.origin;
  const windows = evaluations.filter(
    (one) => one.version === newest.version && one.window.to > newest.dataSince && one.rows >= 1,
  ).length;
  return { version: newest.version, origin, windows };
}

async function breachingRules(
  db: Queryable,
  definition: ModelDefinition,
  evaluations: readonly EvaluationHead[],
): Promise<readonly Breach[]> {
  const rules = new Map<string, Rule>(definition.rules.map((rule) => [rule.id, rule]));
  const breaches: Breach[] = [];
  for (const alert of await loadAlerts(db, definition.model)) {
    const rule = rules.get(alert.rule);
    if (rule === undefined || !breachesNow(alert.state)) continue;
    // Another version than the one that serves: nothing to roll back or to train anew.
    if (versionOfSegment(alert.segment) !== undefined) continue;
    const { cursor, severity } = alert.state;
    const judged = evaluations.find(({ window }) => window.to === cursor?.to && window.from === cursor.from);
    breaches.push({
      rule: rule.id,
      family: familyOf(rule),
      severity,
      action: rule.action,
      version: judged?.version ?? null,
    });
  }
  return breaches;
}

/** The version that served before the present one, and is another. */
export function predecessorOf(periods: readonly ServingPeriod[]): string | null {
  const [newest] = periods;
  return periods.find((period) => period.version !== newest?.version)?.version ?? null;
}

/** Null while nothing asks, an action is under way, or the last one of its kind is too recent. */
export async function askedRemedy(db: Queryable, definition: ModelDefinition): Promise<AskedRemedy | null> {
  const actions = await listActions(db, definition.model, 50);
  if (actions.some((action) => action.open)) return null;
  const evaluations = await recentEvaluations(db, definition);
  const breaches = await breachingRules(db, definition, evaluations);
  if (!breaches.some(({ action }) => action !== 'none')) return null;
  const dataTime = Math.max(...evaluations.map(({ scheduledAt }) => scheduledAt));
  const periods = await servingHistory(db, definition.model);
  const serving = servingVersion(periods, evaluations);
  if (serving === null || !Number.isFinite(dataTime)) return null;
  const predecessor = predecessorOf(periods);
  const { retrain, rollback } = definition.actions;
  const metric = rollback?.verify.metric ?? retrain?.gate.metric;
  const figures =
    metric === undefined || predecessor === null
      ? null
      : {
          serving: await newestFigure(db, evaluations, serving.version, metric),
          predecessor: await newestFigure(db, evaluations, predecessor, metric),
        };
  const input: RemedyInput = {
    breaches,
    serving,
    predecessor,
    recentWindows: rollback?.recentWindows ?? 0,
    feedBrokenSinceRelease: await brokenFeedRules(db, definition, evaluations, serving.version, predecessor),
    ...(metric !== undefined && figures?.serving != null && figures.predecessor != null
      ? {
          performance: {
            metric,
            higherIsBetter: higherIsBetter(metric),
            serving: figures.serving,
            predecessor: figures.predecessor,
          },
        }
      : {}),
    defined: { retrain: retrain !== undefined, rollback: rollback !== undefined },
  };
  const remedy = chooseRemedy(input);
  if (remedy.kind === 'none') return null;
  const kind = remedy.kind === 'retrain' ? 'retraining' : 'rollback';
  if (!limitsOf(definition, { kind, dataTime, overriddenBy: null }, actions).allowed) return null;
  return { kind, reason: `${remedy.rules.join(', ')}: ${remedy.text}`, dataTime, to: remedy.target };
}
