/**
 * Each group against all other rows: the figures that rules judge. A group with too little evidence has no value and says
 * so by name; it neither passes nor breaches.
 */

import { absent, type Estimate, measured } from '../model/estimate.js';
import { logRatio, ratioBelowP, ratioInterval, within } from '../numeric/intervals.js';

/** How much evidence a group must have. */
export interface EvidenceOptions {
  /** Rows of the group; default 100. */
  readonly minimumGroupRows?: number;
  /** Rows in the denominator of the rate, of the group and of the rest; default 30. */
  readonly minimumDenominator?: number;
}

const DEFAULT_GROUP_ROWS = 100;
const DEFAULT_DENOMINATOR = 30;

/** The four-fifths rule of the US Uniform Guidelines on Employee Selection Procedures (1978), section 4D. */
export const FOUR_FIFTHS = 0.8;

/** A rate of one group beside the same rate of all other rows. */
export interface RateAgainstRest {
  /** What is counted in the denominator, for the reason: "rows", "positive labels". */
  readonly unit: string;
  readonly groupRows: number;
  readonly hits: number;
  readonly of: number;
  readonly restHits: number;
  readonly restOf: number;
}

/** Why the evidence does not suffice, or `undefined`. */
export function lackOfEvidence(
  rate: Pick<RateAgainstRest, 'unit' | 'groupRows' | 'of'> & { readonly restOf?: number },
  options: EvidenceOptions,
): string | undefined {
  const rows = options.minimumGroupRows ?? DEFAULT_GROUP_ROWS;
  const least = options.minimumDenominator ?? DEFAULT_DENOMINATOR;
  const lacks = (found: number, what: string, needed: number): string =>
    `insufficient evidence: ${String(found)} ${what}, ${String(needed)} needed`;
  if (rate.groupRows < rows) return lacks(rate.groupRows, 'rows in the group', rows);
  if (rate.of < least) return lacks(rate.of, `${rate.unit} in the group`, least);
  if (rate.restOf !== undefined && rate.restOf < least) return lacks(rate.restOf, `${rate.unit} in the rest`, least);
  return undefined;
}

/**
 * The group's rate over the rate of all other rows, and the one-sided p-value of "the true ratio is at least 0.8". The
 * ratio is at least 0, 1 is parity; its interval is the log ratio's with one half added to each count. `n` is the smaller
 * denominator. No value with insufficient evidence, or where no other row is a hit.
 */
export function toRest(
  rate: RateAgainstRest,
  options: EvidenceOptions,
  confidence: number,
): { readonly ratio: Estimate; readonly p: Estimate } {
  const n = Math.min(rate.of, rate.restOf);
  const lack = lackOfEvidence(rate, options);
  const reason = lack ?? (rate.restHits === 0 ? 'the rate of all other rows is 0' : undefined);
  if (reason !== undefined) return { ratio: absent(n, reason), p: absent(n, reason) };
  const value = rate.hits / rate.of / (rate.restHits / rate.restOf);
  const log = logRatio(rate.hits, rate.of, rate.restHits, rate.restOf);
  return {
    ratio: measured(value, n, within(ratioInterval(log, confidence), value, 0, Infinity)),
    p: measured(ratioBelowP(log, FOUR_FIFTHS), n),
  };
}
