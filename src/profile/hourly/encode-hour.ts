/**
 * An hour's profile as bytes, for the database; little-endian, doubles exact. Layout: version, three zeros, a checksum of all
 * that follows; then mark of the reference, counts, columns, requests and outcomes. Its bins and dictionaries are those of
 * the frozen reference, without which the bytes say nothing.
 */

import { ByteReader, ByteWriter } from '../bytes.js';
import { readColumn, writeColumn } from './columns/encode-columns.js';
import type { FrozenReference } from './columns/frozen-reference.js';
import type { HourColumn } from './columns/hour-column.js';
import type { FlowProfile } from './flow.js';
import type { HourProfile } from './hour-profile.js';
import { decodeOutcomes, encodeOutcomes } from './outcomes/encode-outcomes.js';
import { readFlag, writeFlag } from './outcomes/encode-parts.js';
import { readRequests, writeRequests } from './requests/encode-requests.js';

const VERSION = 1;
const HEAD = 8;

/**
 * 32 bits of all bytes behind the head, which are a multiple of eight. Each word changes its lane one to one, so no single
 * damaged word goes unseen.
 */
function checksum(view: DataView): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = HEAD; at + 8 <= view.byteLength; at += 8) {
    a = Math.imul(a ^ view.getInt32(at, true), 0x85ebca6b);
    b = Math.imul(b ^ view.getInt32(at + 4, true), 0xc2b2ae35);
    a = (a << 13) | (a >>> 19);
    b = (b << 17) | (b >>> 15);
  }
  return (a ^ ((b << 7) | (b >>> 25))) >>> 0;
}

function writeFlow(out: ByteWriter, { times, labels }: FlowProfile): void {
  writeFlag(out, times !== null);
  if (times) {
    out.whole(times.rows);
    out.double(times.newest);
  }
  writeFlag(out, 'reason' in labels);
  if ('reason' in labels) out.text(labels.reason);
  else {
    out.whole(labels.read);
    out.whole(labels.orphans);
  }
}

function readFlow(input: ByteReader): FlowProfile {
  const times = readFlag(input) ? { rows: input.whole(), newest: input.double() } : null;
  const labels = readFlag(input) ? { reason: input.text() } : { read: input.whole(), orphans: input.whole() };
  return { times, labels };
}

/** The profile as bytes. */
export function encodeHour(hour: HourProfile): Uint8Array {
  const out = new ByteWriter();
  out.byte(VERSION);
  while (out.length < HEAD) out.byte(0);
  out.whole(hour.frozen.mark);
  for (const count of [hour.rows, hour.intake.read, hour.intake.duplicateIds, hour.intake.poison]) out.whole(count);
  writeFlow(out, hour.flow);
  out.whole(hour.columns.size);
  for (const column of hour.columns.values()) writeColumn(out, column);
  writeRequests(out, hour.requests);
  writeFlag(out, hour.outcomes !== null);
  if (hour.outcomes) encodeOutcomes(out, hour.outcomes);
  out.align();
  const bytes = out.finish();
  const view = new DataView(bytes.buffer);
  view.setUint32(HEAD - 4, checksum(view), true);
  return bytes;
}

function readColumns(input: ByteReader, frozen: FrozenReference): Map<string, HourColumn> {
  const columns = new Map<string, HourColumn>();
  for (let left = input.countOf(8); left > 0; left--) {
    const column = readColumn(input, frozen);
    columns.set(column.name, column);
  }
  return columns;
}

/**
 * The profile that `encodeHour` wrote, for the reference against which it was profiled. Throws `RangeError` on bytes of
 * another version, cut short, damaged, or of another reference.
 */
export function decodeHour(stored: Uint8Array, frozen: FrozenReference): HourProfile {
  if (stored.length < HEAD || stored.length % 8 !== 0) throw new RangeError("stored hour's profile is cut short");
  if (stored[0] !== VERSION) throw new RangeError(`stored hour's profile has unknown version ${String(stored[0])}`);
  // A copy of its own: the doubles of the profile stand in it, and it begins where doubles may stand.
  const bytes = new Uint8Array(stored);
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0, true) !== VERSION || view.getUint32(HEAD - 4, true) !== checksum(view)) {
    throw new RangeError("stored hour's profile is damaged: its checksum is another one");
  }
  const input = new ByteReader(bytes);
  input.skip(HEAD);
  if (input.whole() !== frozen.mark) {
    throw new RangeError("stored hour's profile was made against another reference: the hour has to be profiled again");
  }
  const rows = input.whole();
  const intake = { read: input.whole(), duplicateIds: input.whole(), poison: input.whole() };
  const [flow, columns] = [readFlow(input), readColumns(input, frozen)];
  const requests = readRequests(input);
  const outcomes = readFlag(input) ? decodeOutcomes(input) : null;
  input.align();
  if (!input.atEnd()) throw new RangeError("stored hour's profile has bytes behind its end");
  return { frozen, rows, intake, columns, flow, requests, outcomes };
}
