/** From a call's record to the features that a version is fed: the part of serving that nobody looks at. */
import type { FeatureValue, FeatureValues } from '../trainer/encoding.js';
import { FEATURES, type Call } from './calls.js';

/**
 * Two feeds. `correct` passes the record on as the model was trained on it. `may-2010-release` reads the same fields
 * from the bank's new customer database, which delivers its codes in capitals: `MANAGEMENT`, `YES`, `SUCCESS`. Nothing
 * fails: every code is simply one that the model has never seen, so all categories of a call count as absent and only
 * the numbers are left to score by. Case, white space and code tables that change with a source are among the most
 * common faults in production, and no exception tells of them.
 */
export type FeedName = 'correct' | 'may-2010-release';

export function isFeedName(name: string): name is FeedName {
  return name === 'correct' || name === 'may-2010-release';
}

export function feed(call: Call, name: FeedName): FeatureValues {
  const features: Record<string, FeatureValue> = {};
  for (const column of FEATURES.numeric) features[column] = Number(call.fields[column]);
  for (const column of FEATURES.categorical) {
    const value = call.fields[column] ?? null;
    features[column] = name === 'correct' ? value : (value?.toUpperCase() ?? null);
  }
  return features;
}
