/**
 * Weak segments: the slices of the data where the model is worst. They are searched on one half of the rows and measured
 * on the other: among thousands of slices some look bad by luck, and luck does not repeat on rows that were not searched.
 */

import { lossesOf } from './losses.js';
import { type Found, membersOf, searchSlices } from './search.js';
import { slicesOf } from './slices.js';
import { absent, type Estimate, figureOf, measured } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles, Task } from '../model/frame.js';
import { SMALLEST_GROUP } from '../model/smallest-group.js';
import { doublesBy } from '../numeric/doubles.js';
import {
  DEFAULT_CONFIDENCE,
  logRatio,
  meanDifferenceInterval,
  meanInterval,
  ratioInterval,
  shareDifferenceInterval,
} from '../numeric/intervals.js';
import { type Moments, momentsOf, variance } from '../numeric/moments.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { randomFrom } from '../numeric/random.js';

export interface SegmentOptions {
  /** Two-sided confidence of the intervals; 0.99 unless given. */
  readonly confidence?: number;
  /** Fewest rows that any set of rows may have which the reported slices tell apart; 10 unless given. */
  readonly smallestGroup?: number;
}

/** Slices that are measured: the three that a message names, and two more. */
const MEASURED = 5;
/** Bins of a numeric feature: narrow, and wide, as it is crossed with others. */
const BINS = 10;
const PAIRED_BINS = 4;
/** Fewest rows of a slice in each half, and of all others. Convention. */
const LEAST = 50;
/** Slices of which more than this share lies in one that is already taken tell the same trouble again. */
const MOST_OVERLAP = 0.5;
/** Candidates that are tried; behind them come gaps that nobody would call worst. */
const TRIED = 60;
/** Labelled rows that are looked at, evenly drawn: more would only cost time. */
const MOST_ROWS = 100_000;
const SEED = 20_261_122;

/** The rows of one slice on the measured half, and all others. */
interface Compared {
  readonly task: Task;
  readonly own: Moments;
  readonly rest: Moments;
}

const isShare = ({ task }: Compared): boolean => task !== 'regression';
const wrongOf = ({ mean, count }: Moments): number => Math.round(mean * count);

function lossOf(compared: Compared, confidence: number): Estimate {
  const { own } = compared;
  const interval = isShare(compared)
    ? wilsonInterval(wrongOf(own), own.count, confidence)
    : meanInterval(own, confidence);
  return measured(own.mean, own.count, interval);
}

function gapOf(compared: Compared, confidence: number): Estimate {
  const { own, rest } = compared;
  const interval = isShare(compared)
    ? shareDifferenceInterval(wrongOf(own), own.count, wrongOf(rest), rest.count, confidence)
    : meanDifferenceInterval(own, rest, confidence);
  return measured(own.mean - rest.mean, Math.min(own.count, rest.count), interval);
}

/** The log ratio of two means with the delta method's error; of shares with one half added to each count. */
function ratioOf(compared: Compared, confidence: number): Estimate {
  const { own, rest } = compared;
  const n = Math.min(own.count, rest.count);
  if (rest.mean === 0) return absent(n, 'all other rows are right');
  const value = own.mean / rest.mean;
  if (isShare(compared)) {
    const log = logRatio(wrongOf(own), own.count, wrongOf(rest), rest.count);
    const [low, high] = ratioInterval(log, confidence);
    return measured(value, n, [Math.min(low, value), Math.max(high, value)]);
  }
  if (own.mean === 0) return measured(value, n);
  const squared = variance(own) / own.count / own.mean / own.mean + variance(rest) / rest.count / rest.mean / rest.mean;
  const log = { log: Math.log(value), standardError: Math.sqrt(squared) };
  return measured(value, n, ratioInterval(log, confidence));
}

interface Halves {
  /** Row of the frame of each labelled row that is looked at; slices and losses go by the place in this list. */
  readonly rows: Uint32Array;
  readonly losses: Float64Array;
  readonly searched: Uint32Array;
  readonly measured: Uint32Array;
}

/** Labelled rows in two halves, by seeded coins: the same rows are halved alike everywhere. */
function halve(all: Float64Array): Halves {
  const random = randomFrom(SEED);
  let labelled = 0;
  for (const loss of all) if (!Number.isNaN(loss)) labelled++;
  const kept = Math.min(1, MOST_ROWS / labelled);
  const rows = new Uint32Array(labelled);
  const halves = [new Uint32Array(labelled), new Uint32Array(labelled)] as const;
  let [count, searched] = [0, 0];
  for (let row = 0; row < all.length; row++) {
    if (Number.isNaN(all[row])) continue;
    const drawn = random.uniform();
    if (drawn >= kept) continue;
    if (drawn < kept / 2) halves[0][searched++] = count;
    else halves[1][count - searched] = count;
    rows[count++] = row;
  }
  return {
    rows: rows.subarray(0, count),
    losses: doublesBy(count, (at) => all[rows[at] as number] as number),
    searched: halves[0].subarray(0, searched),
    measured: halves[1].subarray(0, count - searched),
  };
}

/**
 * The worst slices that are not the same trouble twice, chosen without a look at the measured losses. `parts` of a row is
 * the set of slices it stands in, as bits: reported counts are sums over such sets, so none of them may be small.
 */
function chooseSlices(found: readonly Found[], rows: Uint32Array, smallest: number): readonly Found[] {
  const least = Math.max(LEAST, smallest);
  const chosen: { readonly slice: Found; readonly size: number }[] = [];
  let parts = new Uint8Array(rows.length);
  for (const slice of found.slice(0, TRIED)) {
    const bit = 1 << chosen.length;
    const next = parts.slice();
    const members = membersOf(slice, rows);
    const counts = new Float64Array(1 << MEASURED);
    for (let at = 0; at < next.length; at++) {
      if (members[at] === 1) next[at]! |= bit;
      counts[next[at] as number]! += 1;
    }
    const rowsIn = (bits: number): number =>
      counts.reduce((sum, count, part) => ((part & bits) === bits ? sum + count : sum), 0);
    const size = rowsIn(bit);
    if (size < least || rows.length - size < least) continue;
    const again = chosen.some((other, at) => rowsIn(bit | (1 << at)) > MOST_OVERLAP * Math.min(size, other.size));
    // Every set of rows that the slices tell apart is empty or large enough.
    if (again || counts.some((count) => count > 0 && count < smallest)) continue;
    parts = next;
    chosen.push({ slice, size });
    if (chosen.length === MEASURED) break;
  }
  return chosen.map(({ slice }) => slice);
}

function compare(slice: Found, { losses, measured: rows }: Halves, task: Task): Compared {
  const members = membersOf(slice, rows);
  const sides = [new Float64Array(rows.length), new Float64Array(rows.length)] as const;
  let own = 0;
  for (let at = 0; at < rows.length; at++) {
    const loss = losses[rows[at] as number] as number;
    if (members[at] === 1) sides[1][own++] = loss;
    else sides[0][at - own] = loss;
  }
  return {
    task,
    own: momentsOf(sides[1].subarray(0, own)),
    rest: momentsOf(sides[0].subarray(0, rows.length - own)),
  };
}

/** Weak beyond doubt: the gap's interval lies above 0 at a confidence that is shared out among the measured slices. */
function isWeak(compared: Compared, confidence: number, family: number): boolean {
  const gap = gapOf(compared, 1 - (1 - confidence) / family);
  return gap.value !== null && gap.interval !== undefined && gap.interval[0] > 0;
}

/** The slices to report, with what was measured; or why there are none. */
function findSegments(
  frame: Frame,
  roles: Roles,
  smallest: number,
): { readonly slices: readonly Found[]; readonly halves: Halves } | { readonly reason: string; readonly n: number } {
  if (roles.label === undefined || roles.prediction === undefined) return { n: 0, reason: 'no labels' };
  const halves = halve(lossesOf(frame, roles));
  const n = halves.rows.length;
  if (frame.rows === 0 || n === 0) return { n, reason: frame.rows === 0 ? 'empty window' : 'no labels' };
  if (n < 4 * LEAST) return { n, reason: `fewer than ${String(4 * LEAST)} rows with label and prediction` };
  const names = [...new Set([...roles.numeric, ...roles.categorical])];
  const features = names.flatMap((name) => {
    const column = frame.columns.get(name);
    const [single, paired] = column === undefined ? [] : slicesOf(column, halves.rows, [BINS, PAIRED_BINS]);
    return single && paired ? [{ single, paired }] : [];
  });
  if (features.length === 0) return { n, reason: 'no feature that divides the rows' };
  const found = searchSlices(features, halves.searched, halves.losses, LEAST);
  const slices = chooseSlices(found, halves.measured, smallest);
  return slices.length === 0 ? { n, reason: `no slice has ${String(LEAST)} rows in each half` } : { slices, halves };
}

/**
 * Weak segments of one period: levels, tenths and quarters of each feature, levels and
 * quarters of each pair of features, compared by error rate
 * (classification) or mean absolute error (regression). Five slices at most are chosen on a random half of the labelled
 * rows (at least 50 rows each) and measured on the other half, each against all other rows there:
 *
 * - `weakest_segment_gap`, `weakest_segment_ratio`: loss of the slice that looked worst, minus and over that of the rest;
 *   always given where anything can be measured, with 99 % interval, so that periods can be compared;
 * - `weak_segments`: how many of the five are weaker than the rest at 99 % for all of them together (Bonferroni; Newcombe's
 *   interval of the difference, for regression Welch's);
 * - for each of those: `segment_gap`, `segment_ratio`, and `segment_error_rate` or `segment_mae`, under its name.
 *
 * Where no slice is weaker, one is reported in at most 1 % of periods. `n` counts measured rows of the slice (or of the
 * rest, if fewer). No set of rows that the reported slices tell apart is smaller than `smallestGroup`.
 */
export function measureSegments(frame: Frame, roles: Roles, on: Period, options: SegmentOptions = {}): Figure[] {
  const { confidence = DEFAULT_CONFIDENCE, smallestGroup = SMALLEST_GROUP } = options;
  const figure = (metric: string, estimate: Estimate, segment?: string): Figure => {
    const id = ['segment', on, ...(segment === undefined ? [] : [segment]), metric].join('/');
    return figureOf({ id, family: 'segment', metric, on, ...(segment !== undefined && { segment }) }, estimate);
  };
  const found = findSegments(frame, roles, smallestGroup);
  if ('reason' in found) {
    return ['weakest_segment_gap', 'weakest_segment_ratio', 'weak_segments'].map((metric) =>
      figure(metric, absent(found.n, found.reason)),
    );
  }
  const { slices, halves } = found;
  const compared = slices.map((slice) => ({ slice, to: compare(slice, halves, roles.task) }));
  const weak = compared
    .filter(({ to }) => isWeak(to, confidence, compared.length))
    .sort((a, b) => b.to.own.mean - a.to.own.mean);
  const worst = compared[0]!.to;
  return [
    figure('weakest_segment_gap', gapOf(worst, confidence)),
    figure('weakest_segment_ratio', ratioOf(worst, confidence)),
    figure('weak_segments', measured(weak.length, compared.length)),
    ...weak.flatMap(({ slice: { name }, to }) => [
      figure('segment_gap', gapOf(to, confidence), name),
      figure('segment_ratio', ratioOf(to, confidence), name),
      figure(roles.task === 'regression' ? 'segment_mae' : 'segment_error_rate', lossOf(to, confidence), name),
    ]),
  ];
}
