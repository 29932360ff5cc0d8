/** Reads everything a message says about an incident, right before it is said. */
import type { StoredDefinition } from '../../src/io/mysql/definitions.js';
import { currentDefinition } from '../../src/io/mysql/definitions.js';
import { actionsOfIncident, findDecision, type StoredAction } from '../../src/io/mysql/actions.js';
import { loadAlerts, type StoredAlert } from '../../src/io/mysql/alerts.js';
import { currentEvaluation, loadVerdicts } from '../../src/io/mysql/evaluations.js';
import { activeSilence, journalOf, type StoredIncident } from '../../src/io/mysql/incidents.js';
import { readServing, servingHistory } from '../../src/io/mysql/registry.js';
import type { Queryable } from '../../src/io/mysql/rows.js';
import {
  commandsFor,
  type ActionView,
  type ActionViewState,
  type AlertView,
  type IncidentView,
} from '../../src/alerts/incident-view.js';
import { verdictView } from '../../src/alerts/verdict-view.js';
import type { Rule } from '../../src/model/definition.js';
import { incidentWorkflowId } from '../../src/model/ids.js';
import type { Verdict } from '../../src/model/verdict.js';
import type { Window } from '../../src/model/window.js';
import { PLATFORM_RULES } from '../../src/rules/platform-rules.js';
import type { Deps } from '../deps.js';

/** Journal entries that readers of the message should see. */
const SHOWN_NOTES = new Set(['comment', 'window revised']);

const iso = (instant: number): string => new Date(instant).toISOString();

async function actionView(
  db: Queryable,
  action: StoredAction,
  approvers: readonly string[],
  command: string,
): Promise<ActionView> {
  const decision = await findDecision(db, action.id);
  const state: ActionViewState = action.state === 'requested' ? 'preparing' : action.state;
  return {
    id: action.id,
    kind: action.kind,
    state,
    question: action.reason,
    ...(action.from === null ? {} : { from: action.from }),
    ...(action.to === null ? {} : { to: action.to }),
    ...(action.hash === null ? {} : { hash: action.hash }),
    ...(action.expiresAt === null ? {} : { expiresAt: iso(action.expiresAt) }),
    askedOf: approvers,
    ...(decision === null ? {} : { decidedBy: decision.by }),
    ...(action.outcome === null ? {} : { outcome: action.outcome }),
    ...commandsFor(action.id, command),
  };
}

/** The newest verdict that moved the alert. */
async function verdictOf(db: Queryable, alert: StoredAlert): Promise<Verdict | null> {
  const window = alert.state.cursor;
  if (window === null) return null;
  const evaluation = await currentEvaluation(db, alert.model, window);
  if (evaluation === null) return null;
  const verdicts = await loadVerdicts(db, evaluation.id);
  return verdicts.find(({ rule, segment }) => rule === alert.rule && segment === alert.segment) ?? null;
}

const PHASES = {
  inactive: 'resolved',
  pending: 'pending',
  firing: 'firing',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
} as const;

async function alertView(
  db: Queryable,
  alert: StoredAlert,
  rules: ReadonlyMap<string, Rule>,
  opened: Window,
): Promise<AlertView> {
  const rule = rules.get(alert.rule);
  const verdict = await verdictOf(db, alert);
  const { state } = alert;
  return {
    rule: alert.rule,
    title: rule?.title ?? alert.rule,
    metric: rule?.metric ?? alert.rule,
    segment: alert.segment,
    state: PHASES[state.state],
    severity: state.severity,
    ...verdictView(verdict),
    confidence: 0.99,
    window: state.cursor ?? state.firedIn ?? opened,
    firedValue: state.firedValue,
    peak: state.peakValue,
    resolved: state.state === 'resolved' || state.state === 'inactive',
    ...(state.unknownStreak > 0 ? { stale: `${String(state.unknownStreak)} newer windows could not be judged` } : {}),
  };
}

function linksOf(deps: Deps, incident: StoredIncident): IncidentView['links'] {
  if (deps.temporalUi === null) return {};
  const workflow = encodeURIComponent(incidentWorkflowId(incident.model));
  return {
    incident: `${deps.temporalUi}/namespaces/${deps.namespace}/workflows/${workflow}/${incident.runId}`,
    cycle: `${deps.temporalUi}/namespaces/${deps.namespace}/workflows?query=${encodeURIComponent(`ModelId="${incident.model}" AND WorkflowType="monitoringCycle"`)}`,
  };
}

function durationOf(incident: StoredIncident): IncidentView['duration'] {
  if (incident.closedAt === null) return undefined;
  return { wallMs: incident.closedAt - incident.openedAt };
}

async function alertViews(
  db: Queryable,
  incident: StoredIncident,
  definition: StoredDefinition,
): Promise<readonly AlertView[]> {
  const rules = new Map([...definition.definition.rules, ...PLATFORM_RULES].map((rule) => [rule.id, rule]));
  const alerts = (await loadAlerts(db, incident.model)).filter((alert) => alert.incident === incident.id);
  const opened = { from: incident.windowFrom ?? 0, to: incident.windowTo ?? 0 };
  const views: AlertView[] = [];
  for (const alert of alerts) views.push(await alertView(db, alert, rules, opened));
  return views;
}

export async function buildIncidentView(
  db: Queryable,
  deps: Deps,
  incident: StoredIncident,
  now: number,
): Promise<IncidentView> {
  const stored = await currentDefinition(db, incident.model);
  if (stored === null) throw new Error(`model ${incident.model} has no definition`);
  const { definition } = stored;
  const actions: ActionView[] = [];
  for (const action of await actionsOfIncident(db, incident.id)) {
    actions.push(await actionView(db, action, definition.approvers, deps.command));
  }
  const serving = await readServing(db, incident.model);
  const [release] = await servingHistory(db, incident.model);
  const silence = await activeSilence(db, incident.model, now);
  const journal = await journalOf(db, incident.id);
  const duration = durationOf(incident);
  return {
    incidentId: incident.id,
    model: incident.model,
    title: definition.title,
    team: definition.team,
    kind: incident.kind,
    state: incident.state,
    severity: incident.severity,
    openedAt: iso(incident.openedAt),
    ...(incident.windowFrom === null || incident.windowTo === null
      ? {}
      : { sinceWindow: { from: incident.windowFrom, to: incident.windowTo } }),
    timezone: definition.schedule.timezone,
    ...(incident.acknowledgedBy === null ? {} : { acknowledgedBy: incident.acknowledgedBy }),
    ...(incident.acknowledgedUntil === null ? {} : { acknowledgedUntil: iso(incident.acknowledgedUntil) }),
    ...(silence === null ? {} : { silencedUntil: iso(silence.until), silencedBy: silence.by }),
    alerts: await alertViews(db, incident, stored),
    servingVersion: serving?.version ?? 'not registered',
    ...(release === undefined ? {} : { lastRelease: { version: release.version, since: iso(release.dataSince) } }),
    actions,
    notes: journal.filter(({ kind }) => SHOWN_NOTES.has(kind)).map(({ actor, text }) => `${actor}: ${text}`),
    ...(definition.runbook === undefined ? {} : { runbook: definition.runbook }),
    links: linksOf(deps, incident),
    command: deps.command,
    stateVersion: incident.stateVersion,
    ...(incident.closedReason === null ? {} : { closedReason: incident.closedReason }),
    ...(duration === undefined ? {} : { duration }),
  };
}
