/** Bins of a score whose edges the reference fixes: there are as many rows of the reference in one as in another. */

import { BinFinder } from '../bin-finder.js';
import { BinGatherer, type Bins, type PackedValues, unpackValues } from './bins.js';

/** Scores of so few distinct values have a bin for each. */
const MOST_DISTINCT = 1000;
/** Bins of equally many rows of the reference, where there is one score; several share them, down to so many. */
const EVEN = 400;
const FEWEST = 20;
/** Among the highest scores a bin is this much smaller than what lies above it: precision at the top is decided by few rows. */
const TOP_STEP = 1.05;

/** The next number but one at most: what equals `value` falls below it. */
const justAbove = (value: number): number => value + Math.max(Number.MIN_VALUE, Math.abs(value) * Number.EPSILON);

/** 0 and 1 have bins to themselves, so that it is known how many scores lie strictly between and how many outside. */
const ENDS = [0, Number.MIN_VALUE, 1, 1 + Number.EPSILON] as const;

function distinctOf(sorted: Float64Array, most: number): number[] {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length <= most; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct.push(sorted[i] as number);
  }
  return distinct;
}

/**
 * Edges of the bins, strictly rising, from the scores of a reference (rising). A value that fills more than a bin has one to
 * itself. `among`: how many scores there are for each row.
 */
export function scoreEdges(sorted: Float64Array, among = 1): Float64Array {
  const edges = new Set<number>(ENDS);
  const most = Math.floor(MOST_DISTINCT / among);
  const even = Math.max(FEWEST, Math.floor(EVEN / among));
  const distinct = distinctOf(sorted, most);
  if (distinct.length <= most) {
    for (const value of distinct) edges.add(value).add(justAbove(value));
  } else {
    const n = sorted.length;
    const places = new Set<number>();
    for (let bin = 1; bin < even; bin++) places.add(Math.floor((bin * n) / even));
    for (let above = 1; above < n / even; above = Math.max(above + 1, above * TOP_STEP))
      places.add(n - Math.floor(above));
    let before: number | undefined;
    for (const place of [...places].sort((a, b) => a - b)) {
      const value = sorted[place] as number;
      edges.add(value);
      if (value === before) edges.add(justAbove(value));
      before = value;
    }
  }
  return Float64Array.from([...edges].filter(Number.isFinite)).sort();
}

/** The bin of a score, counted from 0: how many edges lie at or below it. */
function scoreBin(edges: Float64Array, finder: BinFinder, score: number): number {
  if (score === Infinity) return edges.length;
  if (score === -Infinity) return 0;
  const below = finder.binOf(score);
  return edges[below] === score ? below + 1 : below;
}

/** Which bins these are: 32 bits of the edges (FNV-1a), so that bins of other edges are never added. */
function edgesMark(edges: Float64Array): number {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(edges.buffer, edges.byteOffset, edges.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

export const SCORE_POPULATIONS = ['positives', 'negatives', 'chosen', 'refused', 'silent'] as const;

/**
 * Rows by the bin of one score. `positives` and `negatives`: labelled rows of the class that the score is for, and of all
 * others, with the extremes of the score and the sum of its logit. `chosen`, `refused` and `silent`: rows, labelled or not,
 * whose class an estimator foretells with a probability, those predicted to be of the class, those predicted to be of
 * another, and those without a prediction, with extremes and sum of the probability.
 */
type ByPopulation<T> = Readonly<Record<(typeof SCORE_POPULATIONS)[number], T>>;

export interface ScoreBins extends ByPopulation<PackedValues> {
  readonly mark: number;
}

/** For measuring. */
export type UnpackedScores = ByPopulation<Bins>;

const each = <T>(of: (population: (typeof SCORE_POPULATIONS)[number]) => T): ByPopulation<T> => ({
  positives: of('positives'),
  negatives: of('negatives'),
  chosen: of('chosen'),
  refused: of('refused'),
  silent: of('silent'),
});

export function unpackScores(bins: ScoreBins): UnpackedScores {
  return each((population) => unpackValues(bins[population]));
}

/** What is said of each row: 1, 0, or -1 where nothing is. */
export interface ScoredRows {
  readonly scores: Float64Array;
  readonly labels: Int8Array;
  readonly predictions: Int8Array;
  /** `NaN` where none is foretold. */
  readonly foretold: Float64Array | undefined;
}

/** The logit of a score strictly between 0 and 1, and 0 for others, which have none. */
const logitOf = (score: number): number => (score > 0 && score < 1 ? Math.log(score) - Math.log1p(-score) : 0);

/** Gathers the rows that have a score. */
export function gatherScores(edges: Float64Array, { scores, labels, predictions, foretold }: ScoredRows): ScoreBins {
  const finder = new BinFinder(edges);
  const span = edges.length + 1;
  const [positives, negatives] = [new BinGatherer(0, span), new BinGatherer(0, span)];
  const [chosen, refused, silent] = [new BinGatherer(0, span), new BinGatherer(0, span), new BinGatherer(0, span)];
  for (let row = 0; row < scores.length; row++) {
    const score = scores[row] as number;
    if (Number.isNaN(score)) continue;
    const bin = scoreBin(edges, finder, score);
    const label = labels[row] as number;
    if (label >= 0) (label === 1 ? positives : negatives).add(bin, score, logitOf(score));
    const probability = foretold === undefined ? NaN : (foretold[row] as number);
    if (Number.isNaN(probability)) continue;
    const prediction = predictions[row] as number;
    (prediction < 0 ? silent : prediction === 1 ? chosen : refused).add(bin, probability, probability);
  }
  const gathered = { positives, negatives, chosen, refused, silent };
  return { mark: edgesMark(edges), ...each((population) => gathered[population].packed()) };
}

/** Adds up the bins of one score, `mark` those of its edges. */
export class ScoreAdder {
  readonly #mark: number;
  readonly #sums = each(() => new BinGatherer());

  constructor(mark: number) {
    this.#mark = mark;
  }

  /** Throws `RangeError` where the bins were gathered by other edges. */
  add(bins: ScoreBins): void {
    if (bins.mark !== this.#mark) throw new RangeError('score bins of other edges cannot be added up');
    for (const population of SCORE_POPULATIONS) this.#sums[population].addPacked(bins[population]);
  }

  sum(): ScoreBins {
    return { mark: this.#mark, ...each((population) => this.#sums[population].packed()) };
  }
}
