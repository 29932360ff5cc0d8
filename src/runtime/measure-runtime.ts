/** Run-time figures: every figure of the family `runtime` that the columns of the roles allow. */

import { columnOf, numbersOf } from '../model/columns.js';
import { absent, type Estimate, figureOf, measured } from '../model/estimate.js';
import type { Figure, Period } from '../model/figure.js';
import type { Column, Frame, Roles } from '../model/frame.js';
import { byCodePoint } from '../model/text-order.js';
import { DEFAULT_CONFIDENCE, meanInterval, orderStatisticInterval, within } from '../numeric/intervals.js';
import { compensatedSum, type Moments, momentsOf } from '../numeric/moments.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { quantileSorted } from '../numeric/quantile.js';
import { withScratch } from '../numeric/scratch.js';
import { sortUsingUp } from '../numeric/sort.js';
import { amountsAmong, isAmount } from '../profile/hourly/requests/amounts.js';
import { throughput, waitingShare } from './formulas.js';

export type Measures = ReadonlyArray<readonly [metric: string, estimate: Estimate]>;

export const LATENCY_QUANTILES = [
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;
/** The median of a resource tells little: what runs out is what its largest users need. The 1 quantile is the maximum. */
export const RESOURCE_QUANTILES = [
  ['p95', 0.95],
  ['max', 1],
] as const;
export const RESOURCES = ['cpu', 'memory', 'gpu'] as const;

/** Error codes beyond these are counted together. */
const MOST_CODES = 20;
export const OTHER = 'other';

/** Mean and quantiles of what each request took, in the column's unit; n = requests with a usable amount. */
function amountFigures(name: string, column: Column, quantiles: Quantiles, confidence: number): Measures {
  const values = numbersOf(column);
  return withScratch(values.length, (scratch) => {
    const sorted = sortUsingUp(amountsAmong(values, scratch));
    const n = sorted.length;
    return amountMeasures(name, n === 0 ? undefined : momentsOf(sorted), quantiles, confidence, (q) => {
      const interval = q < 1 ? orderStatisticInterval(sorted, q, confidence) : undefined;
      return measured(quantileSorted(sorted, q), n, interval);
    });
  });
}

export type Quantiles = ReadonlyArray<readonly [ending: string, q: number]>;

/** The same from moments (none without a request) and whatever knows the quantiles. */
export function amountMeasures(
  name: string,
  moments: Moments | undefined,
  quantiles: Quantiles,
  confidence: number,
  quantile: (q: number) => Estimate,
): Measures {
  if (moments === undefined) {
    const none = absent(0, `no request has a ${name === 'latency' ? name : `figure for ${name}`}`);
    return [[`${name}_mean`, none], ...quantiles.map(([ending]) => [`${name}_${ending}`, none] as const)];
  }
  const ofMean = meanInterval(moments, confidence);
  return [
    [`${name}_mean`, measured(moments.mean, moments.count, ofMean && within(ofMean, moments.mean, 0, Infinity))],
    ...quantiles.map(([ending, q]) => [`${name}_${ending}`, quantile(q)] as const),
  ];
}

export const NO_WAITING = 'no request has a latency and a processing time within it';
export const ALL_ZERO = 'the latencies are all 0: 0/0';

/** Over the requests that have both times, none longer at work than in all. */
function waiting(latency: Column, processing: Column, confidence: number): Estimate {
  const [total, worked] = [numbersOf(latency), numbersOf(processing)];
  const usable = (value: number, row: number): boolean =>
    isAmount(value) && isAmount(worked[row] as number) && (worked[row] as number) <= value;
  const n = total.reduce((count, value, row) => count + Number(usable(value, row)), 0);
  if (n === 0) return absent(0, NO_WAITING);
  const took = total.filter(usable);
  const work = worked.filter((_, row) => usable(total[row] as number, row));
  const value = waitingShare(compensatedSum(took), compensatedSum(work));
  if (value === undefined) return absent(n, ALL_ZERO);
  // A ratio of sums: the error of its linear part, by the delta method.
  const { mean } = momentsOf(took);
  const rest = momentsOf(took.map((time, at) => (time - (work[at] as number) - value * time) / mean));
  const interval = meanInterval(rest, confidence);
  return measured(value, n, interval && within([value + interval[0], value + interval[1]], value, 0, 1));
}

/** A share of at least one, with Wilson's interval. */
export function share(part: number, of: number, confidence: number): Estimate {
  return measured(part / of, of, wilsonInterval(part, of, confidence));
}

/** Failed requests by code; a missing cell is success. */
function countErrors(column: Column): { readonly failures: number; readonly byCode: ReadonlyMap<string, number> } {
  const byCode = new Map<string, number>();
  let failures = 0;
  const add = (code: string, count: number): void => {
    if (count === 0) return;
    failures += count;
    byCode.set(code, (byCode.get(code) ?? 0) + count);
  };
  if (column.kind === 'category') {
    const counts = new Float64Array(column.levels.length);
    const { codes } = column;
    for (let row = 0; row < codes.length; row++) if ((codes[row] as number) >= 0) counts[codes[row] as number]! += 1;
    column.levels.forEach((level, code) => {
      add(level, counts[code] as number);
    });
  } else for (const value of column.values) if (!Number.isNaN(value)) add(String(value), 1);
  return { failures, byCode };
}

/** The most frequent codes, then by code point; what is left goes to "other", with a code of that very name. */
export function mostFrequent(byCode: ReadonlyMap<string, number>): Array<readonly [code: string, count: number]> {
  const named = [...byCode].filter(([code]) => code !== OTHER);
  named.sort((a, b) => b[1] - a[1] || byCodePoint(a[0], b[0]));
  const rest = named.slice(MOST_CODES).reduce((sum, [, count]) => sum + count, byCode.get(OTHER) ?? 0);
  const top: Array<readonly [string, number]> = named.slice(0, MOST_CODES);
  return rest > 0 ? [...top, [OTHER, rest]] : top;
}

/**
 * Run-time figures of a window, lower is better but for the first two.
 * - `requests`: rows of the window. `throughput`: requests per second of the window; no value where its length is unknown.
 * - `latency_mean` (t interval), `latency_p50`, `_p95`, `_p99` (NumPy's linear quantiles, distribution-free intervals; the
 *   interval is left out where the sample is too small to have one), in milliseconds; n = requests with a latency.
 * - `waiting_share`: `(sum of latencies - sum of processing times) / sum of latencies`, in [0, 1], over the requests that have
 *   both and did not work longer than they took (interval by the delta method); some texts call this share the latency.
 * - `cpu_mean`, `_p95`, `_max`, and so for `memory` and `gpu`: what requests took of each, in the unit that was logged; no
 *   interval of a maximum, which grows with n.
 * - `error_rate`: share of requests with an error code, Wilson interval; n = requests.
 * - `error_type_share`, one per code under `class`: its share of the failures, n = failures; without failures there is none.
 *
 * Amounts that are negative or infinite are left out. An empty window leaves all but `requests` and `throughput` without a value.
 */
export function measureRuntime(
  frame: Frame,
  roles: Roles,
  on: Period,
  windowSeconds: number | undefined,
  confidence = DEFAULT_CONFIDENCE,
): Figure[] {
  const figures: Figure[] = [];
  const add = (metric: string, estimate: Estimate): void => {
    figures.push(figureOf({ id: `runtime/${on}/${metric}`, family: 'runtime', metric, on }, estimate));
  };
  const { rows } = frame;
  add('requests', { n: rows, value: rows });
  const rate = windowSeconds === undefined ? undefined : throughput(rows, windowSeconds);
  add('throughput', rate === undefined ? absent(rows, 'the length of the window is not known') : measured(rate, rows));
  const latency = columnOf(frame, roles.latency);
  if (latency) for (const named of amountFigures('latency', latency, LATENCY_QUANTILES, confidence)) add(...named);
  const processing = columnOf(frame, roles.processing);
  if (latency && processing) add('waiting_share', waiting(latency, processing, confidence));
  for (const resource of RESOURCES) {
    const column = columnOf(frame, roles[resource]);
    if (column) for (const named of amountFigures(resource, column, RESOURCE_QUANTILES, confidence)) add(...named);
  }
  const error = columnOf(frame, roles.error);
  if (!error) return figures;
  const { failures, byCode } = countErrors(error);
  add('error_rate', rows === 0 ? absent(0, 'empty window') : share(failures, rows, confidence));
  for (const [code, count] of mostFrequent(byCode)) {
    const id = `runtime/${on}/error_type_share/${code}`;
    const name = { id, family: 'runtime', metric: 'error_type_share', on, column: error.name, class: code } as const;
    figures.push(figureOf(name, share(count, failures, confidence)));
  }
  return figures;
}
