/** What a source that others write has of each hour: nobody marks the hours that change there, so they are counted. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import { hasIndexForRange } from './index-use.js';
import { integer, select, textOrNull } from './rows.js';
import { lookUpTable } from './source-tables.js';
import { hourCountsQuery } from './window-query.js';

const HOUR_MS = 3_600_000;
/** Each is a SELECT of its own in one statement. */
const HOURS_PER_STATEMENT = 100;

/** Said of an hour without rows. */
export const NO_ROWS = '0 rows';

/** Counts hours of many definitions; each one's table is looked at once. */
export class HourCounts {
  readonly #indexed = new Map<string, boolean>();

  /**
   * A text for each of the hours that has rows, which is another one after rows or labels were added or removed, or a
   * label arrived. A label that is written over in place, without a time of arrival, leaves it as it is.
   *
   * @param key names the definition.
   * @param hours begins of hours, milliseconds since the epoch, ascending.
   */
  async count(
    pool: Pool,
    definition: ModelDefinition,
    { key, hours, arrivedBy }: { readonly key: string; readonly hours: readonly number[]; readonly arrivedBy: number },
  ): Promise<ReadonlyMap<number, string>> {
    const counted = new Map<number, string>();
    const step = (await this.hasIndex(pool, definition, key)) ? HOURS_PER_STATEMENT : Math.max(1, hours.length);
    for (let at = 0; at < hours.length; at += step) {
      const some = hours.slice(at, at + step);
      const span = { from: some[0] ?? 0, to: (some.at(-1) ?? 0) + HOUR_MS };
      const each = step === HOURS_PER_STATEMENT ? some : null;
      const { sql, values } = hourCountsQuery(definition, span, each, arrivedBy);
      for (const row of await select(pool, sql, values)) {
        const total = integer(row, 'total');
        if (total === 0) continue;
        const arrived = textOrNull(row, 'arrived');
        const words = `${String(total)} rows, ${String(integer(row, 'labelled'))} labels`;
        counted.set(integer(row, 'hour') * HOUR_MS, arrived === null ? words : `${words}, ${arrived}`);
      }
    }
    return counted;
  }

  private async hasIndex(pool: Pool, { source }: ModelDefinition, key: string): Promise<boolean> {
    const known = this.#indexed.get(key);
    if (known !== undefined) return known;
    const found = await lookUpTable(pool, source.table);
    const indexed =
      found.state === 'found' && hasIndexForRange(found.table, Object.keys(source.filters), source.columns.time);
    this.#indexed.set(key, indexed);
    return indexed;
  }
}
