/**
 * Memory for the time of one computation. Columns of a million rows are worked through one after the other, and each would
 * leave eight megabytes behind until the collector comes; here the next one takes what the last one needed.
 */

/** Shorter ones are cheaper had anew. */
const LENT_FROM = 65_536;

/** Held weakly: between two windows the collector may take it. */
let free: readonly WeakRef<Float64Array>[] = [];

function keep(memory: Float64Array): void {
  free = [...free.filter((some) => some.deref() !== undefined), new WeakRef(memory)];
}

function borrowed(length: number): Float64Array {
  const found = free.findLast((some) => (some.deref()?.length ?? 0) >= length);
  const memory = found?.deref();
  if (memory === undefined) return new Float64Array(length);
  free = free.filter((some) => some !== found);
  return memory;
}

/** Gives `use` room for so many doubles, which hold anything at first; none of it may be kept after `use` has returned. */
export function withScratch<T>(length: number, use: (scratch: Float64Array) => T): T {
  if (length < LENT_FROM) return use(new Float64Array(length));
  const memory = borrowed(length);
  try {
    return use(memory.subarray(0, length));
  } finally {
    keep(memory);
  }
}

/** Memory whose values nobody needs any more, for whoever computes next. */
export function lendScratch(memory: Float64Array): void {
  if (memory.length >= LENT_FROM) keep(memory);
}
