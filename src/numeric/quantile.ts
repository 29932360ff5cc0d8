/** Quantiles by linear interpolation of order statistics: R's type 7, numpy's "linear". */

/** numpy's order of operations, so that edges made of quantiles fall on the same side of tied values as numpy's. */
function interpolate(low: number, high: number, share: number): number {
  const gap = high - low;
  return share >= 0.5 ? high - gap * (1 - share) : low + gap * share;
}

function position(n: number, q: number): readonly [lower: number, share: number] {
  const index = (n - 1) * Math.min(1, Math.max(0, q));
  const lower = Math.floor(index);
  return [lower, index - lower];
}

/** Quantile `q` in [0, 1] of values in rising order; `NaN` for an empty sample. */
export function quantileSorted(sorted: ArrayLike<number>, q: number): number {
  const n = sorted.length;
  if (n === 0 || Number.isNaN(q)) return NaN;
  const [lower, share] = position(n, q);
  const low = sorted[lower] as number;
  return share === 0 ? low : interpolate(low, sorted[lower + 1] as number, share);
}

/** Puts the k-th smallest value at index k, smaller ones before, greater ones behind; in place, no NaN. */
function selectInPlace(values: Float64Array, k: number, from: number, to: number): void {
  let left = from;
  let right = to;
  while (left < right) {
    const a = values[left] as number;
    const b = values[(left + right) >>> 1] as number;
    const c = values[right] as number;
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = left;
    let j = right;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const held = values[i] as number;
      values[i] = values[j] as number;
      values[j] = held;
      i++;
      j--;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return;
  }
}

/**
 * Several quantiles of unsorted values by selection, in expected linear time; the input stays as it is. Values must not
 * hold `NaN`. An empty sample gives `NaN` for each.
 */
export function quantiles(values: ArrayLike<number>, qs: readonly number[]): number[] {
  const n = values.length;
  if (n === 0) return qs.map(() => NaN);
  const copy = Float64Array.from(values);
  const result = new Array<number>(qs.length).fill(NaN);
  const byPosition = qs.map((q, at) => [q, at] as const).sort((a, b) => a[0] - b[0]);
  let from = 0;
  for (const [q, at] of byPosition) {
    if (Number.isNaN(q)) continue;
    const [lower, share] = position(n, q);
    selectInPlace(copy, lower, Math.min(from, lower), n - 1);
    from = lower;
    const low = copy[lower] as number;
    if (share === 0) {
      result[at] = low;
      continue;
    }
    let high = Infinity;
    for (let i = lower + 1; i < n; i++) if ((copy[i] as number) < high) high = copy[i] as number;
    result[at] = interpolate(low, high, share);
  }
  return result;
}
