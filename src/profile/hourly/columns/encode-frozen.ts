/** What a reference fixes of its columns, and its own profile in that form, as bytes: a fraction of the reference's own. */

import type { ByteReader, ByteWriter } from '../../bytes.js';
import { readColumn, writeColumn } from './encode-columns.js';
import { numericOfEdges } from './frozen-bins.js';
import { categoryOfLevels } from './frozen-levels.js';
import { type FrozenColumn, type FrozenReference, frozenOfColumns } from './frozen-reference.js';
import type { HourColumn } from './hour-column.js';

const NUMERIC = 0;
const CATEGORY = 1;

function writeDoubles(out: ByteWriter, values: Iterable<number>, count: number): void {
  out.whole(count);
  out.align();
  for (const value of values) out.double(value);
}

function writeFrozenColumn(out: ByteWriter, column: FrozenColumn): void {
  out.byte(column.kind === 'numeric' ? NUMERIC : CATEGORY);
  if (column.kind === 'numeric') {
    writeDoubles(out, column.edges, column.edges.length);
    writeDoubles(out, column.deciles ?? [], column.deciles?.length ?? 0);
    return;
  }
  out.whole(column.levels.length);
  for (const level of column.levels) out.text(level);
  out.whole(column.places.size - column.levels.length);
  for (const [level, place] of column.places) if (place < 0) out.text(level);
}

/** No decile is the same as none that can be had: a column with values has nine, of which at least one is distinct. */
function readFrozenColumn(input: ByteReader): FrozenColumn {
  const kind = input.byte();
  if (kind === NUMERIC) {
    const edges = input.doubles(input.countOf(8));
    const deciles = input.doubles(input.countOf(8));
    return numericOfEdges(edges, deciles.length === 0 ? null : [...deciles]);
  }
  if (kind !== CATEGORY) throw new RangeError(`stored profile has a column of unknown kind ${String(kind)}`);
  const texts = (): string[] => Array.from({ length: input.countOf(1) }, () => input.text());
  return categoryOfLevels(texts(), texts());
}

export function writeFrozen(out: ByteWriter, { columns }: FrozenReference, own: ReadonlyMap<string, HourColumn>): void {
  out.whole(columns.size);
  for (const [name, column] of columns) {
    out.text(name);
    writeFrozenColumn(out, column);
  }
  out.whole(own.size);
  for (const column of own.values()) writeColumn(out, column);
}

export function readFrozen(input: ByteReader): {
  readonly frozen: FrozenReference;
  readonly columns: ReadonlyMap<string, HourColumn>;
} {
  const fixed = new Map<string, FrozenColumn>();
  for (let left = input.countOf(3); left > 0; left--) fixed.set(input.text(), readFrozenColumn(input));
  const frozen = frozenOfColumns(fixed);
  const columns = new Map<string, HourColumn>();
  for (let left = input.countOf(8); left > 0; left--) {
    const column = readColumn(input, frozen);
    columns.set(column.name, { ...column, ofReference: true });
  }
  return { frozen, columns };
}
