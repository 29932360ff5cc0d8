/**
 * How much better one model is than another on the same rows. Both errors come from the same rows and largely cancel,
 * so the interval of the difference is far narrower than two separate intervals would suggest.
 */
import { normalTwoSidedQuantile, studentTwoSidedQuantile } from '../numeric/distributions.js';
import { momentsOf, variance } from '../numeric/moments.js';
import { midRanks } from '../numeric/rank.js';

/** Values of the metric for both, and the improvement with its interval: positive means that the candidate is better. */
export interface PairedDifference {
  readonly champion: number;
  readonly candidate: number;
  readonly improvement: number;
  /** Two-sided, at the confidence asked for. */
  readonly interval: readonly [low: number, high: number];
}

/**
 * Difference of two areas under the ROC curve on the same rows, AUC(candidate) − AUC(champion).
 *
 * Variance by DeLong's structural components: for every positive the share of negatives it outranks, for every negative
 * the share of positives that outrank it (ties half), taken as differences between the two models row by row;
 * var = s²(positives' differences) / P + s²(negatives' differences) / N. Normal interval. Range −1 to 1. O(n log n).
 * Of zero width exactly where both models rank all rows alike.
 *
 * @param positive 1 for a positive row, 0 for a negative one.
 * @returns undefined with fewer than two rows of a class: then no error can be estimated.
 * Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988); ranks as in Sun and Xu, IEEE SPL 21 (2014).
 */
export function pairedAucDifference(
  positive: Uint8Array,
  champion: Float64Array,
  candidate: Float64Array,
  confidence: number,
): PairedDifference | undefined {
  const positives = positive.reduce((sum, value) => sum + value, 0);
  const negatives = positive.length - positives;
  if (positives < 2 || negatives < 2) return undefined;
  const old = structuralComponents(positive, champion, positives);
  const fresh = structuralComponents(positive, candidate, positives);
  const error = Math.sqrt(
    variance(momentsOf(fresh.ofPositives.map((value, i) => value - old.ofPositives[i]!))) / positives +
      variance(momentsOf(fresh.ofNegatives.map((value, i) => value - old.ofNegatives[i]!))) / negatives,
  );
  const improvement = fresh.auc - old.auc;
  const half = normalTwoSidedQuantile(confidence) * error;
  return {
    champion: old.auc,
    candidate: fresh.auc,
    improvement,
    interval: [improvement - half, improvement + half],
  };
}

interface StructuralComponents {
  readonly auc: number;
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

function structuralComponents(positive: Uint8Array, scores: Float64Array, positives: number): StructuralComponents {
  const negatives = scores.length - positives;
  const overall = midRanks(scores).ranks;
  const amongPositives = midRanks(scores.filter((_, i) => positive[i] === 1)).ranks;
  const amongNegatives = midRanks(scores.filter((_, i) => positive[i] !== 1)).ranks;
  const ofPositives = new Float64Array(positives);
  const ofNegatives = new Float64Array(negatives);
  let p = 0;
  let n = 0;
  for (let i = 0; i < scores.length; i += 1) {
    const rank = overall[i]!;
    if (positive[i] === 1) {
      ofPositives[p] = (rank - amongPositives[p]!) / negatives;
      p += 1;
    } else {
      ofNegatives[n] = 1 - (rank - amongNegatives[n]!) / positives;
      n += 1;
    }
  }
  return { auc: momentsOf(ofPositives).mean, ofPositives, ofNegatives };
}

/**
 * Difference of two mean losses on the same rows, mean(champion's loss − candidate's loss), with Student's t interval on
 * the row-by-row differences. Losses are smaller when better; for accuracy pass 0 for a hit and 1 for a miss.
 * `champion` and `candidate` of the result are the mean losses. Assumes rows that do not depend on each other.
 *
 * @returns undefined with fewer than two rows, or where a sum is not finite.
 */
export function pairedLossDifference(
  championLosses: Float64Array,
  candidateLosses: Float64Array,
  confidence: number,
): PairedDifference | undefined {
  if (championLosses.length < 2) return undefined;
  const gains = momentsOf(championLosses.map((loss, i) => loss - candidateLosses[i]!));
  const half = studentTwoSidedQuantile(1 - confidence, gains.count - 1) * Math.sqrt(variance(gains) / gains.count);
  const champion = momentsOf(championLosses).mean;
  const candidate = momentsOf(candidateLosses).mean;
  if (![champion, candidate, half].every(Number.isFinite)) return undefined;
  return { champion, candidate, improvement: gains.mean, interval: [gains.mean - half, gains.mean + half] };
}
