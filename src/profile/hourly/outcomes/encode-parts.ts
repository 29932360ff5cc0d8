/** The parts of an outcome profile as bytes: moments, bins, groups, levels. */

import type { CoMoments } from '../../../numeric/co-moments.js';
import type { Moments } from '../../../numeric/moments.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import type { GroupMoments } from '../../by-group.js';
import type { CalibrationSums } from '../../probability-sums.js';
import type { Bins } from './bins.js';
import type { AttributeOutcomes, GroupOutcome } from './group-outcomes.js';
import type { LevelSums } from './level-sums.js';
import { SCORE_POPULATIONS, type ScoreBins } from './score-bins.js';

function writeDoubles(out: ByteWriter, values: Float64Array): void {
  out.whole(values.length);
  for (const value of values) out.double(value);
}

function readDoubles(input: ByteReader): Float64Array {
  const values = new Float64Array(input.countOf(8));
  for (let at = 0; at < values.length; at++) values[at] = input.double();
  return values;
}

function writeCounts(out: ByteWriter, counts: Float64Array): void {
  out.whole(counts.length);
  for (const count of counts) out.whole(count);
}

function readCounts(input: ByteReader): Float64Array {
  const counts = new Float64Array(input.countOf(1));
  for (let at = 0; at < counts.length; at++) counts[at] = input.whole();
  return counts;
}

export function writeFlag(out: ByteWriter, flag: boolean): void {
  out.byte(flag ? 1 : 0);
}

export function readFlag(input: ByteReader): boolean {
  const byte = input.byte();
  if (byte > 1) throw new RangeError('stored profile holds what is neither yes nor no');
  return byte === 1;
}

export function writeMoments(out: ByteWriter, { count, mean, m2 }: Moments): void {
  out.whole(count);
  if (count === 0) return;
  out.double(mean);
  out.double(m2);
}

export function readMoments(input: ByteReader): Moments {
  const count = input.whole();
  return count === 0 ? { count, mean: 0, m2: 0 } : { count, mean: input.double(), m2: input.double() };
}

export function writeCoMoments(out: ByteWriter, { count, means, products }: CoMoments): void {
  out.whole(count);
  writeDoubles(out, means);
  writeDoubles(out, products);
}

export function readCoMoments(input: ByteReader): CoMoments {
  return { count: input.whole(), means: readDoubles(input), products: readDoubles(input) };
}

/** What a bin need not say twice. */
const ONE_VALUE = 1;
const SUM_OF_VALUES = 2;

export function writeBins(out: ByteWriter, { keys, counts, low, high, sums }: Bins): void {
  out.whole(keys.length);
  let before = 0;
  keys.forEach((key, at) => {
    if (at === 0) writeFlag(out, key < 0);
    out.whole(at === 0 ? Math.abs(key) : key - before);
    before = key;
    const [count, from, to, sum] = [counts[at], low[at], high[at], sums[at]] as [number, number, number, number];
    const one = Object.is(from, to);
    const told = Object.is(sum, count * from);
    out.whole(4 * count + (one ? ONE_VALUE : 0) + (told ? SUM_OF_VALUES : 0));
    out.double(from);
    if (!one) out.double(to);
    if (!told) out.double(sum);
  });
}

export function readBins(input: ByteReader): Bins {
  const size = input.countOf(10);
  const keys = new Int32Array(size);
  const [counts, low] = [new Float64Array(size), new Float64Array(size)];
  const [high, sums] = [new Float64Array(size), new Float64Array(size)];
  let key = 0;
  for (let at = 0; at < size; at++) {
    const sign = at === 0 && readFlag(input) ? -1 : 1;
    const step = input.whole();
    if (at > 0 && step === 0) throw new RangeError('stored profile has a bin twice');
    key += sign * step;
    if (Math.abs(key) >= 2 ** 31) throw new RangeError('stored profile has a bin that cannot be');
    keys[at] = key;
    const head = input.whole();
    const count = Math.floor(head / 4);
    const flags = head % 4;
    counts[at] = count;
    low[at] = input.double();
    high[at] = (flags & ONE_VALUE) !== 0 ? (low[at] as number) : input.double();
    sums[at] = (flags & SUM_OF_VALUES) !== 0 ? count * (low[at] as number) : input.double();
  }
  return { keys, counts, low, high, sums };
}

export function writeScoreBins(out: ByteWriter, bins: ScoreBins): void {
  out.whole(bins.mark);
  for (const population of SCORE_POPULATIONS) writeBins(out, bins[population]);
}

export function readScoreBins(input: ByteReader): ScoreBins {
  return {
    mark: input.whole(),
    positives: readBins(input),
    negatives: readBins(input),
    chosen: readBins(input),
    refused: readBins(input),
    silent: readBins(input),
  };
}

export function writeCalibration(out: ByteWriter, { rows, confidences, hits, squares }: CalibrationSums): void {
  out.whole(rows);
  writeDoubles(out, confidences);
  writeCounts(out, hits);
  out.double(squares);
}

export function readCalibration(input: ByteReader): CalibrationSums {
  return { rows: input.whole(), confidences: readDoubles(input), hits: readCounts(input), squares: input.double() };
}

const STATES = ['kept', 'no column', 'too many'] as const;

function readGroupMoments(input: ByteReader): GroupMoments {
  return { moments: readMoments(input), low: input.double(), high: input.double() };
}

function readGroup(input: ByteReader): GroupOutcome {
  const [name, counts] = [input.text(), readCounts(input)];
  const moments = Array.from({ length: input.countOf(17) }, () => readGroupMoments(input));
  return { name, counts, moments };
}

export function writeAttribute(out: ByteWriter, { attribute, state, groups }: AttributeOutcomes): void {
  out.text(attribute);
  out.byte(STATES.indexOf(state));
  out.whole(groups.length);
  for (const { name, counts, moments } of groups) {
    out.text(name);
    writeCounts(out, counts);
    out.whole(moments.length);
    for (const one of moments) {
      writeMoments(out, one.moments);
      out.double(one.low);
      out.double(one.high);
    }
  }
}

export function readAttribute(input: ByteReader): AttributeOutcomes {
  const attribute = input.text();
  const state = STATES[input.byte()];
  if (state === undefined) throw new RangeError('stored profile has an attribute of unknown state');
  return { attribute, state, groups: Array.from({ length: input.countOf(3) }, () => readGroup(input)) };
}

export function writeLevels(out: ByteWriter, { feature, present, rows, sums, squares }: LevelSums): void {
  writeFlag(out, feature !== undefined);
  out.text(feature ?? '');
  writeFlag(out, present);
  writeCounts(out, rows);
  writeDoubles(out, sums);
  writeDoubles(out, squares);
}

export function readLevels(input: ByteReader): LevelSums {
  const named = readFlag(input);
  const name = input.text();
  return {
    feature: named ? name : undefined,
    present: readFlag(input),
    rows: readCounts(input),
    sums: readDoubles(input),
    squares: readDoubles(input),
  };
}
