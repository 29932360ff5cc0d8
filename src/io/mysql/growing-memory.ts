/** Arrays that grow with the rows that are read. */
import { collectGarbage } from '../measuring-thread/collect-garbage.js';

export type GrowingArray = Float64Array | Uint8Array | Int8Array | Int16Array | Int32Array;

export type ArrayConstructorOf<T extends GrowingArray> = new (
  memory: number | SharedArrayBuffer,
  from?: number,
  length?: number,
) => T;

/** Up to here an array that grows is copied, and collected like anything else. */
export const COPIED_UP_TO = 65_536;
/** What a large array can grow to where it lies; addresses are set aside for it, no memory. */
const ROOM = 2 ** 24;

/** V8 collects after some tens of megabytes of arrays since the last time, but does not count shared ones. */
const COLLECT_AFTER = 64 * 2 ** 20;
let sinceCollected = 0;

/** Without this, columns of windows that were measured long ago would lie about until something else made V8 collect. */
function countShared(bytes: number): void {
  sinceCollected += bytes;
  if (sinceCollected < COLLECT_AFTER) return;
  sinceCollected = 0;
  collectGarbage();
}

/**
 * The same values with room for more. A large array grows where it lies, so that it is never in memory twice; shared memory can
 * do that, views of a fixed length on it are as fast as any, and threads that measure columns need no copy.
 */
export function grown<T extends GrowingArray>(values: T, capacity: number): T {
  const kind = values.constructor as ArrayConstructorOf<T>;
  const { buffer, BYTES_PER_ELEMENT: width } = values;
  const size = capacity * width;
  if (buffer instanceof SharedArrayBuffer && size <= buffer.maxByteLength) {
    countShared(size - buffer.byteLength);
    buffer.grow(size);
    return new kind(buffer, 0, capacity);
  }
  const room = Math.max(ROOM, 4 * capacity) * width;
  const isLarge = capacity > COPIED_UP_TO;
  if (isLarge) countShared(size);
  const more = isLarge
    ? new kind(new SharedArrayBuffer(size, { maxByteLength: room }), 0, capacity)
    : new kind(capacity);
  more.set(values);
  return more;
}
