/** Alerts and their transitions. The machine's state is stored whole; columns beside it are for queries. */
import { NEW_ALERT, type AlertState, type Transition } from '../../alerts/alert.js';
import {
  change,
  insertRows,
  instant,
  instantOrNull,
  integer,
  json,
  numberOrNull,
  select,
  text,
  textOrNull,
  type Queryable,
  type Row,
} from './rows.js';

export interface AlertKey {
  readonly model: string;
  readonly rule: string;
  readonly segment: string;
}

export interface StoredAlert extends AlertKey {
  readonly state: AlertState;
  readonly incident: string | null;
}

/** Fields that are not stored, or that a newer version added, have their first value. */
function asAlert(model: string, row: Row): StoredAlert {
  return {
    model,
    rule: text(row, 'rule'),
    segment: text(row, 'segment'),
    state: { ...NEW_ALERT, ...(json(row, 'machine') as AlertState) },
    incident: textOrNull(row, 'incident'),
  };
}

export async function loadAlerts(db: Queryable, model: string): Promise<readonly StoredAlert[]> {
  const rows = await select(db, 'SELECT rule, segment, machine, incident FROM alerts WHERE model = ?', [model]);
  return rows.map((row) => asAlert(model, row));
}

/**
 * Somebody waits for word of a judged window: transitions that no incident has taken; an open incident, whose message shows
 * the newest values and which may ask for a remedy again; an action that waits for measured windows.
 */
const SOMEBODY_TO_TELL = `EXISTS (SELECT 1 FROM transitions WHERE told_at IS NULL AND model = ?)
  OR EXISTS (SELECT 1 FROM incidents WHERE model = ? AND is_open = 1)
  OR EXISTS (SELECT 1 FROM actions WHERE model = ? AND state = 'verifying' AND is_open = 1)`;

export async function hasSomebodyToTell(db: Queryable, model: string): Promise<boolean> {
  const rows = await select(db, `SELECT 1 FROM DUAL WHERE ${SOMEBODY_TO_TELL}`, [model, model, model]);
  return rows.length > 0;
}

export interface AlertsToAdvance {
  readonly alerts: readonly StoredAlert[];
  /** Before this window: its own transitions come on top. */
  readonly somebodyToTell: boolean;
}

/** What a judged window moves, in one statement. */
export async function loadAlertsToAdvance(db: Queryable, model: string): Promise<AlertsToAdvance> {
  const rows = await select(
    db,
    `SELECT told.somebody, a.rule, a.segment, a.machine, a.incident
     FROM (SELECT ${SOMEBODY_TO_TELL} AS somebody) told LEFT JOIN alerts a ON a.model = ?`,
    [model, model, model, model],
  );
  return {
    alerts: rows.filter((row) => textOrNull(row, 'rule') !== null).map((row) => asAlert(model, row)),
    somebodyToTell: rows.some((row) => integer(row, 'somebody') === 1),
  };
}

/** Only what differs from an alert that has never been heard of: most have never been, and all are written every cycle. */
function machineOf(state: AlertState): string {
  const fresh: Readonly<Record<string, unknown>> = { ...NEW_ALERT };
  const told = Object.entries(state).filter(
    ([name, value]) => value !== fresh[name] && !(Array.isArray(value) && value.length === 0),
  );
  return JSON.stringify(Object.fromEntries(told));
}

export interface ChangedAlert extends AlertKey {
  readonly state: AlertState;
}

/** All in one statement: a cycle moves the cursor of every alert of its model. */
export async function saveAlerts(db: Queryable, alerts: readonly ChangedAlert[], now: number): Promise<void> {
  await insertRows(
    db,
    `INSERT INTO alerts (model, rule, segment, state, severity, machine, updated_at) VALUES ?
     ON DUPLICATE KEY UPDATE state = VALUES(state), severity = VALUES(severity), machine = VALUES(machine), updated_at = VALUES(updated_at)`,
    alerts.map(({ model, rule, segment, state }) => [
      model,
      rule,
      segment,
      state.state,
      state.severity,
      machineOf(state),
      new Date(now),
    ]),
  );
}

export async function saveAlert(db: Queryable, key: AlertKey, state: AlertState, now: number): Promise<void> {
  const { model, rule, segment } = key;
  await saveAlerts(db, [{ model, rule, segment, state }], now);
}

export async function linkAlert(db: Queryable, key: AlertKey, incident: string): Promise<void> {
  await change(db, 'UPDATE alerts SET incident = ? WHERE model = ? AND rule = ? AND segment = ?', [
    incident,
    key.model,
    key.rule,
    key.segment,
  ]);
}

export interface StoredTransition extends AlertKey {
  readonly id: number;
  readonly evaluation: number | null;
  readonly transition: Transition;
  readonly createdAt: number;
  readonly toldAt: number | null;
  readonly incident: string | null;
}

export async function insertTransition(
  db: Queryable,
  key: AlertKey,
  evaluation: number | null,
  transition: Transition,
  now: number,
): Promise<void> {
  await change(
    db,
    `INSERT INTO transitions (model, rule, segment, number, evaluation, from_state, to_state, severity, reason, detail, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      key.model,
      key.rule,
      key.segment,
      transition.number,
      evaluation,
      transition.from,
      transition.to,
      transition.severity,
      transition.reason,
      JSON.stringify(transition),
      new Date(now),
    ],
  );
}

async function selectTransitions(
  db: Queryable,
  where: string,
  values: readonly string[],
): Promise<readonly StoredTransition[]> {
  const rows = await select(
    db,
    `SELECT id, model, rule, segment, evaluation, detail, created_at, told_at, incident FROM transitions WHERE ${where} ORDER BY id`,
    values,
  );
  return rows.map((row) => ({
    id: integer(row, 'id'),
    model: text(row, 'model'),
    rule: text(row, 'rule'),
    segment: text(row, 'segment'),
    evaluation: numberOrNull(row, 'evaluation'),
    transition: json(row, 'detail') as Transition,
    createdAt: instant(row, 'created_at'),
    toldAt: instantOrNull(row, 'told_at'),
    incident: textOrNull(row, 'incident'),
  }));
}

/** Transitions that no incident has taken, oldest first. */
export function untoldTransitions(db: Queryable, model: string): Promise<readonly StoredTransition[]> {
  return selectTransitions(db, 'model = ? AND told_at IS NULL', [model]);
}

export function transitionsOfIncident(db: Queryable, incident: string): Promise<readonly StoredTransition[]> {
  return selectTransitions(db, 'incident = ?', [incident]);
}

export async function modelsWithUntold(db: Queryable, before: number): Promise<readonly string[]> {
  const rows = await select(
    db,
    'SELECT DISTINCT model FROM transitions WHERE told_at IS NULL AND created_at < ? ORDER BY model',
    [new Date(before)],
  );
  return rows.map((row) => text(row, 'model'));
}

/** The receipt: this incident has taken the transition and will say it. */
export async function receiptTransition(db: Queryable, id: number, incident: string, now: number): Promise<void> {
  await change(db, 'UPDATE transitions SET told_at = ?, incident = ? WHERE id = ?', [new Date(now), incident, id]);
}
