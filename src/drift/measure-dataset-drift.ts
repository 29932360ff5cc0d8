/** Drift figures of all features together. */

import { absent, type Estimate, figureOf } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Frame, Roles } from '../model/frame.js';
import type { WindowProfile } from '../profile/reference-profile.js';
import { domainClassifierAuc } from './domain-classifier.js';
import { evidentlyDefault } from './evidently-default.js';
import { type PcaDrift, pcaReconstruction } from './pca-reconstruction.js';

type Wanted = (metric: string) => boolean;

/** Rows of both periods. */
export interface BothFrames {
  readonly reference: Frame;
  readonly current: Frame;
}

function datasetFigure(id: string, metric: string, on: Period, estimate: Estimate): Figure {
  return figureOf({ id: `drift/dataset/${id}`, family: 'drift', metric, on }, estimate);
}

/**
 * Evidently's default test of every feature, and the number and share of the features that it calls drifted. No count
 * where a feature has no value in a period: the compared library refuses there.
 */
export function evidentlyFigures(
  reference: WindowProfile,
  current: WindowProfile,
  roles: Roles,
  wanted: Wanted,
): Figure[] {
  const asked = { score: wanted('default_score'), share: wanted('dataset_share'), count: wanted('dataset_count') };
  if (!asked.score && !asked.share && !asked.count) return [];
  const figures: Figure[] = [];
  const features = new Set([...roles.numeric, ...roles.categorical]);
  let drifted = 0;
  let untested: string | undefined;
  for (const column of features) {
    const [before, now] = [reference.columns.get(column), current.columns.get(column)];
    const test = before && now ? evidentlyDefault(before, now) : undefined;
    if (test?.drifted === undefined) untested ??= column;
    else drifted += Number(test.drifted);
    if (!asked.score || test === undefined) continue;
    const metric = 'default_score';
    figures.push(
      figureOf({ id: `drift/${column}/${metric}`, family: 'drift', metric, on: 'both', column }, test.estimate),
    );
  }
  const n = features.size;
  const why = n === 0 ? 'no feature' : untested && `no test of the feature ${untested}`;
  const outOf = (value: number): Estimate => (why === undefined ? { value, n } : absent(n, why));
  if (asked.share) figures.push(datasetFigure('share', 'dataset_share', 'both', outOf(drifted / n)));
  if (asked.count) figures.push(datasetFigure('count', 'dataset_count', 'both', outOf(drifted)));
  return figures;
}

const NEEDS_ROWS = 'needs the rows of both periods, not their profiles';

/** Reconstruction error by principal components, and the domain classifier. Both need rows. */
export function multivariateFigures(frames: BothFrames | undefined, roles: Roles, wanted: Wanted): Figure[] {
  const figures: Figure[] = [];
  const asked = { error: wanted('pca_reconstruction_error'), components: wanted('pca_components') };
  if (asked.error || asked.components) {
    const none = absent(0, NEEDS_ROWS);
    const { components, ...error }: PcaDrift = frames
      ? pcaReconstruction(frames.reference, frames.current, [...roles.numeric, ...roles.categorical])
      : { components: none, reference: none, current: none };
    const metric = 'pca_reconstruction_error';
    if (asked.error) {
      figures.push(datasetFigure(`${metric}/0`, metric, 'current', error.current));
      figures.push(datasetFigure(`${metric}/reference`, metric, 'reference', error.reference));
    }
    if (asked.components) figures.push(datasetFigure('pca_components', 'pca_components', 'reference', components));
  }
  const metric = 'domain_classifier_auc_logistic';
  if (wanted(metric)) {
    const estimate = frames
      ? domainClassifierAuc(frames.reference, frames.current, roles.numeric)
      : absent(0, NEEDS_ROWS);
    figures.push(datasetFigure(metric, metric, 'both', estimate));
  }
  return figures;
}
