/** Ends alerts whose rule is gone or means something else now; what was announced is ended aloud. */
import { advance } from '../../alerts/state-machine.js';
import { isOpen } from '../../alerts/alert.js';
import type { Rule } from '../../model/definition.js';
import { retiresAlert } from '../../model/plan.js';
import { insertTransition, loadAlerts, saveAlert } from './alerts.js';
import type { Queryable } from './rows.js';

/** Rules of `before` that are not in `after`, or judge otherwise there. */
export function retiredRules(before: readonly Rule[], after: readonly Rule[]): readonly string[] {
  const kept = new Map(after.map((rule) => [rule.id, rule]));
  return before
    .filter((rule) => {
      const now = kept.get(rule.id);
      return now === undefined || retiresAlert(rule, now);
    })
    .map(({ id }) => id);
}

/**
 * Retires the alerts of these rules (all of them for `null`) and writes the transitions. Call inside the transaction
 * that changes the definition or the model, while its row is held. Returns the rules whose open alert was ended.
 */
export async function retireAlerts(
  db: Queryable,
  model: string,
  rules: readonly string[] | null,
  reason: string,
  now: number,
): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const alert of await loadAlerts(db, model)) {
    if (rules !== null && !rules.includes(alert.rule)) continue;
    const { state, transition } = advance(alert.state, { kind: 'retire', reason });
    if (isOpen(alert.state)) ended.push(alert.rule);
    await saveAlert(db, alert, state, now);
    if (transition !== null) await insertTransition(db, alert, null, transition, now);
  }
  return ended;
}
