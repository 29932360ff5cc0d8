/** Kernel SHAP: Shapley values of any function, from as many answers as one can afford. */

import { solvePositiveDefinite } from '../numeric/linear-algebra.js';
import { compensatedSum } from '../numeric/moments.js';
import type { Random } from '../numeric/random.js';
import type { Cells } from './shapley.js';

/** Up to so many features every coalition is tried, and the values are exact. */
const ENUMERATED = 11;

export interface KernelOptions {
  /** Answer to a row of cells; must not keep the array. */
  readonly predict: (row: Float64Array) => number;
  readonly random: Random;
  /** Coalitions drawn where there are too many to try all; each comes with its complement. Default 2,048. */
  readonly draws?: number;
}

interface Coalition {
  readonly holds: Uint8Array;
  readonly weight: number;
}

/** Every coalition but none and all, by the Shapley kernel `(n - 1) / (C(n, s) s (n - s))`. */
function everyCoalition(n: number): Coalition[] {
  const choose = [1];
  for (let s = 1; s <= n; s++) choose.push(((choose[s - 1] as number) * (n - s + 1)) / s);
  return Array.from({ length: 2 ** n - 2 }, (_, at) => {
    const holds = Uint8Array.from({ length: n }, (__, i) => ((at + 1) >>> i) & 1);
    const size = holds.reduce((sum, bit) => sum + bit, 0);
    return { holds, weight: (n - 1) / ((choose[size] as number) * size * (n - size)) };
  });
}

/** Sizes by their share of the kernel, members evenly; each draw with its complement, which halves the noise. */
function drawnCoalitions(n: number, draws: number, random: Random): Coalition[] {
  const shares = Array.from({ length: n - 1 }, (_, at) => 1 / ((at + 1) * (n - at - 1)));
  const total = compensatedSum(shares);
  return Array.from({ length: Math.ceil(draws / 2) }, () => {
    let left = random.uniform() * total;
    let size = 1;
    while (size < n - 1 && left >= (shares[size - 1] as number)) left -= shares[size++ - 1] as number;
    const places = Uint32Array.from({ length: n }, (_, i) => i);
    const holds = new Uint8Array(n);
    for (let at = 0; at < size; at++) {
      const other = at + random.below(n - at);
      const place = places[other] as number;
      places[other] = places[at] as number;
      holds[place] = 1;
    }
    return [holds, holds.map((bit) => 1 - bit)].map((of) => ({ holds: of, weight: 1 }));
  }).flat();
}

/**
 * Shapley values of one row by weighted regression of the coalitions' mean answers on their members, with the sum held at the
 * answer minus the base value. Same unit and background as `shapleyValues`, and equal to it up to rounding for at most 11
 * features; beyond, an estimate from seeded draws. `undefined` where there are too few draws to tell the features apart, or
 * answers are not finite. The background must not be empty. Source: S. Lundberg and S.-I. Lee, NeurIPS 2017.
 */
export function kernelShapley(
  row: Float64Array,
  background: Cells,
  { predict, random, draws = 2048 }: KernelOptions,
): Float64Array | undefined {
  const n = row.length;
  const mixed = new Float64Array(n);
  const answerTo = (holds: Uint8Array): number => {
    const answers = background.map((other) => {
      for (let i = 0; i < n; i++) mixed[i] = (holds[i] === 1 ? row[i] : other[i]) as number;
      return predict(mixed);
    });
    return compensatedSum(answers) / answers.length;
  };
  const base = answerTo(new Uint8Array(n));
  const whole = answerTo(new Uint8Array(n).fill(1)) - base;
  if (!Number.isFinite(whole)) return undefined;
  if (n === 1) return Float64Array.of(whole);
  const coalitions = n <= ENUMERATED ? everyCoalition(n) : drawnCoalitions(n, draws, random);
  // The last feature's value is what the others leave of the whole, so that the sum holds exactly.
  const size = n - 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (const { holds, weight } of coalitions) {
    const last = holds[size] as number;
    const target = answerTo(holds) - base - last * whole;
    for (let i = 0; i < size; i++) {
      const left = weight * ((holds[i] as number) - last);
      right[i] = (right[i] as number) + left * target;
      for (let j = 0; j < size; j++)
        matrix[i * size + j] = (matrix[i * size + j] as number) + left * ((holds[j] as number) - last);
    }
  }
  const solved = right.every(Number.isFinite) ? solvePositiveDefinite(matrix, right) : undefined;
  return solved === undefined ? undefined : Float64Array.of(...solved, whole - compensatedSum(solved));
}
