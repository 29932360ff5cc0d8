/** Attribution drift: does the model lean on the same features, in the same order, as in the reference? */

import { absent, type Estimate, measured } from '../model/estimate.js';

/**
 * Normalised discounted cumulative gain of the current order of features with the reference's importances as gains:
 * `DCG = sum gain_i / log2(place_i + 1)` over the features in current order, divided by the same sum in the reference's own
 * order. In (0, 1]: 1 is the same order (or only equal importances changed places). Ties stand in the given order, in both.
 * Inputs: one importance for each feature, not negative, in the same order of features (such as `mean_abs_shap`). n: features.
 * No value: fewer than two features, lists of different length, an importance that is negative or not finite, all gains 0.
 * Source: K. Jarvelin and J. Kekalainen (2002); the use on attributions is Amazon SageMaker Clarify's and Fiddler's.
 */
export function attributionNdcg(reference: readonly number[], current: readonly number[]): Estimate {
  const n = reference.length;
  if (current.length !== n) return absent(n, 'the importances are not of the same features');
  if (n < 2) return absent(n, 'fewer than two features');
  if ([...reference, ...current].some((value) => !(value >= 0 && value < Infinity)))
    return absent(n, 'an importance is negative or not finite');
  const falling = (by: readonly number[]): number[] =>
    by.map((_, at) => at).sort((a, b) => (by[b] as number) - (by[a] as number) || a - b);
  const gain = (order: readonly number[]): number =>
    order.reduce((sum, feature, place) => sum + (reference[feature] as number) / Math.log2(place + 2), 0);
  const ideal = gain(falling(reference));
  return ideal > 0 ? measured(gain(falling(current)) / ideal, n) : absent(n, 'no feature mattered in the reference');
}
