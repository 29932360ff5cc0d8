/** How much worse a model of numbers becomes when one feature's column no longer belongs to its rows. */

import { numbersOf } from '../model/columns.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Column, Frame } from '../model/frame.js';
import { compensatedSum } from '../numeric/moments.js';
import type { Cells } from './shapley.js';
import { type Subject, unlessUnavailable } from './subject.js';

/** Share of the answers that a model which is asked over a wire has for this. */
const SHARE = 0.1;

function squaredError(answers: Float64Array, labels: readonly number[]): number {
  return compensatedSum(answers.map((answer, at) => (answer - (labels[at] as number)) ** 2)) / labels.length;
}

/** The column moved down by one row, its last cell to the top. */
function rotated(rows: Cells, feature: number): Cells {
  return rows.map((row, at) => {
    const copy = row.slice();
    copy[feature] = (rows[(at + rows.length - 1) % rows.length] as Float64Array)[feature] as number;
    return copy;
  });
}

/**
 * Growth of the mean squared error when one feature's column is moved down by one row (the last cell to the top), which cuts
 * its tie to the label and keeps its distribution; one estimate for each feature. In squared units of the label; near 0 or
 * below: the model does without the feature. One fixed permutation, so that it can be computed again. n: rows that are
 * complete and labelled, evenly thinned where all would take too many answers. No value below two such rows.
 * Source: permutation importance, L. Breiman (2001), A. Fisher et al. (2019).
 */
export async function rotationImportance(subject: Subject, current: Frame, label: Column): Promise<Estimate[]> {
  const { features, cells, answer, most } = subject;
  const marks = numbersOf(label);
  const kept = cells
    .of(current)
    .flatMap((row, at) => (row.every(Number.isFinite) && Number.isFinite(marks[at]) ? [{ row, at }] : []));
  const step = Math.ceil((kept.length * (features.length + 1)) / Math.max(1, most * SHARE));
  const some = step <= 1 ? kept : kept.filter((_, at) => at % step === 0);
  const n = some.length;
  if (n < 2) return features.map(() => absent(n, 'fewer than two complete labelled rows'));
  const rows = some.map(({ row }) => row);
  const labels = some.map(({ at }) => marks[at] as number);
  const before = await unlessUnavailable(async () => squaredError(await answer(rows), labels));
  const estimates: Estimate[] = [];
  for (const feature of features.keys()) {
    const after = await unlessUnavailable(async () => squaredError(await answer(rotated(rows, feature)), labels));
    const reason = [before, after].find((error) => typeof error === 'string');
    estimates.push(
      typeof reason === 'string' ? absent(n, reason) : measured((after as number) - (before as number), n),
    );
  }
  return estimates;
}
