/** How far groups lie apart. Definitions are Fairlearn's and AIF360's; each says what it does with an empty denominator. */

import type { BinaryCounts } from '../profile/binary-counts.js';
import { absent, conventional, type Estimate, measured } from '../model/estimate.js';
import { logRatio, ratioInterval, shareDifferenceInterval, within } from '../numeric/intervals.js';
import { type GroupTally, rowsOf } from '../profile/by-group.js';
import {
  type DisparityDefinition,
  falsePositiveRate,
  type RateDefinition,
  selectionRate,
  truePositiveRate,
} from './definitions.js';

interface Extremes {
  readonly low: BinaryCounts;
  readonly high: BinaryCounts;
  readonly lowest: number;
  readonly highest: number;
  readonly smallestN: number;
}

/** The rate of a group; 0 where its denominator is empty, as Fairlearn has it. */
export function rateOf(rate: RateDefinition, counts: BinaryCounts): number {
  const of = rate.of(counts);
  return of === 0 ? 0 : rate.hits(counts) / of;
}

function extremesOf(rate: RateDefinition, groups: readonly GroupTally[]): Extremes {
  const first = (groups[0] as GroupTally).counts;
  const found = { low: first, high: first, lowest: Infinity, highest: -Infinity, smallestN: Infinity };
  for (const { counts } of groups) {
    const value = rateOf(rate, counts);
    if (value < found.lowest) Object.assign(found, { low: counts, lowest: value });
    if (value > found.highest) Object.assign(found, { high: counts, highest: value });
    found.smallestN = Math.min(found.smallestN, rate.of(counts));
  }
  return found;
}

/** Largest minus smallest rate; interval of the two extreme groups' difference. */
function differenceOf(rate: RateDefinition, groups: readonly GroupTally[], confidence: number): Estimate {
  const { low, high, lowest, highest, smallestN } = extremesOf(rate, groups);
  const value = highest - lowest;
  if (smallestN === 0) return conventional(value, 0);
  const interval = shareDifferenceInterval(rate.hits(high), rate.of(high), rate.hits(low), rate.of(low), confidence);
  return measured(value, smallestN, within(interval, value, 0, 1));
}

/** Smallest over largest rate; no value where both are 0. Interval of the two extreme groups' ratio, on the log. */
function ratioOf(rate: RateDefinition, groups: readonly GroupTally[], confidence: number): Estimate {
  const { low, high, lowest, highest, smallestN } = extremesOf(rate, groups);
  if (highest === 0) return absent(smallestN, `${rate.name} is 0 in every group: 0/0`);
  const value = lowest / highest;
  if (smallestN === 0) return conventional(value, 0);
  const ratio = logRatio(rate.hits(low), rate.of(low), rate.hits(high), rate.of(high));
  return measured(value, smallestN, within(ratioInterval(ratio, confidence), value, 0, 1));
}

/**
 * A disparity between groups: largest minus smallest rate (in [0, 1], 0 is parity), or smallest over largest (in [0, 1], 1
 * is parity). Of several rates the worse one counts; a second rate whose ratio is 0/0 is passed over, the first is not.
 * A group without any row in a denominator counts as 0, as in Fairlearn, and the figure is degenerate. `n` is the
 * smallest denominator. The interval is that of the two extreme groups, which were chosen by the same data: with many
 * small groups it is optimistic; rules use the figures of each group against the rest instead.
 * Fairlearn `method="between_groups", agg="worst_case"`.
 */
export function disparity(
  definition: DisparityDefinition,
  groups: readonly GroupTally[],
  confidence: number,
): Estimate {
  if (groups.length === 0) return absent(0, 'no group has rows');
  const of = definition.kind === 'difference' ? differenceOf : ratioOf;
  const estimates = definition.rates.map((rate) => of(rate, groups, confidence));
  const [first, second] = estimates as [Estimate, Estimate | undefined];
  if (second === undefined || first.value === null) return first;
  const n = Math.min(first.n, second.n);
  const degenerate = second.value === null || 'degenerate' in first || 'degenerate' in second;
  const worse =
    second.value !== null &&
    (definition.kind === 'difference'
      ? (second.value as number) > (first.value as number)
      : (second.value as number) < (first.value as number));
  const chosen = worse ? second : first;
  return degenerate ? conventional(chosen.value as number, n) : { ...chosen, n };
}

/**
 * Contrast of the groups' rates, `(max - min) / (max + min)`: the "Gini coefficient" of the article on fairness monitoring,
 * in truth Michelson's contrast. In [0, 1], 0 is equality; no value where all rates are 0.
 */
export function contrast(values: readonly number[]): number | undefined {
  const high = Math.max(...values);
  const low = Math.min(...values);
  return high + low === 0 ? undefined : (high - low) / (high + low);
}

/**
 * Gini coefficient: mean absolute difference over all ordered pairs, over twice the mean; from sorted values. In [0, 1) for
 * values that are not negative, 0 is equality; no value where the mean is 0.
 */
export function gini(sorted: ArrayLike<number>): number | undefined {
  const n = sorted.length;
  let sum = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    const value = sorted[i] as number;
    sum += value;
    weighted += (2 * i + 1 - n) * value;
  }
  return n === 0 || sum === 0 ? undefined : weighted / (n * sum);
}

/** Benefits of rows, `1 + prediction - label`: 0 for a positive refused, 1 for a right decision, 2 for a gift. */
function benefits(c: BinaryCounts): ReadonlyArray<readonly [benefit: number, rows: number]> {
  return [
    [0, c.fn],
    [1, c.tp + c.tn],
    [2, c.fp],
  ];
}

/**
 * Generalised entropy index of benefits: for alpha 1 Theil's index, mean of `(b/mu) ln (b/mu)`; else mean of
 * `((b/mu)^alpha - 1) / (alpha (alpha - 1))`. At least 0, 0 is equality; `undefined` where all benefits are 0.
 */
function generalisedEntropy(
  parts: ReadonlyArray<readonly [benefit: number, rows: number]>,
  alpha: 1 | 2,
): number | undefined {
  const rows = parts.reduce((sum, [, count]) => sum + count, 0);
  const mu = parts.reduce((sum, [benefit, count]) => sum + benefit * count, 0) / rows;
  if (!(mu > 0)) return undefined;
  let total = 0;
  for (const [benefit, count] of parts) {
    const x = benefit / mu;
    if (count === 0) continue;
    if (alpha === 1) total += x > 0 ? count * x * Math.log(x) : 0;
    else total += (count * (x * x - 1)) / 2;
  }
  return total / rows;
}

function orAbsent(value: number | undefined, n: number, reason: string): Estimate {
  return value === undefined || !Number.isFinite(value) ? absent(n, reason) : measured(value, n);
}

const NO_BENEFIT = 'no row has a benefit: 0/0';

/** Theil index of the rows' benefits (1 + prediction - label); at least 0, 0 is equality; n = rows. AIF360 `theil_index`. */
export function theilIndex(all: BinaryCounts): Estimate {
  return orAbsent(generalisedEntropy(benefits(all), 1), rowsOf(all), NO_BENEFIT);
}

/** AIF360's figures of an unprivileged group against the privileged one. */
export interface SignedDisparities {
  readonly statisticalParityDifference: Estimate;
  readonly disparateImpact: Estimate;
  readonly averageOddsDifference: Estimate;
  readonly averageAbsOddsDifference: Estimate;
  readonly equalOpportunityDifference: Estimate;
  readonly betweenGroupTheilIndex: Estimate;
  readonly generalizedEntropyIndex: Estimate;
}

/**
 * Signed disparities, unprivileged minus (for disparate impact: over) privileged; 0, or 1, is parity and negative, or under
 * 1, is to the disadvantage of the unprivileged. Every row outside the privileged group counts as unprivileged. No value
 * where a rate is 0/0. `n` is the smaller denominator of the two.
 * - Statistical parity difference and disparate impact: selection rates. Equal opportunity: true-positive rates.
 * - Average (absolute) odds difference: mean of the (absolute) differences of false- and true-positive rate.
 * - Between-group Theil index: Theil's index of benefits when each row has its group's mean benefit; 0 and degenerate
 *   where one of the two groups has no row.
 * - Generalised entropy index with alpha 2, over all rows.
 *
 * Source: AIF360 `ClassificationMetric`.
 */
export function signedDisparities(privileged: BinaryCounts, others: BinaryCounts): SignedDisparities {
  const raw = (rate: RateDefinition, c: BinaryCounts): number => rate.hits(c) / rate.of(c);
  const least = (...rates: readonly RateDefinition[]): number =>
    Math.min(...rates.flatMap((rate) => [rate.of(privileged), rate.of(others)]));
  const gap = (rate: RateDefinition): number => raw(rate, others) - raw(rate, privileged);
  const reason = 'a rate is 0/0';
  const sides = [others, privileged].filter((c) => rowsOf(c) > 0);
  const byMean = sides.map((c) => {
    const sum = benefits(c).reduce((total, [benefit, rows]) => total + benefit * rows, 0);
    return [sum / rowsOf(c), rowsOf(c)] as const;
  });
  const between = orAbsent(generalisedEntropy(byMean, 1), least(selectionRate), NO_BENEFIT);
  const all = {
    tp: privileged.tp + others.tp,
    fp: privileged.fp + others.fp,
    fn: privileged.fn + others.fn,
    tn: privileged.tn + others.tn,
  };
  const odds = least(truePositiveRate, falsePositiveRate);
  const tprGap = gap(truePositiveRate);
  const fprGap = gap(falsePositiveRate);
  const impact = raw(selectionRate, others) / raw(selectionRate, privileged);
  return {
    statisticalParityDifference: orAbsent(gap(selectionRate), least(selectionRate), reason),
    disparateImpact: orAbsent(impact, least(selectionRate), reason),
    averageOddsDifference: orAbsent((fprGap + tprGap) / 2, odds, reason),
    averageAbsOddsDifference: orAbsent((Math.abs(fprGap) + Math.abs(tprGap)) / 2, odds, reason),
    equalOpportunityDifference: orAbsent(tprGap, least(truePositiveRate), reason),
    betweenGroupTheilIndex:
      sides.length < 2 && typeof between.value === 'number' ? conventional(between.value, 0) : between,
    generalizedEntropyIndex: orAbsent(generalisedEntropy(benefits(all), 2), rowsOf(all), NO_BENEFIT),
  };
}
