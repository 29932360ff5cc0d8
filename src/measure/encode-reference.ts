/**
 * What is kept of a reference as bytes: the values of its long columns; from `headAt` on the head of the profile; and behind
 * it as JSON what estimates and the isolation forest have learned.
 */

import type { EstimatorFit } from '../estimation/fit-estimator.js';
import type { IsolationFit } from '../security/isolation.js';
import { decodeHead, encodeProfile, type ProfileHead } from '../profile/encode-profile.js';
import type { WindowProfile } from '../profile/reference-profile.js';

/** Last bytes of a reference that holds both; before them stands the length of the JSON, in four bytes. */
const MARK = [0x70, 0x6c, 0x62, 0xe5] as const;
const TAIL = 4 + MARK.length;

export interface EncodedReference {
  readonly bytes: Uint8Array;
  /** Where the values of long columns end; 0 where there are none. */
  readonly headAt: number;
}

interface KeptReference extends ProfileHead {
  readonly estimator: EstimatorFit;
  /** Absent in references of an earlier release. */
  readonly isolation?: IsolationFit;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Without an estimator the profile alone. */
export function encodeReference(
  profile: WindowProfile,
  estimator?: EstimatorFit,
  isolation?: IsolationFit,
): EncodedReference {
  const { head, apart } = encodeProfile(profile);
  const headAt = apart.length;
  if (estimator === undefined) return { bytes: joined([apart, head]), headAt };
  const learned = new TextEncoder().encode(JSON.stringify({ estimator, isolation }));
  const tail = new Uint8Array(TAIL);
  new DataView(tail.buffer).setUint32(0, learned.length, true);
  tail.set(MARK, 4);
  return { bytes: joined([apart, head, learned, tail]), headAt };
}

/**
 * Of the bytes from `headAt` on; `decodeLong` reads the others. A reference of an earlier release holds the profile alone.
 * Throws `RangeError` or `SyntaxError` on damaged bytes.
 */
export function decodeReference(bytes: Uint8Array): KeptReference {
  const end = bytes.length - TAIL;
  if (end < 0 || MARK.some((byte, at) => bytes[end + 4 + at] !== byte)) {
    const reason = 'the reference was kept before estimates were made: a new revision makes it again';
    return { ...decodeHead(bytes), estimator: { kind: 'none', reason } };
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  if (length > end) throw new RangeError('stored reference is cut short');
  const learned = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(end - length, end));
  const kept = JSON.parse(learned) as EstimatorFit | Omit<KeptReference, keyof ProfileHead>;
  const head = decodeHead(bytes.subarray(0, end - length));
  return 'estimator' in kept ? { ...head, ...kept } : { ...head, estimator: kept };
}
