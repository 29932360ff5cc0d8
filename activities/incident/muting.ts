/** Whether the telling of new breaches is muted now, and by what. The alerts themselves run on. */
import { inhibitedBy, type InhibitionCauses, type InhibitionTarget } from '../../src/alerts/inhibit.js';
import { isOpen } from '../../src/alerts/alert.js';
import { listActions } from '../../src/io/mysql/actions.js';
import { loadAlerts, type StoredTransition } from '../../src/io/mysql/alerts.js';
import { activeSilence } from '../../src/io/mysql/incidents.js';
import { familyOf } from '../../src/rules/metric-family.js';
import { CYCLE_RULE, NO_DATA_RULE, PLATFORM_RULES, SOURCE_RULE } from '../../src/rules/platform-rules.js';
import type { Step } from './step.js';

async function causesOf(step: Step): Promise<InhibitionCauses> {
  const alerts = await loadAlerts(step.db, step.model);
  const open = alerts.filter((alert) => isOpen(alert.state));
  const rules = new Map([...step.definition.rules, ...PLATFORM_RULES].map((rule) => [rule.id, rule]));
  const fires = (rule: string): boolean => open.some((alert) => alert.rule === rule);
  const acting = (await listActions(step.db, step.model, 20)).find(
    (action) => action.open && action.state !== 'waiting',
  );
  return {
    sourceUnreachable: fires(SOURCE_RULE.id),
    cycleFailed: fires(CYCLE_RULE.id),
    schemaChanged: false,
    noData: fires(NO_DATA_RULE.id),
    open: open.map(({ rule, segment, state }) => ({
      rule,
      segment,
      metric: rules.get(rule)?.metric ?? rule,
      severity: state.severity,
    })),
    action: acting === undefined ? null : { kind: acting.kind, runningMs: step.now - acting.requestedAt },
  };
}

/** The reason if every one of the breaches is muted; one that is not speaks for all. */
export async function mutedBy(step: Step, firing: readonly StoredTransition[]): Promise<string | null> {
  const silence = await activeSilence(step.db, step.model, step.now);
  if (silence !== null)
    return `silenced by ${silence.by} until ${new Date(silence.until).toISOString()}: ${silence.reason}`;
  const causes = await causesOf(step);
  const rules = new Map(step.definition.rules.map((rule) => [rule.id, rule]));
  let reason: string | null = null;
  for (const { rule: id, segment, transition } of firing) {
    const rule = rules.get(id);
    if (rule === undefined) return null;
    const target: InhibitionTarget = {
      rule: id,
      segment,
      metric: rule.metric,
      family: familyOf(rule),
      severity: transition.severity,
      to: transition.to,
      announced: false,
    };
    reason = inhibitedBy(target, causes);
    if (reason === null) return null;
  }
  return reason;
}
