/** What a source that others write has of each hour: nobody marks the hours that change there, so they are counted. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import type { Window } from '../../model/window.js';
import { integer, select, textOrNull } from './rows.js';
import { hourCountsQuery } from './window-query.js';

const HOUR_MS = 3_600_000;

/** Said of an hour without rows. */
export const NO_ROWS = '0 rows';

/**
 * A text for each hour of the span that has rows, which is another one after rows or labels were added or removed, or a
 * label arrived. A label that is written over in place, without a time of arrival, leaves it as it is.
 */
export async function countHours(
  pool: Pool,
  definition: ModelDefinition,
  span: Window,
  arrivedBy: number,
): Promise<ReadonlyMap<number, string>> {
  const { sql, values } = hourCountsQuery(definition, span, arrivedBy);
  const rows = await select(pool, sql, values);
  return new Map(
    rows.map((row) => {
      const arrived = textOrNull(row, 'arrived');
      const counts = `${String(integer(row, 'total'))} rows, ${String(integer(row, 'labelled'))} labels`;
      return [integer(row, 'hour') * HOUR_MS, arrived === null ? counts : `${counts}, ${arrived}`];
    }),
  );
}
