/** Serving: what the bank's own system does when it scores a call, and what it logs of it. */
import { performance } from 'node:perf_hooks';

import { scoreRows, type Artefact } from '../trainer/artefact.js';
import type { FeatureValues } from '../trainer/encoding.js';
import type { Call } from './calls.js';
import { feed, isFeedName } from './feed.js';

/** One row of the prediction log. */
export interface LoggedPrediction {
  readonly id: string;
  /** Milliseconds since the epoch, UTC. */
  readonly time: number;
  readonly version: string;
  readonly prediction: string;
  readonly score: number;
  /** As the model was fed them, which is not always as they are. */
  readonly features: FeatureValues;
  /** Measured. */
  readonly latencyMs: number;
  readonly errorCode: null;
}

export interface LabelRow {
  readonly id: string;
  readonly time: number;
  readonly label: string;
}

/** Scores calls one by one through the feed that the version was released with. */
export function serve(artefact: Artefact, version: string, calls: readonly Call[]): readonly LoggedPrediction[] {
  const name = artefact.feed;
  if (!isFeedName(name))
    throw new Error(`Version ${version} was released with the feed "${name}", which is not known.`);
  return calls.map((call) => {
    const start = performance.now();
    const features = feed(call, name);
    const [scored] = scoreRows(artefact, [features]);
    if (scored === undefined) throw new Error(`No score for ${call.id}.`);
    const latencyMs = performance.now() - start;
    return { id: call.id, time: call.time, version, ...scored, features, latencyMs, errorCode: null };
  });
}

export function labelsOf(calls: readonly Call[]): readonly LabelRow[] {
  return calls.map(({ id, time, label }) => ({ id, time, label }));
}
