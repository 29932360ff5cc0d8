/** Area under the ROC curve by its definition: the share of pairs that are ranked rightly. O(positives · negatives). */
export function rocAuc(rows: readonly { readonly score: number }[], positive: readonly boolean[]): number {
  const scores = rows.map(({ score }) => score);
  const of = (wanted: boolean): number[] => scores.filter((_, i) => positive[i] === wanted);
  const negatives = of(false);
  let won = 0;
  for (const high of of(true)) {
    for (const low of negatives) won += high > low ? 1 : high === low ? 0.5 : 0;
  }
  return won / (of(true).length * negatives.length);
}
