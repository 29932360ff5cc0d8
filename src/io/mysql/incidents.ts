/** Incidents, their journal and silences. At most one open incident a model; a unique key guarantees it. */
import type { Severity } from '../../model/definition.js';
import { numberedId } from './numbered-id.js';
import { change, instant, instantOrNull, integer, select, text, textOrNull, type Queryable, type Row } from './rows.js';

export type IncidentState = 'open' | 'acknowledged' | 'resolved' | 'closed';

export interface StoredIncident {
  readonly id: string;
  readonly model: string;
  readonly kind: 'breach' | 'manual' | 'platform';
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly runId: string;
  readonly openedAt: number;
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedUntil: number | null;
  readonly escalatedAt: number | null;
  readonly closedAt: number | null;
  readonly closedReason: string | null;
  readonly stateVersion: number;
  readonly steps: number;
}

function asIncident(row: Row): StoredIncident {
  return {
    id: text(row, 'id'),
    model: text(row, 'model'),
    kind: text(row, 'kind') as StoredIncident['kind'],
    state: text(row, 'state') as IncidentState,
    severity: text(row, 'severity') as Severity,
    runId: text(row, 'run_id'),
    openedAt: instant(row, 'opened_at'),
    windowFrom: instantOrNull(row, 'window_from'),
    windowTo: instantOrNull(row, 'window_to'),
    acknowledgedBy: textOrNull(row, 'acknowledged_by'),
    acknowledgedAt: instantOrNull(row, 'acknowledged_at'),
    acknowledgedUntil: instantOrNull(row, 'acknowledged_until'),
    escalatedAt: instantOrNull(row, 'escalated_at'),
    closedAt: instantOrNull(row, 'closed_at'),
    closedReason: textOrNull(row, 'closed_reason'),
    stateVersion: integer(row, 'state_version'),
    steps: integer(row, 'steps'),
  };
}

export async function openIncident(db: Queryable, model: string): Promise<StoredIncident | null> {
  const [row] = await select(db, 'SELECT * FROM incidents WHERE model = ? AND is_open = 1', [model]);
  return row === undefined ? null : asIncident(row);
}

export async function findIncident(db: Queryable, id: string): Promise<StoredIncident | null> {
  const [row] = await select(db, 'SELECT * FROM incidents WHERE id = ?', [id]);
  return row === undefined ? null : asIncident(row);
}

/** Newest first. */
export async function listIncidents(
  db: Queryable,
  model: string | null,
  limit: number,
): Promise<readonly StoredIncident[]> {
  const where = model === null ? '' : 'WHERE model = ?';
  const rows = await select(
    db,
    `SELECT * FROM incidents ${where} ORDER BY opened_at DESC LIMIT ${String(Math.trunc(limit))}`,
    model === null ? [] : [model],
  );
  return rows.map(asIncident);
}

export interface NewIncident {
  readonly model: string;
  readonly kind: StoredIncident['kind'];
  readonly severity: Severity;
  readonly runId: string;
  readonly window: { readonly from: number; readonly to: number } | null;
  readonly now: number;
}

/** Ids count up for each model: people read and type them. Call while the model's row is held. */
export async function createIncident(db: Queryable, incident: NewIncident): Promise<string> {
  const [row] = await select(db, 'SELECT COUNT(*) AS known FROM incidents WHERE model = ?', [incident.model]);
  const id = numberedId(incident.model, `-${String((row === undefined ? 0 : integer(row, 'known')) + 1)}`);
  await change(
    db,
    `INSERT INTO incidents (id, model, kind, state, severity, run_id, opened_at, window_from, window_to)
     VALUES (?, ?, ?, 'open', ?, ?, ?, ?, ?)`,
    [
      id,
      incident.model,
      incident.kind,
      incident.severity,
      incident.runId,
      new Date(incident.now),
      incident.window === null ? null : new Date(incident.window.from),
      incident.window === null ? null : new Date(incident.window.to),
    ],
  );
  return id;
}

export interface IncidentChange {
  readonly state?: IncidentState;
  readonly severity?: Severity;
  readonly acknowledgedBy?: string | null;
  readonly acknowledgedAt?: number | null;
  readonly acknowledgedUntil?: number | null;
  readonly escalatedAt?: number | null;
  readonly closedAt?: number | null;
  readonly closedReason?: string | null;
  readonly open?: boolean;
  readonly runId?: string;
}

const TIME_COLUMNS = {
  acknowledgedAt: 'acknowledged_at',
  acknowledgedUntil: 'acknowledged_until',
  escalatedAt: 'escalated_at',
  closedAt: 'closed_at',
} as const;
/** With the characters that they hold. */
const TEXT_COLUMNS = {
  state: { column: 'state', longest: 16 },
  severity: { column: 'severity', longest: 16 },
  acknowledgedBy: { column: 'acknowledged_by', longest: 128 },
  closedReason: { column: 'closed_reason', longest: 300 },
  runId: { column: 'run_id', longest: 64 },
} as const;

/** Writes what changed and raises the state version, by which a late edit is told from a newer one. */
export async function changeIncident(db: Queryable, id: string, changes: IncidentChange): Promise<void> {
  const sets = ['state_version = state_version + 1'];
  const values: (string | number | Date | null)[] = [];
  for (const [key, column] of Object.entries(TIME_COLUMNS)) {
    const at = changes[key as keyof typeof TIME_COLUMNS];
    if (at === undefined) continue;
    sets.push(`${column} = ?`);
    values.push(at === null ? null : new Date(at));
  }
  for (const [key, { column, longest }] of Object.entries(TEXT_COLUMNS)) {
    const content = changes[key as keyof typeof TEXT_COLUMNS];
    if (content === undefined) continue;
    sets.push(`${column} = ?`);
    values.push(content === null ? null : content.slice(0, longest));
  }
  if (changes.open !== undefined) {
    sets.push('is_open = ?');
    values.push(changes.open ? 1 : null);
  }
  await change(db, `UPDATE incidents SET ${sets.join(', ')} WHERE id = ?`, [...values, id]);
}

/** Reserves the next numbers for notifications of the incident. */
export async function takeStep(db: Queryable, id: string): Promise<number> {
  await change(db, 'UPDATE incidents SET steps = steps + 1 WHERE id = ?', [id]);
  const [row] = await select(db, 'SELECT steps FROM incidents WHERE id = ?', [id]);
  return row === undefined ? 0 : integer(row, 'steps');
}

export interface JournalEntry {
  readonly at: number;
  readonly actor: string;
  readonly kind: string;
  readonly text: string;
}

/** Writes a note once: the same words at the same instant by the same person are a repeated step, and return false. */
export async function insertNote(
  db: Queryable,
  incident: string,
  kind: string,
  actor: string,
  note: string,
  now: number,
): Promise<boolean> {
  const text = note.slice(0, 2000);
  const known = await select(
    db,
    'SELECT 1 FROM incident_journal WHERE incident = ? AND at = ? AND actor = ? AND kind = ? AND text = ? LIMIT 1',
    [incident, new Date(now), actor.slice(0, 128), kind, text],
  );
  if (known.length > 0) return false;
  await change(db, 'INSERT INTO incident_journal (incident, at, actor, kind, text) VALUES (?, ?, ?, ?, ?)', [
    incident,
    new Date(now),
    actor.slice(0, 128),
    kind,
    text,
  ]);
  return true;
}

export async function journalOf(db: Queryable, incident: string): Promise<readonly JournalEntry[]> {
  const rows = await select(db, 'SELECT at, actor, kind, text FROM incident_journal WHERE incident = ? ORDER BY id', [
    incident,
  ]);
  return rows.map((row) => ({
    at: instant(row, 'at'),
    actor: text(row, 'actor'),
    kind: text(row, 'kind'),
    text: text(row, 'text'),
  }));
}

export interface StoredSilence {
  readonly by: string;
  readonly reason: string;
  readonly until: number;
}

export async function insertSilence(
  db: Queryable,
  model: string,
  incident: string | null,
  silence: StoredSilence,
  now: number,
): Promise<void> {
  await change(
    db,
    'INSERT INTO silences (model, incident, created_by, reason, created_at, until) VALUES (?, ?, ?, ?, ?, ?)',
    [model, incident, silence.by.slice(0, 128), silence.reason.slice(0, 500), new Date(now), new Date(silence.until)],
  );
}

/** The silence that ends last among those in force. */
export async function activeSilence(db: Queryable, model: string, now: number): Promise<StoredSilence | null> {
  const [row] = await select(
    db,
    'SELECT created_by, reason, until FROM silences WHERE model = ? AND ended_at IS NULL AND until > ? ORDER BY until DESC LIMIT 1',
    [model, new Date(now)],
  );
  return row === undefined
    ? null
    : { by: text(row, 'created_by'), reason: text(row, 'reason'), until: instant(row, 'until') };
}
