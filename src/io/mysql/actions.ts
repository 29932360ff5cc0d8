/** Actions (retraining, rollback), who asked for them, and the decisions on them. */
import type { ActionViewState } from '../../alerts/incident-view.js';
import { numberedId } from './numbered-id.js';
import {
  change,
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

export type ActionKind = 'retraining' | 'rollback';
export type ActionState = 'requested' | ActionViewState;

/** States in which people or data are awaited, or nothing more will happen: a driver of simulated time may go on. */
export const SETTLED: readonly ActionState[] = [
  'waiting',
  'verifying',
  'verified',
  'rejected',
  'refused',
  'expired',
  'withdrawn',
  'failed',
];

export interface StoredAction {
  readonly id: string;
  readonly model: string;
  readonly kind: ActionKind;
  readonly incident: string | null;
  readonly state: ActionState;
  readonly requestedBy: string;
  readonly requestedAt: number;
  /** Data time of the request: the *now* of cool-down, training and switch. */
  readonly dataTime: number;
  readonly reason: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly generation: number | null;
  readonly revision: number;
  readonly hash: string | null;
  readonly expiresAt: number | null;
  readonly outcome: string | null;
  /** What the steps left for each other: training span, gate, switch. */
  readonly result: ActionResult;
  readonly finishedAt: number | null;
  readonly open: boolean;
}

export interface ActionResult {
  readonly train?: { readonly from: string; readonly to: string };
  readonly withheld?: { readonly from: string; readonly to: string };
  readonly gate?: { readonly verdict: string; readonly text: string; readonly n: number };
  readonly switchedGeneration?: number;
  /** Data time from which the switched version serves. */
  readonly switchedAt?: string;
  readonly brokenFeedRules?: readonly string[];
}

function asAction(row: Row): StoredAction {
  return {
    id: text(row, 'id'),
    model: text(row, 'model'),
    kind: text(row, 'kind') as ActionKind,
    incident: textOrNull(row, 'incident'),
    state: text(row, 'state') as ActionState,
    requestedBy: text(row, 'requested_by'),
    requestedAt: instant(row, 'requested_at'),
    dataTime: instant(row, 'data_time'),
    reason: text(row, 'reason'),
    from: textOrNull(row, 'from_version'),
    to: textOrNull(row, 'to_version'),
    generation: numberOrNull(row, 'generation'),
    revision: integer(row, 'revision'),
    hash: textOrNull(row, 'approval_hash'),
    expiresAt: instantOrNull(row, 'expires_at'),
    outcome: textOrNull(row, 'outcome'),
    result: textOrNull(row, 'result') === null ? {} : (json(row, 'result') as ActionResult),
    finishedAt: instantOrNull(row, 'finished_at'),
    open: row['is_open'] !== null,
  };
}

export async function findAction(db: Queryable, id: string): Promise<StoredAction | null> {
  const [row] = await select(db, 'SELECT * FROM actions WHERE id = ?', [id]);
  return row === undefined ? null : asAction(row);
}

/** As `findAction`, holding the row until the transaction ends. */
export async function lockAction(db: Queryable, id: string): Promise<StoredAction | null> {
  const [row] = await select(db, 'SELECT * FROM actions WHERE id = ? FOR UPDATE', [id]);
  return row === undefined ? null : asAction(row);
}

export async function openAction(db: Queryable, model: string, kind: ActionKind): Promise<StoredAction | null> {
  const [row] = await select(db, 'SELECT * FROM actions WHERE model = ? AND kind = ? AND is_open = 1', [model, kind]);
  return row === undefined ? null : asAction(row);
}

/** Newest first. */
export async function listActions(db: Queryable, model: string | null, limit = 100): Promise<readonly StoredAction[]> {
  const rows = await select(
    db,
    `SELECT * FROM actions ${model === null ? '' : 'WHERE model = ?'} ORDER BY requested_at DESC, id DESC LIMIT ${String(Math.trunc(limit))}`,
    model === null ? [] : [model],
  );
  return rows.map(asAction);
}

export async function actionsOfIncident(db: Queryable, incident: string): Promise<readonly StoredAction[]> {
  const rows = await select(db, 'SELECT * FROM actions WHERE incident = ? ORDER BY requested_at, id', [incident]);
  return rows.map(asAction);
}

export async function hasVerifyingAction(db: Queryable, model: string): Promise<boolean> {
  const rows = await select(
    db,
    "SELECT 1 FROM actions WHERE model = ? AND state = 'verifying' AND is_open = 1 LIMIT 1",
    [model],
  );
  return rows.length > 0;
}

export interface NewAction {
  readonly model: string;
  readonly kind: ActionKind;
  readonly incident: string | null;
  readonly by: string;
  readonly dataTime: number;
  readonly reason: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly generation: number | null;
  readonly revision: number;
  readonly now: number;
}

/** Ids count up for each model and kind. Call while the model's row is held. */
export async function createAction(db: Queryable, action: NewAction): Promise<string> {
  const [row] = await select(db, 'SELECT COUNT(*) AS known FROM actions WHERE model = ? AND kind = ?', [
    action.model,
    action.kind,
  ]);
  const id = numberedId(action.model, `-${action.kind}-${String((row === undefined ? 0 : integer(row, 'known')) + 1)}`);
  await change(
    db,
    `INSERT INTO actions (id, model, kind, incident, state, requested_by, requested_at, data_time, reason, from_version, to_version,
       generation, revision, updated_at) VALUES (?, ?, ?, ?, 'requested', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      action.model,
      action.kind,
      action.incident,
      action.by.slice(0, 128),
      new Date(action.now),
      new Date(action.dataTime),
      action.reason.slice(0, 1000),
      action.from,
      action.to,
      action.generation,
      action.revision,
      new Date(action.now),
    ],
  );
  return id;
}

export interface ActionRequest {
  readonly action: string;
  readonly requester: string;
  readonly incident: string | null;
  readonly reason: string;
  readonly joined: boolean;
  readonly now: number;
}

export async function recordRequest(db: Queryable, request: ActionRequest): Promise<void> {
  await change(
    db,
    'INSERT INTO action_requests (action, requester, incident, reason, joined, requested_at) VALUES (?, ?, ?, ?, ?, ?)',
    [
      request.action,
      request.requester.slice(0, 128),
      request.incident,
      request.reason.slice(0, 1000),
      request.joined ? 1 : 0,
      new Date(request.now),
    ],
  );
}

export interface ActionChange {
  readonly state?: ActionState;
  readonly incident?: string;
  readonly from?: string | null;
  readonly to?: string | null;
  readonly generation?: number | null;
  readonly hash?: string | null;
  readonly expiresAt?: number | null;
  readonly outcome?: string;
  readonly result?: ActionResult;
  readonly runId?: string;
  readonly finished?: boolean;
}

export async function changeAction(db: Queryable, id: string, changes: ActionChange, now: number): Promise<void> {
  const sets = ['updated_at = ?'];
  const values: (string | number | Date | null)[] = [new Date(now)];
  const set = (column: string, value: string | number | Date | null | undefined): void => {
    if (value === undefined) return;
    sets.push(`${column} = ?`);
    values.push(value);
  };
  set('state', changes.state);
  set('incident', changes.incident);
  set('from_version', changes.from);
  set('to_version', changes.to);
  set('generation', changes.generation);
  set('approval_hash', changes.hash);
  set('expires_at', changes.expiresAt == null ? changes.expiresAt : new Date(changes.expiresAt));
  set('outcome', changes.outcome?.slice(0, 1000));
  set('result', changes.result === undefined ? undefined : JSON.stringify(changes.result));
  set('run_id', changes.runId);
  if (changes.finished === true) {
    set('finished_at', new Date(now));
    set('is_open', null);
  }
  await change(db, `UPDATE actions SET ${sets.join(', ')} WHERE id = ?`, [...values, id]);
}

export interface StoredDecision {
  readonly action: string;
  readonly decision: string;
  readonly verdict: 'approve' | 'reject';
  readonly by: string;
  readonly at: number;
  readonly hash: string;
  readonly note: string | null;
  readonly via: string;
}

export async function findDecision(db: Queryable, action: string): Promise<StoredDecision | null> {
  const [row] = await select(db, 'SELECT * FROM decisions WHERE action = ?', [action]);
  if (row === undefined) return null;
  return {
    action,
    decision: text(row, 'decision'),
    verdict: text(row, 'verdict') as StoredDecision['verdict'],
    by: text(row, 'decided_by'),
    at: instant(row, 'decided_at'),
    hash: text(row, 'approval_hash'),
    note: textOrNull(row, 'note'),
    via: text(row, 'via'),
  };
}

/** The first valid decision is final: the primary key lets no second one in. */
export async function insertDecision(db: Queryable, decision: StoredDecision): Promise<void> {
  await change(
    db,
    'INSERT INTO decisions (action, decision, verdict, decided_by, decided_at, approval_hash, note, via) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      decision.action,
      decision.decision,
      decision.verdict,
      decision.by,
      new Date(decision.at),
      decision.hash,
      decision.note?.slice(0, 1000) ?? null,
      decision.via.slice(0, 16),
    ],
  );
}
