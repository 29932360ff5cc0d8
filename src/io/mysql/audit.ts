/** Who did what, also what was refused. Append-only. */
import { change, type Queryable } from './rows.js';

export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly via: string;
  readonly what: string;
  readonly model: string | null;
  readonly subject: string | null;
  readonly outcome: 'done' | 'refused';
  readonly reason?: string;
  readonly detail?: unknown;
}

export async function audit(db: Queryable, entry: AuditEntry): Promise<void> {
  await change(
    db,
    'INSERT INTO audit (at, actor, via, what, model, subject, outcome, reason, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [
      new Date(entry.at),
      entry.actor.slice(0, 128),
      entry.via.slice(0, 32),
      entry.what,
      entry.model,
      entry.subject?.slice(0, 160) ?? null,
      entry.outcome,
      entry.reason?.slice(0, 500) ?? null,
      entry.detail === undefined ? null : JSON.stringify(entry.detail),
    ],
  );
}
