/**
 * A reference as profiles need it, as bytes, so that no cycle reads the values of the reference: what is fixed of the
 * columns and their profile, and behind it as JSON what is fixed of the outcomes and what the estimator learned. The
 * figures of a reference are kept elsewhere.
 */

import type { EstimatorFit } from '../estimation/fit-estimator.js';
import { readFrozen, writeFrozen } from '../profile/hourly/columns/encode-frozen.js';
import type { FrozenOutcomes } from '../profile/hourly/outcomes/outcome-profile.js';
import { close, open, seal, unsealed } from '../profile/hourly/sealed-bytes.js';
import type { ProfiledReference } from './measure-profiles.js';

const VERSION = 2;
const WHAT = "stored reference's profile";

/** As JSON has it: lists for typed arrays, and no `undefined`. */
interface Learned {
  readonly edges: ReadonlyArray<readonly number[]>;
  readonly levels: ReadonlyArray<{
    readonly feature?: string;
    readonly slots: FrozenOutcomes['levels'][number]['slots'];
  }>;
  readonly labelCentre: number;
  readonly estimator?: EstimatorFit;
}

/** `columns` are those of the reference itself. */
export function encodeProfiledReference(reference: Omit<ProfiledReference, 'figures'>): Uint8Array {
  const { frozen, columns, outcomes, estimator } = reference;
  const out = unsealed();
  writeFrozen(out, frozen, columns);
  const { edges, levels, labelCentre } = outcomes;
  out.text(JSON.stringify({ edges: edges.map((list) => [...list]), levels, labelCentre, estimator }));
  return seal(out, VERSION);
}

/** Throws `RangeError` on bytes of another version, cut short or damaged. */
export function decodeProfiledReference(bytes: Uint8Array): Omit<ProfiledReference, 'figures'> {
  const input = open(bytes, VERSION, WHAT);
  const { frozen, columns } = readFrozen(input);
  const { edges, levels, labelCentre, estimator } = JSON.parse(input.text()) as Learned;
  close(input, WHAT);
  const outcomes: FrozenOutcomes = {
    edges: edges.map((list) => Float64Array.from(list)),
    levels: levels.map(({ feature, slots }) => ({ feature, slots })),
    labelCentre,
  };
  return { frozen, columns, outcomes, ...(estimator && { estimator }) };
}
