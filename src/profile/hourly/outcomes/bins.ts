/**
 * Values gathered into bins that are fixed beforehand, so that bins of several hours add up. Of each bin that holds any
 * are known: how many, the lowest, the highest and a sum. Nothing else is known of the values, and nothing is guessed: what
 * a figure may be between the lowest and the highest is its bound.
 */

/** Bins that hold values, by rising key; all lists of one length. */
export interface Bins {
  readonly keys: Int32Array;
  readonly counts: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** What is summed is up to the owner: the values themselves, or a function of them. */
  readonly sums: Float64Array;
}

/** Adds up values bin by bin; keys are whole numbers of `[first, first + span)`. */
export class BinGatherer {
  readonly #first: number;
  readonly #counts: Float64Array;
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #sums: Float64Array;

  constructor(first: number, span: number) {
    this.#first = first;
    this.#counts = new Float64Array(span);
    this.#low = new Float64Array(span).fill(Infinity);
    this.#high = new Float64Array(span).fill(-Infinity);
    this.#sums = new Float64Array(span);
  }

  add(key: number, value: number, summed: number): void {
    const at = key - this.#first;
    // Adding 0 makes 0 of -0, which is neither above nor below it: the extremes do not hang on the order of the rows.
    const held = value + 0;
    this.#counts[at]! += 1;
    if (held < (this.#low[at] as number)) this.#low[at] = held;
    if (held > (this.#high[at] as number)) this.#high[at] = held;
    this.#sums[at]! += summed;
  }

  addBins({ keys, counts, low, high, sums }: Bins): void {
    for (let i = 0; i < keys.length; i++) {
      const at = (keys[i] as number) - this.#first;
      this.#counts[at]! += counts[i] as number;
      if ((low[i] as number) < (this.#low[at] as number)) this.#low[at] = low[i] as number;
      if ((high[i] as number) > (this.#high[at] as number)) this.#high[at] = high[i] as number;
      this.#sums[at]! += sums[i] as number;
    }
  }

  bins(): Bins {
    let size = 0;
    for (const count of this.#counts) if (count > 0) size++;
    const keys = new Int32Array(size);
    for (let at = 0, i = 0; i < size; at++) if ((this.#counts[at] as number) > 0) keys[i++] = at + this.#first;
    const taken = (values: Float64Array): Float64Array => {
      const result = new Float64Array(size);
      for (let i = 0; i < size; i++) result[i] = values[(keys[i] as number) - this.#first] as number;
      return result;
    };
    return {
      keys,
      counts: taken(this.#counts),
      low: taken(this.#low),
      high: taken(this.#high),
      sums: taken(this.#sums),
    };
  }
}

/** Bins of all parts together. */
export function mergeBins(parts: readonly Bins[]): Bins {
  let first = Infinity;
  let last = -Infinity;
  for (const { keys } of parts) {
    if (keys.length === 0) continue;
    first = Math.min(first, keys[0] as number);
    last = Math.max(last, keys[keys.length - 1] as number);
  }
  const gatherer = first > last ? new BinGatherer(0, 0) : new BinGatherer(first, last - first + 1);
  for (const part of parts) gatherer.addBins(part);
  return gatherer.bins();
}

/** How many values all bins hold. */
export function binnedCount({ counts }: Bins): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
