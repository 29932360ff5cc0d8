/** A stored reference as windows are measured against it: what is short of it in memory, the rest read column by column. */
import type { Pool } from 'mysql2/promise';
import { decodeReference } from '../../measure/encode-reference.js';
import type { ReferenceByColumn } from '../../measure/measure-by-column.js';
import { findColumn, type FoundReference, roomForColumns, type StoredFacts } from './references.js';

/** Throws `RangeError` or `SyntaxError` on damaged bytes. */
export function byColumn(
  pool: Pool,
  { head, pieces, ...facts }: FoundReference,
): StoredFacts & ReferenceByColumn & Required<Pick<ReferenceByColumn, 'estimator'>> {
  const decoded = decodeReference(head);
  if (pieces === null && decoded.long.size > 0) throw new RangeError('the stored reference lacks its long columns');
  return {
    ...facts,
    ...decoded,
    columnBytes: pieces === null ? 0 : roomForColumns(pieces, decoded.long.values()),
    readColumn(column, memory) {
      if (pieces === null) throw new Error(`${column.name} is no long column of this reference`);
      return findColumn(pool, pieces, column, memory);
    },
  };
}
