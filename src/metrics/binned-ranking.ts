/**
 * Figures of the order of scores from binned scores. Rows of different bins are in order; rows of one bin are where the
 * bin does not tell them apart, and the bound is how far the figure goes over every order that they may have.
 */

import { absent, type Estimate, measured, withBound } from '../model/estimate.js';
import { averagePrecisionInterval, within } from '../numeric/intervals.js';
import { reciprocalsBetween } from '../numeric/harmonic.js';
import { wilsonInterval } from '../numeric/proportion.js';
import type { Bins } from '../profile/hourly/outcomes/bins.js';
import type { UnpackedScores } from '../profile/hourly/outcomes/score-bins.js';
import { averagePrecision, rocArea, rocAuc, type RunCounts, scoreKs, type TopShare } from './ranking.js';

/** Runs of rows, in rising order of score. */
export interface BinnedRuns extends RunCounts {
  /** 1 where the scores of a run differ, so that the order of its rows is not known; 0 where they are all equal. */
  readonly loose: Uint8Array;
}

interface Run {
  readonly p: number;
  readonly q: number;
  readonly loose: boolean;
}

interface Part {
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

const NOTHING: Part = { count: 0, low: Infinity, high: -Infinity };

/** The rows of one bin: positives and negatives apart where the scores of the ones all lie below those of the others. */
function runsOfBin(positive: Part, negative: Part): Run[] {
  const ofPositives = { p: positive.count, q: 0, loose: positive.low < positive.high };
  const ofNegatives = { p: 0, q: negative.count, loose: negative.low < negative.high };
  if (positive.count === 0) return [ofNegatives];
  if (negative.count === 0) return [ofPositives];
  if (positive.high < negative.low) return [ofPositives, ofNegatives];
  if (negative.high < positive.low) return [ofNegatives, ofPositives];
  const equal = Math.min(positive.low, negative.low) === Math.max(positive.high, negative.high);
  return [{ p: positive.count, q: negative.count, loose: !equal }];
}

function partOf({ counts, low, high }: Bins, at: number): Part {
  return { count: counts[at] as number, low: low[at] as number, high: high[at] as number };
}

/** Runs of the labelled rows; a bin is one run, or two. */
export function runsOf({ positives, negatives }: Pick<UnpackedScores, 'positives' | 'negatives'>): BinnedRuns {
  const runs: Run[] = [];
  const [p, q] = [positives.keys, negatives.keys];
  for (let i = 0, j = 0; i < p.length || j < q.length;) {
    const key = Math.min(p[i] ?? Infinity, q[j] ?? Infinity);
    const positive = p[i] === key ? partOf(positives, i++) : NOTHING;
    const negative = q[j] === key ? partOf(negatives, j++) : NOTHING;
    runs.push(...runsOfBin(positive, negative));
  }
  const ends = [positives, negatives].flatMap(({ low, high }) => [low[0] ?? 0, high.at(-1) ?? 0]);
  return {
    positives: positives.counts.reduce((sum, count) => sum + count, 0),
    negatives: negatives.counts.reduce((sum, count) => sum + count, 0),
    runPositives: Float64Array.from(runs, (run) => run.p),
    runNegatives: Float64Array.from(runs, (run) => run.q),
    infinite: !ends.every(Number.isFinite),
    loose: Uint8Array.from(runs, (run) => Number(run.loose)),
  };
}

/** Each run with what stands below it. */
function eachRun(
  runs: BinnedRuns,
  visit: (p: number, q: number, p0: number, q0: number, loose: boolean) => void,
): void {
  let [p0, q0] = [0, 0];
  for (let run = 0; run < runs.runPositives.length; run++) {
    const [p, q] = [runs.runPositives[run] as number, runs.runNegatives[run] as number];
    visit(p, q, p0, q0, runs.loose[run] === 1);
    p0 += p;
    q0 += q;
  }
}

/** Half of the pairs whose order is not known, as a share of all pairs. */
function areaBound(runs: BinnedRuns): number {
  let unknown = 0;
  eachRun(runs, (p, q, _p0, _q0, loose) => {
    if (loose) unknown += p * q;
  });
  return unknown === 0 ? 0 : unknown / 2 / runs.positives / runs.negatives;
}

/** `rocAuc`; pairs of one run count half, and the bound is half of those whose order is not known. */
export function binnedRocAuc(runs: BinnedRuns, confidence: number): Estimate {
  return withBound(rocAuc(runs, confidence), areaBound(runs));
}

/** `rocArea` with its bound; both classes must occur. */
export function binnedRocArea(runs: BinnedRuns): ReturnType<typeof rocArea> & { readonly bound: number } {
  return { ...rocArea(runs), bound: areaBound(runs) };
}

/** `scoreKs`; within a run the gap can be as large as with all of its positives, or all of its negatives, first. */
export function binnedScoreKs(runs: BinnedRuns, confidence: number): Estimate {
  const least = scoreKs(runs, confidence);
  if (typeof least.value !== 'number') return least;
  const { positives, negatives } = runs;
  let most = least.value;
  eachRun(runs, (p, q, p0, q0, loose) => {
    if (!loose || p === 0 || q === 0) return;
    const positivesFirst = Math.abs((p0 + p) / positives - q0 / negatives);
    const negativesFirst = Math.abs(p0 / positives - (q0 + q) / negatives);
    most = Math.max(most, positivesFirst, negativesFirst);
  });
  const value = (least.value + most) / 2;
  const shown = { ...least, value, ...(least.interval && { interval: within(least.interval, value, 0, 1) }) };
  return withBound(shown, (most - least.value) / 2);
}

/**
 * `averagePrecision`. A positive of a run adds the precision at its score. At most each has that of all positives of the
 * run and no negative, as if they shared the highest score; at least it comes behind all negatives of the run and none
 * shares its score.
 */
export function binnedAveragePrecision(runs: BinnedRuns, confidence: number): Estimate {
  const central = averagePrecision(runs, confidence);
  const { positives, negatives } = runs;
  if (typeof central.value !== 'number' || positives === 0 || negatives === 0) return central;
  let [least, most] = [0, 0];
  eachRun(runs, (p, q, p0, q0, loose) => {
    if (p === 0) return;
    // Above the run stand the rows that are not in it nor below it.
    const found = positives - p0 - p;
    const taken = found + negatives - q0 - q;
    if (!loose || p + q === 1) {
      const exact = (p * (found + p)) / (taken + p + q);
      least += exact;
      most += exact;
      return;
    }
    most += (p * (found + p)) / (taken + p);
    const before = taken + q;
    least += p + (found - before) * reciprocalsBetween(before, before + p);
  });
  if (most === least) return central;
  const [low, high] = [Math.max(0, least / positives), Math.min(1, most / positives)];
  const value = (low + high) / 2;
  const shown = measured(value, positives, averagePrecisionInterval(value, positives, confidence));
  return withBound(shown, Math.max(0, high - low) / 2);
}

/** `topShare`; of the run that is cut, the rows taken hold as few or as many positives as can be. */
export function binnedTopShare(runs: BinnedRuns, top: number, confidence: number): TopShare {
  const { positives, negatives } = runs;
  const rows = positives + negatives;
  if (positives === 0) {
    const none = absent(0, rows === 0 ? 'no rows with both label and score' : 'no positive label');
    return { gain: none, lift: none };
  }
  const taken = Math.ceil(top * rows);
  let [least, most] = [0, 0];
  eachRun(runs, (p, q, p0, q0) => {
    const left = Math.max(0, taken - (rows - p0 - q0 - p - q));
    least += Math.min(p, Math.max(0, left - q));
    most += Math.min(p, left);
  });
  const hits = (least + most) / 2;
  const [share, unknown] = [taken / rows, (most - least) / 2 / positives];
  const [low, high] = wilsonInterval(hits, positives, confidence);
  const gain = hits / positives;
  return {
    gain: withBound(measured(gain, positives, [low, high]), unknown),
    lift: withBound(measured(gain / share, positives, [low / share, high / share]), unknown / share),
  };
}
