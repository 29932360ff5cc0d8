/** Limits: when a value lies beyond one, how far, whether it is back where an alert clears, and how people call it. */
import type { Rule, RuleLimit } from '../model/definition.js';
import type { Interval } from './interval.js';

/**
 * Two computations of one number differ in their last digits: 0.85 − 0.90 is not quite −0.05. A value within this
 * share of its own size from the limit counts as at the limit, and at the limit is not beyond it.
 */
const ROUNDING = 1e-12;

/**
 * Signed distance by which a value lies beyond the limit, in the value's unit; at or below 0 inside. `size` is the
 * magnitude of the numbers that the value was computed from. For `changed` the value is the change.
 */
export function distanceBeyond(limit: RuleLimit, value: number, size = Math.abs(value)): number {
  const distance = rawDistance(limit, value);
  return Math.abs(distance) <= ROUNDING * Math.max(size, sizeOf(limit)) ? 0 : distance;
}

function rawDistance(limit: RuleLimit, value: number): number {
  switch (limit.kind) {
    case 'below':
      return limit.value - value;
    case 'above':
      return value - limit.value;
    case 'outside':
      return Math.max(limit.low - value, value - limit.high);
    case 'changed':
      return limit.by < 0 ? limit.by - value : value - limit.by;
  }
}

function sizeOf(limit: RuleLimit): number {
  switch (limit.kind) {
    case 'below':
    case 'above':
      return Math.abs(limit.value);
    case 'outside':
      return Math.max(Math.abs(limit.low), Math.abs(limit.high));
    case 'changed':
      return Math.abs(limit.by);
  }
}

/** True if every point of the interval lies beyond the limit, on one side of it. */
export function wholeIntervalBeyond(limit: RuleLimit, [low, high]: Interval): boolean {
  switch (limit.kind) {
    case 'below':
      return distanceBeyond(limit, high) > 0;
    case 'above':
      return distanceBeyond(limit, low) > 0;
    case 'outside':
      return high < limit.low || low > limit.high;
    case 'changed':
      return distanceBeyond(limit, limit.by < 0 ? high : low) > 0;
  }
}

/**
 * True if a value inside the limit has not yet reached the threshold at which alerts clear. `clear` is a value of the
 * same kind as the limit's (for `changed` a change); for `outside` it is the distance inward from either end.
 */
export function inBand(limit: RuleLimit, clear: number | undefined, value: number): boolean {
  if (clear === undefined) return false;
  switch (limit.kind) {
    case 'below':
      return value < clear;
    case 'above':
      return value > clear;
    case 'outside':
      return value < limit.low + clear || value > limit.high - clear;
    case 'changed':
      return limit.by < 0 ? value < clear : value > clear;
  }
}

const CORRECTION_NAMES = {
  'benjamini-hochberg': 'Benjamini–Hochberg',
  holm: 'Holm',
  none: 'uncorrected',
} as const;

const plain = (value: number): string => String(Number(value.toPrecision(6)));

/**
 * The limit in words: "below 0.75", "fell by more than 0.05 against the reference"; with the second condition of the
 * rule and the limit that was learned, where there are such.
 */
export function limitText(
  rule: Pick<Rule, 'limit' | 'significance'>,
  learned?: { readonly limit: number; readonly windows: number },
): string {
  const { significance } = rule;
  const conditions = [
    ...(significance === undefined
      ? []
      : [`significant at ${plain(significance.level)} (${CORRECTION_NAMES[significance.correction]})`]),
    ...(learned === undefined
      ? []
      : [`beyond ${plain(learned.limit)}, learned from ${learned.windows} windows of the reference`]),
  ];
  return [wordsOf(rule.limit), ...conditions].join(' and ');
}

function wordsOf(limit: RuleLimit): string {
  switch (limit.kind) {
    case 'below':
      return `below ${plain(limit.value)}`;
    case 'above':
      return `above ${plain(limit.value)}`;
    case 'outside':
      return `outside ${plain(limit.low)} to ${plain(limit.high)}`;
    case 'changed': {
      const by = Math.abs(limit.by);
      const amount = limit.relative ? `${plain(by * 100)} %` : plain(by);
      return `${limit.by < 0 ? 'fell' : 'rose'} by more than ${amount} against the reference`;
    }
  }
}
