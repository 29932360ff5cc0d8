/**
 * How far the empirical distribution functions of two sorted samples lie apart. Neither is walked value by value in the
 * order of both: which side comes next is a toss of a coin, and processors guess it wrong half the time.
 */

/** Values of the first sample that are passed at once. */
const BLOCK = 64;

/** First place from `from` on whose value is larger than `value`: in strides that double, then by halving the last one. */
function firstLarger(sorted: Float64Array, from: number, value: number): number {
  const { length } = sorted;
  let low = from;
  let stride = 1;
  while (low + stride - 1 < length && (sorted[low + stride - 1] as number) <= value) {
    low += stride;
    stride *= 2;
  }
  let high = Math.min(length, low + stride - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The largest difference between two places of both samples, in units of `1 / (m n)`, none smaller than `least`. */
function largestBetween(
  r: Float64Array,
  k: Float64Array,
  [fromR, fromK, toR, toK]: readonly [number, number, number, number],
  least: number,
): number {
  const [m, n] = [r.length, k.length];
  let [i, j, largest] = [fromR, fromK, least];
  while (i < toR || j < toK) {
    const left = i < toR ? (r[i] as number) : Infinity;
    const right = j < toK ? (k[j] as number) : Infinity;
    const value = left < right ? left : right;
    // The middle of a run of equal values is no place where the functions differ.
    while (i < toR && r[i] === value) i++;
    while (j < toK && k[j] === value) j++;
    const units = Math.abs(i * n - j * m);
    if (units > largest) largest = units;
  }
  return largest;
}

/**
 * `max |F - G|` of two rising samples that both hold a value; in [0, 1]. Exact: within a block of values the difference can be
 * no larger than if all of one side came before the other, and only blocks in which that would be a new largest are looked at.
 */
export function largestGap(r: Float64Array, k: Float64Array): number {
  const [m, n] = [r.length, k.length];
  const blocks = Math.ceil(m / BLOCK);
  /** Places in both samples behind each block, equal values together. */
  const endsR = new Float64Array(blocks + 1);
  const endsK = new Float64Array(blocks + 1);
  let largest = 0;
  let used = 0;
  for (let i = 0, j = 0; i < m; used++) {
    const value = r[Math.min(i + BLOCK, m) - 1] as number;
    i = firstLarger(r, Math.min(i + BLOCK, m), value);
    j = firstLarger(k, j, value);
    endsR[used + 1] = i;
    endsK[used + 1] = j;
    largest = Math.max(largest, Math.abs(i * n - j * m));
  }
  for (let block = 0; block < used; block++) {
    const [fromR, fromK] = [endsR[block] as number, endsK[block] as number];
    const [toR, toK] = [endsR[block + 1] as number, endsK[block + 1] as number];
    const most = Math.max(Math.abs(toR * n - fromK * m), Math.abs(fromR * n - toK * m));
    if (most > largest) largest = largestBetween(r, k, [fromR, fromK, toR, toK], largest);
  }
  return largest / (m * n);
}

/** Terms that are added before their sum joins the compensated one: few enough to keep its digits. */
const ADDED_AT_ONCE = 256;

/** Of values times `scale`; `many` holds at least as many as `few`, so that each of its values meets one or two of the others. */
function areaOf(many: Float64Array, few: Float64Array, scale: number): number {
  const [m, n] = [many.length, few.length];
  let [i, j, sum, lost] = [0, 0, 0, 0];
  /** Of the share of `few[j]`, in units of `1 / (m n)`, what is left for `many[i]` and those behind it. */
  let left = m;
  while (i < m) {
    let some = 0;
    for (const end = Math.min(i + ADDED_AT_ONCE, m); i < end; i++) {
      const value = scale * (many[i] as number);
      const gap = Math.abs(value - scale * (few[j] as number));
      left -= n;
      if (left > 0) some += n * gap;
      else {
        j++;
        // Nothing is left of the last one when all of `many` is through.
        some += (n + left) * gap;
        if (left < 0) some -= left * Math.abs(value - scale * (few[j] as number));
        left += m;
      }
    }
    const next = sum + some;
    lost += sum >= some ? sum - next + some : some - next + sum;
    sum = next;
  }
  return (sum + lost) / (m * n);
}

/**
 * `integral |F - G|` of two rising samples that both hold a value, in the unit of the values: the mean distance of their
 * quantiles, which is the same area seen from the other axis. Not finite where it overflows.
 */
export function areaBetween(r: Float64Array, k: Float64Array): number {
  const [many, few] = r.length < k.length ? [k, r] : [r, k];
  const area = areaOf(many, few, 1);
  // Weights are up to the number of rows: values near the largest number there is are made small first.
  return Number.isFinite(area) ? area : areaOf(many, few, 2 ** -64) * 2 ** 64;
}
