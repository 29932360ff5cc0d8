/**
 * Intervals at another confidence, and the interval of a change from the intervals of its two figures. Works for any
 * figure that has an interval, whatever method made it.
 */
import { normalTwoSidedQuantile } from '../numeric/distributions.js';

export type Interval = readonly [low: number, high: number];

/** Confidence of the intervals that figures carry. */
export const FIGURE_CONFIDENCE = 0.99;

interface Measurement {
  readonly value: number;
  readonly interval?: Interval;
}

/**
 * The interval at another confidence: each half-width times the ratio of the two-sided normal quantiles,
 * `z(confidence) / z(0.99)`. Exact for normal errors, close for Wilson's intervals while the change of confidence is
 * small. `log` scales the half-widths of the logarithm, as fits ratios; it needs positive ends and value.
 */
export function rescale({ value, interval }: Measurement, confidence: number, log = false): Interval | undefined {
  if (interval === undefined) return undefined;
  const [low, high] = interval;
  const factor = normalTwoSidedQuantile(confidence) / normalTwoSidedQuantile(FIGURE_CONFIDENCE);
  if (log && low > 0 && value > 0) {
    return [value * Math.pow(low / value, factor), value * Math.pow(high / value, factor)];
  }
  return [value - (value - low) * factor, value + (high - value) * factor];
}

/**
 * Interval of the difference `current − reference` of two independent figures by MOVER: squares of the half-widths
 * that face each other are added, `L = d − √((c − l_c)² + (u_r − r)²)`, and U likewise. A figure without an interval
 * counts as known exactly; without both there is none. Sources: Newcombe, Statistics in Medicine 17 (1998), method 10;
 * Zou and Donner, Statistics in Medicine 27 (2008).
 */
export function differenceInterval(current: Measurement, reference: Measurement): Interval | undefined {
  if (current.interval === undefined && reference.interval === undefined) return undefined;
  const [lowC, highC] = current.interval ?? [current.value, current.value];
  const [lowR, highR] = reference.interval ?? [reference.value, reference.value];
  const difference = current.value - reference.value;
  return [
    difference - Math.hypot(current.value - lowC, highR - reference.value),
    difference + Math.hypot(highC - current.value, reference.value - lowR),
  ];
}

/**
 * Interval of the relative change `current / reference − 1`: MOVER on the logarithms. An end that reaches 0 gives an
 * open end (−1 below, infinity above). Needs `reference > 0` and `current >= 0`.
 */
export function relativeInterval(current: Measurement, reference: Measurement): Interval | undefined {
  if (current.interval === undefined && reference.interval === undefined) return undefined;
  const [lowC, highC] = current.interval ?? [current.value, current.value];
  const [lowR, highR] = reference.interval ?? [reference.value, reference.value];
  // No logarithm of the value itself: the widest ratio that the two intervals allow.
  if (current.value <= 0) return [-1, lowR > 0 ? highC / lowR - 1 : Infinity];
  const ratio = current.value / reference.value;
  const down = Math.hypot(Math.log(current.value / Math.max(0, lowC)), Math.log(highR / reference.value));
  const up = Math.hypot(Math.log(highC / current.value), Math.log(reference.value / Math.max(0, lowR)));
  return [ratio * Math.exp(-down) - 1, ratio * Math.exp(up) - 1];
}
