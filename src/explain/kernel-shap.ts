/** Kernel SHAP: Shapley values of any function, from as many answers as one can afford. */

import { solvePositiveDefinite } from '../numeric/linear-algebra.js';
import { compensatedSum } from '../numeric/moments.js';
import type { Random } from '../numeric/random.js';
import type { Asking } from './asking.js';
import type { Cells } from './shapley.js';

/** Coalitions that are drawn unless told otherwise: all of those of 11 features. */
export const DRAWN_COALITIONS = 2_048;
/** Rows of one question. */
const ROWS_AT_ONCE = 20_000;

export interface KernelOptions {
  readonly random: Random;
  /** Coalitions asked for at most. Up to so many, all are; else so many are drawn, each with its complement. */
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

/** Whether every coalition of `n` features is asked for, so that the values are exact. */
export function isEnumerated(n: number, draws: number): boolean {
  return 2 ** n - 2 <= draws;
}

/** Mean answer for each coalition: its members as in the row, the others as in each background row in turn. */
function* meanAnswers(coalitions: readonly Uint8Array[], row: Float64Array, background: Cells): Asking<Float64Array> {
  const means = new Float64Array(coalitions.length);
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / background.length));
  for (let from = 0; from < coalitions.length; from += atOnce) {
    const some = coalitions.slice(from, from + atOnce);
    const answers = yield some.flatMap((holds) =>
      background.map((other) => other.map((cell, i) => (holds[i] === 1 ? (row[i] as number) : cell))),
    );
    some.forEach((_, at) => {
      const own = answers.subarray(at * background.length, (at + 1) * background.length);
      means[from + at] = compensatedSum(own) / background.length;
    });
  }
  return means;
}

/**
 * Shapley values of one row by weighted regression of the coalitions' mean answers on their members, with the sum held at the
 * answer minus the base value. Same unit and background as `shapleyValues`, and equal to it up to rounding where all
 * coalitions are asked for; beyond, an estimate from seeded draws. `undefined` where there are too few draws to tell the
 * features apart, or answers are not finite. The background must not be empty.
 * Source: S. Lundberg and S.-I. Lee, NeurIPS 2017.
 */
export function* kernelShapley(
  row: Float64Array,
  background: Cells,
  { random, draws = DRAWN_COALITIONS }: KernelOptions,
): Asking<Float64Array | undefined> {
  const n = row.length;
  const coalitions = n === 1 ? [] : isEnumerated(n, draws) ? everyCoalition(n) : drawnCoalitions(n, draws, random);
  const ends = [new Uint8Array(n), new Uint8Array(n).fill(1)];
  const means = yield* meanAnswers([...ends, ...coalitions.map(({ holds }) => holds)], row, background);
  const [base, answer] = means as unknown as readonly [number, number];
  const whole = answer - base;
  if (!Number.isFinite(whole)) return undefined;
  if (n === 1) return Float64Array.of(whole);
  // The last feature's value is what the others leave of the whole, so that the sum holds exactly.
  const size = n - 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  coalitions.forEach(({ holds, weight }, at) => {
    const last = holds[size] as number;
    const target = (means[at + ends.length] as number) - base - last * whole;
    for (let i = 0; i < size; i++) {
      const left = weight * ((holds[i] as number) - last);
      right[i] = (right[i] as number) + left * target;
      for (let j = 0; j < size; j++)
        matrix[i * size + j] = (matrix[i * size + j] as number) + left * ((holds[j] as number) - last);
    }
  });
  const solved = right.every(Number.isFinite) ? solvePositiveDefinite(matrix, right) : undefined;
  return solved === undefined ? undefined : Float64Array.of(...solved, whole - compensatedSum(solved));
}
