/** Seeded bootstraps that draw on cells and blocks, not on rows, so that their cost does not follow the window. */

import type { Interval } from '../model/estimate.js';
import { DEFAULT_CONFIDENCE, within } from '../numeric/intervals.js';
import { drawMultinomial, randomFrom } from '../numeric/random.js';
import { sortDoubles } from '../numeric/sort.js';

/** What is computed from one draw: writes each figure's value into `out`. */
export type Statistics = (drawn: Float64Array, out: Float64Array) => void;

export interface BootstrapOptions {
  readonly seed: number;
  readonly confidence?: number;
  readonly rounds?: number;
}

const CELL_ROUNDS = 1000;
const BLOCK_ROUNDS = 600;
/** Rows are gathered into at most this many blocks before they are drawn. */
const BLOCKS = 250;

/** Percentile interval of each figure over the rounds, widened to hold the figure itself. */
function percentiles(draws: readonly Float64Array[], values: ArrayLike<number>, confidence: number): Interval[] {
  return draws.map((column, at) => {
    const sorted = sortDoubles(column);
    const tail = (1 - confidence) / 2;
    const low = Math.max(0, Math.floor(tail * sorted.length));
    const high = Math.min(sorted.length - 1, Math.ceil((1 - tail) * sorted.length) - 1);
    const interval: Interval = [sorted[low] as number, sorted[high] as number];
    return within(interval, values[at] as number, -Infinity, Infinity);
  });
}

/**
 * Multinomial bootstrap on the cells of a table: `rounds` tables of the same total are drawn and the figures computed
 * from each. A pseudo-count of one row in all, spread over the cells, keeps an empty cell possible, so that a table
 * without errors, or without hits, does not get an interval of zero width. Percentile intervals (Efron 1979).
 */
export function bootstrapCells(
  cells: ArrayLike<number>,
  statistics: Statistics,
  figures: number,
  options: BootstrapOptions,
): Interval[] {
  const random = randomFrom(options.seed);
  const rounds = options.rounds ?? CELL_ROUNDS;
  const observed = Float64Array.from(cells);
  const total = observed.reduce((sum, count) => sum + count, 0);
  const weights = observed.map((count) => count + 1 / observed.length);
  const drawn = new Float64Array(observed.length);
  const out = new Float64Array(figures);
  const draws = Array.from({ length: figures }, () => new Float64Array(rounds));
  for (let round = 0; round < rounds; round++) {
    drawMultinomial(random, total, weights, drawn);
    statistics(drawn, out);
    for (let at = 0; at < figures; at++) (draws[at] as Float64Array)[round] = out[at] as number;
  }
  statistics(observed, out);
  return percentiles(draws, out, options.confidence ?? DEFAULT_CONFIDENCE);
}

/** Sums of several quantities over consecutive blocks of rows. */
export interface BlockSums {
  readonly blocks: number;
  readonly width: number;
  /** Row-major: the `width` sums of block 0, then of block 1, …; the last sum of each is its number of rows. */
  readonly sums: Float64Array;
}

/** Gathers the rows into blocks; up to `BLOCKS` rows each is its own block. All columns have the same length. */
export function blockSums(columns: readonly Float64Array[]): BlockSums {
  const rows = columns[0]?.length ?? 0;
  const blocks = Math.min(rows, BLOCKS);
  const width = columns.length + 1;
  const sums = new Float64Array(blocks * width);
  for (let block = 0; block < blocks; block++) {
    const from = Math.floor((block * rows) / blocks);
    const to = Math.floor(((block + 1) * rows) / blocks);
    columns.forEach((column, at) => {
      let sum = 0;
      for (let row = from; row < to; row++) sum += column[row] as number;
      sums[block * width + at] = sum;
    });
    sums[block * width + width - 1] = to - from;
  }
  return { blocks, width, sums };
}

/**
 * Bootstrap of figures that depend on the rows through sums alone (mean squares, R²): blocks of consecutive rows are drawn
 * with replacement. With one row a block it is the plain bootstrap; longer blocks also carry dependence between
 * neighbouring rows. Percentile intervals.
 */
export function bootstrapBlocks(
  table: BlockSums,
  statistics: Statistics,
  figures: number,
  options: BootstrapOptions,
): Interval[] {
  const random = randomFrom(options.seed);
  const rounds = options.rounds ?? BLOCK_ROUNDS;
  const { blocks, width, sums } = table;
  const total = new Float64Array(width);
  const out = new Float64Array(figures);
  const draws = Array.from({ length: figures }, () => new Float64Array(rounds));
  for (let round = 0; round < rounds; round++) {
    total.fill(0);
    for (let block = 0; block < blocks; block++) {
      const from = Math.floor(random.uniform() * blocks) * width;
      for (let at = 0; at < width; at++) total[at] = (total[at] as number) + (sums[from + at] as number);
    }
    statistics(total, out);
    for (let at = 0; at < figures; at++) (draws[at] as Float64Array)[round] = out[at] as number;
  }
  total.fill(0);
  for (let i = 0; i < sums.length; i++) total[i % width] = (total[i % width] as number) + (sums[i] as number);
  statistics(total, out);
  return percentiles(draws, out, options.confidence ?? DEFAULT_CONFIDENCE);
}
