/**
 * Thirty columns as one meets them: bell-shaped, skewed, with ties, categories, with missing values. Every cell is made
 * of one standard normal draw, so that dependence between rows, effects of the day and shifts are given to all kinds alike.
 */
import { normalQuantile } from '../../src/numeric/distributions.js';

export interface NumericKind {
  readonly kind: 'numeric';
  readonly name: string;
  /** From a standard normal draw to the value before it is rounded or cut. */
  readonly raw: (z: number) => number;
  /** Rounds or cuts, so that ties stay ties where the column is shifted. */
  readonly finish: (value: number) => number;
  /** Standard deviation of `raw`. */
  readonly deviation: number;
  readonly missing: number;
}

export interface CategoryKind {
  readonly kind: 'category';
  readonly name: string;
  readonly levels: readonly string[];
  /** Upper ends of the levels on the normal scale, rising; the last is infinite. */
  readonly ends: Float64Array;
  readonly missing: number;
}

export type ColumnKind = NumericKind | CategoryKind;

const asIs = (value: number): number => value;

/** Standard deviation of `raw` of a standard normal draw, by its quantiles in equal steps. */
function deviationOf(raw: (z: number) => number): number {
  const steps = 20_000;
  let sum = 0;
  let squares = 0;
  for (let step = 0; step < steps; step++) {
    const value = raw(normalQuantile((step + 0.5) / steps));
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(squares / steps - (sum / steps) ** 2);
}

function numeric(name: string, raw: (z: number) => number, missing = 0, finish = asIs): NumericKind {
  return { kind: 'numeric', name, raw, finish, deviation: deviationOf(raw), missing };
}

function category(name: string, weights: readonly number[], missing = 0): CategoryKind {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ends = new Float64Array(weights.length).fill(Infinity);
  let below = 0;
  weights.slice(0, -1).forEach((weight, at) => {
    below += weight / total;
    ends[at] = normalQuantile(below);
  });
  return { kind: 'category', name, levels: weights.map((_, at) => `${name}-${String(at)}`), ends, missing };
}

/** Shares that fall as 1 over the rank: few common levels and a long tail of rare ones. */
const zipf = (levels: number): number[] => Array.from({ length: levels }, (_, at) => 1 / (at + 1));

const notBelowZero = (value: number): number => Math.max(0, value);

export const COLUMNS: readonly ColumnKind[] = [
  numeric('normal', (z) => z),
  numeric('temperature', (z) => 12 + 8 * z),
  numeric('height', (z) => 172 + 9 * z),
  numeric('far-from-zero', (z) => 1e6 + z),
  numeric('tiny', (z) => 1e-9 * z),
  numeric('normal-missing', (z) => 5 + z, 0.3),
  numeric('heavy-tails', (z) => z * Math.exp(0.1 * z * z)),
  numeric('heavy-tails-missing', (z) => z * Math.exp(0.15 * z * z), 0.02),
  numeric('income', (z) => Math.exp(10 + 0.6 * z)),
  numeric('lognormal', (z) => Math.exp(z)),
  numeric('lognormal-missing', (z) => Math.exp(1.2 * z), 0.1),
  numeric('squares', (z) => z * z),
  numeric('left-skewed', (z) => -Math.exp(0.8 * z)),
  numeric('exponential', (z) => Math.log1p(Math.exp(1.7 * z))),
  numeric(
    'five-values',
    (z) => 2 + 1.1 * z,
    0,
    (value) => Math.min(4, Math.max(0, Math.round(value))),
  ),
  numeric('age', (z) => 41 + 13 * z, 0.01, Math.round),
  numeric('calls', (z) => Math.exp(0.9 + 0.7 * z), 0, Math.floor),
  numeric('mostly-zero', (z) => z - 0.5, 0, notBelowZero),
  numeric(
    'amounts',
    (z) => Math.exp(3 + z),
    0,
    (value) => Math.round(value / 5) * 5,
  ),
  numeric(
    'halves-missing',
    (z) => 3 * z,
    0.15,
    (value) => Math.round(value * 2) / 2,
  ),
  numeric('days-missing', (z) => Math.exp(4 + 0.5 * z), 0.6, Math.round),
  numeric(
    'two-values',
    (z) => z,
    0,
    (value) => (value > 1 ? 1 : 0),
  ),
  category('yes-no', [9, 1]),
  category('three', [5, 3, 2]),
  category('even-missing', [1, 1, 1, 1, 1, 1, 1], 0.15),
  category('job', zipf(12)),
  category('rare-level', [995, 4, 1]),
  category('region', zipf(40)),
  category('region-missing', zipf(40), 0.05),
  category('long-tail', zipf(400)),
];

/** Index of the first end that is not below the draw. */
export function levelOf(ends: Float64Array, z: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! < z) low = middle + 1;
    else high = middle;
  }
  return low;
}
