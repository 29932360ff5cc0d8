/** Local outlier factor: how much thinner the data lie around a row than around its neighbours. */

import type { Points } from './complete-rows.js';

/** scikit-learn's default, and Breunig's advice for a lower end. */
export const NEIGHBOURS = 20;
/** Distances closer than this are one distance. */
const TIE = 1e-9;

export interface LocalOutliers {
  /** `-LOF` of each point, as scikit-learn's `negative_outlier_factor_`: about -1 inside, lower outside. */
  readonly negativeFactors: Float64Array;
  /** Points whose k-th and next neighbour are equally far: there the factor depends on which of them is taken. */
  readonly tiedRows: number;
}

interface Neighbourhood {
  readonly neighbours: Uint32Array;
  readonly distances: Float64Array;
}

/** The k nearest other points of each, nearest first, equally far ones by row; and how many have a tie at the k-th. */
function nearest(points: Points, k: number): { readonly of: readonly Neighbourhood[]; readonly tied: number } {
  const { cells, width, count } = points;
  const distances = new Float64Array(count);
  let tied = 0;
  const of = Array.from({ length: count }, (_, row) => {
    for (let other = 0; other < count; other++) {
      let square = 0;
      for (let i = 0; i < width; i++)
        square += ((cells[row * width + i] as number) - (cells[other * width + i] as number)) ** 2;
      distances[other] = Math.sqrt(square);
    }
    const others = Uint32Array.from({ length: count - 1 }, (_, at) => (at < row ? at : at + 1));
    others.sort((a, b) => (distances[a] as number) - (distances[b] as number) || a - b);
    const last = distances[others[k - 1] as number] as number;
    const next = k < others.length ? (distances[others[k] as number] as number) : Infinity;
    if (next - last <= TIE) tied++;
    const neighbours = others.slice(0, k);
    return { neighbours, distances: Float64Array.from(neighbours, (other) => distances[other] as number) };
  });
  return { of, tied };
}

/**
 * Local outlier factors, exact. `reach(a, b) = max(distance(a, b), distance of b's k-th neighbour)`, density of a = 1 / (mean
 * reach to its k neighbours + 1e-10), factor of a = mean density of its neighbours / density of a. Points should be scaled
 * alike. Euclidean distance, k = 20 or all other points where there are fewer. No unit; the factor is above 0, near 1 for
 * inliers. Needs at least two points. Time grows with the square of the points: callers bound their number.
 * Source: M. Breunig et al., SIGMOD 2000; scikit-learn `LocalOutlierFactor`.
 */
export function localOutlierFactors(points: Points, neighbours = NEIGHBOURS): LocalOutliers {
  const k = Math.min(neighbours, points.count - 1);
  const { of, tied } = nearest(points, k);
  const reachOfLast = of.map(({ distances }) => distances[k - 1] as number);
  const densities = of.map(({ neighbours: near, distances }) => {
    let sum = 0;
    near.forEach((other, at) => {
      sum += Math.max(distances[at] as number, reachOfLast[other] as number);
    });
    return 1 / (sum / k + 1e-10);
  });
  const negativeFactors = Float64Array.from(of, ({ neighbours: near }, row) => {
    let sum = 0;
    for (const other of near) sum += (densities[other] as number) / (densities[row] as number);
    return -sum / k;
  });
  return { negativeFactors, tiedRows: tied };
}
