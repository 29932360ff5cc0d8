/** How many rows an isolation forest finds odd: near the ends of several features at once, say, and of none beyond them. */

import { completeRows, spreadPoints } from '../anomaly/complete-rows.js';
import { growIsolationForest, type IsolationForest, isolationScores } from '../anomaly/isolation-forest.js';
import { absent, type Estimate, measured } from '../model/estimate.js';
import type { Frame, Roles } from '../model/frame.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { quantiles } from '../numeric/quantile.js';

export const ISOLATED_ROWS = 'isolated_row_share';

/** What is kept of a reference: cuts and a limit, no row. */
export type IsolationFit =
  | {
      readonly features: readonly string[];
      readonly forest: IsolationForest;
      /** The 0.99 quantile of the reference's own scores. */
      readonly limit: number;
    }
  | { readonly reason: string };

/** Fewer and smaller trees than the figures of anomalies have: they are stored with every reference. */
const TREES = 32;
const SAMPLE = 128;
/** Rows that the trees draw theirs from, evenly spread over the reference. */
const GROWN_ROWS = 20_000;
/** Rows of a period that are scored, evenly spread. */
const SCORED_ROWS = 5000;
const ISOLATED_SHARE = 0.01;
const SEED = 0;
/** A hundredth of its rows cannot be told from fewer. */
const LEAST_ROWS = 100;
/** Digits of cuts and lengths that are kept: the cuts are random anyway. */
const DIGITS = 6;

const short = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(DIGITS)));

/** Grows the forest on the complete rows of the numeric features; the same rows give the same forest everywhere. */
export function fitIsolation(frame: Frame, roles: Roles): IsolationFit {
  const points = completeRows(frame, roles.numeric);
  if (typeof points === 'string') return { reason: points };
  if (points.count < LEAST_ROWS) return { reason: `fewer than ${String(LEAST_ROWS)} complete rows in the reference` };
  const drawn = spreadPoints(points, GROWN_ROWS);
  const grown = growIsolationForest(drawn, { seed: SEED, trees: TREES, sample: SAMPLE });
  const trees = grown.trees.map((tree) => ({ ...tree, threshold: short(tree.threshold), length: short(tree.length) }));
  const forest = { ...grown, trees };
  const scores = isolationScores(forest, spreadPoints(points, SCORED_ROWS));
  return { features: roles.numeric, forest, limit: quantiles(scores, [1 - ISOLATED_SHARE])[0] as number };
}

/**
 * `isolated_row_share`: complete rows that the reference's forest scores above the 0.99 quantile of the reference's own
 * scores, of at most 5,000 evenly spread ones; 0.01 is expected. `n` counts them; Wilson's interval. Source of the scores:
 * F. Liu, K. Ting and Z.-H. Zhou, ICDM 2008.
 */
export function isolatedRowShare(frame: Frame, fit: IsolationFit, confidence: number): Estimate {
  if (frame.rows === 0) return absent(0, 'empty window');
  if ('reason' in fit) return absent(0, fit.reason);
  const all = completeRows(frame, fit.features);
  if (typeof all === 'string') return absent(0, all);
  const points = spreadPoints(all, SCORED_ROWS);
  if (points.count === 0) return absent(0, 'no complete row');
  const isolated = isolationScores(fit.forest, points).filter((score) => score > fit.limit).length;
  return measured(isolated / points.count, points.count, wilsonInterval(isolated, points.count, confidence));
}
