/** The income model: fitted without sex and race, and served over a few days. */
import { performance } from 'node:perf_hooks';

import { scoreRows, type Artefact } from '../trainer/artefact.js';
import type { FeatureValues } from '../trainer/encoding.js';
import { train, type TrainingResult } from '../trainer/training.js';
import { FEATURES, FIRST_DAY, MODEL, POSITIVE, type Person } from './people.js';

/** One row of the prediction log. */
export interface LoggedDecision {
  readonly id: string;
  readonly time: number;
  readonly version: string;
  readonly prediction: string;
  readonly score: number;
  /** What the model was fed, and the sensitive attributes beside it. */
  readonly features: FeatureValues;
  readonly latencyMs: number;
  readonly errorCode: null;
}

export function incomeModel(training: readonly Person[]): TrainingResult {
  const rows = training.map(({ id, time, values, label }) => ({ id, time, features: values, label }));
  const features = { numeric: [...FEATURES.numeric], categorical: [...FEATURES.categorical] };
  const to = `${FIRST_DAY}T00:00:00.000Z`;
  const from = new Date(Date.parse(to) - 86_400_000).toISOString();
  return train(rows, { model: MODEL, positive: POSITIVE, features, feed: 'correct', from, to });
}

/** The encoding knows only the features that were fitted, so the sensitive attributes have no way into the score. */
export function decide(artefact: Artefact, version: string, people: readonly Person[]): readonly LoggedDecision[] {
  return people.map(({ id, time, values }) => {
    const start = performance.now();
    const [scored] = scoreRows(artefact, [values]);
    if (scored === undefined) throw new Error(`No score for ${id}.`);
    const latencyMs = performance.now() - start;
    return { id, time, version, ...scored, features: values, latencyMs, errorCode: null };
  });
}
