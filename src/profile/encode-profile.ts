/**
 * A profile as bytes, for the database. Little-endian; doubles exact. Layout: version byte; rows and intake; number of
 * columns; per column its kind, name, counts and values. Values with many ties are written as runs. The values of long
 * columns are kept apart, so that they can be read one column at a time; the layout then says where they lie.
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
/** As `PLAIN`, from the next multiple of eight bytes on: read where they stand. */
const ALIGNED = 2;
const APART = 3;

/** Columns of so many values are kept apart. */
export const LONG_FROM = 65_536;

/** A numeric column whose values are kept apart. */
export interface LongColumn extends Omit<NumericProfile, 'kind' | 'sorted'> {
  readonly kind: 'long';
  /** Lowest and highest value. */
  readonly span: readonly [lowest: number, highest: number];
  /** Where its values lie among those kept apart, in bytes. */
  readonly at: number;
  readonly bytes: number;
}

export interface EncodedProfile {
  readonly head: Uint8Array;
  /** Values of long columns, one behind the other. */
  readonly apart: Uint8Array;
}

/** A profile as its head tells it: without the long columns, of which it tells all but their values. */
export interface ProfileHead {
  readonly profile: WindowProfile;
  readonly long: ReadonlyMap<string, LongColumn>;
}

function countRuns(sorted: Float64Array): number {
  let runs = sorted.length > 0 ? 1 : 0;
  for (let i = 1; i < sorted.length; i++) if (!Object.is(sorted[i], sorted[i - 1])) runs++;
  return runs;
}

function writeRuns(out: ByteWriter, sorted: Float64Array, runs: number): void {
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

function writeSorted(out: ByteWriter, sorted: Float64Array, plain: typeof PLAIN | typeof ALIGNED): void {
  const runs = countRuns(sorted);
  if (runs * 10 <= sorted.length * 8) {
    writeRuns(out, sorted, runs);
    return;
  }
  out.byte(plain);
  out.whole(sorted.length);
  if (plain === ALIGNED) out.align();
  out.packedDoubles(sorted);
}

function writeApart(out: ByteWriter, apart: ByteWriter, sorted: Float64Array): void {
  apart.align();
  const at = apart.length;
  writeSorted(apart, sorted, ALIGNED);
  out.byte(APART);
  out.whole(sorted.length);
  out.double(sorted[0] as number);
  out.double(sorted.at(-1) as number);
  out.whole(at);
  out.whole(apart.length - at);
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

/** Runs are written out in `scratch`, where that is as long as they are. What is aligned stands where its bytes stand. */
function readSorted(input: ByteReader, scratch?: Float64Array): Float64Array {
  const form = input.byte();
  if (form === PLAIN) return input.packedDoubles(input.countOf(8));
  if (form === ALIGNED) return input.doubles(input.countOf(8));
  if (form !== RUNS) throw new RangeError(`stored profile has values of unknown form ${String(form)}`);
  const length = input.whole();
  const runs = input.countOf(9);
  if (input.ahead(() => lengthOfRuns(input, runs)) !== length)
    throw new RangeError('stored profile has runs that do not add up');
  const sorted = scratch?.length === length ? scratch : new Float64Array(length);
  for (let run = 0, at = 0; run < runs; run++) {
    const value = input.double();
    const end = at + input.whole();
    // By hand: most runs are too short for a call.
    while (at < end) sorted[at++] = value;
  }
  return sorted;
}

function writeColumn(out: ByteWriter, apart: ByteWriter, column: ColumnProfile): void {
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
    if (column.sorted.length >= LONG_FROM) writeApart(out, apart, column.sorted);
    else writeSorted(out, column.sorted, PLAIN);
    return;
  }
  out.whole(column.levels.length);
  column.levels.forEach((level, at) => {
    out.text(level);
    out.whole(column.counts[at] as number);
  });
}

function readNumeric(input: ByteReader): NumericProfile | LongColumn {
  const [name, rows, missing] = [input.text(), input.whole(), input.whole()];
  const [typeMismatches, plusInfinite, minusInfinite] = [input.whole(), input.whole(), input.whole()];
  const [mean, m2] = [input.double(), input.double()];
  const facts = { name, rows, missing, typeMismatches, plusInfinite, minusInfinite };
  if (input.ahead(() => input.byte()) !== APART) {
    const sorted = readSorted(input);
    return { kind: 'numeric', ...facts, sorted, moments: { count: sorted.length, mean, m2 } };
  }
  input.skip(1);
  const moments = { count: input.whole(), mean, m2 };
  const span = [input.double(), input.double()] as const;
  return { kind: 'long', ...facts, moments, span, at: input.whole(), bytes: input.whole() };
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
export function encodeProfile(profile: WindowProfile): EncodedProfile {
  const [out, apart] = [new ByteWriter(), new ByteWriter()];
  out.byte(VERSION);
  out.whole(profile.rows);
  out.whole(profile.intake.read);
  out.whole(profile.intake.duplicateIds);
  out.whole(profile.intake.poison);
  out.whole(profile.columns.size);
  for (const column of profile.columns.values()) writeColumn(out, apart, column);
  return { head: out.finish(), apart: apart.finish() };
}

/** What `encodeProfile` wrote as head. Throws `RangeError` on bytes of another version or damaged ones. */
export function decodeHead(bytes: Uint8Array): ProfileHead {
  const input = new ByteReader(bytes);
  const version = input.byte();
  if (version !== VERSION) throw new RangeError(`stored profile has unknown version ${String(version)}`);
  const rows = input.whole();
  const intake = { read: input.whole(), duplicateIds: input.whole(), poison: input.whole() };
  const columns = new Map<string, ColumnProfile>();
  const long = new Map<string, LongColumn>();
  for (let left = input.countOf(4); left > 0; left--) {
    const kind = input.byte();
    if (kind !== NUMERIC && kind !== CATEGORY) throw new RangeError(`stored profile has unknown kind ${String(kind)}`);
    const column = kind === NUMERIC ? readNumeric(input) : readCategory(input);
    if (column.kind === 'long') long.set(column.name, column);
    else columns.set(column.name, column);
  }
  if (!input.atEnd()) throw new RangeError('stored profile has bytes behind its end');
  return { profile: { rows, intake, columns }, long };
}

/**
 * A long column with its values, from the bytes `at` its place among those kept apart. They are in `scratch`, of the
 * column's length, or stand where the bytes stand: neither is to be used otherwise. Throws `RangeError` where the bytes are
 * damaged or of another column.
 */
export function decodeLong(
  { kind: _, span, at: __, bytes: ___, ...facts }: LongColumn,
  bytes: Uint8Array,
  scratch: Float64Array,
): NumericProfile {
  const input = new ByteReader(bytes);
  const sorted = readSorted(input, scratch);
  const isWhole = input.atEnd() && sorted.length === facts.moments.count;
  if (!isWhole || sorted[0] !== span[0] || sorted.at(-1) !== span[1])
    throw new RangeError(`stored profile has other values of ${facts.name} than it says`);
  return { kind: 'numeric', ...facts, sorted };
}
