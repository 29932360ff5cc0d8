/** The four counts that a binary classifier is judged by. */

/** True and false positives and negatives. */
export interface BinaryCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** Counts of the rows where label and prediction (1, 0, -1 missing) are both present. */
export function countBinary(labels: Int8Array, predictions: Int8Array): BinaryCounts {
  const counts = new Float64Array(4);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    const prediction = predictions[row] as number;
    if (label < 0 || prediction < 0) continue;
    const cell = 2 * label + prediction;
    counts[cell] = (counts[cell] as number) + 1;
  }
  const [tn, fp, fn, tp] = counts as unknown as [number, number, number, number];
  return { tp, fp, fn, tn };
}
