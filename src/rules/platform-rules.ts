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

export const PLATFORM_RULES = [SOURCE_RULE, CYCLE_RULE] as const;

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

/** Whether the cycle that was due has completed. */
export function missedCycleVerdict(text: string | null): Verdict {
  return platformVerdict(CYCLE_RULE, text);
}
