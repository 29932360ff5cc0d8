/** Cool-down and budget of a model's actions, read from what was requested before. Counted in windows and data time. */
import type { ActionKind, StoredAction } from '../../src/io/mysql/actions.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { addSpan, boundariesBetween } from '../../src/model/window.js';
import { checkLimits, type LimitsVerdict } from '../../src/response/limits.js';

const YEAR = { count: 365, unit: 'day' } as const;
/** Cool-downs are a few windows; counting on beyond this tells nothing more. */
const COUNTED_WINDOWS = 1_000;

export interface LimitedRequest {
  readonly kind: ActionKind;
  readonly dataTime: number;
  readonly overriddenBy: string | null;
}

/** @param actions the model's, newest first. */
export function limitsOf(
  definition: ModelDefinition,
  request: LimitedRequest,
  actions: readonly StoredAction[],
): LimitsVerdict {
  const { every, timezone } = definition.schedule;
  const { retrain, rollback } = definition.actions;
  const same = actions.filter((action) => action.kind === request.kind);
  const [last] = same;
  const since = addSpan(request.dataTime, YEAR, timezone, -1);
  return checkLimits({
    kind: request.kind,
    cooldownWindows: (request.kind === 'retraining' ? retrain?.cooldownWindows : rollback?.cooldownWindows) ?? 0,
    windowsSinceLast:
      last === undefined
        ? null
        : boundariesBetween(last.dataTime, request.dataTime, every, timezone, COUNTED_WINDOWS).length,
    ...(request.kind === 'retraining' && retrain !== undefined ? { budgetPerYear: retrain.budgetPerYear } : {}),
    usedInYear: same.filter(({ dataTime }) => dataTime > since && dataTime <= request.dataTime).length,
    overriddenBy: request.overriddenBy,
  });
}
