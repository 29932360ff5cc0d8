/**
 * Figures that depend on scores through their order alone. The scores are sorted once, into runs of equal score with the
 * positives and negatives of each; every figure is one pass over the runs.
 */

import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import {
  aucInterval,
  averagePrecisionInterval,
  DEFAULT_CONFIDENCE,
  shareDifferenceInterval,
  within,
} from '../numeric/intervals.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { sortUsingUp } from '../numeric/sort.js';

type Counts = Float64Array | Uint32Array;

/** Positives and negatives of each run of equal score, in rising order of score: what most figures need. */
export interface RunCounts {
  readonly positives: number;
  readonly negatives: number;
  readonly runPositives: Counts;
  readonly runNegatives: Counts;
  /** True where a score is infinite: the order is kept, but scikit-learn refuses such scores. */
  readonly infinite: boolean;
}

/** Labels gathered by score, and the scores of each class in rising order. */
export interface RankedScores extends RunCounts {
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

/** Memory for ranking, as many doubles in each as there are scores; the ranked scores live in it. */
export interface RankingRoom {
  readonly scores: Float64Array;
  readonly runs: Float64Array;
}

const roomFor = (rows: number): RankingRoom => ({ scores: new Float64Array(rows), runs: new Float64Array(rows) });

/** The scores of each class, sorted by themselves: that takes less than sorting all with the row that each came from. */
function sortedByClass(labels: Int8Array, scores: Float64Array, into: Float64Array) {
  let positives = 0;
  for (let row = 0; row < labels.length; row++) positives += labels[row] as number;
  let p = 0;
  let q = positives;
  for (let row = 0; row < labels.length; row++) into[labels[row] === 1 ? p++ : q++] = scores[row] as number;
  return {
    ofPositives: sortUsingUp(into.subarray(0, positives)),
    ofNegatives: sortUsingUp(into.subarray(positives, scores.length)),
  };
}

/** Sorts scores without `NaN`; `labels` are 1 or 0, one for each score. */
export function rankScores(labels: Int8Array, scores: Float64Array, room = roomFor(scores.length)): RankedScores {
  const { ofPositives, ofNegatives } = sortedByClass(labels, scores, room.scores);
  const [positives, negatives] = [ofPositives.length, ofNegatives.length];
  const counts = new Uint32Array(room.runs.buffer, room.runs.byteOffset, 2 * scores.length);
  const runPositives = counts.subarray(0, scores.length);
  const runNegatives = counts.subarray(scores.length);
  let runs = 0;
  for (let p = 0, q = 0; p < positives || q < negatives; runs++) {
    const fromPositives = p < positives && (q >= negatives || (ofPositives[p] as number) <= (ofNegatives[q] as number));
    const score = fromPositives ? ofPositives[p] : ofNegatives[q];
    const firstPositive = p;
    const firstNegative = q;
    while (p < positives && ofPositives[p] === score) p++;
    while (q < negatives && ofNegatives[q] === score) q++;
    runPositives[runs] = p - firstPositive;
    runNegatives[runs] = q - firstNegative;
  }
  const ends = [ofPositives, ofNegatives].flatMap((sorted) => [sorted[0] ?? 0, sorted.at(-1) ?? 0]);
  return {
    ...{ positives, negatives, ofPositives, ofNegatives },
    runPositives: runPositives.subarray(0, runs),
    runNegatives: runNegatives.subarray(0, runs),
    infinite: !ends.every(Number.isFinite),
  };
}

const ONE_CLASS = 'one class only among the labels';

/** An area and what DeLong's interval needs. */
export interface RocArea {
  readonly area: number;
  /** DeLong's variance; 0 where a class has fewer than two rows. */
  readonly variance: number;
}

/** Area under the ROC curve with half credit for ties, and its variance; both classes must occur. */
export function rocArea(ranked: RunCounts): RocArea {
  const { positives, negatives, runPositives, runNegatives } = ranked;
  let pairs = 0;
  let below = 0;
  for (let run = 0; run < runPositives.length; run++) {
    const tied = runNegatives[run] as number;
    pairs += (runPositives[run] as number) * (below + tied / 2);
    below += tied;
  }
  const area = pairs / positives / negatives;
  let positivesBelow = 0;
  let negativesBelow = 0;
  let overPositives = 0;
  let overNegatives = 0;
  for (let run = 0; run < runPositives.length; run++) {
    const p = runPositives[run] as number;
    const q = runNegatives[run] as number;
    overPositives += p * ((negativesBelow + q / 2) / negatives - area) ** 2;
    overNegatives += q * (1 - (positivesBelow + p / 2) / positives - area) ** 2;
    positivesBelow += p;
    negativesBelow += q;
  }
  const spread = (squares: number, size: number): number => (size > 1 ? squares / (size - 1) / size : 0);
  return { area, variance: spread(overPositives, positives) + spread(overNegatives, negatives) };
}

/**
 * Area under the ROC curve: the share of (positive, negative) pairs that the score puts in the right order, ties counting
 * half. In [0, 1], 0.5 is chance, higher is better; n = the rarer class. No value with one class or an infinite score.
 * Unchanged by any strictly rising map of the scores. Interval: DeLong on the logit. scikit-learn `roc_auc_score`.
 */
export function rocAuc(ranked: RunCounts, confidence = DEFAULT_CONFIDENCE): Estimate {
  const { positives, negatives } = ranked;
  const rarer = Math.min(positives, negatives);
  if (positives + negatives === 0) return absent(0, 'no rows with both label and score');
  if (rarer === 0) return absent(0, ONE_CLASS);
  if (ranked.infinite) return absent(rarer, 'a score is infinite');
  const { area, variance } = rocArea(ranked);
  return measured(area, rarer, aucInterval(area, variance, positives, negatives, confidence));
}

/**
 * Average precision: `sum (R_k - R_(k-1)) P_k` over the distinct scores from high to low, precision and recall at each; no
 * interpolation. In [0, 1], higher is better, chance level is the share of positives; n = positives. Without positives 0,
 * with nothing but positives 1, both degenerate. scikit-learn `average_precision_score`.
 */
export function averagePrecision(ranked: RunCounts, confidence = DEFAULT_CONFIDENCE): Estimate {
  const { positives, negatives, runPositives, runNegatives } = ranked;
  if (positives + negatives === 0) return absent(0, 'no rows with both label and score');
  if (ranked.infinite) return absent(positives, 'a score is infinite');
  if (positives === 0) return conventional(0, 0);
  if (negatives === 0) return conventional(1, positives);
  let found = 0;
  let taken = 0;
  let sum = 0;
  for (let run = runPositives.length - 1; run >= 0; run--) {
    const here = runPositives[run] as number;
    found += here;
    taken += here + (runNegatives[run] as number);
    if (here > 0) sum += (here * found) / taken;
  }
  const value = sum / positives;
  return measured(value, positives, averagePrecisionInterval(value, positives, confidence));
}

/**
 * Kolmogorov–Smirnov distance between the scores of positives and of negatives: the largest gap between their distribution
 * functions. In [0, 1], higher is better; n = the rarer class. No value with one class. Interval: Newcombe's for the two
 * shares at the score of the largest gap, held fixed. SciPy `ks_2samp(...).statistic`.
 */
export function scoreKs(ranked: RunCounts, confidence = DEFAULT_CONFIDENCE): Estimate {
  const { positives, negatives, runPositives, runNegatives } = ranked;
  if (positives + negatives === 0) return absent(0, 'no rows with both label and score');
  if (positives === 0 || negatives === 0) return absent(0, ONE_CLASS);
  let p = 0;
  let q = 0;
  let gap = 0;
  let at: readonly [number, number] = [0, 0];
  for (let run = 0; run < runPositives.length; run++) {
    p += runPositives[run] as number;
    q += runNegatives[run] as number;
    const here = Math.abs(p / positives - q / negatives);
    if (here > gap) {
      gap = here;
      at = [p, q];
    }
  }
  const [a, b] = at;
  const signed = shareDifferenceInterval(a, positives, b, negatives, confidence);
  const flipped = a / positives < b / negatives ? ([-signed[1], -signed[0]] as const) : signed;
  return measured(gap, Math.min(positives, negatives), within(flipped, gap, 0, 1));
}

/** Gain and lift of the top share of the rows. */
export interface TopShare {
  readonly gain: Estimate;
  readonly lift: Estimate;
}

/**
 * Gain: share of all positives among the best-scored `ceil(top · rows)` rows, in [0, 1]. Lift: that gain over the share of
 * rows taken, 1 is chance. Higher is better; ties are broken by row order; n = positives, without which there is no value.
 */
export function topShare(
  ranked: RankedScores,
  { labels, scores }: { readonly labels: Int8Array; readonly scores: Float64Array },
  top = 0.1,
  confidence = DEFAULT_CONFIDENCE,
): TopShare {
  const { positives } = ranked;
  const rows = scores.length;
  if (positives === 0) {
    const none = absent(0, rows === 0 ? 'no rows with both label and score' : 'no positive label');
    return { gain: none, lift: none };
  }
  const taken = Math.ceil(top * rows);
  const { whole, score, left } = wholeRuns(ranked, taken);
  let hits = whole;
  for (let row = 0, first = left; row < rows && first > 0; row++) {
    if (scores[row] !== score) continue;
    hits += labels[row] as number;
    first--;
  }
  const gain = hits / positives;
  const interval = wilsonInterval(hits, positives, confidence);
  const share = taken / rows;
  return {
    gain: measured(gain, positives, interval),
    lift: measured(gain / share, positives, [interval[0] / share, interval[1] / share]),
  };
}

/** Positives in the whole runs among the best `taken` rows; `left` rows are to be taken of the run of `score` below them. */
function wholeRuns(
  { runPositives, runNegatives, ofPositives, ofNegatives }: RankedScores,
  taken: number,
): { readonly whole: number; readonly score: number | undefined; readonly left: number } {
  let found = 0;
  let passed = 0;
  for (let run = runPositives.length - 1; run >= 0; run--) {
    const inRun = runPositives[run] as number;
    const size = inRun + (runNegatives[run] as number);
    if (passed + size > taken) {
      const score = inRun > 0 ? ofPositives.at(-1 - found) : ofNegatives.at(-1 - (passed - found));
      return { whole: found, score, left: taken - passed };
    }
    found += inRun;
    passed += size;
  }
  return { whole: found, score: undefined, left: 0 };
}
