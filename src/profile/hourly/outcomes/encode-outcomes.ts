/** An outcome profile as bytes: a version, what all tasks have, what the task has, then groups, levels and what is foretold. */

import type { ByteReader, ByteWriter } from '../../bytes.js';
import type { ClassPair } from '../../class-pairs.js';
import type { ClassScoreSums } from '../../class-score-rows.js';
import type { BinaryOutcomes, BinaryScores } from './binary-outcomes.js';
import {
  readAttribute,
  readBins,
  readCalibration,
  readCoMoments,
  readFlag,
  readLevels,
  readMoments,
  readScoreBins,
  writeAttribute,
  writeBins,
  writeCalibration,
  writeCoMoments,
  writeFlag,
  writeLevels,
  writeMoments,
  writeScoreBins,
} from './encode-parts.js';
import type { MulticlassOutcomes } from './multiclass-outcomes.js';
import type { OutcomeProfile } from './outcome-profile.js';
import type { RegressionOutcomes } from './regression-outcomes.js';

const VERSION = 2;
const TASKS = ['binary', 'multiclass', 'regression'] as const;

/** A thing that may be lacking. */
function writeMaybe<T>(out: ByteWriter, value: T | null, write: (value: T) => void): void {
  writeFlag(out, value !== null);
  if (value !== null) write(value);
}

const readMaybe = <T>(input: ByteReader, read: () => T): T | null => (readFlag(input) ? read() : null);

function writeList<T>(out: ByteWriter, values: readonly T[], write: (out: ByteWriter, value: T) => void): void {
  out.whole(values.length);
  for (const value of values) write(out, value);
}

/** `size`: the fewest bytes that an entry takes. */
function readList<T>(input: ByteReader, size: number, read: (input: ByteReader) => T): T[] {
  return Array.from({ length: input.countOf(size) }, () => read(input));
}

function writeBinary(out: ByteWriter, { counts, positiveLabels, scores }: BinaryOutcomes): void {
  for (const count of [counts.tp, counts.fp, counts.fn, counts.tn, positiveLabels]) out.whole(count);
  writeMaybe(out, scores, ({ all, bins, outside, probability, calibration }) => {
    writeMoments(out, all);
    writeScoreBins(out, bins);
    out.whole(outside);
    for (const moments of [probability.logLoss, probability.brier, probability.gap]) writeMoments(out, moments);
    writeCalibration(out, calibration);
  });
}

function readBinary(input: ByteReader): BinaryOutcomes {
  const [tp, fp, fn, tn] = [input.whole(), input.whole(), input.whole(), input.whole()];
  const positiveLabels = input.whole();
  const scores = readMaybe(input, (): BinaryScores => ({
    all: readMoments(input),
    bins: readScoreBins(input),
    outside: input.whole(),
    probability: { logLoss: readMoments(input), brier: readMoments(input), gap: readMoments(input) },
    calibration: readCalibration(input),
  }));
  return { kind: 'binary', counts: { tp, fp, fn, tn }, positiveLabels, scores };
}

/** Each class is named once, before the pairs. */
function writePairs(out: ByteWriter, pairs: readonly ClassPair[]): void {
  const classes = [...new Set(pairs.flatMap(({ label, prediction }) => [label, prediction]))];
  const place = new Map(classes.map((name, at) => [name, at]));
  writeList(out, classes, (_, name) => {
    out.text(name);
  });
  writeList(out, pairs, (_, { label, prediction, count }) => {
    out.whole(place.get(label) as number);
    out.whole(place.get(prediction) as number);
    out.whole(count);
  });
}

function readPairs(input: ByteReader): ClassPair[] {
  const classes = readList(input, 1, () => input.text());
  const nameOf = (at: number): string => {
    const name = classes[at];
    if (name === undefined) throw new RangeError('stored profile has a class that is not named');
    return name;
  };
  return readList(input, 3, () => ({
    label: nameOf(input.whole()),
    prediction: nameOf(input.whole()),
    count: input.whole(),
  }));
}

function writeMulticlass(out: ByteWriter, { rows, hits, pairs, scores, bins }: MulticlassOutcomes): void {
  out.whole(rows);
  out.whole(hits);
  writeMaybe(out, pairs, (known) => {
    writePairs(out, known);
  });
  writeMaybe(out, scores, (known) => {
    for (const count of [known.rows, known.undeclared, known.infinite, known.topOutside, known.inTopTwo]) {
      out.whole(count);
    }
    writeFlag(out, known.outside);
    writeFlag(out, known.sumToOne);
    writeMoments(out, known.losses);
    writeCalibration(out, known.calibration);
  });
  writeList(out, bins, writeScoreBins);
}

function readClassScores(input: ByteReader): ClassScoreSums {
  const [rows, undeclared, infinite] = [input.whole(), input.whole(), input.whole()];
  const [topOutside, inTopTwo] = [input.whole(), input.whole()];
  const [outside, sumToOne] = [readFlag(input), readFlag(input)];
  const [losses, calibration] = [readMoments(input), readCalibration(input)];
  return { rows, undeclared, infinite, outside, topOutside, sumToOne, losses, inTopTwo, calibration };
}

function readMulticlass(input: ByteReader): MulticlassOutcomes {
  return {
    kind: 'multiclass',
    rows: input.whole(),
    hits: input.whole(),
    pairs: readMaybe(input, () => readPairs(input)),
    scores: readMaybe(input, () => readClassScores(input)),
    bins: readList(input, 6, readScoreBins),
  };
}

function writeRegression(out: ByteWriter, task: RegressionOutcomes): void {
  writeMaybe(out, task.predictions, (moments) => {
    writeMoments(out, moments);
  });
  for (const count of [task.finitePredictions, task.infinite, task.zeroLabels, task.belowDomain]) out.whole(count);
  out.double(task.centre);
  writeCoMoments(out, task.joint);
  for (const moments of [task.errors, task.squares, task.labels, task.shares, task.pinball, task.logs]) {
    writeMoments(out, moments);
  }
  for (const end of [task.lowestLabel, task.highestLabel, task.lowestPrediction, task.highestPrediction]) {
    out.double(end);
  }
  writeBins(out, task.sizes);
}

function readRegression(input: ByteReader): RegressionOutcomes {
  const predictions = readMaybe(input, () => readMoments(input));
  const [finitePredictions, infinite] = [input.whole(), input.whole()];
  const [zeroLabels, belowDomain] = [input.whole(), input.whole()];
  const [centre, joint] = [input.double(), readCoMoments(input)];
  const [errors, squares, labels] = [readMoments(input), readMoments(input), readMoments(input)];
  const [shares, pinball, logs] = [readMoments(input), readMoments(input), readMoments(input)];
  const [lowestLabel, highestLabel] = [input.double(), input.double()];
  const [lowestPrediction, highestPrediction] = [input.double(), input.double()];
  return {
    ...{ kind: 'regression', predictions, finitePredictions, infinite, zeroLabels, belowDomain, centre, joint },
    ...{ errors, squares, labels, shares, pinball, logs },
    ...{ lowestLabel, highestLabel, lowestPrediction, highestPrediction },
    sizes: readBins(input),
  };
}

function writeTask(out: ByteWriter, task: OutcomeProfile['task']): void {
  out.byte(TASKS.indexOf(task.kind));
  if (task.kind === 'binary') writeBinary(out, task);
  else if (task.kind === 'multiclass') writeMulticlass(out, task);
  else writeRegression(out, task);
}

function readTask(input: ByteReader): OutcomeProfile['task'] {
  const kind = TASKS[input.byte()];
  if (kind === 'binary') return readBinary(input);
  if (kind === 'multiclass') return readMulticlass(input);
  if (kind === 'regression') return readRegression(input);
  throw new RangeError('stored profile has outcomes of an unknown task');
}

export function encodeOutcomes(out: ByteWriter, profile: OutcomeProfile): void {
  out.byte(VERSION);
  out.whole(profile.rows);
  out.whole(profile.labelled);
  writeFlag(out, profile.hasPrediction);
  writeFlag(out, profile.hasDelays);
  writeBins(out, profile.delays);
  writeTask(out, profile.task);
  writeList(out, profile.attributes, writeAttribute);
  writeList(out, profile.levels, writeLevels);
  writeList(out, profile.foretold, (_, { loss, moments }) => {
    out.text(loss);
    writeMoments(out, moments);
  });
}

/** What `encodeOutcomes` wrote. Throws `RangeError` on another version and on damaged bytes. */
export function decodeOutcomes(input: ByteReader): OutcomeProfile {
  const version = input.byte();
  if (version !== VERSION) throw new RangeError(`stored outcomes have unknown version ${String(version)}`);
  const [rows, labelled] = [input.whole(), input.whole()];
  const [hasPrediction, hasDelays] = [readFlag(input), readFlag(input)];
  const [delays, task] = [readBins(input), readTask(input)];
  const [attributes, levels] = [readList(input, 3, readAttribute), readList(input, 6, readLevels)];
  const foretold = readList(input, 2, () => ({ loss: input.text(), moments: readMoments(input) }));
  return { rows, labelled, hasPrediction, hasDelays, delays, task, attributes, levels, foretold };
}
