/** What estimates need to know of a reference: learned once, kept as plain data, applied to any later rows. */

import type { Frame, Roles } from '../model/frame.js';
import type { MetricSelection } from '../model/metric-description.js';
import { type BinaryFit, fitBinary } from './binary-estimator.js';
import { DEFAULT_LOSS_ESTIMATES, fitLosses, LOSS_ESTIMATES, type LossFit } from './direct-loss.js';
import { fitMulticlass, type MulticlassFit } from './multiclass-estimator.js';

/** Nothing to learn from; the figures give the reason. */
interface NoFit {
  readonly kind: 'none';
  readonly reason: string;
}

export type EstimatorFit = BinaryFit | MulticlassFit | LossFit | NoFit;

/**
 * Learns from the labelled rows of a reference: for classes whether scores need calibration, and the curves; for a
 * regression the models of its losses (those of MAE and RMSE by default).
 */
export function fitEstimator(reference: Frame, roles: Roles, metrics: MetricSelection): EstimatorFit {
  switch (roles.task) {
    case 'binary':
      if (roles.score === undefined) return { kind: 'none', reason: 'the model gives no score' };
      return fitBinary(reference, roles);
    case 'multiclass':
      if (roles.scores === undefined) return { kind: 'none', reason: 'the model gives no scores' };
      return fitMulticlass(reference, roles);
    case 'regression':
      return fitLosses(reference, roles, metrics === 'default' ? DEFAULT_LOSS_ESTIMATES : LOSS_ESTIMATES);
  }
}
