/**
 * An hour's profile as bytes, for the database; little-endian, doubles exact. Layout: version, three zeros, a checksum of all
 * that follows; then mark of the reference, counts, columns, requests and outcomes. Its bins and dictionaries are those of
 * the frozen reference, without which the bytes say nothing.
 */

import type { ByteReader, ByteWriter } from '../bytes.js';
import { readColumn, writeColumn } from './columns/encode-columns.js';
import type { FrozenReference } from './columns/frozen-reference.js';
import type { HourColumn } from './columns/hour-column.js';
import type { FlowProfile } from './flow.js';
import type { HourProfile } from './hour-profile.js';
import { decodeOutcomes, encodeOutcomes } from './outcomes/encode-outcomes.js';
import { readFlag, writeFlag } from './outcomes/encode-parts.js';
import { readRequests, writeRequests } from './requests/encode-requests.js';
import { close, open, ReadMemory, seal, unsealed } from './sealed-bytes.js';

const VERSION = 2;
const WHAT = "stored hour's profile";

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
  const out = unsealed();
  out.whole(hour.frozen.mark);
  for (const count of [hour.rows, hour.intake.read, hour.intake.duplicateIds, hour.intake.poison]) out.whole(count);
  writeFlow(out, hour.flow);
  out.whole(hour.columns.size);
  for (const column of hour.columns.values()) writeColumn(out, column);
  writeRequests(out, hour.requests);
  writeFlag(out, hour.outcomes !== null);
  if (hour.outcomes) encodeOutcomes(out, hour.outcomes);
  return seal(out, VERSION);
}

function readColumns(input: ByteReader, frozen: FrozenReference): Map<string, HourColumn> {
  const columns = new Map<string, HourColumn>();
  for (let left = input.countOf(8); left > 0; left--) {
    const column = readColumn(input, frozen);
    columns.set(column.name, column);
  }
  return columns;
}

/** Reads hours one after the other in the same memory, so that they can be added up: each is gone with the next. */
export class HourReader {
  readonly #frozen: FrozenReference;
  readonly #memory = new ReadMemory();

  /** Of the reference against which the hours were profiled. */
  constructor(frozen: FrozenReference) {
    this.#frozen = frozen;
  }

  /**
   * The profile that `encodeHour` wrote. Throws `RangeError` on bytes of another version, cut short, damaged, or of another
   * reference.
   */
  read(stored: Uint8Array): HourProfile {
    const frozen = this.#frozen;
    const input = open(stored, VERSION, WHAT, this.#memory);
    if (input.whole() !== frozen.mark) {
      throw new RangeError(`${WHAT} was made against another reference: the hour has to be profiled again`);
    }
    const rows = input.whole();
    const intake = { read: input.whole(), duplicateIds: input.whole(), poison: input.whole() };
    const [flow, columns] = [readFlow(input), readColumns(input, frozen)];
    const requests = readRequests(input);
    const outcomes = readFlag(input) ? decodeOutcomes(input) : null;
    close(input, WHAT);
    return { frozen, rows, intake, columns, flow, requests, outcomes };
  }
}

/** One hour by itself, which stays. Throws as `HourReader` does. */
export function decodeHour(stored: Uint8Array, frozen: FrozenReference): HourProfile {
  return new HourReader(frozen).read(stored);
}
