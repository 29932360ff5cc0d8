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

/** Statements at a time: the server counts some million rows a second and core, which is most of what a window by hours takes. */
const STATEMENTS_AT_ONCE = 2;

export interface HourCount {
  readonly rows: number;
  /** Another text after rows or labels were added or removed, or a label arrived. */
  readonly seen: string;
}

export const NO_ROWS: HourCount = { rows: 0, seen: '0 rows' };

/** Runs of hours, of equal length, that are counted by a statement each. */
function statementsOf(hours: readonly number[]): readonly (readonly number[])[] {
  const length = Math.min(HOURS_PER_STATEMENT, Math.ceil(hours.length / STATEMENTS_AT_ONCE));
  const runs: (readonly number[])[] = [];
  for (let at = 0; at < hours.length; at += length) runs.push(hours.slice(at, at + length));
  return runs;
}

/** Counts hours of many definitions; each one's table is looked at once. */
export class HourCounts {
  readonly #indexed = new Map<string, boolean>();

  /**
   * What each of the hours has that has rows. A label that is written over in place, without a time of arrival, changes
   * nothing here.
   *
   * @param key names the definition.
   * @param hours begins of hours, milliseconds since the epoch, ascending.
   */
  async count(
    pool: Pool,
    definition: ModelDefinition,
    { key, hours, arrivedBy }: { readonly key: string; readonly hours: readonly number[]; readonly arrivedBy: number },
  ): Promise<ReadonlyMap<number, HourCount>> {
    const counted = new Map<number, HourCount>();
    const indexed = await this.hasIndex(pool, definition, key);
    const waiting = (indexed ? statementsOf(hours) : [hours]).values();
    const workOff = async (): Promise<void> => {
      for (const some of waiting) {
        const span = { from: some[0] ?? 0, to: (some.at(-1) ?? 0) + HOUR_MS };
        const { sql, values } = hourCountsQuery(definition, span, indexed ? some : null, arrivedBy);
        for (const row of await select(pool, sql, values)) {
          const total = integer(row, 'total');
          if (total === 0) continue;
          const arrived = textOrNull(row, 'arrived');
          const words = `${String(total)} rows, ${String(integer(row, 'labelled'))} labels`;
          const seen = arrived === null ? words : `${words}, ${arrived}`;
          counted.set(integer(row, 'hour') * HOUR_MS, { rows: total, seen });
        }
      }
    };
    await Promise.all(Array.from({ length: STATEMENTS_AT_ONCE }, workOff));
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
