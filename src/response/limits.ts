/** How often an action may run: cool-down in windows, budget by year of data time. A person may override both. */

export interface LimitsInput {
  readonly kind: 'retraining' | 'rollback';
  readonly cooldownWindows: number;
  /** Windows since the last one of this kind ended, whatever its end was; null if there was none. */
  readonly windowsSinceLast: number | null;
  /** Absent for rollbacks: what protects users is not rationed. */
  readonly budgetPerYear?: number;
  /** Actions of this kind requested in the 365 days of data time before the window. */
  readonly usedInYear: number;
  /** Name of the person who asked by hand and may override; null for Plumbline itself. */
  readonly overriddenBy: string | null;
}

export type LimitsVerdict =
  | { readonly allowed: true; readonly note: string | null }
  | { readonly allowed: false; readonly reason: 'cool-down' | 'budget'; readonly text: string };

/** May this action be requested now? An override is allowed and leaves a note for the audit. */
export function checkLimits(input: LimitsInput): LimitsVerdict {
  const refusal = refusalOf(input);
  if (refusal === undefined) return { allowed: true, note: null };
  if (input.overriddenBy !== null) {
    return { allowed: true, note: `${input.overriddenBy} overrode: ${refusal.text}` };
  }
  return { allowed: false, ...refusal };
}

function refusalOf(input: LimitsInput): { readonly reason: 'cool-down' | 'budget'; readonly text: string } | undefined {
  const { windowsSinceLast, cooldownWindows, budgetPerYear, usedInYear, kind } = input;
  if (windowsSinceLast !== null && windowsSinceLast < cooldownWindows) {
    const text = `the last ${kind} ended ${String(windowsSinceLast)} of ${String(cooldownWindows)} windows ago`;
    return { reason: 'cool-down', text };
  }
  if (budgetPerYear !== undefined && usedInYear >= budgetPerYear) {
    const text = `${String(usedInYear)} of ${String(budgetPerYear)} for 365 days are used (${kind})`;
    return { reason: 'budget', text };
  }
  return undefined;
}
