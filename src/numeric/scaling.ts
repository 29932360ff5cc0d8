/** Min–max normalisation. */

/**
 * Where a value lies between two ends: `(value - low) / (high - low)`; 0 at `low`, 1 at `high`, beyond them outside [0, 1].
 * `undefined` where the ends do not lie apart, or are not finite.
 */
export function minMaxScaled(value: number, low: number, high: number): number | undefined {
  if (!(high > low) || !Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  // Halves where the whole range overflows.
  return Number.isFinite(high - low) ? (value - low) / (high - low) : (value / 2 - low / 2) / (high / 2 - low / 2);
}

/** Each value between the smallest and the largest, in [0, 1]; `undefined` where they are all equal, or none is there. */
export function minMaxNormalised(values: readonly number[]): number[] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const scaled = values.map((value) => minMaxScaled(value, low, high));
  return scaled.length > 0 && scaled.every((value) => value !== undefined) ? scaled : undefined;
}
