/** Drift of one numeric column from the profiles of both periods; measures and their names are those of `numericMeasures`. */

import { absent, type Estimate, type Interval, measured, measuredBetween } from '../model/estimate.js';
import { standardDeviation } from '../numeric/moments.js';
import {
  type MeanTest,
  pooledMeanTest,
  testedMoments,
  type TestedSample,
  welchMeanTest,
} from '../numeric/student-test.js';
import { NEEDS_ROWS } from '../profile/hourly/needs-rows.js';
import type { BinnedGap, BinnedPair } from './binned-gap.js';
import { decileBoxes, floored, jensenShannonTerm, knownShares, psiTerm, termsBetween } from './decile-boxes.js';
import { jensenShannonOfShares } from './jensen-shannon.js';
import { asymptoticP, limitP, ONE_ROW } from './kolmogorov-smirnov.js';
import { classicalPsi, NO_BINS } from './population-stability.js';
import { meanTestOf, NO_SPREAD } from './student.js';

type Measure = (pair: BinnedPair, gap: BinnedGap) => Estimate;

/** SciPy and NannyML count exactly up to this many rows. */
const COUNTED_UP_TO = 10_000;

/** p-values fall with the statistic. */
function pBetween(pair: BinnedPair, [low, high]: Interval, p: (largest: number) => number | undefined): Estimate {
  const [most, least] = [p(low), p(high)];
  if (most === undefined || least === undefined) return absent(pair.n, ONE_ROW);
  return measuredBetween(Math.min(least, most), Math.max(least, most), pair.n);
}

const asymptotic: Measure = (pair, gap) =>
  pBetween(pair, gap.largest, (largest) => asymptoticP(pair.r.n, pair.k.n, largest));

function psi(pair: BinnedPair): Estimate {
  if (overflows(pair)) return absent(pair.n, NO_BINS);
  const boxes = decileBoxes(pair);
  if (boxes === undefined) return absent(pair.n, NEEDS_ROWS);
  const shares = knownShares(boxes);
  if (shares) return measured(classicalPsi(shares), pair.n);
  return measuredBetween(...termsBetween(floored(boxes, pair.r.n, pair.k.n), psiTerm), pair.n);
}

function jensenShannon(pair: BinnedPair): Estimate {
  if (overflows(pair)) return absent(pair.n, NO_BINS);
  const boxes = decileBoxes(pair);
  if (boxes === undefined) return absent(pair.n, NEEDS_ROWS);
  const shares = knownShares(boxes);
  if (shares) return measured(jensenShannonOfShares(shares, 2), pair.n);
  const [least, most] = termsBetween(boxes, jensenShannonTerm).map((sum) => Math.sqrt(Math.max(0, sum) / 2 / Math.LN2));
  return measuredBetween(least as number, most as number, pair.n);
}

/** Whether a decile of the reference overflows. */
const overflows = ({ r: { column } }: BinnedPair): boolean => column.ofReference && column.frozen.deciles === null;

function wassersteinEvidently({ r, n }: BinnedPair, { area }: BinnedGap): Estimate {
  const deviation = standardDeviation(r.column.moments, 0);
  if (!Number.isFinite(deviation)) return absent(n, "the spread of the reference's values overflows");
  const scale = Math.max(deviation, 0.001);
  return measuredBetween(area[0] / scale, area[1] / scale, n);
}

function meanTest(
  { r: { column: r }, k: { column: k }, n }: BinnedPair,
  run: (a: TestedSample, b: TestedSample) => MeanTest,
  part: keyof MeanTest,
): Estimate {
  // Of two constant periods the rows give the quotient of two roundings, which sums of hours do not repeat.
  if (r.lowest[0] === r.highest.at(-1) && k.lowest[0] === k.highest.at(-1)) return absent(n, NO_SPREAD);
  return meanTestOf(testedMoments(r.moments), testedMoments(k.moments), false, run)(part);
}

/** All others need the rows. */
export const numericDriftFromProfile: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ['ks_statistic', ({ n }, { largest }) => measuredBetween(...largest, n)],
  ['ks_p_asymp', asymptotic],
  [
    'ks_p_exact_or_auto',
    (pair, gap) => (Math.max(pair.r.n, pair.k.n) > COUNTED_UP_TO ? asymptotic(pair, gap) : absent(pair.n, NEEDS_ROWS)),
  ],
  ['ks_p_limit', (pair, gap) => pBetween(pair, gap.largest, (largest) => limitP(pair.r.n, pair.k.n, largest))],
  ['psi_decile', psi],
  ['jensen_shannon', jensenShannon],
  ['wasserstein', ({ n }, { area }) => measuredBetween(...area, n)],
  ['wasserstein_evidently', wassersteinEvidently],
  ['t_statistic', (pair) => meanTest(pair, pooledMeanTest, 'statistic')],
  ['t_p', (pair) => meanTest(pair, pooledMeanTest, 'p')],
  ['welch_statistic', (pair) => meanTest(pair, welchMeanTest, 'statistic')],
  ['welch_p', (pair) => meanTest(pair, welchMeanTest, 'p')],
]);
