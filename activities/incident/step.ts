/** One step of an incident as it is being taken: the facts at hand, and what will be told of it. */
import type { PoolConnection } from '../../src/io/mysql/pool.js';
import { compareSeverity } from '../../src/alerts/alert.js';
import { loadAlerts, type StoredTransition } from '../../src/io/mysql/alerts.js';
import { changeIncident, createIncident, findIncident, type StoredIncident } from '../../src/io/mysql/incidents.js';
import type { ModelDefinition, Severity } from '../../src/model/definition.js';
import type { ToldEvent } from './outbox.js';

/** Everything one step needs; `events` collects what will be told. */
export interface Step {
  readonly db: PoolConnection;
  readonly definition: ModelDefinition;
  readonly model: string;
  readonly runId: string;
  readonly now: number;
  incident: StoredIncident | null;
  readonly events: ToldEvent[];
  /** Why the item that is being taken cannot be. */
  refusal: string | null;
}

export function worst(severities: readonly Severity[]): Severity {
  return [...severities].sort(compareSeverity).at(-1) ?? 'info';
}

export async function refresh(step: Step): Promise<void> {
  if (step.incident !== null) step.incident = await findIncident(step.db, step.incident.id);
}

/** Opens an incident, or opens the last one again when its alert came back within the reopening windows. */
export async function ensureIncident(
  step: Step,
  kind: StoredIncident['kind'],
  severity: Severity,
  cause: StoredTransition | null,
): Promise<'opened' | 'reopened' | 'joined'> {
  if (step.incident !== null) return 'joined';
  const { db, model, runId, now } = step;
  if (cause?.transition.reason === 'reopened') {
    const alert = (await loadAlerts(db, model)).find((one) => one.rule === cause.rule && one.segment === cause.segment);
    const before = alert?.incident == null ? null : await findIncident(db, alert.incident);
    if (before !== null) {
      await changeIncident(db, before.id, {
        open: true,
        state: 'open',
        severity,
        closedAt: null,
        closedReason: null,
        escalatedAt: null,
        runId,
      });
      step.incident = await findIncident(db, before.id);
      return 'reopened';
    }
  }
  const window = cause?.transition.since ?? cause?.transition.window ?? null;
  const id = await createIncident(db, { model, kind, severity, runId, window, now });
  step.incident = await findIncident(db, id);
  return 'opened';
}
