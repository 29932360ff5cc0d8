/** What is kept of a reference as bytes: the profile, and behind it as JSON what estimates and the isolation forest have learned. */

import type { EstimatorFit } from '../estimation/fit-estimator.js';
import type { IsolationFit } from '../security/isolation.js';
import { decodeProfile, encodeProfile } from '../profile/encode-profile.js';
import type { WindowProfile } from '../profile/reference-profile.js';

/** Last bytes of a reference that holds both; before them stands the length of the JSON, in four bytes. */
const MARK = [0x70, 0x6c, 0x62, 0xe5] as const;
const TAIL = 4 + MARK.length;

interface KeptReference {
  readonly profile: WindowProfile;
  readonly estimator: EstimatorFit;
  /** Absent in references of an earlier release. */
  readonly isolation?: IsolationFit;
}

/** Without an estimator the profile alone. */
export function encodeReference(
  profile: WindowProfile,
  estimator?: EstimatorFit,
  isolation?: IsolationFit,
): Uint8Array {
  const before = encodeProfile(profile);
  if (estimator === undefined) return before;
  const learned = new TextEncoder().encode(JSON.stringify({ estimator, isolation }));
  const bytes = new Uint8Array(before.length + learned.length + TAIL);
  bytes.set(before);
  bytes.set(learned, before.length);
  new DataView(bytes.buffer).setUint32(before.length + learned.length, learned.length, true);
  bytes.set(MARK, bytes.length - MARK.length);
  return bytes;
}

/** A reference of an earlier release holds the profile alone. Throws `RangeError` or `SyntaxError` on damaged bytes. */
export function decodeReference(bytes: Uint8Array): KeptReference {
  const end = bytes.length - TAIL;
  if (end < 0 || MARK.some((byte, at) => bytes[end + 4 + at] !== byte)) {
    const reason = 'the reference was kept before estimates were made: a new revision makes it again';
    return { profile: decodeProfile(bytes), estimator: { kind: 'none', reason } };
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  if (length > end) throw new RangeError('stored reference is cut short');
  const learned = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(end - length, end));
  const kept = JSON.parse(learned) as EstimatorFit | Omit<KeptReference, 'profile'>;
  const profile = decodeProfile(bytes.subarray(0, end - length));
  return 'estimator' in kept ? { profile, ...kept } : { profile, estimator: kept };
}
