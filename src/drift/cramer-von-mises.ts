/** Two-sample Cramer-von Mises test. */

import type { Estimate } from '../model/estimate.js';
import { noValue, type NumericPair, ofPair } from './numeric-pair.js';

const TOO_FEW = 'fewer than two rows in a period';

/** `m sum (rank - i)^2 + n sum (rank - j)^2` with mid-ranks in the pooled sample (T. Anderson 1962, eq. 10). */
function rankSum({ r, k, pooled }: NumericPair): number {
  const { values, inReference, inCurrent } = pooled;
  let below = 0;
  let belowCurrent = 0;
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    const inR = inReference[at] as number;
    const inK = inCurrent[at] as number;
    const rank = below + belowCurrent + (inR + inK + 1) / 2;
    for (let i = 1; i <= inR; i++) sum += r.length * (rank - below - i) ** 2;
    for (let j = 1; j <= inK; j++) sum += k.length * (rank - belowCurrent - j) ** 2;
    below += inR;
    belowCurrent += inK;
  }
  return sum;
}

function statisticOf(pair: NumericPair): number {
  const product = pair.r.length * pair.k.length;
  const total = pair.r.length + pair.k.length;
  return rankSum(pair) / (product * total) - (4 * product - 1) / (6 * total);
}

/**
 * Cramer-von Mises statistic T of two samples: the squared gap of the distribution functions, summed over the pooled
 * ranks; no unit, about 1/6 for equal distributions; ties raise it, even for equal samples. Higher means more drift.
 * Smallest n: 2 a side. Source: T. Anderson, Ann. Math. Stat. 33 (1962); SciPy `cramervonmises_2samp`.
 */
export function cramerVonMisesStatistic(pair: NumericPair): Estimate {
  return pair.n < 2 ? noValue(pair, TOO_FEW) : ofPair(pair, statisticOf(pair));
}

const NODES = 96;

/**
 * Upper tail of the limit law of T: Smirnov's alternating series of integrals between the zeros of the sine. The
 * substitution `t = (2j - 1) pi + pi (1 - cos a) / 2` removes the roots at both ends, and the midpoint rule is exact to
 * rounding on what is left. Source: T. Anderson and D. Darling, Ann. Math. Stat. 23 (1952).
 */
export function cramerVonMisesLimitTail(x: number): number {
  if (!(x > 0.003)) return x <= 0.003 ? 1 : NaN;
  let sum = 0;
  for (let j = 1; j < 100; j++) {
    let integral = 0;
    for (let node = 0; node < NODES; node++) {
      const angle = ((node + 0.5) * Math.PI) / NODES;
      const inside = (Math.PI * (1 - Math.cos(angle))) / 2;
      const t = (2 * j - 1) * Math.PI + inside;
      // -sin t = sin(inside), free of the rounding of t.
      integral += (Math.exp((-x * t * t) / 2) * Math.sin(angle)) / Math.sqrt(t * Math.sin(inside));
    }
    const term = (2 / Math.PI) * (Math.PI / 2) * (Math.PI / NODES) * integral;
    sum += j % 2 === 1 ? term : -term;
    if (term <= 1e-17 * sum) break;
  }
  return Math.min(1, Math.max(0, sum));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Values of the growing statistic, rising, and the number of ways to each. */
interface Ways {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

const NO_WAY: Ways = { values: new Float64Array(0), counts: new Float64Array(0) };

/** Both lists as one, every value raised by `step`. */
function join(a: Ways, b: Ways, step: number): Ways {
  const values = new Float64Array(a.values.length + b.values.length);
  const counts = new Float64Array(values.length);
  let [i, j, at] = [0, 0, 0];
  while (i < a.values.length || j < b.values.length) {
    const left = i < a.values.length ? (a.values[i] as number) : Infinity;
    const right = j < b.values.length ? (b.values[j] as number) : Infinity;
    values[at] = Math.min(left, right) + step;
    counts[at] = (left <= right ? (a.counts[i++] as number) : 0) + (right <= left ? (b.counts[j++] as number) : 0);
    at++;
  }
  return { values: values.subarray(0, at), counts: counts.subarray(0, at) };
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}

/**
 * Exact upper tail for small samples: the share of the ways to interleave them whose statistic reaches the observed one, by
 * the recursion of Y. Xiao, A. Gordon and A. Yakovlev, J. Stat. Software 17(8) (2007). The statistic only grows along a way,
 * so ways that have reached the bound are counted at once and not followed. Ties are taken as if there were none.
 */
function exactTail(pair: NumericPair): number {
  const m = pair.r.length;
  const n = pair.k.length;
  const common = (m * n) / greatestCommonDivisor(m, n);
  const [a, b] = [common / m, common / n];
  const product = m * n;
  const numerator = common ** 2 * (m + n) * (6 * rankSum(pair) - product * (4 * product - 1));
  const bound = Math.floor(numerator / (6 * product ** 2));
  let beyond = 0;
  let previous: Ways[] = [];
  for (let u = 0; u <= n; u++) {
    const row: Ways[] = [];
    for (let v = 0; v <= m; v++) {
      const start: Ways = u + v === 0 ? { values: Float64Array.of(0), counts: Float64Array.of(1) } : NO_WAY;
      const ways = join(previous[v] ?? start, row[v - 1] ?? NO_WAY, (a * v - b * u) ** 2);
      const inside = ways.values.findIndex((value) => value >= bound);
      const end = inside < 0 ? ways.values.length : inside;
      const arrived = ways.counts.subarray(end).reduce((sum, count) => sum + count, 0);
      beyond += arrived * binomial(m - v + n - u, m - v);
      row.push({ values: ways.values.subarray(0, end), counts: ways.counts.subarray(0, end) });
    }
    previous = row;
  }
  return beyond / binomial(m + n, m);
}

const EXACT_UP_TO = 20;

/**
 * p-value of T: exact up to 20 rows a side, else by the limit law of the standardised statistic; in [0, 1], lower means
 * more drift. Source: SciPy `cramervonmises_2samp(method="auto")`.
 */
export function cramerVonMisesP(pair: NumericPair): Estimate {
  const m = pair.r.length;
  const n = pair.k.length;
  if (pair.n < 2) return noValue(pair, TOO_FEW);
  if (Math.max(m, n) <= EXACT_UP_TO) return ofPair(pair, exactTail(pair));
  const total = m + n;
  const product = m * n;
  const expected = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * product * total - 3 * (m * m + n * n) - 2 * product)) / (45 * total * total * 4 * product);
  return ofPair(pair, cramerVonMisesLimitTail(1 / 6 + (statisticOf(pair) - expected) / Math.sqrt(45 * variance)));
}
