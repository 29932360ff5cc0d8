/**
 * The two versions that people made by hand; the others come from retrainings. Training is deterministic, so their
 * hashes are always the same.
 */
import { train, type TrainingResult } from '../trainer/training.js';
import { callsBetween, FEATURES, MODEL, POSITIVE, type Call } from './calls.js';
import { feed, type FeedName } from './feed.js';

/** The first version: fitted on May to July 2008, served from August 2008. */
export function firstVersion(calls: readonly Call[]): TrainingResult {
  return fit(calls, '2008-05-01', '2008-08-01', 'correct');
}

/** First day served by the release of May 2010. */
export const MAY_RELEASE_FROM = '2010-05-01';

/**
 * The release of May 2010: fitted with care on all calls with known outcome since January 2009, and shipped together
 * with a new feed that was not tested against it. The training data are right; what it will be fed is not.
 */
export function mayRelease(calls: readonly Call[]): TrainingResult {
  const { artefact, reference } = fit(calls, '2009-01-01', '2010-04-01', 'correct');
  return { artefact: { ...artefact, feed: 'may-2010-release' satisfies FeedName }, reference };
}

function fit(calls: readonly Call[], from: string, to: string, name: FeedName): TrainingResult {
  const rows = callsBetween(calls, from, to).map((call) => ({
    id: call.id,
    time: call.time,
    features: feed(call, name),
    label: call.label,
  }));
  const features = { numeric: [...FEATURES.numeric], categorical: [...FEATURES.categorical] };
  const span = { from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` };
  return train(rows, { model: MODEL, positive: POSITIVE, features, feed: name, ...span });
}
