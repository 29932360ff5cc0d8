/** Whether one sum of unknowns follows from others. */

const TOLERANCE = 1e-9;

/**
 * Whether `target` is a linear combination of `rows`, by Gauss's elimination with pivoting. Each vector says how often
 * each unknown stands in a sum; entries are small whole numbers, so that rounding stays far below the tolerance.
 */
export function isCombination(rows: readonly (readonly number[])[], target: readonly number[]): boolean {
  const left: Float64Array[] = rows.map((row) => Float64Array.from(row));
  const rest = Float64Array.from(target);
  for (let column = 0, top = 0; column < rest.length; column++) {
    const pivot = largestFrom(left, top, column);
    if (pivot === undefined) {
      if (Math.abs(rest[column] as number) > TOLERANCE) return false;
      continue;
    }
    [left[top], left[pivot]] = [left[pivot] as Float64Array, left[top] as Float64Array];
    const from = left[top] as Float64Array;
    for (const row of [...left.slice(top + 1), rest]) subtract(row, from, column);
    top++;
  }
  return true;
}

function largestFrom(rows: readonly Float64Array[], top: number, column: number): number | undefined {
  let best: number | undefined;
  for (let at = top; at < rows.length; at++) {
    const size = Math.abs(rows[at]?.[column] as number);
    if (size > TOLERANCE && (best === undefined || size > Math.abs(rows[best]?.[column] as number))) best = at;
  }
  return best;
}

/** Takes so much of `from` that nothing is left in the column. */
function subtract(row: Float64Array, from: Float64Array, column: number): void {
  const factor = (row[column] as number) / (from[column] as number);
  if (factor === 0) return;
  for (let at = column; at < row.length; at++) row[at] = (row[at] as number) - factor * (from[at] as number);
  row[column] = 0;
}
