/**
 * Sorting of doubles by least-significant-digit radix. The built-in sort of typed arrays compares; on a million values
 * the radix sort takes a fraction of its time, and its time does not depend on the order of the input.
 */

/** Below this many values comparing is as fast as counting. */
const SMALL = 4096;
const SMALL_WITH_ORDER = 512;
/** Digits of a word: 11, 11 and 10 bits, the low word first. */
const BITS = 11;
const BUCKETS = 1 << BITS;
const MASK = BUCKETS - 1;
const PASSES = 6;

/** Index of the word that holds sign and exponent, by the byte order of the machine. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Words of each double, changed so that unsigned comparison of (high, low) is comparison of the doubles. */
function sortableKeys(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const n = values.length;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * n);
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const top = words[2 * i + HIGH] as number;
    const bottom = words[2 * i + 1 - HIGH] as number;
    if (top >>> 31) {
      high[i] = ~top;
      low[i] = ~bottom;
    } else {
      high[i] = top ^ 0x80000000;
      low[i] = bottom;
    }
  }
  return { low, high };
}

function countDigits(low: Uint32Array, high: Uint32Array): Uint32Array {
  const counts = new Uint32Array(PASSES * BUCKETS);
  for (let i = 0; i < low.length; i++) {
    const l = low[i] as number;
    const h = high[i] as number;
    counts[l & MASK]! += 1;
    counts[BUCKETS + ((l >>> BITS) & MASK)]! += 1;
    counts[2 * BUCKETS + (l >>> (2 * BITS))]! += 1;
    counts[3 * BUCKETS + (h & MASK)]! += 1;
    counts[4 * BUCKETS + ((h >>> BITS) & MASK)]! += 1;
    counts[5 * BUCKETS + (h >>> (2 * BITS))]! += 1;
  }
  return counts;
}

/** Turns the counts of one digit into start offsets; false when all keys share that digit and the pass can be left out. */
function offsetsOf(counts: Uint32Array, n: number): boolean {
  let start = 0;
  for (let b = 0; b < BUCKETS; b++) {
    const size = counts[b] as number;
    if (size === n) return false;
    counts[b] = start;
    start += size;
  }
  return true;
}

/** Sorts the keys, and with them `order` where given; returns the arrays that hold the result. */
function radix(
  keys: { low: Uint32Array; high: Uint32Array },
  order: Uint32Array | undefined,
): { low: Uint32Array; high: Uint32Array; order: Uint32Array | undefined } {
  const n = keys.low.length;
  const counts = countDigits(keys.low, keys.high);
  let low: Uint32Array = keys.low;
  let high: Uint32Array = keys.high;
  let otherLow: Uint32Array = new Uint32Array(n);
  let otherHigh: Uint32Array = new Uint32Array(n);
  let current: Uint32Array | undefined = order;
  let otherOrder: Uint32Array | undefined = order ? new Uint32Array(n) : undefined;
  for (let pass = 0; pass < PASSES; pass++) {
    const offsets = counts.subarray(pass * BUCKETS, (pass + 1) * BUCKETS);
    if (!offsetsOf(offsets, n)) continue;
    const word = pass < 3 ? low : high;
    const shift = (pass % 3) * BITS;
    if (current && otherOrder) {
      for (let i = 0; i < n; i++) {
        const bucket = ((word[i] as number) >>> shift) & MASK;
        const to = offsets[bucket] as number;
        offsets[bucket] = to + 1;
        otherLow[to] = low[i] as number;
        otherHigh[to] = high[i] as number;
        otherOrder[to] = current[i] as number;
      }
    } else {
      for (let i = 0; i < n; i++) {
        const bucket = ((word[i] as number) >>> shift) & MASK;
        const to = offsets[bucket] as number;
        offsets[bucket] = to + 1;
        otherLow[to] = low[i] as number;
        otherHigh[to] = high[i] as number;
      }
    }
    [low, otherLow] = [otherLow, low];
    [high, otherHigh] = [otherHigh, high];
    [current, otherOrder] = [otherOrder, current];
  }
  return { low, high, order: current };
}

function doublesOf(low: Uint32Array, high: Uint32Array): Float64Array {
  const n = low.length;
  const result = new Float64Array(n);
  const words = new Uint32Array(result.buffer);
  for (let i = 0; i < n; i++) {
    const top = high[i] as number;
    const bottom = low[i] as number;
    const positive = top >>> 31 === 1;
    words[2 * i + HIGH] = positive ? top ^ 0x80000000 : ~top;
    words[2 * i + 1 - HIGH] = positive ? bottom : ~bottom;
  }
  return result;
}

/** One form for every NaN, positive, so that all of them sort behind plus infinity. */
function withPlainNaN(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) {
      const copy = values.slice();
      for (let k = i; k < copy.length; k++) if (Number.isNaN(copy[k])) copy[k] = NaN;
      return copy;
    }
  }
  return values;
}

/**
 * The values in rising order, as a new array; the input stays as it is. `-0` stands before `0`, infinities at the ends,
 * `NaN` last. Linear time.
 */
export function sortDoubles(values: Float64Array): Float64Array {
  if (values.length < SMALL) return values.slice().sort();
  const { low, high } = radix(sortableKeys(withPlainNaN(values)), undefined);
  return doublesOf(low, high);
}

/** Sorted values together with the index each had before; equal values keep their order. */
export function sortWithOrder(values: Float64Array): { sorted: Float64Array; order: Uint32Array } {
  const n = values.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  if (n < SMALL_WITH_ORDER) {
    const clean = withPlainNaN(values);
    order.sort((a, b) => compareDoubles(clean[a] as number, clean[b] as number) || a - b);
    const sorted = new Float64Array(n);
    for (let i = 0; i < n; i++) sorted[i] = clean[order[i] as number] as number;
    return { sorted, order };
  }
  const result = radix(sortableKeys(withPlainNaN(values)), order);
  return { sorted: doublesOf(result.low, result.high), order: result.order ?? order };
}

/** Total order of doubles: by value, `-0` before `0`, `NaN` last. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 && !Object.is(a, b) ? (Object.is(a, -0) ? -1 : 1) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
