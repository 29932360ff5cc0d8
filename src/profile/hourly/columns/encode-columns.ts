/** A column of an hour as bytes. Edges and levels are those of the frozen reference and are not written. */

import type { ByteReader, ByteWriter } from '../../bytes.js';
import { readMoments, writeMoments } from '../outcomes/encode-parts.js';
import { MOST_ADDED } from './added-levels.js';
import type { FrozenNumeric } from './frozen-bins.js';
import { frozenColumn, type FrozenReference } from './frozen-reference.js';
import type { FrozenCategory } from './frozen-levels.js';
import type { HourCategory, HourColumn, HourNumeric } from './hour-column.js';
import type { PackedBins } from './packed-bins.js';
import { MOST_TAIL, type Tails } from './tails.js';

const NUMERIC = 0;
const CATEGORY = 1;

function writeTails(out: ByteWriter, { lowest, highest }: Tails): void {
  out.byte(lowest.length);
  out.doubles(lowest);
  out.doubles(highest);
}

function readTails(input: ByteReader): Tails {
  const size = input.byte();
  if (size > MOST_TAIL) throw new RangeError('stored profile has a tail that is too long');
  return { lowest: input.doubles(size), highest: input.doubles(size) };
}

function writeBins(out: ByteWriter, { heads, doubles }: PackedBins): void {
  out.whole(heads.length);
  out.bytes(heads);
  out.whole(doubles.length);
  out.doubles(doubles);
}

function readBins(input: ByteReader): PackedBins {
  return { heads: input.bytes(input.countOf(1)), doubles: input.doubles(input.countOf(8)) };
}

function writeNumeric(out: ByteWriter, column: HourNumeric): void {
  const { rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros, moments, packed } = column;
  for (const count of [rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros]) out.whole(count);
  writeMoments(out, moments);
  writeBins(out, packed);
  writeTails(out, column);
}

function readNumeric(input: ByteReader, name: string, frozen: FrozenNumeric): HourNumeric {
  const [rows, missing, typeMismatches] = [input.whole(), input.whole(), input.whole()];
  const [plusInfinite, minusInfinite, zeros] = [input.whole(), input.whole(), input.whole()];
  const moments = readMoments(input);
  const packed = readBins(input);
  const { lowest, highest } = readTails(input);
  const counts = { rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros };
  return { kind: 'numeric', name, frozen, ...counts, moments, packed, lowest, highest, ofReference: false };
}

/** Counts of levels that do not occur are left out. */
export function writeCategory(out: ByteWriter, column: HourCategory): void {
  const { rows, missing, counts, added, knownOther, newOther } = column;
  for (const count of [rows, missing, knownOther, newOther]) out.whole(count);
  out.whole(counts.reduce((sum, count) => sum + Number(count > 0), 0));
  let before = -1;
  counts.forEach((count, at) => {
    if (count === 0) return;
    out.whole(at - before - 1);
    out.whole(count);
    before = at;
  });
  out.whole(added.size);
  for (const [level, count] of added) {
    out.text(level);
    out.whole(count);
  }
}

export function readCategory(input: ByteReader, name: string, frozen: FrozenCategory): HourCategory {
  const [rows, missing, knownOther, newOther] = [input.whole(), input.whole(), input.whole(), input.whole()];
  const counts = new Float64Array(frozen.levels.length);
  let place = -1;
  for (let left = input.countOf(2); left > 0; left--) {
    place += input.whole() + 1;
    if (place >= counts.length) throw new RangeError('stored profile has a level that the reference does not have');
    counts[place] = input.whole();
  }
  const size = input.countOf(2);
  const added = new Map<string, number>();
  for (let left = size; left > 0; left--) added.set(input.text(), input.whole());
  if (size > MOST_ADDED) throw new RangeError('stored profile has more new levels than there may be');
  return { kind: 'category', name, frozen, rows, missing, counts, added, knownOther, newOther, ofReference: false };
}

export function writeColumn(out: ByteWriter, column: HourColumn): void {
  out.byte(column.kind === 'numeric' ? NUMERIC : CATEGORY);
  out.text(column.name);
  if (column.kind === 'numeric') writeNumeric(out, column);
  else writeCategory(out, column);
}

export function readColumn(input: ByteReader, frozen: FrozenReference): HourColumn {
  const kind = input.byte();
  const name = input.text();
  if (kind === NUMERIC) return readNumeric(input, name, frozenColumn(frozen, name, 'numeric'));
  if (kind === CATEGORY) return readCategory(input, name, frozenColumn(frozen, name, 'category'));
  throw new RangeError(`stored profile has a column of unknown kind ${String(kind)}`);
}
