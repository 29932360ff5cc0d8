/** What the default figures need of the rows of numeric features. Once it is taken, those rows can go. */

import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import { profileFrame, profileUsingUp, type WindowProfile } from '../profile/reference-profile.js';
import { type FlowOptions, measureFlow } from '../quality/measure-flow.js';

export interface MeasuredFeatures {
  readonly profile: WindowProfile;
  /** The figures of `measureFlow`, which compare features from row to row. */
  readonly flow: readonly Figure[];
}

/** Numbers that play no other part. Performance is taken apart by the levels of categories, row by row. */
function mereNumbers({ numeric, ...others }: Roles): ReadonlySet<string> {
  const named = new Set<unknown>(Object.values(others).flat(2));
  return new Set(numeric.filter((name) => !named.has(name)));
}

/** Measures the features, whose rows stay as they are. */
export function measureFeatures(frame: Frame, roles: Roles, on: Period, options: FlowOptions): MeasuredFeatures {
  return { profile: profileFrame(frame, roles), flow: measureFlow(frame, roles, on, options) };
}

/**
 * Measures the features and uses the columns of numbers up: the frame is not to be used again, the one returned holds what is left.
 * A window measured from the two has the same default figures as one measured from all its rows; figures of rows that
 * are asked for by name may need the rows.
 */
export function measureFeaturesUsingUp(
  frame: Frame,
  roles: Roles,
  on: Period,
  options: FlowOptions,
): { readonly features: MeasuredFeatures; readonly rest: Frame } {
  const flow = measureFlow(frame, roles, on, options);
  const { profile, frame: rest } = profileUsingUp(frame, roles, mereNumbers(roles));
  return { features: { profile, flow }, rest };
}
