/** Plumbline's rules about itself: the same alerts, messages and incidents as for models. */
import type { Rule } from '../model/definition.js';
import type { Verdict } from '../model/verdict.js';

const PLATFORM = {
  scope: 'model',
  limit: { kind: 'above', value: 0 },
  hold: { breaches: 1, of: 1 },
  keep: 1,
  minimumN: 0,
  certainty: null,
  severity: 'critical',
  action: 'none',
} as const;

export const SOURCE_RULE: Rule = {
  ...PLATFORM,
  id: 'plumbline-source',
  title: 'The window could be read and measured',
  metric: 'measuring_failed',
};

export const CYCLE_RULE: Rule = {
  ...PLATFORM,
  id: 'plumbline-cycle',
  title: 'Cycles complete when they are due',
  metric: 'cycle_missed',
};

/** One empty window may be a quiet day; a second one is told. */
export const NO_DATA_RULE: Rule = {
  ...PLATFORM,
  id: 'plumbline-no-data',
  title: 'Rows come in',
  metric: 'no_rows',
  hold: { breaches: 2, of: 2 },
};

export const PLATFORM_RULES = [SOURCE_RULE, CYCLE_RULE, NO_DATA_RULE] as const;

/** Whether a rule is Plumbline's own: it says nothing of the model, and so has no part in a window's verdict. */
export const isPlatformRule = (id: string): boolean => PLATFORM_RULES.some((rule) => rule.id === id);

function platformVerdict(rule: Rule, text: string | null): Verdict {
  const failed = text !== null;
  return {
    rule: rule.id,
    segment: '',
    status: failed ? 'breach' : 'pass',
    reason: failed ? 'error' : 'within limit',
    severity: rule.severity,
    action: rule.action,
    limit: 'never',
    evidence: [{ figure: '', subject: '', value: failed ? 1 : 0, n: 1, ...(failed ? { reason: text } : {}) }],
    breached: failed ? 1 : 0,
    judged: 1,
    provisional: false,
  };
}

/** Whether the window could be measured; `null` says that it could. */
export function failureVerdict(stage: string | null, message: string | null): Verdict {
  return platformVerdict(SOURCE_RULE, stage === null ? null : `could not ${stage}: ${message ?? 'unknown reason'}`);
}

/**
 * Whether rows have stopped coming. `earlier` holds the rows of earlier windows of the same place in the week: where at
 * least half of them were empty too, this one is as usual, which neither raises an alert nor ends one.
 */
export function noDataVerdict(rows: number, earlier: readonly number[]): Verdict {
  if (rows > 0) return platformVerdict(NO_DATA_RULE, null);
  const verdict = platformVerdict(NO_DATA_RULE, 'the window holds no rows');
  const empty = earlier.filter((count) => count === 0).length;
  if (earlier.length === 0 || 2 * empty < earlier.length) return verdict;
  return { ...verdict, status: 'unknown', reason: 'empty window', breached: 0, judged: 0 };
}

/** Whether the cycle that was due has completed. */
export function missedCycleVerdict(text: string | null): Verdict {
  return platformVerdict(CYCLE_RULE, text);
}
