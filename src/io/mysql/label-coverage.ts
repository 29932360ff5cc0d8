/** Rows and labels of a window, counted by the server: two columns, no distribution, so it is pushed down. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import type { Window } from '../../model/window.js';
import { numberOrNull, select } from './rows.js';
import { coverageQuery } from './window-query.js';

export interface RowsAndLabels {
  /** As they lie in the table: those of an id that comes twice, and those that cannot be used, are among them. */
  readonly rows: number;
  readonly labelled: number;
}

export async function countRowsAndLabels(
  pool: Pool,
  definition: ModelDefinition,
  window: Window,
  arrivedBy: number,
): Promise<RowsAndLabels> {
  const query = coverageQuery(definition, window, arrivedBy);
  const [row] = await select(pool, query.sql, query.values);
  if (row === undefined) return { rows: 0, labelled: 0 };
  return { rows: numberOrNull(row, 'total') ?? 0, labelled: numberOrNull(row, 'labelled') ?? 0 };
}

/** Share of a window's rows that have their label; 1 for a window without rows: nothing is awaited there. */
export async function labelCoverage(...asked: Parameters<typeof countRowsAndLabels>): Promise<number> {
  const { rows, labelled } = await countRowsAndLabels(...asked);
  return rows === 0 ? 1 : labelled / rows;
}
