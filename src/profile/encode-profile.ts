/**
 * A profile as bytes, for the database. Little-endian; doubles exact. Layout: version byte; rows and intake; number of
 * columns; per column its kind, name, counts and values. Values with many ties are written as runs.
 */

import { ByteReader, ByteWriter } from './bytes.js';
import type { CategoryProfile } from './category-profile.js';
import type { NumericProfile } from './numeric-profile.js';
import type { ColumnProfile, WindowProfile } from './reference-profile.js';

const VERSION = 1;
const NUMERIC = 0;
const CATEGORY = 1;
const PLAIN = 0;
const RUNS = 1;

function countRuns(sorted: Float64Array): number {
  let runs = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length; i++) if (!Object.is(sorted[i], sorted[i - 1])) runs++;
  return runs;
}

function writeSorted(out: ByteWriter, sorted: Float64Array): void {
  const runs = countRuns(sorted);
  if (runs * 10 > sorted.length * 8) {
    out.byte(PLAIN);
    out.whole(sorted.length);
    out.packedDoubles(sorted);
    return;
  }
  out.byte(RUNS);
  out.whole(sorted.length);
  out.whole(runs);
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && Object.is(sorted[end], sorted[start])) end++;
    out.double(sorted[start] as number);
    out.whole(end - start);
    start = end;
  }
}

/** Of runs that are read without being kept: what is damaged must not have memory set aside for it. */
function lengthOfRuns(input: ByteReader, runs: number): number {
  let length = 0;
  for (let run = 0; run < runs; run++) {
    input.skip(8);
    length += input.whole();
  }
  return length;
}

function readSorted(input: ByteReader): Float64Array {
  const form = input.byte();
  if (form === PLAIN) return input.packedDoubles(input.countOf(8));
  if (form !== RUNS) throw new RangeError(`stored profile has values of unknown form ${String(form)}`);
  const length = input.whole();
  const runs = input.countOf(9);
  if (input.ahead(() => lengthOfRuns(input, runs)) !== length)
    throw new RangeError('stored profile has runs that do not add up');
  const sorted = new Float64Array(length);
  for (let run = 0, at = 0; run < runs; run++) {
    const value = input.double();
    const end = at + input.whole();
    // By hand: most runs are too short for a call.
    while (at < end) sorted[at++] = value;
  }
  return sorted;
}

function writeColumn(out: ByteWriter, column: ColumnProfile): void {
  out.byte(column.kind === 'numeric' ? NUMERIC : CATEGORY);
  out.text(column.name);
  out.whole(column.rows);
  out.whole(column.missing);
  if (column.kind === 'numeric') {
    out.whole(column.typeMismatches);
    out.whole(column.plusInfinite);
    out.whole(column.minusInfinite);
    out.double(column.moments.mean);
    out.double(column.moments.m2);
    writeSorted(out, column.sorted);
    return;
  }
  out.whole(column.levels.length);
  column.levels.forEach((level, at) => {
    out.text(level);
    out.whole(column.counts[at] as number);
  });
}

function readNumeric(input: ByteReader): NumericProfile {
  const [name, rows, missing] = [input.text(), input.whole(), input.whole()];
  const [typeMismatches, plusInfinite, minusInfinite] = [input.whole(), input.whole(), input.whole()];
  const [mean, m2] = [input.double(), input.double()];
  const sorted = readSorted(input);
  const moments = { count: sorted.length, mean, m2 };
  return { kind: 'numeric', name, rows, missing, typeMismatches, plusInfinite, minusInfinite, sorted, moments };
}

function readCategory(input: ByteReader): CategoryProfile {
  const [name, rows, missing] = [input.text(), input.whole(), input.whole()];
  const size = input.countOf(2);
  const levels: string[] = [];
  const counts = new Float64Array(size);
  for (let at = 0; at < size; at++) {
    levels.push(input.text());
    counts[at] = input.whole();
  }
  return { kind: 'category', name, rows, missing, levels, counts };
}

/** The profile as bytes; about 8 bytes a distinct numeric value. */
export function encodeProfile(profile: WindowProfile): Uint8Array {
  const out = new ByteWriter();
  out.byte(VERSION);
  out.whole(profile.rows);
  out.whole(profile.intake.read);
  out.whole(profile.intake.duplicateIds);
  out.whole(profile.intake.poison);
  out.whole(profile.columns.size);
  for (const column of profile.columns.values()) writeColumn(out, column);
  return out.finish();
}

/** The profile that `encodeProfile` wrote. Throws `RangeError` on bytes of another version or damaged ones. */
export function decodeProfile(bytes: Uint8Array): WindowProfile {
  const input = new ByteReader(bytes);
  const version = input.byte();
  if (version !== VERSION) throw new RangeError(`stored profile has unknown version ${String(version)}`);
  const rows = input.whole();
  const intake = { read: input.whole(), duplicateIds: input.whole(), poison: input.whole() };
  const columns = new Map<string, ColumnProfile>();
  for (let left = input.countOf(4); left > 0; left--) {
    const kind = input.byte();
    if (kind !== NUMERIC && kind !== CATEGORY) throw new RangeError(`stored profile has unknown kind ${String(kind)}`);
    const column = kind === NUMERIC ? readNumeric(input) : readCategory(input);
    columns.set(column.name, column);
  }
  if (!input.atEnd()) throw new RangeError('stored profile has bytes behind its end');
  return { rows, intake, columns };
}
