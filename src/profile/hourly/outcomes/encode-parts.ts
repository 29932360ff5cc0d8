/** The parts of an outcome profile as bytes: moments, bins, groups, levels. */

import type { CoMoments } from '../../../numeric/co-moments.js';
import type { Moments } from '../../../numeric/moments.js';
import type { ByteReader, ByteWriter } from '../../bytes.js';
import type { GroupMoments } from '../../by-group.js';
import type { CalibrationSums } from '../../probability-sums.js';
import type { PackedValues } from './bins.js';
import type { AttributeOutcomes, GroupOutcome } from './group-outcomes.js';
import type { LevelSums } from './level-sums.js';
import { SCORE_POPULATIONS, type ScoreBins } from './score-bins.js';

/** Keys of one profile lie no farther apart, so that damaged bytes cannot ask for endless memory. */
const MOST_SPAN = 2 ** 16;

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

export function writeBins(out: ByteWriter, { first, span, heads, doubles }: PackedValues): void {
  writeFlag(out, first < 0);
  for (const count of [Math.abs(first), span, heads.length]) out.whole(count);
  out.bytes(heads);
  out.whole(doubles.length);
  out.doubles(doubles);
}

export function readBins(input: ByteReader): PackedValues {
  const sign = readFlag(input) ? -1 : 1;
  const [first, span] = [sign * input.whole(), input.whole()];
  if (span > MOST_SPAN) throw new RangeError('stored profile has a bin that cannot be');
  return { first, span, heads: input.bytes(input.countOf(1)), doubles: input.doubles(input.countOf(8)) };
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
