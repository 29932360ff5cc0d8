/** The measuring of one window from the profiles of its hours, family by family: `measureWindow` without the rows. */

import { measureDriftFromProfile } from '../drift/drift-from-profile.js';
import { measureEstimatesFromProfile } from '../estimation/estimates-from-profile.js';
import type { EstimatorFit } from '../estimation/fit-estimator.js';
import { foretellRows } from '../estimation/foretell-rows.js';
import { measureFairnessFromProfile } from '../fairness/fairness-from-profile.js';
import { freezeOutcomes } from '../metrics/freeze-outcomes.js';
import { measurePerformanceFromProfile } from '../metrics/performance-from-profile.js';
import type { Figure } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import { freezeReference, type FrozenReference } from '../profile/hourly/columns/frozen-reference.js';
import type { HourColumn } from '../profile/hourly/columns/hour-column.js';
import { type HourProfile, profileHour, referenceColumns } from '../profile/hourly/hour-profile.js';
import type { FrozenOutcomes } from '../profile/hourly/outcomes/outcome-profile.js';
import { measureQualityFromProfile } from '../quality/quality-from-profile.js';
import { measureRuntimeFromProfile } from '../runtime/runtime-from-profile.js';
import type { MeasuredReference, WindowOptions } from './measure.js';

/** A reference as profiles need it: what it fixes for all hours, and what they are held against. */
export interface ProfiledReference extends Pick<MeasuredReference, 'figures'> {
  readonly frozen: FrozenReference;
  readonly outcomes: FrozenOutcomes;
  /** Of the reference itself; or those of hours that were added up, where the reference moves along. */
  readonly columns: ReadonlyMap<string, HourColumn>;
  readonly estimator?: EstimatorFit;
}

/** From what is stored of any reference. */
export function profileReference(
  { profile, figures, estimator }: Pick<MeasuredReference, 'profile' | 'figures' | 'estimator'>,
  roles: Roles,
): ProfiledReference {
  const frozen = freezeReference(profile);
  const outcomes = freezeOutcomes(profile, figures, roles);
  return { frozen, outcomes, columns: referenceColumns(profile, frozen), figures, ...(estimator && { estimator }) };
}

/** Profile of the rows of an hour, or of a part of one, which adds up with all others made against the same reference. */
export function profilePart(
  frame: Frame,
  { frozen, outcomes, estimator }: Pick<ProfiledReference, 'frozen' | 'outcomes' | 'estimator'>,
  roles: Roles,
): HourProfile {
  const foretold = estimator && foretellRows(estimator, frame, roles);
  return profileHour(frame, frozen, roles, { frozen: outcomes, ...(foretold && { foretold }) });
}

/** No frames and nothing of them; segments and security are not measured from profiles. */
export type ProfileOptions = Omit<WindowOptions, 'profile' | 'flow' | 'referenceFrame' | 'chunkRows'>;

function outcomeFigures(current: HourProfile, reference: ProfiledReference, roles: Roles, options: ProfileOptions) {
  const { outcomes } = current;
  const { families, metrics, confidence, smallestGroup, evidence } = options;
  if (outcomes === null) return { labelled: [], estimates: [] };
  const given = { metrics, ...(confidence !== undefined && { confidence }) };
  const labelled: Figure[] = [];
  if (families.includes('performance')) {
    const { figures: before, outcomes: frozen } = reference;
    const smallest = smallestGroup === undefined ? {} : { smallestGroup };
    const performance = { ...given, ...smallest, before, frozen };
    labelled.push(...measurePerformanceFromProfile(outcomes, roles, 'current', performance));
  }
  if (families.includes('fairness')) {
    labelled.push(...measureFairnessFromProfile(outcomes, roles, 'current', { ...evidence, ...given }));
  }
  const estimates =
    families.includes('estimate') && reference.estimator
      ? measureEstimatesFromProfile(reference.estimator, outcomes, roles, { ...given, on: 'current' })
      : [];
  return { labelled, estimates };
}

/**
 * Figures of the window that the hours make up, with the ids and in the order that `measureWindow` gives them: quality,
 * drift, performance, fairness, run-time and estimates. Each figure is that of the rows, or has a `bound` within which that
 * of the rows lies, or has no value and says why.
 */
export function measureProfiles(
  current: HourProfile,
  reference: ProfiledReference,
  roles: Roles,
  options: ProfileOptions,
): Figure[] {
  const { metrics, families, windowSeconds, windowEnd, confidence } = options;
  const { columns } = reference;
  const figures: Figure[] = [];
  if (families.includes('quality')) {
    const against = { reference: columns, ...(windowEnd !== undefined && { windowEnd }) };
    figures.push(...measureQualityFromProfile(current, roles, { metrics, ...against }));
  }
  if (families.includes('drift')) figures.push(...measureDriftFromProfile(columns, current.columns, roles, metrics));
  const { labelled, estimates } = outcomeFigures(current, reference, roles, options);
  figures.push(...labelled);
  if (families.includes('runtime')) {
    const seconds = windowSeconds === undefined ? {} : { windowSeconds };
    const all = measureRuntimeFromProfile(current, { ...seconds, ...(confidence !== undefined && { confidence }) });
    figures.push(...(typeof metrics === 'string' ? all : all.filter(({ metric }) => metrics.includes(metric))));
  }
  return [...figures, ...estimates];
}
