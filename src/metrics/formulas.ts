/** Formulas of single numbers, for those who have only aggregates. */

/**
 * F1 from precision and recall: their harmonic mean `2 p r / (p + r)`, in [0, 1], higher is better; `undefined` where both
 * are 0. Tells whether a stored F1 fits the precision and recall stored beside it.
 */
export function f1FromPrecisionRecall(precision: number, recall: number): number | undefined {
  const sum = precision + recall;
  return sum > 0 ? (2 * precision * recall) / sum : undefined;
}

/**
 * Min-max normalisation, `(x - min) / (max - min)`, each value in [0, 1]; `undefined` where there is no value, or all are
 * the same and the formula is 0/0.
 */
export function minMaxNormalised(values: readonly number[]): readonly number[] | undefined {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return high > low ? values.map((value) => (value - low) / (high - low)) : undefined;
}
