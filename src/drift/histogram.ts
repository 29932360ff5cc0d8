/** Shares of two samples over common bins, by the rules of the libraries that are compared with. */

import { standardDeviation } from '../numeric/moments.js';
import { distinctDeciles } from '../profile/deciles.js';
import type { NumericPair } from './numeric-pair.js';

export interface BinShares {
  readonly reference: Float64Array;
  readonly current: Float64Array;
}

/** First index whose value is not below `bound` (`right` false), or above it (`right` true). */
function searchSorted(sorted: Float64Array, bound: number, right: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle] as number;
    if (right ? value <= bound : value < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows in `[e0, e1), [e1, e2), ..., [e(n-1), en]`, as numpy's `histogram` counts them. */
export function countInBins(sorted: Float64Array, edges: Float64Array): Float64Array {
  const last = edges.length - 1;
  const counts = new Float64Array(last);
  let before = searchSorted(sorted, edges[0] as number, false);
  for (let bin = 0; bin < last; bin++) {
    const until = searchSorted(sorted, edges[bin + 1] as number, bin === last - 1);
    counts[bin] = until - before;
    before = until;
  }
  return counts;
}

/** `bins + 1` equally spaced edges, as numpy's `linspace` rounds them; an empty range is widened by 0.5 to both sides. */
export function equalEdges(min: number, max: number, bins: number): Float64Array {
  const [low, high] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  const step = (high - low) / bins;
  const edges = new Float64Array(bins + 1);
  for (let i = 0; i < bins; i++) edges[i] = i * step + low;
  edges[bins] = high;
  return edges;
}

/** Edges for a bin width; `undefined` where the range overflows or holds fewer doubles than bins. */
function edgesOfWidth(min: number, max: number, width: number): Float64Array | undefined {
  const bins = width > 0 ? Math.ceil((max - min) / width) : 1;
  if (!Number.isFinite(bins) || bins > 1e7) return undefined;
  const edges = equalEdges(min, max, bins);
  for (let i = 0; i < bins; i++) if (!((edges[i] as number) < (edges[i + 1] as number))) return undefined;
  return edges;
}

/** Sturges' rule for n values: `log2 n + 1` bins. Source: numpy `histogram_bin_edges(bins="sturges")`. */
export function sturgesEdges(min: number, max: number, n: number): Float64Array | undefined {
  return edgesOfWidth(min, max, (max - min) / (Math.log2(n) + 1));
}

/** Doane's rule: Sturges' with more bins for skewed samples. Source: numpy `histogram_bin_edges(bins="doane")`. */
function doaneEdges(pair: NumericPair): Float64Array | undefined {
  const { r } = pair;
  const n = r.length;
  const min = r[0] as number;
  const max = r[n - 1] as number;
  const { mean } = pair.reference.moments;
  const deviation = standardDeviation(pair.reference.moments, 0);
  if (!Number.isFinite(deviation)) return undefined;
  let width = 0;
  if (n > 2 && deviation > 0) {
    let cubes = 0;
    for (const value of r) cubes += ((value - mean) / deviation) ** 3;
    const scale = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
    width = (max - min) / (1 + Math.log2(n) + Math.log2(1 + Math.abs(cubes / n) / scale));
  }
  return edgesOfWidth(min, max, width);
}

function shares(counts: Float64Array, total: number): Float64Array {
  return counts.map((count) => count / total);
}

/** Shares over given edges; what lies outside them is not counted. */
export function sharesInBins(pair: NumericPair, edges: Float64Array): BinShares {
  return {
    reference: shares(countInBins(pair.r, edges), pair.r.length),
    current: shares(countInBins(pair.k, edges), pair.k.length),
  };
}

/** Counts in `(-inf, e1], (e1, e2], ..., (en, inf)`. */
function countBetween(sorted: Float64Array, edges: readonly number[]): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  let before = 0;
  edges.forEach((edge, bin) => {
    const until = searchSorted(sorted, edge, true);
    counts[bin] = until - before;
    before = until;
  });
  counts[edges.length] = sorted.length - before;
  return counts;
}

/** Shares between the distinct deciles of the reference, open to both sides; `undefined` where a decile overflows. */
export function decileShares(pair: NumericPair): BinShares | undefined {
  const edges = distinctDeciles(pair.r);
  if (edges === undefined) return undefined;
  return {
    reference: shares(countBetween(pair.r, edges), pair.r.length),
    current: shares(countBetween(pair.k, edges), pair.k.length),
  };
}

/** Up to this many distinct reference values, Evidently gives each pooled value a bin of its own. */
const VALUES_AS_BINS = 20;

function distinctInReference(pair: NumericPair): number {
  return pair.pooled.inReference.reduce((sum, count) => sum + Number(count > 0), 0);
}

/** Shares as Evidently bins: each value its own bin for few reference values, else Sturges' edges on the pooled values. */
export function evidentlyShares(pair: NumericPair): BinShares | undefined {
  const { values, inReference, inCurrent } = pair.pooled;
  if (distinctInReference(pair) <= VALUES_AS_BINS)
    return { reference: shares(inReference, pair.r.length), current: shares(inCurrent, pair.k.length) };
  const [min, max] = [values[0] as number, values[values.length - 1] as number];
  const edges = sturgesEdges(min, max, pair.r.length + pair.k.length);
  return edges && sharesInBins(pair, edges);
}

/** Shares as NannyML bins: Doane's edges on the reference, and one more bin for what the current window has outside. */
export function nannymlShares(pair: NumericPair): BinShares | undefined {
  const edges = doaneEdges(pair);
  if (edges === undefined) return undefined;
  const { reference, current } = sharesInBins(pair, edges);
  const inside = countInBins(pair.k, edges).reduce((sum, count) => sum + count, 0);
  return withOutside({ reference, current }, (pair.k.length - inside) / pair.k.length);
}

/** Appends the share of the current window that falls in no bin of the reference, where there is any. */
export function withOutside(bins: BinShares, outside: number): BinShares {
  if (outside <= 0) return bins;
  return {
    reference: Float64Array.from([...bins.reference, 0]),
    current: Float64Array.from([...bins.current, outside]),
  };
}
