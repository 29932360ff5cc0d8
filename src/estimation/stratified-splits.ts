/** Random splits into training and test rows that keep the share of each class: scikit-learn's `StratifiedShuffleSplit`. */

import { splitRandom, type SplitRandom } from './mersenne-twister.js';

/** Whole numbers that add up to `total`, as near as can be to the classes' shares; ties are drawn. */
function proportionalCounts(counts: readonly number[], total: number, random: SplitRandom): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const wanted = counts.map((count) => (count / all) * total);
  const given = wanted.map(Math.floor);
  let left = total - given.reduce((sum, count) => sum + count, 0);
  const rests = wanted.map((share, at) => share - (given[at] as number));
  for (const rest of [...new Set(rests)].sort((a, b) => b - a)) {
    if (left <= 0) break;
    const tied = rests.flatMap((other, at) => (other === rest ? [at] : []));
    // The order is drawn for a single candidate as well: the generator must stand where it stands in scikit-learn.
    const order = random.permutation(tied.length);
    for (let i = 0; i < tied.length && left > 0; i++, left--) {
      const chosen = tied[order[i] as number] as number;
      given[chosen] = (given[chosen] as number) + 1;
    }
  }
  return given;
}

/**
 * Test rows of each split; the other rows are for training. `labels` are 0 or 1 and hold at least two rows of each class;
 * `share` of the rows, rounded up, go into the test. Same seed, same splits as in scikit-learn.
 */
export function stratifiedTestRows(labels: Uint8Array, splits: number, share: number, seed: number): Uint32Array[] {
  const rowsOf: number[][] = [[], []];
  for (let row = 0; row < labels.length; row++) (rowsOf[labels[row] as number] as number[]).push(row);
  const counts = rowsOf.map((rows) => rows.length);
  const testSize = Math.ceil(share * labels.length);
  const random = splitRandom(seed);
  return Array.from({ length: splits }, () => {
    const train = proportionalCounts(counts, labels.length - testSize, random);
    const rest = counts.map((count, at) => count - (train[at] as number));
    const test = proportionalCounts(rest, testSize, random);
    const chosen: number[] = [];
    rowsOf.forEach((rows, at) => {
      const order = random.permutation(rows.length);
      const from = train[at] as number;
      for (let i = from; i < from + (test[at] as number); i++) chosen.push(rows[order[i] as number] as number);
    });
    // scikit-learn shuffles both halves once more; the next split depends on that.
    random.permutation(labels.length - testSize);
    const last = random.permutation(testSize);
    return Uint32Array.from(last, (at) => chosen[at] as number);
  });
}
