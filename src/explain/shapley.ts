/** Shapley values: what each feature adds to an answer, over every order in which the features could become known. */

import { compensatedSum } from '../numeric/moments.js';
import type { ExplainedModel } from '../model/explained-model.js';

/** More features make more than 4,096 coalitions; then Kernel SHAP draws some. */
export const MOST_FEATURES = 12;

/** Rows of cells in the order of the model's features. */
export type Cells = readonly Float64Array[];

/** Mean answer for each coalition: its features as in the row, the others as in each background row in turn. */
function coalitionValues({ predict }: ExplainedModel, row: Float64Array, background: Cells): Float64Array {
  const n = row.length;
  const values = new Float64Array(2 ** n);
  const mixed = new Float64Array(n);
  const answers = new Float64Array(background.length);
  for (let mask = 0; mask < values.length; mask++) {
    background.forEach((other, at) => {
      for (let i = 0; i < n; i++) mixed[i] = ((mask >>> i) & 1 ? row[i] : other[i]) as number;
      answers[at] = predict(mixed);
    });
    values[mask] = compensatedSum(answers) / background.length;
  }
  return values;
}

/** `s! (n - s - 1)! / n!` for each size s of a coalition without the feature. */
function sizeWeights(n: number): number[] {
  const weights: number[] = [1 / n];
  for (let s = 1; s < n; s++) weights.push(((weights[s - 1] as number) * s) / (n - s));
  return weights;
}

const sizeOf = (mask: number): number => {
  let size = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) size++;
  return size;
};

/**
 * Exact interventional Shapley values of one row: `phi_i = sum over coalitions S without i of |S|! (n - |S| - 1)! / n! *
 * (v(S + i) - v(S))`, `v(S)` the mean answer with the features in S taken from the row and the others from each background
 * row. They add up to the answer minus the base value; unit: the model's output. Where the answer is a weighted sum of the
 * cells this is `w_i (x_i - mean b_i)`, else all `2^n` coalitions are tried: at most `MOST_FEATURES` features then.
 * The background must not be empty. Throws a `RangeError` for too many features.
 * Source: L. Shapley (1953); S. Lundberg and S.-I. Lee, NeurIPS 2017; H. Chen et al. 2020 ("true to the model").
 */
export function shapleyValues(model: ExplainedModel, row: Float64Array, background: Cells): Float64Array {
  const n = row.length;
  if (model.coefficients !== undefined) {
    return Float64Array.from(model.coefficients, (weight, i) => {
      const usual = compensatedSum(background.map((other) => other[i] as number)) / background.length;
      return weight * ((row[i] as number) - usual);
    });
  }
  if (n > MOST_FEATURES) throw new RangeError(`${String(n)} features make too many coalitions for exact values`);
  const values = coalitionValues(model, row, background);
  const weights = sizeWeights(n);
  return Float64Array.from({ length: n }, (_, i) => {
    const bit = 1 << i;
    let sum = 0;
    for (let mask = 0; mask < values.length; mask++)
      if ((mask & bit) === 0)
        sum += (weights[sizeOf(mask)] as number) * ((values[mask | bit] as number) - (values[mask] as number));
    return sum;
  });
}
