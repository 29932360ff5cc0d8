/** Share of a window's rows that have their label, counted by the server: two columns, no distribution, so it is pushed down. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import type { Window } from '../../model/window.js';
import { numberOrNull, select } from './rows.js';
import { coverageQuery } from './window-query.js';

/** 1 for a window without rows: nothing is awaited there. */
export async function labelCoverage(
  pool: Pool,
  definition: ModelDefinition,
  window: Window,
  arrivedBy: number,
): Promise<number> {
  const query = coverageQuery(definition, window, arrivedBy);
  const [row] = await select(pool, query.sql, query.values);
  const rows = row === undefined ? 0 : (numberOrNull(row, 'total') ?? 0);
  return rows === 0 || row === undefined ? 1 : (numberOrNull(row, 'labelled') ?? 0) / rows;
}
