/** A column of an hour as bytes. Edges and levels are those of the frozen reference and are not written. */

import type { ByteReader, ByteWriter } from '../../bytes.js';
import type { Bins } from '../outcomes/bins.js';
import { readMoments, writeMoments } from '../outcomes/encode-parts.js';
import { MOST_ADDED } from './added-levels.js';
import { type FrozenNumeric, settleSums } from './frozen-bins.js';
import { frozenColumn, type FrozenReference } from './frozen-reference.js';
import type { FrozenCategory } from './frozen-levels.js';
import type { HourCategory, HourColumn, HourNumeric } from './hour-column.js';
import { MOST_TAIL, type Tails } from './tails.js';

const NUMERIC = 0;
const CATEGORY = 1;
function writeDoubles(out: ByteWriter, values: Float64Array): void {
  for (const value of values) out.double(value);
}

export function writeTails(out: ByteWriter, { lowest, highest }: Tails): void {
  out.byte(lowest.length);
  out.align();
  writeDoubles(out, lowest);
  writeDoubles(out, highest);
}

export function readTails(input: ByteReader): Tails {
  const size = input.byte();
  if (size > MOST_TAIL) throw new RangeError('stored profile has a tail that is too long');
  input.align();
  return { lowest: input.doubles(size), highest: input.doubles(size) };
}

/** Keys, then counts; behind them as doubles on end the lowest values, and highest and sums of the bins of several values. */
function writeBins(out: ByteWriter, { keys, counts, low, high, sums }: Bins): void {
  out.whole(keys.length);
  let before = -1;
  for (const key of keys) {
    out.whole(key - before - 1);
    before = key;
  }
  counts.forEach((count, at) => {
    out.whole(2 * count + Number(low[at] !== high[at]));
  });
  out.align();
  const spread = (_: number, at: number): boolean => low[at] !== high[at];
  writeDoubles(out, low);
  writeDoubles(out, high.filter(spread));
  writeDoubles(out, sums.filter(spread));
}

/** Puts the values of the bins of several values in their places; the others have the lowest as highest, and no sum yet. */
function spreadOut(heads: Float64Array, low: Float64Array, high: Float64Array, sums: Float64Array) {
  const [highs, totals] = [new Float64Array(low), new Float64Array(low.length)];
  for (let i = 0, from = 0; i < heads.length; i++) {
    if ((heads[i] as number) % 2 === 0) continue;
    highs[i] = high[from] as number;
    totals[i] = sums[from++] as number;
  }
  return { high: highs, sums: totals };
}

function readBins(input: ByteReader, frozen: FrozenNumeric, values: number): Bins {
  const size = input.countOf(10);
  const gaps = input.wholes(size);
  const heads = input.wholes(size);
  const keys = new Int32Array(size);
  const counts = new Float64Array(size);
  let [key, spread, total] = [-1, 0, 0];
  for (let i = 0; i < size; i++) {
    key += (gaps[i] as number) + 1;
    keys[i] = key;
    const head = heads[i] as number;
    const count = Math.floor(head / 2);
    counts[i] = count;
    spread += head - 2 * count;
    total += count;
  }
  if (key > frozen.edges.length) throw new RangeError('stored profile has a bin that the reference does not have');
  if (total !== values) throw new RangeError('stored profile has bins that do not add up');
  input.align();
  const low = input.doubles(size);
  const [high, sums] = [input.doubles(spread), input.doubles(spread)];
  if (spread === size) return { keys, counts, low, high, sums };
  const bins = { keys, counts, low, ...spreadOut(heads, low, high, sums) };
  settleSums(frozen, bins);
  return bins;
}

function writeNumeric(out: ByteWriter, column: HourNumeric): void {
  const { rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros, moments, bins } = column;
  for (const count of [rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros]) out.whole(count);
  writeMoments(out, moments);
  writeBins(out, bins);
  writeTails(out, column);
}

function readNumeric(input: ByteReader, name: string, frozen: FrozenNumeric): HourNumeric {
  const [rows, missing, typeMismatches] = [input.whole(), input.whole(), input.whole()];
  const [plusInfinite, minusInfinite, zeros] = [input.whole(), input.whole(), input.whole()];
  const moments = readMoments(input);
  const bins = readBins(input, frozen, moments.count);
  return {
    ...{ kind: 'numeric', name, frozen, rows, missing, typeMismatches, plusInfinite, minusInfinite, zeros, moments },
    ...{ bins, ...readTails(input), ofReference: false },
  };
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
