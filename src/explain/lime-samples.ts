/** Rows around a row that is explained by LIME, drawn feature by feature as the background has them. */

import { normalQuantile, normalTail } from '../numeric/distributions.js';
import { momentsOf, standardDeviation } from '../numeric/moments.js';
import { quantiles } from '../numeric/quantile.js';
import { drawNormal, type Random } from '../numeric/random.js';
import type { Cells } from './shapley.js';

/** One range of a numeric feature between quartiles, or one category. */
interface Bin {
  /** Share of the background. */
  readonly share: number;
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** How one feature is sampled. */
interface FeatureSpread {
  readonly bins: readonly Bin[];
  readonly binOf: (cell: number) => number;
  readonly mean: number;
  /** Divisor n. */
  readonly deviation: number;
  readonly isCategory: boolean;
}

/** Every feature's distribution in the background. */
export type Spreads = readonly FeatureSpread[];

/** A cell that is 1 where a sample falls into the row's bin or category; or the standardised number itself. */
export type LimeVariant = 'quartiles' | 'continuous';

function binFrom(cells: Float64Array, total: number, low: number, high: number): Bin {
  const moments = momentsOf(cells);
  const [mean, deviation] = cells.length === 0 ? [0, 0] : [moments.mean, standardDeviation(moments, 0)];
  return { share: cells.length / total, mean, deviation: deviation + 1e-11, low, high };
}

function numericSpread(cells: Float64Array): FeatureSpread {
  const moments = momentsOf(cells);
  const [lowest, first, middle, third, highest] = quantiles(cells, [0, 0.25, 0.5, 0.75, 1]) as [
    ...[number, number, number, number, number],
  ];
  const borders = [...new Set([first, middle, third])];
  const binOf = (cell: number): number => borders.filter((border) => border < cell).length;
  const ends = [lowest, ...borders, highest];
  const bins = Array.from({ length: borders.length + 1 }, (_, bin) =>
    binFrom(
      cells.filter((cell) => binOf(cell) === bin),
      cells.length,
      ends[bin] as number,
      ends[bin + 1] as number,
    ),
  );
  return { bins, binOf, mean: moments.mean, deviation: standardDeviation(moments, 0), isCategory: false };
}

function categorySpread(codes: Float64Array): FeatureSpread {
  const kinds = [...new Set(codes)].sort((a, b) => a - b);
  const bins = kinds.map((kind) =>
    binFrom(
      codes.filter((code) => code === kind),
      codes.length,
      kind,
      kind,
    ),
  );
  return { bins, binOf: (code) => kinds.indexOf(code), mean: 0, deviation: 1, isCategory: true };
}

/** The distributions that samples are drawn from. The background must not be empty. */
export function spreadsOf(background: Cells, isCategory: readonly boolean[]): Spreads {
  return isCategory.map((category, i) => {
    const cells = Float64Array.from(background, (row) => row[i] as number);
    return category ? categorySpread(cells) : numericSpread(cells);
  });
}

/** A normal draw that is kept within the bin, by inversion; in the tail that is further from overflow. */
function drawWithin({ mean, deviation, low, high }: Bin, random: Random): number {
  if (!(high > low)) return low;
  const [from, to] = [(low - mean) / deviation, (high - mean) / deviation];
  const isAbove = from > 0;
  const [near, far] = isAbove ? [normalTail(from), normalTail(to)] : [normalTail(-to), normalTail(-from)];
  const drawn = normalQuantile(far + (near - far) * random.uniform());
  const z = isAbove ? -drawn : drawn;
  return Number.isFinite(z) ? Math.min(high, Math.max(low, mean + deviation * z)) : low;
}

function drawBin(bins: readonly Bin[], random: Random): number {
  let left = random.uniform();
  let bin = 0;
  while (bin < bins.length - 1 && left >= (bins[bin] as Bin).share) left -= (bins[bin++] as Bin).share;
  return bin;
}

export interface Sample {
  /** What the weighted sum sees. */
  readonly seen: Float64Array;
  /** What the model is asked. */
  readonly cells: Float64Array;
}

/** A row like those of the background. */
export function drawSample(row: Float64Array, spreads: Spreads, variant: LimeVariant, random: Random): Sample {
  const [seen, cells] = [new Float64Array(row.length), new Float64Array(row.length)];
  spreads.forEach((spread, i) => {
    const { bins, binOf, mean, deviation, isCategory } = spread;
    if (variant === 'continuous' && !isCategory) {
      const z = drawNormal(random);
      seen[i] = deviation > 0 ? z : 0;
      cells[i] = mean + deviation * z;
      return;
    }
    const at = drawBin(bins, random);
    seen[i] = at === binOf(row[i] as number) ? 1 : 0;
    cells[i] = isCategory ? (bins[at] as Bin).low : drawWithin(bins[at] as Bin, random);
  });
  return { seen, cells };
}

/** The row itself as the weighted sum sees it. */
export function ownSample(row: Float64Array, spreads: Spreads, variant: LimeVariant): Sample {
  const seen = Float64Array.from(row, (cell, i) => {
    const { mean, deviation, isCategory } = spreads[i] as FeatureSpread;
    if (variant === 'quartiles' || isCategory) return 1;
    return deviation > 0 ? (cell - mean) / deviation : 0;
  });
  return { seen, cells: row };
}
