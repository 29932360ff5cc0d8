/** Stored bytes with a head: version, three zeros, and a checksum of all that follows. */

import { ByteReader, ByteWriter } from '../bytes.js';

const HEAD = 8;

/** Each word changes its lane one to one, whatever the lane is. */
const mixed = (lane: number, word: number, factor: number): number => {
  const product = Math.imul(lane ^ word, factor);
  return (product << 13) | (product >>> 19);
};

/**
 * 32 bits of all bytes behind the head, which are a multiple of eight, in four lanes that do not wait for each other. No
 * single damaged word goes unseen.
 */
function checksum(view: DataView): number {
  let [a, b, c, d] = [0x811c9dc5, 0x9e3779b9, 0x3c6ef372, 0x1b873593];
  let at = HEAD;
  for (const end = view.byteLength - 15; at < end; at += 16) {
    a = mixed(a, view.getInt32(at, true), 0x85ebca6b);
    b = mixed(b, view.getInt32(at + 4, true), 0xc2b2ae35);
    c = mixed(c, view.getInt32(at + 8, true), 0xcc9e2d51);
    d = mixed(d, view.getInt32(at + 12, true), 0xe6546b65);
  }
  if (at < view.byteLength) {
    a = mixed(a, view.getInt32(at, true), 0x85ebca6b);
    b = mixed(b, view.getInt32(at + 4, true), 0xc2b2ae35);
  }
  return (a ^ ((b << 7) | (b >>> 25)) ^ ((c << 14) | (c >>> 18)) ^ ((d << 21) | (d >>> 11))) >>> 0;
}

/** A writer past the head, which `seal` fills in. */
export function unsealed(): ByteWriter {
  const out = new ByteWriter();
  while (out.length < HEAD) out.byte(0);
  return out;
}

export function seal(out: ByteWriter, version: number): Uint8Array {
  out.align();
  const bytes = out.finish();
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  view.setUint32(HEAD - 4, checksum(view), true);
  return bytes;
}

/** Memory that stored bytes are copied to, which begins where doubles may stand. */
export class ReadMemory {
  #bytes = new Uint8Array(0);

  /** What was copied before is gone. */
  copyOf(stored: Uint8Array): Uint8Array {
    if (stored.length > this.#bytes.length) this.#bytes = new Uint8Array(stored.length);
    const copy = this.#bytes.subarray(0, stored.length);
    copy.set(stored);
    return copy;
  }
}

/**
 * A reader of sealed bytes; `what` names them in the message. Throws `RangeError` where they have another version, are cut
 * short or damaged. What is read does not change when the bytes do: it stands in `memory`.
 */
export function open(stored: Uint8Array, version: number, what: string, memory = new ReadMemory()): ByteReader {
  if (stored.length < HEAD || stored.length % 8 !== 0) throw new RangeError(`${what} is cut short`);
  if (stored[0] !== version) throw new RangeError(`${what} has unknown version ${String(stored[0])}`);
  const bytes = memory.copyOf(stored);
  const view = new DataView(bytes.buffer, 0, bytes.length);
  if (view.getUint32(0, true) !== version || view.getUint32(HEAD - 4, true) !== checksum(view)) {
    throw new RangeError(`${what} is damaged: its checksum is another one`);
  }
  const input = new ByteReader(bytes);
  input.skip(HEAD);
  return input;
}

/** Says so where bytes are left. */
export function close(input: ByteReader, what: string): void {
  input.align();
  if (!input.atEnd()) throw new RangeError(`${what} has bytes behind its end`);
}
