/** Permissions to let past windows change alerts, given by a person (or by a driver of simulated time). */
import { change, select, type Queryable } from './rows.js';

export interface Backfill {
  readonly model: string;
  readonly from: number;
  /** Inclusive: the last slot. */
  readonly to: number;
  readonly alert: boolean;
  readonly by: string;
  readonly now: number;
}

export async function recordBackfill(db: Queryable, backfill: Backfill): Promise<void> {
  await change(
    db,
    'INSERT INTO backfills (model, slot_from, slot_to, alert, asked_by, asked_at) VALUES (?, ?, ?, ?, ?, ?)',
    [
      backfill.model,
      new Date(backfill.from),
      new Date(backfill.to),
      backfill.alert ? 1 : 0,
      backfill.by,
      new Date(backfill.now),
    ],
  );
}

export async function backfillPermits(db: Queryable, model: string, slot: number): Promise<boolean> {
  const rows = await select(
    db,
    'SELECT 1 FROM backfills WHERE model = ? AND slot_from <= ? AND slot_to >= ? AND alert = 1 LIMIT 1',
    [model, new Date(slot), new Date(slot)],
  );
  return rows.length > 0;
}
